"""An XLSX as text: the values its cells show, sheet by sheet. No formula is worked out, and no macro is looked at."""

import datetime
import re
import warnings
from collections.abc import Mapping
from typing import Any

import openpyxl
from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.cell.rich_text import CellRichText
from openpyxl.utils.cell import range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

from fluencylab.documents.number_format import general, shown_moment, shown_number
from fluencylab.documents.packed import opened, repacked, xml_parts
from fluencylab.documents.raised import lowered, raised
from fluencylab.documents.refusal import Refused
from fluencylab.documents.sheets import NO_VALUES, Merged, Sheet, sheets_text

MOST_CELLS = 1_000_000
"""In one sheet, counted as the rectangle around all that are filled."""
SHEETS = "xl/worksheets/"
MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*ref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"[^>]*/>')
WITHOUT_VALUE = re.compile(
    rb"(?:</(?:\w+:)?f>|<(?:\w+:)?f(?:\s[^>]*)?/>)\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
"""A cell with a formula and nothing that came of it: what programs write that work nothing out."""
MOST_MERGED = 100_000
"""Cells that are one: of more, such as a whole column, the library would make as many objects, and they say nothing in each row."""
LINKS = ("xl/externalLinks/", "xl/pivotCache/", "customXml/")
"""Copies of other files' values, and of these once more."""


def words(data: bytes) -> tuple[str, str, tuple[str, ...]]:
    """Text, size ("2 sheets, 40 rows") and notes. Raises Refused."""
    sheets, left_out = sheets_of(data)
    text, size, notes = sheets_text(sheets)
    if not text:
        raise NO_VALUES
    return text, size, notes + left_out


def sheets_of(data: bytes) -> tuple[list[Sheet], tuple[str, ...]]:
    """Its sheets, and notes on what they do not hold. Raises Refused."""
    with opened(data, "XLSX") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what openpyxl would not write back
        parts = xml_parts(archive, lambda name: name.endswith((".xml", ".rels")) and not name.startswith(LINKS))
        names = archive.namelist()
        parts = {name: _without_endless_merges(xml) if name.startswith(SHEETS) else xml for name, xml in parts.items()}
        book = openpyxl.load_workbook(repacked(parts), data_only=True, keep_links=False, rich_text=True)
        formulas = _formulas(parts, book)
        sheets = [_sheet(sheet, formulas.get(sheet.title, {})) for sheet in book.worksheets]
        charts = len(book.chartsheets)
        uncomputed = sum(len(found) for found in formulas.values())
        comments = sum(bool(cell.comment) for sheet in book.worksheets for cell in sheet._cells.values())
    pictures = sum(name.startswith("xl/media/") for name in names)
    charts += sum(name.startswith("xl/charts/chart") for name in names)
    notes: tuple[str, ...] = (_uncomputed(uncomputed),) if uncomputed else ()
    notes += _left_out(pictures, "picture") + _left_out(charts, "chart") + _left_out(comments, "comment")
    if any(name.endswith("vbaProject.bin") for name in names):
        notes += ("Its macros were not run.",)
    return sheets, notes


def _left_out(count: int, what: str) -> tuple[str, ...]:
    return (f"{count:,} {what} was left out." if count == 1 else f"{count:,} {what}s were left out.",) if count else ()


def _uncomputed(count: int) -> str:
    these, stand = ("1 formula was", "stands") if count == 1 else (f"{count:,} formulas were", "stand")
    return f"{these} never worked out in this file and {stand} as written; save it once in a spreadsheet program for the values."


def _formulas(parts: Mapping[str, bytes], valued: Workbook) -> dict[str, dict[tuple[int, int], str]]:
    """By sheet and place, the formulas that the file holds no value of. A program that only writes files works none out."""
    if not any(WITHOUT_VALUE.search(xml) for name, xml in parts.items() if name.startswith(SHEETS)):
        return {}
    written = openpyxl.load_workbook(repacked(parts), keep_links=False)
    found: dict[str, dict[tuple[int, int], str]] = {}
    for sheet in written.worksheets:
        values = valued[sheet.title]._cells
        found[sheet.title] = {
            place: _formula(cell.value)
            for place, cell in sheet._cells.items()
            if cell.data_type == "f" and (place not in values or values[place].value is None)
        }
    return found


def _without_endless_merges(xml: bytes) -> bytes:
    left = MOST_MERGED

    def kept(found: re.Match[bytes]) -> bytes:
        nonlocal left
        first_column, first_row, last_column, last_row = range_boundaries(found[1].decode())
        left -= (size := (last_column - first_column + 1) * (last_row - first_row + 1))
        if left < 0:
            left += size
            return b""
        return found[0]

    return MERGED.sub(kept, xml)


def _formula(value: Any) -> str:
    text = getattr(value, "text", None) or getattr(value, "ref", None) or value
    return str(text)


def _sheet(sheet: Worksheet, formulas: Mapping[tuple[int, int], str]) -> Sheet:
    cells: dict[tuple[int, int], Cell] = sheet._cells  # only what is filled: `iter_rows` makes a cell of every empty place, too
    filled = {place: text for place, cell in cells.items() if (text := formulas.get(place) or _shown(cell))}
    if not filled:
        return Sheet(sheet.title, [], hidden=sheet.sheet_state != "visible")
    last_row, last_column = max(row for row, _ in filled), max(column for _, column in filled)
    used_rows, used_columns = {row for row, _ in filled}, {column for _, column in filled}
    if len(used_rows) * last_column > MOST_CELLS:
        raise Refused(f"has a sheet of more than {MOST_CELLS:,} cells.", "Save the part you need as a sheet of its own, and choose that.")
    rows_away = {number for number, row in sheet.row_dimensions.items() if row.hidden and number in used_rows}
    columns_away = {number for number in used_columns if _is_hidden(sheet, number)}
    rows = [number for number in range(1, last_row + 1) if number in used_rows - rows_away]
    columns = [number for number in range(1, last_column + 1) if number not in columns_away]
    row_at = {number: place for place, number in enumerate(rows)}
    column_at = {number: place for place, number in enumerate(columns)}
    merged = [
        Merged(row_at[one.min_row], column_at[one.min_col], _last(row_at, one.max_row), _last(column_at, one.max_col))
        for one in sheet.merged_cells.ranges
        if one.min_row in row_at and one.min_col in column_at
    ]
    grid = [[filled.get((row, column), "") for column in columns] for row in rows]
    return Sheet(sheet.title, grid, merged, sheet.sheet_state != "visible", len(rows_away), len(columns_away), rows)


def _last(places: Mapping[int, int], most: int) -> int:
    """The place of the last shown line up to this one."""
    return max(place for number, place in places.items() if number <= most)


def _is_hidden(sheet: Worksheet, column: int) -> bool:
    """Columns of one width are kept as one, from `min` to `max`."""
    return any(one.hidden and (one.min or 0) <= column <= (one.max or 0) for one in sheet.column_dimensions.values())


def _shown(cell: Cell) -> str:
    text = _value(cell)
    return f"~~{text}~~" if text.strip() and cell.has_style and cell.font.strike else text


def _value(cell: Cell) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, CellRichText):
        return _rich(value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime.datetime | datetime.date | datetime.time | datetime.timedelta):
        return shown_moment(value)
    if isinstance(value, int | float):
        return shown_number(value, cell.number_format) if cell.number_format != "General" else general(value)
    return str(value)


def _rich(value: CellRichText) -> str:
    """Words of which some are raised, lowered or struck out: 50 [1], ~~14~~ 30 days."""
    text = ""
    for block in value:
        if isinstance(block, str):
            text += block
        elif block.font.vertAlign == "superscript":
            text += raised(text, block.text)
        elif block.font.vertAlign == "subscript":
            text += lowered(text, block.text)
        else:
            text += f"~~{block.text}~~" if block.font.strike and block.text.strip() else block.text
    return text
