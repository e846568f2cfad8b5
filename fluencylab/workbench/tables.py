"""A table of cases: a file of separated values, or the sheets of a spreadsheet. Cells keep their lines, and each row its number."""

import csv
import importlib
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from fluencylab.documents.column_names import named_columns
from fluencylab.documents.refusal import Refused
from fluencylab.documents.sheets import NO_VALUES, Sheet, hidden_lines, hidden_sheets, spread
from fluencylab.documents.table import lines_above, separated
from fluencylab.workbench.building import built
from fluencylab.workbench.column_roles import ROLES, may_name_columns, names_columns
from fluencylab.workbench.evenly import Evenly
from fluencylab.workbench.found import Found, Row, Tally, count
from fluencylab.workbench.sections import LISTED

READERS = {"xlsx": "spreadsheet", "ods": "open_document"}
LONGEST_CELL = 1_000_000
HEAD = 20
"""Rows among which a title and the names of the columns are looked for."""
LONGEST_QUESTION, SHORT = 1_000, 200
NUMBERED = re.compile(r"\d+[.)]\s+\S")
NAMED = 5
ASKS = ("?", "？", "؟")
ASKED = re.compile(r'"?[^"]{3,}[?？؟]"?[,;\t]\s*\S')
"""A line with a question, and what belongs to it in the next cell."""
NumberedRow = tuple[int, list[str]]


class Table(NamedTuple):
    """`names`: of its columns, each once. `numbers`: where each of its rows stands, counted from 1."""

    names: tuple[str, ...]
    rows: list[Row]
    numbers: list[int]
    taken: Evenly[NumberedRow]
    notes: tuple[str, ...]


def separated_values(text: str, title: str, tally: Tally) -> Found:
    """Raises Refused for a cell that does not end, and for a table of nothing."""
    table = _table(_lines(text, title), tally)
    return _found(table, title, f"{title}, row", tally)


def is_table(text: str) -> bool:
    """Copied from a spreadsheet: it begins with names of columns, or has the same number of cells on each of its first lines."""
    lines = [line for line in text.split("\n")[:50] if line.strip()]
    if len(lines) > 1 and _begins_with_names(text):
        return True
    if len(lines) > 1 and sum(ASKED.match(line) is not None for line in lines) >= 0.7 * len(lines):
        return True
    for mark, least in (("\t", 1), (";", 1), (",", 2)):
        cells = {line.count(mark) for line in lines[:HEAD]}
        if len(lines) > 1 and len(cells) == 1 and min(cells) >= least and not any(". " in line for line in lines[:1]):
            return True
    return False


