"""What was measured as a table: numbers are numbers, and nothing is a formula."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from fluencylab.cli import tables
from fluencylab.errors import LabError
from fluencylab.instruments.base import Result, Step
from fluencylab.stats import exactly, share

from .conftest import Ended

HOSTILE = "=1+1\x07 \ud83d"
RESULT = Result(measures={"right@0": share(3, 4), "=HYPERLINK(1)": exactly(-2.5, 1)}, says="=2+2")


def test_a_table_with_commas_holds_numbers_and_no_formula(capsys: pytest.CaptureFixture[str]) -> None:
    tables.print_csv(tables.FACTS, tables.facts(RESULT))
    head, right, other = csv.reader(io.StringIO(capsys.readouterr().out))
    assert head == ["fact", "value", "low", "high", "n"]
    assert right[:2] == ["right@0", "0.75"] and right[4] == "4" and 0 < float(right[2]) < 0.75 < float(right[3]) < 1
    assert other == ["'=HYPERLINK(1)", "-2.5", "", "", "1"]


def test_a_workbook_holds_facts_steps_and_conditions(tmp_path: Path) -> None:
    file = tmp_path / "run.xlsx"
    steps = [Step(kind="answer", data={"text": HOSTILE, "i": 1, "usage": {"prompt": 3}}), Step(kind="late", data={"ms": -1.5, "ok": True})]
    tables.write_workbook(file, RESULT, {"model": "+m", "params": {"seed": 1}}, steps)
    book = openpyxl.load_workbook(file)
    assert book.sheetnames == ["facts", "steps", "conditions"]
    found = {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book}
    assert found["facts"][1][:2] == ["right@0", 0.75] and found["facts"][2] == ["=HYPERLINK(1)", -2.5, None, None, 1]
    assert found["steps"] == [
        ["kind", "text", "i", "usage", "ms", "ok"],
        ["answer", "=1+1� �", 1, '{"prompt": 3}', None, None],
        ["late", None, None, None, -1.5, True],
    ]
    assert found["conditions"] == [["condition", "value"], ["model", "+m"], ["params", '{"seed": 1}'], ["says", "=2+2"]]
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)


def test_a_place_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(LabError, match=r"cannot be written: No such file"):
        tables.write_workbook(tmp_path / "none" / "run.xlsx", RESULT, {}, [])


def test_the_map_is_a_table_too(run: Callable[..., Ended], tmp_path: Path) -> None:
    ended = run("progress", "--csv", "--xlsx", str(tmp_path / "map.xlsx"))
    rows = list(csv.reader(io.StringIO(ended.out)))
    assert rows[0][:3] == ["concept", "capability", "state"] and len(rows) == 31
    assert openpyxl.load_workbook(tmp_path / "map.xlsx")["map"].max_row == 31
    assert run("progress", "--csv", "--json").code == 1
