"""Cells of a table that leaves the lab: numbers stay numbers, and no text in them is ever worked out as a formula.

csv_cell("=1+1")      "'=1+1"      as spreadsheets mark a text by themselves
text_of({"a": 1})     '{"a": 1}'
"""

import json

from fluencylab.text.harmless_cells import harmless_cell
from fluencylab.text.terminal import harmless

LONGEST = 32_767
"""Characters that a cell of a workbook holds."""


def csv_cell(value: object) -> object:
    """A number, a yes or no or nothing as it is; a text with an apostrophe where it could be taken for a formula."""
    if value is None or isinstance(value, bool | int | float):
        return value
    return harmless_cell(text_of(value))


def text_of(value: object) -> str:
    """What is no text, as JSON; without signs that no cell can show."""
    return harmless(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str), "�")
