"""Plain text, Markdown and tables: bytes become letters, honestly or not at all."""

import codecs
import csv
import io
import re
import unicodedata
from collections import Counter

from fluencylab.documents.refusal import Refused

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""UTF-32 before UTF-16, whose mark it begins with."""
SAVE = "Open it in the program it comes from, save it as plain text in UTF-8, and choose that."
FEW = 0.01
"""Of all letters: more that cannot be read, or that control a machine, and it is no text."""
FOREIGN = 0.3
"""Western text has fewer letters than this outside of ASCII; from here on the table of letters is a guess."""
LONGEST_CELL = 200_000
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff\u202d\u202e\u00ad\u200b\u2060]")
"""What no reader sees: also soft hyphens, and the two marks that turn a line round. Joiners stay; emoji and Arabic need them."""


def decoded(data: bytes) -> tuple[str, tuple[str, ...]]:
    """The letters, and a note where they are not plainly UTF-8. Raises Refused for bytes that are no text, or whose letters are a guess."""
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return _marked(data[len(mark) :], encoding)
    if b"\0" in data:
        return _wide(data)
    try:
        return _readable(data.decode("utf-8")), ()
    except UnicodeDecodeError:
        return _western(data)


def _marked(data: bytes, encoding: str) -> tuple[str, tuple[str, ...]]:
    text = data.decode(encoding, errors="replace")
    lost = text.count("\ufffd")
    if lost > len(text) * FEW:
        raise _no_text()
    return _readable(text), _lost(lost) if lost else ()


def _wide(data: bytes) -> tuple[str, tuple[str, ...]]:
    """UTF-16 without a mark: one of the two orders gives only letters that exist, spaces among them."""
    even = data[: len(data) // 2 * 2]
    for encoding in ("utf-16-le", "utf-16-be"):
        try:
            text = even.decode(encoding)
        except UnicodeDecodeError:
            continue
        nowhere = any(unicodedata.category(letter) in ("Cn", "Co") for letter in text[:20_000])
        if not nowhere and sum(map(text.count, " \n")) > len(text) / 200:
            return _readable(text), ("It has no mark of its encoding; it was read as UTF-16.",)
    raise _no_text()


def _western(data: bytes) -> tuple[str, tuple[str, ...]]:
    """Not UTF-8: mixed with it, or one byte a letter."""
    mixed = data.decode("utf-8", errors="replace")
    lost = mixed.count("\ufffd")
    beyond = sum(letter > "\x7f" for letter in mixed)
    if lost <= len(mixed) * FEW and beyond > 3 * lost:
        return _readable(mixed), _lost(lost)
    text = data.decode("cp1252", errors="replace")
    outside = sum(letter > "\x7f" for letter in text)
    letters = sum(letter > "\x7f" and letter.isalpha() for letter in text)
    if "\ufffd" in text or outside > len(text) * FOREIGN or letters * 2 < outside:
        _readable(text.replace("\ufffd", "\0"))
        raise Refused("is written in an encoding that cannot be told from its bytes.", SAVE)
    return _readable(text), ("It is not in UTF-8; it was read as Windows-1252 (Western Europe). Look at letters such as é and ü.",)


def _lost(count: int) -> tuple[str, ...]:
    places, are = ("place", "is") if count == 1 else ("places", "are")
    return (f"{count:,} {places} could not be read as Unicode and {are} shown as \ufffd.",)


def _readable(text: str) -> str:
    control = sum(letter < " " and letter not in "\n\r\t\f" for letter in text)
    if control > max(3, len(text) * FEW) or "\0" in text:
        raise _no_text()
    return text


def _no_text() -> Refused:
    return Refused("holds no text: its bytes are of some other kind.", SAVE)


def clean(text: str) -> str:
    """Only what can be seen, with one kind of line end, no space at the ends of lines and at most one empty line in a row."""
    text = re.sub(r"\r\n?|[\f\v\x85\u2028\u2029]", "\n", text)
    lines = [line.rstrip() for line in CONTROL.sub("", text).replace("\u00a0", " ").split("\n")]
    kept = [line for number, line in enumerate(lines) if line or (number and lines[number - 1])]
    return "\n".join(kept).strip("\n")


def table(text: str, name: str) -> tuple[str, str, tuple[str, ...]]:
    """Each row as lines of "column: value"; and its size, and notes. Raises Refused for what is no table."""
    rows = [row for row in _rows(text, name) if any(cell.strip() for cell in row)]
    if not rows:
        return "", "", ()
    usual = Counter(map(len, rows)).most_common(1)[0][0]
    alone = [usual > 1 and sum(bool(cell.strip()) for cell in row) == 1 for row in rows[:-1]]
    titles = alone.index(False) if False in alone else 0
    blocks = [_cell("".join(row)) for row in rows[:titles]]
    columns, body, notes = _columns(rows[titles:])
    for row in body:
        named = zip(columns + [f"column {n + 1}" for n in range(len(columns), len(row))], row, strict=False)
        blocks.append("\n".join(f"{column}: {_cell(value)}" for column, value in named if value.strip()))
    width = max(map(len, rows[titles:]))
    uneven = sum(len(row) != len(columns) for row in body)
    if uneven and not notes:
        notes += (f"{uneven:,} of {len(body):,} rows {'has' if uneven == 1 else 'have'} more or fewer cells than the first.",)
    size = f"{len(body):,} {'row' if len(body) == 1 else 'rows'}, {width:,} {'column' if width == 1 else 'columns'}"
    return "\n\n".join(blocks), size, notes


def _rows(text: str, name: str) -> list[list[str]]:
    mark = "\t" if name.lower().endswith(".tsv") and "\t" in text else _separator(text)
    before = csv.field_size_limit(LONGEST_CELL)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=mark))
    except csv.Error as error:
        fix = "Look for a quotation mark without its partner, and choose it again."
        raise Refused("cannot be read as a table: one of its cells does not end.", fix) from error
    finally:
        csv.field_size_limit(before)


def _separator(text: str) -> str:
    """The mark that stands equally often in the most lines; of two such, not the comma, which numbers have too."""
    lines = [line for line in text.splitlines()[:30] if line.strip()]
    alike = {mark: Counter(line.count(mark) for line in lines if mark in line) for mark in "\t;|,"}
    return max("\t;|,", key=lambda mark: max(alike[mark].values(), default=0)) if any(alike.values()) else ","


def _columns(rows: list[list[str]]) -> tuple[list[str], list[list[str]], tuple[str, ...]]:
    """The first row holds the names when it has one for each column, all different and no number among them."""
    first = [" ".join(cell.split()) for cell in rows[0]]
    if len(rows) > 1 and all(first) and len(set(first)) == len(first) and not any(re.fullmatch(r"[-+\d.,\s%€$£]+", cell) for cell in first):
        return first, rows[1:], ()
    numbered = [f"column {number}" for number in range(1, max(map(len, rows)) + 1)]
    return numbered, rows, ("Its first row names no columns, so they are numbered.",)


def _cell(value: str) -> str:
    return " ".join(value.split())
