"""Cases out of a file: CSV, JSON lines or one JSON list as it was pasted or uploaded, read without believing any of it.

    text,guests,day                            {"text": "Table for 2 on Friday.", "guests": 2, "day": "Friday"}
    Table for 2 on Friday.,2,Friday

A column of row numbers, empty rows at the end and capitals in the names of columns are what programs add: they change nothing.
A value that cannot be used is a ValueError whose words end the sentence "“cases” cannot be used: …".
"""

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

from fluencylab.documents.column_names import counts_rows
from fluencylab.documents.table import separated

BYTES = 1_000_000
ROWS = 200
LETTERS = 4_000
COLUMNS = 12
OURS = frozenset(
    ("text", "label", "score", "expect", "reference", "right", "asked", "mark", "answer", "holds", "lacks", "known", "tool", "customer")
)
"""What the labs look for: written in capitals, too, it is meant."""
COUNTING = ("", "index", "unnamed: 0")
"""What programs call a column that counts the rows."""
Row = dict[str, Any]


def lines(text: str) -> list[str]:
    """Each line once, without empty ones."""
    return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


def rows(text: str, least: int = 1) -> list[Row]:
    """The cases in it; each has a `text` and at least one more value. A column of whole numbers is read as such."""
    if len(text.encode("utf-8", "replace")) > BYTES:
        raise ValueError("it is larger than 1 MB")
    if not _plain(text):
        raise ValueError("it holds signs that no text has; is it a spreadsheet file? Save it as CSV")
    text = text.strip().removeprefix("\ufeff")
    if not text:
        raise ValueError("it is empty")
    found = _json_list(text) if text.startswith("[") else _jsonl(text) if text.startswith("{") else _csv(text)
    if len(found) < least:
        raise ValueError(f"it has {len(found)} {'case' if len(found) == 1 else 'cases'} and needs at least {least}")
    return found


def _plain(text: str) -> bool:
    """Without control characters and halves of characters."""
    return not any((letter < " " and letter not in "\t\r\n") or "\ud800" <= letter <= "\udfff" for letter in text)


def _count(n: int) -> None:
    if n > ROWS:
        raise ValueError(f"it has more than {ROWS} cases, the most that one run takes")


def _json_list(text: str) -> list[Row]:
    try:
        rows = json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError("it begins like a JSON list and cannot be read as one") from None
    return _objects([(f"entry {number}", row) for number, row in enumerate(rows, start=1)])


def _jsonl(text: str) -> list[Row]:
    found: list[tuple[str, Any]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            found.append((f"line {number}", json.loads(line)))
        except (ValueError, RecursionError):
            raise ValueError(f"line {number} is not JSON; each line must be one object of its own, or the whole one list of them") from None
        _count(len(found))
    return _objects(found)


def _objects(rows: Sequence[tuple[str, Any]]) -> list[Row]:
    """Each with the words for where it stands."""
    _count(len(rows))
    found: list[Row] = []
    for place, row in rows:
        if not isinstance(row, dict):
            raise ValueError(f"{place} is not an object in braces")
        names = _names([str(key) for key in row])
        found.append(_checked(dict(zip(names, row.values(), strict=True)), place))
    if any(set(row) != set(found[0]) for row in found):
        raise ValueError("its lines do not all have the same keys")
    return found


def _names(names: Sequence[str]) -> list[str]:
    """Stripped; and ours without their capitals, unless they stand there without, too."""
    stripped = [name.strip() for name in names]
    return [name.casefold() if name.casefold() in OURS and name.casefold() not in stripped else name for name in stripped]


def _csv(text: str) -> list[Row]:
    between, text = separated(text, "")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=between, strict=True)
    found: list[Row] = []
    try:
        names = _names(next(reader, []))
        body = [(f"line {reader.line_num}", [cell.strip() for cell in row]) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise ValueError(f"line {reader.line_num} is not CSV ({error})") from None
    kept = _used(names, [row for _, row in body])
    names = [names[place] for place in kept]
    if "text" not in names:
        raise ValueError("its first line must name the columns, and one of them must be “text”")
    if len(set(names)) < len(names) or "" in names or len(names) > COLUMNS:
        raise ValueError(f"its first line must name each column once, {COLUMNS} at most")
    _count(len(body))
    for place, row in body:
        if len(row) <= kept[-1] or any(row[kept[-1] + 1 :]):
            raise ValueError(f"{place} has not one value for each column; a text with a comma in it needs quotes")
        found.append(_checked({name: row[at] for name, at in zip(names, kept, strict=True)}, place))
    return _numbered(found)


def _used(names: Sequence[str], body: Sequence[Sequence[str]]) -> list[int]:
    """The places of the columns, but for those that only count the rows, and those that hold neither a name nor a value."""
    kept = [place for place, name in enumerate(names) if name or any(row[place : place + 1] != [""] and len(row) > place for row in body)]
    if len(kept) > 1 and names[kept[0]].casefold() in COUNTING and counts_rows([row[0] for row in body]):
        kept = kept[1:]
    return kept


def _checked(row: Row, place: str) -> Row:
    text = row.get("text")
    if not isinstance(text, str) or not text.strip():
        raise ValueError(f"{place} has no “text”")
    if len(row) < 2:
        raise ValueError("beside “text” there must be what is expected")
    for value in row.values():
        if not isinstance(value, str | int | float | bool | None) or value != value:
            raise ValueError(f"{place} holds a list or an object; only texts, numbers, true, false and null can be expected")
        if isinstance(value, str) and not _plain(value):
            raise ValueError(f"{place} holds signs that no text has")
        if isinstance(value, str) and len(value) > LETTERS:
            raise ValueError(f"{place} has a text of more than {LETTERS:,} characters")
    return {key: value.strip() if isinstance(value, str) else value for key, value in row.items()}


def _numbered(found: list[Row]) -> list[Row]:
    """CSV knows no numbers: a column that holds nothing else is read as whole numbers; an empty value is none."""
    for name in list(found[0]) if found else []:
        told = [row[name] for row in found if row[name]]
        whole = name not in ("text", "expect") and bool(told) and all(_is_whole(value) for value in told)
        for row in found:
            row[name] = (int(row[name]) if whole else row[name]) if row[name] else None
    return found


def _is_whole(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) < 16