def is_list_of_questions(text: str) -> bool:
    """Lines of which most ask something, and nobody answers; or that are numbered, each no longer than a question is."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    if not lines or max(map(len, lines)) > LONGEST_QUESTION or "{{" in text:
        return False
    asking = sum(line.endswith(ASKS) for line in lines)
    return asking >= 0.7 * len(lines) or (len(lines) > 2 and all(NUMBERED.match(line) and len(line) <= SHORT for line in lines))


def list_of_questions(text: str, title: str, tally: Tally) -> Found:
    return _list_of("question", text, title, tally)


def list_of_lines(text: str, title: str) -> Found:
    """Whatever stands on them: the learner said that each is a case. Raises Refused where there is none."""
    return _list_of("line", text, title, Tally())


def _list_of(what: str, text: str, title: str, tally: Tally) -> Found:
    taken = Evenly[tuple[str, Row]]()
    for number, line in enumerate(text.split("\n"), 1):
        if question := LISTED.sub("", line.strip()):
            taken.add((f"{title}, line {number:,}", {"question": question}))
    return built("table", f"A list of {count(taken.seen, what)} ({title}).", taken, tally, what=what)


def is_markdown_table(text: str) -> bool:
    """Nothing but the rows of one, with the rule below its names."""
    lines = [line.strip() for line in text.strip().split("\n")]
    return len(lines) > 2 and all(line.startswith("|") for line in lines) and re.fullmatch(r"[|:\s-]+", lines[1]) is not None


def markdown_table(text: str, title: str, tally: Tally) -> Found:
    rows = [re.split(r"(?<!\\)\|", line.strip().strip("|")) for line in text.strip().split("\n")]
    numbered = [(number, [cell.replace("\\|", "|") for cell in cells]) for number, cells in enumerate(rows, 1) if number != 2]
    return _found(_table(numbered, tally), title, f"{title}, line", tally)


def _begins_with_names(text: str) -> bool:
    """A single column is one where no line is empty and none has a variable: in a text, paragraphs follow a word on a line of its own."""
    head, *rows = text.strip().split("\n")
    mark, _ = separated(head, "")
    cells = next(csv.reader([head], delimiter=mark), [])
    if len(cells) > 1:
        return names_columns(cells) or (may_name_columns(cells) and all(row.count(mark) >= len(cells) - 1 for row in rows if row.strip()))
    return ROLES.get(head.strip().casefold()) == "input" and "{" not in text and all(row.strip() for row in rows)


def workbook(data: bytes, kind: str, title: str, tally: Tally) -> Found:
    """The sheet with most rows, and those whose columns have the same names. Raises Refused."""
    reader = importlib.import_module(f"fluencylab.documents.{READERS[kind]}")  # each takes a third of a second to load
    sheets, left_out = reader.sheets_of(data)
    shown = [sheet for sheet in sheets if not sheet.hidden]
    tables = [(sheet, _table(_of_sheet(sheet), tally)) for sheet in shown if any(any(row) for row in sheet.rows)]
    if not tables:
        raise NO_VALUES
    _, main = max(tables, key=lambda pair: len(pair[1].rows))
    alike = [(sheet, table) for sheet, table in tables if table.names == main.names]
    others = [f"“{sheet.name}” ({count(len(table.rows), 'row')})" for sheet, table in tables if table.names != main.names]
    notes = [*hidden_sheets([sheet for sheet in sheets if sheet.hidden]), *_other_sheets(others), *left_out]
    for sheet, table in alike:
        notes += [*hidden_lines(sheet), *table.taken.notes("row"), *table.notes]
    taken = Evenly[tuple[str, Row]]()
    for sheet, table in alike:
        for number, row in zip(table.numbers, table.rows, strict=True):
            place = f"{title}, row {number:,}" if len(tables) == 1 else f"{title}, sheet {sheet.name}, row {number:,}"
            taken.add((place, row))
    names = ", ".join(sheet.name for sheet, _ in alike[:NAMED]) + (" …" if len(alike) > NAMED else "")
    where = f"{title}, {'sheet' if len(alike) == 1 else 'sheets'} {names}"
    rows = sum(table.taken.seen for _, table in alike)
    says = f"A table of {count(rows, 'row')} and {count(len(main.names), 'column')} ({where})."
    return built("table", says, taken, tally, notes=notes)


def _other_sheets(others: Sequence[str]) -> list[str]:
    if not others:
        return []
    named = ", ".join(others[:NAMED]) + (" …" if len(others) > NAMED else "")
    are, it = ("was", "it") if len(others) == 1 else ("were", "one")
    return [f"{count(len(others), 'other sheet')} {are} not read: {named}; to bring {it} in, save it as a file of its own."]


def _found(table: Table, title: str, place: str, tally: Tally) -> Found:
    taken = Evenly[tuple[str, Row]]()
    for number, row in zip(table.numbers, table.rows, strict=True):
        taken.add((f"{place} {number:,}", row))
    says = f"A table of {count(table.taken.seen, 'row')} and {count(len(table.names), 'column')} ({title})."
    return built("table", says, taken, tally, notes=(*table.taken.notes("row"), *table.notes))


def _of_sheet(sheet: Sheet) -> Iterator[NumberedRow]:
    """Its rows with their numbers; where names on two levels became one row, that has the first number."""
    rows = spread(sheet)
    numbers = list(sheet.numbers)
    return zip(numbers[:1] + numbers[len(numbers) - len(rows) + 1 :], rows, strict=True)


def _lines(text: str, title: str) -> Iterator[NumberedRow]:
    """Rows as a spreadsheet would number them: an empty line is one, a cell of several lines stands in one."""
    mark, text = separated(text, title)
    before = csv.field_size_limit(LONGEST_CELL)
    number = 0
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=mark), 1):
            yield number, cells
    except csv.Error as error:
        said = f"cannot be read as a table: a cell of row {number + 1:,} does not end."
        raise Refused(said, "Look there for a quotation mark without its partner, and choose it again.") from error
    finally:
        csv.field_size_limit(before)


def _table(lines: Iterable[NumberedRow], tally: Tally) -> Table:
    head: list[NumberedRow] = []
    rows = Evenly[NumberedRow]()
    above = -1
    for number, cells in lines:
        if not any(cell.strip() for cell in cells):
            tally["empty"] += 1
            continue
        if above >= 0:
            rows.add((number, cells))
            continue
        head.append((number, cells))
        if len(head) == HEAD:
            above = lines_above([cells for _, cells in head])
            _move(head, above, rows)
    if above < 0 and head:
        above = lines_above([cells for _, cells in head])
        _move(head, above, rows)
    return _headed(head[: above + 1], rows)


def _move(head: Sequence[NumberedRow], above: int, rows: Evenly[NumberedRow]) -> None:
    for row in head[above + 1 :]:
        rows.add(row)


def _headed(head: Sequence[NumberedRow], taken: Evenly[NumberedRow]) -> Table:
    """`head`: the lines above the table, and its first row, which may name the columns."""
    if not head:
        return Table((), [], [], taken, ())
    head, taken.kept = _stripped(head), _stripped(taken.kept)
    first = [" ".join(cell.split()) for cell in head[-1][1]]
    if not taken.kept:
        raise Refused("is a table of one row, the names of its columns.", "Look whether it was saved whole, and choose it again.")
    below = [cells for _, cells in taken.kept]
    columns, body, notes = _unnamed([first, *below]) if _is_a_case(first, below) else named_columns([first, *below])
    names_none = len(body) > len(taken.kept)
    numbers = [number for number, _ in ([head[-1]] if names_none else []) + taken.kept]
    rows = [{columns[place]: cells[place] for place in columns if place < len(cells)} for cells in body]
    if names_none:
        taken.seen += 1
    told = _lines_left_out(head[:-1])
    told += () if names_none else (*_same_names(first), *_uneven(first, taken.kept))
    return Table(tuple(columns.values()), rows, numbers, taken, (*told, *notes))


def _said(cell: str) -> bool:
    """A question or a sentence, and no name of a column."""
    return (cell.endswith(ASKS) or (cell.endswith((".", "!")) and len(cell.split()) > 3)) and not names_columns([cell])


def _is_a_case(first: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Does the first row say something, like most of those below it, and name no columns?"""
    said = [place for place, cell in enumerate(first) if _said(cell)]

    def alike(place: int) -> bool:
        others = [row[place] for row in below[:HEAD] if place < len(row) and row[place]]
        return sum(map(_said, others)) * 2 > len(others)

    return bool(said) and all(map(alike, said))


