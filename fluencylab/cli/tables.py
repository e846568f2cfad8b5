"""What was measured as a table: with commas for a program, as a workbook for a spreadsheet.

    fluency lab run sampling --csv > facts.csv           fact,value,low,high,n
    fluency lab run sampling --xlsx run.xlsx             the sheets facts, steps and conditions

Numbers are numbers. Nothing is a formula: in a workbook a text is marked as one, in a CSV it begins with an apostrophe where it could be
taken for one, as spreadsheets do by themselves.
"""

import csv
import io
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from fluencylab.errors import BadInput, LabError
from fluencylab.instruments.base import Result, Step
from fluencylab.text.cells import csv_cell

FACTS = ("fact", "value", "low", "high", "n")
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
    table.writerows([csv_cell(value) for value in row] for row in rows)
    sys.stdout.write(made.getvalue())
    sys.stdout.flush()


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
    from fluencylab.results.tables import write_sheets as write  # brings the database's library along, half a second

    made = io.BytesIO()
    write(made, sheets)
    try:
        path.write_bytes(made.getvalue())
    except OSError as error:
        fix = "Make room, close it where it is open, or choose another place."
        raise LabError(f"{path} cannot be written: {error.strerror}.", fix) from error
