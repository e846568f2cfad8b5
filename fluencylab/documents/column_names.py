"""What the columns of a table are called: by its first row, where that names them, however incompletely.

,plan,price        -> plan, price; the column without a name counts the rows       Metric,2023,2024  -> Metric, 2023, 2024
plan,price,price   -> plan, price, price (2)                                       Year;Revenue;     -> Year, Revenue
"""

import re
from collections import Counter
from collections.abc import Sequence

NUMBER = re.compile(r"[-+\d.,\s%€$£¥'’()]*\d[-+\d.,\s%€$£¥'’()]*")
PERIOD = re.compile(r"(19|20)\d\d([-/.](\d\d|\d)){0,2}|(\d\d?[-/.]){1,2}(19|20)\d\d")
"""A number that names a column as often as it fills one: a year, a month, a day."""
UNNAMED = "Its first row names no columns, so they are numbered."
COUNTS = "A first column without a name only counts the rows; it was left out."

Columns = dict[int, str]
Rows = list[list[str]]


def named_columns(rows: Rows) -> tuple[Columns, Rows, tuple[str, ...]]:
    """Each column that holds anything by its place, the rows below the names, and notes. Cells are one line each, stripped."""
    width = max(map(len, rows))
    first = rows[0] + [""] * (width - len(rows[0]))
    names_them = len(rows) > 1 and _are_names(first, rows[1:])
    body = rows[1:] if names_them else rows
    held = [place for place in range(width) if (names_them and first[place]) or any(_cell(row, place) for row in body)]
    if not names_them:
        return {place: f"column {place + 1}" for place in held}, body, (UNNAMED,)
    counts = not first[0] and len(held) > 1 and counts_rows([_cell(row, 0) for row in body])
    names = _apart([first[place] or f"column {place + 1}" for place in held])
    columns = dict(zip(held, names, strict=True))
    if counts:
        del columns[0]
    return columns, body, (COUNTS,) if counts else ()


def _are_names(first: Sequence[str], body: Rows) -> bool:
    """Most of the columns that hold values have one, and no number is among them that only stands there as a value."""
    held = [place for place in range(len(first)) if any(_cell(row, place) for row in body)]
    named = [place for place, name in enumerate(first) if name]
    if sum(bool(first[place]) for place in held) * 2 < len(held):
        return False
    numbers = [place for place in named if NUMBER.fullmatch(first[place])]
    if not numbers:
        return True
    periods = all(PERIOD.fullmatch(first[place]) and not _is_period_column(body, place) for place in numbers)
    return periods and len(named) > 1 and len({first[place] for place in numbers}) == len(numbers)


def _is_period_column(body: Rows, place: int) -> bool:
    values = [value for row in body if (value := _cell(row, place))]
    return bool(values) and all(PERIOD.fullmatch(value) for value in values)


def counts_rows(values: Sequence[str]) -> bool:
    """0, 1, 2 … or 1, 2, 3 …"""
    return (
        bool(values)
        and values[0] in ("0", "1")
        and values == [str(number) for number in range(int(values[0]), int(values[0]) + len(values))]
    )


def _apart(names: Sequence[str]) -> list[str]:
    """Each name once: the second "price" becomes "price (2)"."""
    taken, times = set(names), Counter[str]()
    found: list[str] = []
    for name in names:
        times[name] += 1
        fresh = name
        while times[name] > 1 and fresh in taken:
            fresh = f"{name} ({times[name]})"
            times[name] += fresh in taken
        taken.add(fresh)
        found.append(fresh)
    return found


def _cell(row: Sequence[str], place: int) -> str:
    return row[place] if place < len(row) else ""