def _unnamed(rows: list[list[str]]) -> tuple[dict[int, str], list[list[str]], tuple[str, ...]]:
    """Columns that nobody named: the questions, then, where one column stands beside them, what answers them."""
    width = max(map(len, rows))
    asked = next(place for place, cell in enumerate(rows[0]) if _said(cell))
    beside = "answer" if width == 2 else ""
    names = {place: "question" if place == asked else beside or f"column {place + 1}" for place in range(width)}
    return names, rows, ("Its first row names no columns, so it is a case like the others.",)


def _stripped(rows: Sequence[NumberedRow]) -> list[NumberedRow]:
    return [(number, [cell.strip() for cell in cells]) for number, cells in rows]


def _lines_left_out(above: Sequence[NumberedRow]) -> tuple[str, ...]:
    words = [cell for _, cells in above for cell in cells if cell]
    return (f"Above the table stands “{' / '.join(words)[:200]}”, which is no part of it.",) if words else ()


def _same_names(first: Sequence[str]) -> tuple[str, ...]:
    several = [(name, times) for name, times in Counter(filter(None, first)).items() if times > 1]
    return tuple(f"{times:,} columns are called “{name}”; they were numbered." for name, times in several[:NAMED])


def _uneven(first: Sequence[str], rows: Sequence[NumberedRow]) -> tuple[str, ...]:
    longer = sum(any(cells[len(first) :]) for _, cells in rows)
    if not longer:
        return ()
    hold = "holds" if longer == 1 else "hold"
    return (f"{count(longer, 'row')} {hold} more cells than there are names; each further cell has a column of its own.",)
