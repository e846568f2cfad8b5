"""A run as tables: one row for each measure, one for each step, one for each condition; with commas, or as a workbook.

measure,value,low,high,n,interval
top_share@0.7,0.25,0.12,0.45,24,95 % interval
"""

import csv
import importlib
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, BinaryIO

from fluencylab.instruments.base import Result, Step
from fluencylab.results.outcome import Outcome
from fluencylab.results.words import ends
from fluencylab.text.cells import LONGEST, csv_cell, text_of

MEASURES = ("measure", "value", "low", "high", "n", "interval")
Row = Sequence[object]


def measure_rows(result: Result) -> list[Row]:
    """What was counted or measured once has no interval."""
    return [
        (name, one.value, *((one.low, one.high) if one.n > 1 and one.kind != "exact" else ("", "")), one.n, ends(one))
        for name, one in result.measures.items()
    ]


def columns(steps: Iterable[Step]) -> list[str]:
    """Of a table of steps: every name that one of them has, in the order they come."""
    return ["step", "kind", *dict.fromkeys(name for step in steps for name in step.data if name not in ("step", "kind"))]


def step_row(number: int, step: Step, names: Sequence[str]) -> list[object]:
    return [number, step.kind, *(step.data.get(name) for name in names[2:])]


def step_rows(steps: Iterable[Step], names: Sequence[str]) -> Iterator[list[object]]:
    return (step_row(number, step, names) for number, step in enumerate(steps, start=1))


def csv_lines(rows: Iterable[Row]) -> Iterator[str]:
    """One piece of text a row."""
    for row in rows:
        line = io.StringIO()
        csv.writer(line, lineterminator="\r\n").writerow([csv_cell(value) for value in row])
        yield line.getvalue()


def workbook(outcome: Outcome, into: BinaryIO) -> None:
    """The sheets result, measures, answers and conditions. Written row by row; call it from a thread."""
    names = columns(outcome.steps)
    write_sheets(
        into,
        {
            "result": [("what", "said"), *result_rows(outcome)],
            "measures": [MEASURES, *measure_rows(outcome.result)],
            "answers": _after(names, step_rows(outcome.steps, names)),
            "conditions": [("condition", "value"), *outcome.facts()],
        },
    )


def _after(head: Row, rows: Iterable[Row]) -> Iterator[Row]:
    yield head
    yield from rows


def result_rows(outcome: Outcome) -> list[tuple[str, str]]:
    told = [("lab", outcome.title), ("kept as", outcome.name), ("note", outcome.note), ("result", outcome.result.says)]
    return [*told, ("conditions", outcome.conditions)]


def write_sheets(into: BinaryIO, sheets: Mapping[str, Iterable[Row]]) -> None:
    """The first row of each is its head."""
    openpyxl = importlib.import_module("openpyxl")
    book = openpyxl.Workbook(write_only=True)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        sheet.freeze_panes = "A2"
        for row in rows:
            sheet.append([_cell(sheet, value) for value in row])
    book.save(into)


def _cell(sheet: Any, value: object) -> Any:
    """A number, a yes or no, or a text that no spreadsheet works out."""
    if value is None or isinstance(value, bool | int | float):
        return value
    cell = importlib.import_module("openpyxl.cell").WriteOnlyCell(sheet, value=text_of(value)[:LONGEST])
    cell.data_type = "s"
    return cell
