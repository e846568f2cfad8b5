"""A table as text: each row as lines of "column: value", so that a piece of it still says what its figures are.

Metric,2023,2024          Metric: Revenue
Revenue,10,12       ->    2023: 10
                          2024: 12
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from fluencylab.documents.column_names import UNNAMED, named_columns
from fluencylab.documents.refusal import Refused

LONGEST_CELL = 200_000
SEPARATORS = "\t;|,"
"""Where two fit equally well the first: numbers have commas, too."""
LOOKED_AT = 50_000
"""Letters by which the separator is found."""
SAID = re.compile(r"\s*\"?sep=(.)\"?[;,\t]*[ ]*\r?\n", re.IGNORECASE)
"""A first line by which Excel is told the separator."""

Row = Sequence[str]


class Table(NamedTuple):
    """`size`: "12 rows, 3 columns"; "" where there is nothing."""

    text: str
    size: str
    notes: tuple[str, ...]


def table(text: str, name: str) -> Table:
    """A file of separated values. Raises Refused for what is no table."""
    return described(_rows(text, name))


def described(rows: Sequence[Row]) -> Table:
    """Rows of cells, the first of which may name the columns; lines of words above them stand as they are."""
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    if not rows:
        return Table("", "", ())
    above = lines_above(rows)
    columns, body, notes = named_columns([[_one_line(cell) for cell in row] for row in rows[above:]])
    blocks = [_one_line("".join(row)) for row in rows[:above]]
    blocks += ["\n".join(f"{columns[place]}: {row[place]}" for place in columns if place < len(row) and row[place]) for row in body]
    size = f"{_count(len(body), 'row')}, {_count(len(columns), 'column')}"
    return Table("\n\n".join(block for block in blocks if block), size, notes if UNNAMED in notes else (*notes, *_uneven(rows[above:])))


def lines_above(rows: Sequence[Row]) -> int:
    """How many rows hold a title or a remark: one cell, the first, in a table of several columns. The last row is none."""
    usual = Counter(map(len, rows)).most_common(1)[0][0]
    alone = [usual > 1 and bool(row[0].strip()) and not any(cell.strip() for cell in row[1:]) for row in rows[:-1]]
    return alone.index(False) if False in alone else 0


def _uneven(rows: Sequence[Row]) -> tuple[str, ...]:
    """Rows that hold more or fewer cells than the first, but for empty ones at their ends."""
    width = len(rows[0])
    uneven = sum(len(row) < width or any(cell.strip() for cell in row[width:]) for row in rows[1:])
    if not uneven:
        return ()
    return (f"{uneven:,} of {_count(len(rows) - 1, 'row')} {'has' if uneven == 1 else 'have'} more or fewer cells than the first.",)


def _rows(text: str, name: str) -> list[list[str]]:
    try:
        mark, text = separated(text, name)
        return _split(text, mark)
    except csv.Error as error:
        fix = "Look for a quotation mark without its partner, and choose it again."
        raise Refused("cannot be read as a table: one of its cells does not end.", fix) from error


def separated(text: str, name: str) -> tuple[str, str]:
    """What parts its cells, and the text without a line that says so."""
    if said := SAID.match(text):
        return said[1], text[said.end() :]
    return "\t" if name.lower().endswith((".tsv", ".tab")) and "\t" in text else _separator(text), text


def _split(text: str, mark: str) -> list[list[str]]:
    before = csv.field_size_limit(LONGEST_CELL)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=mark))
    finally:
        csv.field_size_limit(before)


def _separator(text: str) -> str:
    """The mark that gives the most rows of one width, the widest of those."""
    start = text[:LOOKED_AT] if len(text) <= LOOKED_AT else text[: text.rfind("\n", 0, LOOKED_AT) + 1] or text[:LOOKED_AT]

    def fit(mark: str) -> tuple[int, bool]:
        try:
            widths = Counter(len(row) for row in _split(start, mark) if len(row) > 1)
        except csv.Error:
            return (0, False)
        return (max(widths.values(), default=0), mark != ",")

    return max(SEPARATORS, key=fit) if any(mark in start for mark in SEPARATORS) else ","


def _count(number: int, what: str) -> str:
    return f"{number:,} {what if number == 1 else what + 's'}"


def _one_line(cell: str) -> str:
    return " ".join(cell.split())
