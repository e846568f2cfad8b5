"""Cases out of a file: CSV or JSONL as it was pasted or uploaded, read without believing any of it.

    text,guests,day                            {"text": "Table for 2 on Friday.", "guests": 2, "day": "Friday"}
    Table for 2 on Friday.,2,Friday

A value that cannot be used is a ValueError whose words end the sentence "“cases” cannot be used: …".
"""

import csv
import io
import json
from typing import Any

BYTES = 1_000_000
ROWS = 200
LETTERS = 4_000
COLUMNS = 12
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
    found = _jsonl(text) if text[0] in "{[" else _csv(text)
    if len(found) < least:
        raise ValueError(f"it has {len(found)} {'case' if len(found) == 1 else 'cases'} and needs at least {least}")
    return found


def _plain(text: str) -> bool:
    """Without control characters and halves of characters."""
    return not any((letter < " " and letter not in "\t\r\n") or "\ud800" <= letter <= "\udfff" for letter in text)


def _count(n: int) -> None:
    if n > ROWS:
        raise ValueError(f"it has more than {ROWS} cases, the most that one run takes")


def _jsonl(text: str) -> list[Row]:
    found: list[Row] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            raise ValueError(f"line {number} is not JSON; each line must be one object of its own") from None
        if not isinstance(row, dict):
            raise ValueError(f"line {number} is not an object in braces")
        found.append(_checked({str(key): value for key, value in row.items()}, number))
        _count(len(found))
    if any(set(row) != set(found[0]) for row in found):
        raise ValueError("its lines do not all have the same keys")
    return found


def _csv(text: str) -> list[Row]:
    between = max(",;\t", key=text.partition("\n")[0].count)  # a spreadsheet writes semicolons where the comma is the decimal sign
    reader = csv.DictReader(io.StringIO(text, newline=""), restkey="", delimiter=between, strict=True)
    found: list[Row] = []
    try:
        names = [name.strip() for name in reader.fieldnames or []]
        if "text" not in names:
            raise ValueError("its first line must name the columns, and one of them must be “text”")
        if len(set(names)) < len(names) or "" in names or len(names) > COLUMNS:
            raise ValueError(f"its first line must name each column once, {COLUMNS} at most")
        reader.fieldnames = names
        for row in reader:
            if "" in row or None in row.values():
                raise ValueError(f"line {reader.line_num} has not one value for each column; a text with a comma in it needs quotes")
            found.append(_checked(row, reader.line_num))
            _count(len(found))
    except csv.Error as error:
        raise ValueError(f"line {reader.line_num} is not CSV ({error})") from None
    return _numbered(found)


def _checked(row: Row, number: int) -> Row:
    text = row.get("text")
    if not isinstance(text, str) or not text.strip():
        raise ValueError(f"line {number} has no “text”")
    if len(row) < 2:
        raise ValueError("beside “text” there must be what is expected")
    for value in row.values():
        if not isinstance(value, str | int | float | bool | None) or value != value:
            raise ValueError(f"line {number} holds a list or an object; only texts, numbers, true, false and null can be expected")
        if isinstance(value, str) and not _plain(value):
            raise ValueError(f"line {number} holds signs that no text has")
        if isinstance(value, str) and len(value) > LETTERS:
            raise ValueError(f"line {number} has a text of more than {LETTERS:,} characters")
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
