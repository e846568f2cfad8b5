"""Tables made even: a merged cell stands in each row and column that it covers, and a table that only places words is none."""

import copy

from bs4 import BeautifulSoup, Tag

WIDEST = 200
"""Columns that a cell may cover; HTML allows 1,000."""
MOST_CELLS = 100_000
"""In one table, merged ones counted as often as they stand; beyond, it stays as it is."""


def even_tables(page: BeautifulSoup) -> None:
    for table in reversed(page.find_all("table")):
        if table.get("role") in ("presentation", "none") or table.find("table") or not _in_columns(table):
            _opened(table)
        else:
            _evened(table)


def _rows(table: Tag) -> list[Tag]:
    rows = [row for row in table.find_all("tr") if row.find_parent("table") is table]
    feet = [row for row in rows if row.parent and row.parent.name == "tfoot"]
    return [row for row in rows if row not in feet] + feet if feet else rows


def _cells(row: Tag) -> list[Tag]:
    return list(row.find_all(["td", "th"], recursive=False))


def _in_columns(table: Tag) -> bool:
    """Are there two cells side by side, with words, in any row?"""
    return any(sum(bool(cell.get_text(strip=True)) for cell in _cells(row)) > 1 for row in _rows(table))


def _opened(table: Tag) -> None:
    """Its cells become blocks one after the other."""
    parts = table.find_all(["tbody", "thead", "tfoot", "tr", "td", "th", "caption"])
    for part in [table, *(part for part in parts if part.find_parent("table") is table)]:
        part.name = "div"


def _evened(table: Tag) -> None:
    rows = _rows(table)
    grid = _grid(rows)
    if grid is None:
        return
    body = Tag(name="tbody")
    for cells in grid:
        row = Tag(name="tr")
        for cell in cells:
            row.append(cell)
        body.append(row)
    for row in rows:
        row.extract()
    for part in table.find_all(["thead", "tbody", "tfoot"], recursive=False):
        if part.get_text(strip=True):
            part.name = "div"  # words that stand outside of any row
            table.insert_before(part.extract())
        else:
            part.decompose()
    table.append(body)


def _grid(rows: list[Tag]) -> list[list[Tag]] | None:
    """Every place of every row; None where that were too many."""
    open_below: dict[int, tuple[int, Tag]] = {}
    grid: list[list[Tag]] = []
    count = 0
    width = max((sum(_span(cell, "colspan", WIDEST) for cell in _cells(row)) for row in rows), default=0)
    for number, row in enumerate(rows):
        places: dict[int, Tag] = {}
        for column, (left, cell) in list(open_below.items()):
            places[column] = copy.copy(cell)
            if left > 1:
                open_below[column] = (left - 1, cell)
            else:
                del open_below[column]
        column = 0
        for cell in _cells(row):
            while column in places:
                column += 1
            across, down = _span(cell, "colspan", WIDEST), min(_span(cell, "rowspan", len(rows)), len(rows) - number)
            for key in ("colspan", "rowspan"):
                del cell[key]
            for place in range(column, column + across):
                whole_row = across >= width > 1
                shown = cell if place == column else _empty(cell) if whole_row else copy.copy(cell)
                places[place] = shown
                if down > 1:
                    open_below[place] = (down - 1, shown)
            column += across
        count += len(places)
        if count > MOST_CELLS:
            return None
        grid.append([places.get(place) or Tag(name="td") for place in range(max(places, default=-1) + 1)])
    widest = max(map(len, grid), default=0)
    if widest * len(grid) <= MOST_CELLS:
        for line in grid:
            line += [Tag(name="td") for _ in range(widest - len(line))]
    return grid


def _empty(cell: Tag) -> Tag:
    return Tag(name=cell.name)


def _span(cell: Tag, name: str, most: int) -> int:
    """How many places it covers; a rowspan of 0 means the rest."""
    said = str(cell.get(name, "1")).strip()
    count = int(said) if said.isascii() and said.isdigit() and len(said) < 6 else 1
    return max(1, min(count or (most if name == "rowspan" else 1), most))
