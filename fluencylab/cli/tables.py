"""What was measured as a table: with commas for a program, as a workbook for a spreadsheet.

    fluency lab run sampling --csv > facts.csv           fact,value,low,high,n
    fluency lab run sampling --xlsx run.xlsx             the sheets facts, steps and conditions

Numbers are numbers. Nothing is a formula: in a workbook a text is marked as one, in a CSV it begins with an apostrophe where it could be
taken for one, as spreadsheets do by themselves.
"""

import csv
import io
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from fluencylab.errors import BadInput, LabError
from fluencylab.instruments.base import Result, Step
from fluencylab.models.transport import library
from fluencylab.text.terminal import harmless

FACTS = ("fact", "value", "low", "high", "n")
CELL = 32_767
"""Characters that a cell of a workbook holds."""
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""What a spreadsheet takes a text for a formula by."""
Row = Sequence[object]


def one_form(as_json: bool, as_csv: bool) -> None:
    if as_json and as_csv:
        raise BadInput("--json and --csv cannot be printed together.", "Choose one of them; --xlsx goes with either.")


def facts(result: Result) -> list[Row]:
    """One row for each; measured once, it has no interval."""
    return [
        (name, one.value, *((one.low, one.high) if one.n > 1 else ("", "")), one.n) for name, one in result.measures.items()
    ]  # fmt: skip


def print_csv(head: Sequence[str], rows: Iterable[Row]) -> None:
    made = io.StringIO()
    table = csv.writer(made, lineterminator="\n")
    table.writerow(head)
    table.writerows([_inert(value) for value in row] for row in rows)
    sys.stdout.write(made.getvalue())
    sys.stdout.flush()


def _inert(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def write_workbook(path: Path, result: Result, signed: Mapping[str, Any], steps: Sequence[Step]) -> None:
    rows = [{"kind": step.kind, **step.data} for step in steps]
    head = list(dict.fromkeys(name for row in rows for name in row))
    write_sheets(
        path,
        {
            "facts": [FACTS, *facts(result)],
            "steps": [head, *([row.get(name) for name in head] for row in rows)],
            "conditions": [("condition", "value"), *signed.items(), ("says", result.says)],
        },
    )


def write_sheets(path: Path, sheets: Mapping[str, Iterable[Row]]) -> None:
    """The first row of each is its head. Raises LabError where the file cannot be written."""
    openpyxl = library("openpyxl")
    book = openpyxl.Workbook(write_only=True)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        sheet.freeze_panes = "A2"
        for row in rows:
            sheet.append([_cell(sheet, value) for value in row])
    made = io.BytesIO()
    book.save(made)
    try:
        path.write_bytes(made.getvalue())
    except OSError as error:
        fix = "Make room, close it where it is open, or choose another place."
        raise LabError(f"{path} cannot be written: {error.strerror}.", fix) from error


def _cell(sheet: Any, value: object) -> Any:
    """A number, a yes or no, or a text that no spreadsheet works out."""
    if value is None or isinstance(value, bool | int | float):
        return value
    text = harmless(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str), "�")
    cell = library("openpyxl.cell").WriteOnlyCell(sheet, value=text[:CELL])
    cell.data_type = "s"
    return cell
