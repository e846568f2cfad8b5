"""The sheets of an ODS: its cells hold what they show, as words, and one of them may stand for many."""

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple
from xml.etree import ElementTree as Tree

from fluencylab.documents.raised import lowered, raised
from fluencylab.documents.refusal import Refused
from fluencylab.documents.sheets import Merged, Sheet

OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
MOST_CELLS = 1_000_000
"""In all sheets together, repeated ones counted as often as they stand."""
MOST_EMPTY = 1_000
"""So many empty cells in a row are believed; at the ends of rows stand more than sixteen thousand."""
TOO_MANY = Refused(f"stands for more than {MOST_CELLS:,} cells.", "Save the part you need as a sheet of its own, and choose that.")


Marks = Mapping[str, Collection[str]]


def sheets(content: Tree.Element, without: Collection[str], marks: Marks) -> Iterator[Sheet]:
    """One after the other; of a cell's words all but the elements named in `without`. Raises Refused.

    `marks`: what of a style has meaning: "sup", "sub", "s".
    """
    hidden = {
        style.get(f"{STYLE}name", "")
        for style in content.iter(f"{STYLE}style")
        for properties in style.iter(f"{STYLE}table-properties")
        if properties.get(f"{TABLE}display") == "false"
    }
    left = MOST_CELLS
    for table in content.iter(f"{TABLE}table"):
        sheet = _sheet(table, table.get(f"{TABLE}style-name", "") in hidden, _Words(without, marks), left)
        left -= sum(map(len, sheet.rows))
        yield sheet


def _sheet(table: Tree.Element, hidden: bool, words: "_Words", left: int) -> Sheet:
    columns_away = set(_hidden_columns(table))
    rows: list[list[str]] = []
    merged: list[Merged] = []
    numbers: list[int] = []
    rows_away, number = 0, 1
    for row in table.iter(f"{TABLE}table-row"):
        cells, spans = _cells(row, words)
        repeated = _times(row, "number-rows-repeated")
        times = repeated if any(cells) else 1
        first, number = number, number + repeated
        if row.get(f"{TABLE}visibility", "visible") != "visible":
            rows_away += times if any(cells) else 0
            continue
        left -= times * len(cells)
        if left < 0:
            raise TOO_MANY
        merged += [Merged(len(rows), column, len(rows) + down - 1, column + across - 1) for column, across, down in spans]
        rows += [cells] * times
        numbers += range(first, first + times)
    used = {column for row in rows for column, cell in enumerate(row) if cell}
    away = columns_away & used
    if away:  # places of merged cells would shift
        merged, rows = [], [[cell for column, cell in enumerate(row) if column not in away] for row in rows]
    return Sheet(table.get(f"{TABLE}name", ""), rows, merged, hidden, rows_away, len(away), numbers)


def _cells(row: Tree.Element, words_of: "_Words") -> tuple[list[str], list[tuple[int, int, int]]]:
    """The words of its cells; and of merged ones the column, and how many columns and rows they cover."""
    cells: list[str] = []
    spans: list[tuple[int, int, int]] = []
    for cell in row:
        if cell.tag not in (f"{TABLE}table-cell", f"{TABLE}covered-table-cell"):
            continue
        words = "" if cell.tag.endswith("covered-table-cell") else words_of.cell(cell)
        across, down = _times(cell, "number-columns-spanned"), _times(cell, "number-rows-spanned")
        if across > 1 or down > 1:
            spans.append((len(cells), across, down))
        times = _times(cell, "number-columns-repeated")
        if words and len(cells) + times > MOST_CELLS:
            raise TOO_MANY
        cells += [words] * (times if words else min(times, MOST_EMPTY))
    while cells and not cells[-1]:
        cells.pop()
    return cells, spans


class _Words(NamedTuple):
    without: Collection[str]
    marks: Marks

    def cell(self, cell: Tree.Element) -> str:
        lines = [" ".join(self._plain(line, "").split()) for line in cell.findall(f"{TEXT}p")]
        return " ".join(filter(None, lines)) or cell.get(f"{OFFICE}value", "")

    def _plain(self, element: Tree.Element, before: str) -> str:
        """The words in it; `before`: those on its line that stand before it."""
        text = element.text or ""
        for one in element:
            if one.tag in (f"{TEXT}s", f"{TEXT}tab", f"{TEXT}line-break"):
                text += " "
            elif one.tag not in self.without:
                text += self._marked(one, before + text)
            text += one.tail or ""
        return text

    def _marked(self, one: Tree.Element, before: str) -> str:
        words, marks = self._plain(one, before), self.marks.get(one.get(f"{TEXT}style-name", ""), ())
        words = raised(before, words) if "sup" in marks else lowered(before, words) if "sub" in marks else words
        return f"~~{words}~~" if "s" in marks and words.strip() else words


def _hidden_columns(table: Tree.Element) -> Iterator[int]:
    at = 0
    for column in table.iter(f"{TABLE}table-column"):
        times = min(_times(column, "number-columns-repeated"), 2 * MOST_EMPTY)
        if column.get(f"{TABLE}visibility", "visible") != "visible":
            yield from range(at, at + times)
        at += times


def _times(element: Tree.Element, name: str) -> int:
    said = element.get(f"{TABLE}{name}", "1")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 and said != "0" else 1
