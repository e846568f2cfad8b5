"""The sheets of a spreadsheet as text: each under its name, row by row, and what was left out.

## Prices

Item: lamp
2024 Price: €5
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from fluencylab.documents.column_names import NUMBER, PERIOD
from fluencylab.documents.refusal import Refused
from fluencylab.documents.table import described

NO_VALUES = Refused("holds no values that are shown.", "Look at it in another program; choose the file the values are in.")
NAMED = 3
"""Names of sheets that a note holds."""
FIRST_ROWS = 10
"""Where names of columns on two levels are looked for."""


class Merged(NamedTuple):
    """Cells that are one. Rows and columns count from 0; the last is among them."""

    top: int
    left: int
    bottom: int
    right: int


class Sheet(NamedTuple):
    """Cells as they are shown. `hidden_rows`, `hidden_columns`: how many were left out. `numbers`: of its rows in the file, from 1."""

    name: str
    rows: list[list[str]]
    merged: Sequence[Merged] = ()
    hidden: bool = False
    hidden_rows: int = 0
    hidden_columns: int = 0
    numbers: Sequence[int] = ()


def sheets_text(sheets: Iterable[Sheet]) -> tuple[str, str, tuple[str, ...]]:
    """Text, size ("2 sheets, 40 rows") and notes."""
    sheets = list(sheets)
    blocks: list[str] = []
    notes: list[str] = []
    rows = 0
    shown = 0
    for sheet in sheets:
        if sheet.hidden:
            continue
        found = described(spread(sheet))
        notes += hidden_lines(sheet)
        if not found.text:
            continue
        shown += 1
        blocks.append(f"## {' '.join(sheet.name.split())}\n\n{found.text}")
        rows += int(found.size.partition(" ")[0].replace(",", ""))
        notes += [f"“{sheet.name}”: {note[0].lower()}{note[1:]}" for note in found.notes]
    notes = hidden_sheets([sheet for sheet in sheets if sheet.hidden]) + notes
    size = f"{_count(shown, 'sheet')}, {_count(rows, 'row')}"
    return "\n\n".join(blocks), size, tuple(notes)


def spread(sheet: Sheet) -> list[list[str]]:
    """Merged cells say in each row what they say: down always, across where they name several columns."""
    rows = [list(row) for row in sheet.rows]
    widest = max(map(len, rows), default=0)
    over: list[int] = []
    for top, left, bottom, right in sheet.merged:
        if top >= len(rows) or left >= len(rows[top]):
            continue
        value = rows[top][left]
        titles_all = left == 0 and right + 1 >= widest and top == bottom
        if right > left and not titles_all and top < FIRST_ROWS:
            over.append(top)
        for row in range(top, min(bottom, len(rows) - 1) + 1):
            last = left if titles_all or (right > left and top >= FIRST_ROWS) else right
            for column in range(left, min(last, widest - 1) + 1):
                rows[row] += [""] * (column + 1 - len(rows[row]))
                rows[row][column] = value
    return _one_level(rows, min(over)) if over else rows


def _one_level(rows: list[list[str]], top: int) -> list[list[str]]:
    """Names on two levels as one row: "2024" over "Q1" is "2024 Q1"."""
    if top + 2 >= len(rows) or any(sum(map(bool, row)) > 1 for row in rows[:top]):
        return rows
    upper, lower = rows[top], rows[top + 1]
    if any(NUMBER.fullmatch(name) and not PERIOD.fullmatch(name) for name in lower):
        return rows  # a row of values
    width = max(len(upper), len(lower))
    pairs = zip(upper + [""] * (width - len(upper)), lower + [""] * (width - len(lower)), strict=True)
    return [*rows[:top], [above if above == below else f"{above} {below}".strip() for above, below in pairs], *rows[top + 2 :]]


def hidden_lines(sheet: Sheet) -> list[str]:
    told = [_count(sheet.hidden_rows, "hidden row")] if sheet.hidden_rows else []
    told += [_count(sheet.hidden_columns, "hidden column")] if sheet.hidden_columns else []
    several = sheet.hidden_rows + sheet.hidden_columns > 1
    return [f"“{sheet.name}”: {' and '.join(told)} {'were' if several else 'was'} left out."] if told else []


def hidden_sheets(hidden: Sequence[Sheet]) -> list[str]:
    if not hidden:
        return []
    names = ", ".join(f"“{sheet.name}”" for sheet in hidden[:NAMED]) + (" …" if len(hidden) > NAMED else "")
    return [f"{_count(len(hidden), 'hidden sheet')} {'was' if len(hidden) == 1 else 'were'} left out: {names}."]


def _count(number: int, what: str) -> str:
    return f"{number:,} {what if number == 1 else what + 's'}"
