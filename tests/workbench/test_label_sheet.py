"""The sheet that another reader fills in: what stands in it, what comes back, and that no cell of it is a formula."""

import csv
import io

import pytest

from fluencylab.errors import BadInput
from fluencylab.workbench import bring_in
from fluencylab.workbench.label_sheet import CameBack, SaidRow, SheetRow, came_back, written

ROWS = [
    SheetRow("5f3c", 12, {"question": "=HYPERLINK(1)", "note": "+44 20"}, "", "-1 is the answer", None),
    SheetRow("5f3c", 3, {"question": "Where,\nis it?"}, "Asks", "@home “yes”", False, "=no"),
]


def back(text: str, name: str = "labels.csv") -> CameBack:
    return came_back(bring_in.read(name, text.encode()))


def test_no_cell_of_it_is_a_formula() -> None:
    rows = list(csv.reader(io.StringIO(written(ROWS))))
    assert rows[0] == ["output", "given: question", "given: note", "a right answer says", "answer", "pass or fail", "note"]
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert rows[1][1:3] == ["'=HYPERLINK(1)", "'+44 20"] and rows[1][4] == "'-1 is the answer"


def test_what_was_said_comes_back_as_it_was_said() -> None:
    assert back(written(ROWS)) == CameBack([SaidRow("5f3c", 3, False, "=no")], ["1 row says nothing yet."])


def test_it_is_blind_where_nothing_is_said() -> None:
    (row,) = list(csv.DictReader(io.StringIO(written(ROWS[:1]))))
    assert (row["pass or fail"], row["note"]) == ("", "")


@pytest.mark.parametrize(("word", "passed"), [("pass", True), ("FAIL", False), ("ok", True), ("✗", False), ("nein", False), ("1", True)])
def test_pass_and_fail_are_read_as_people_write_them(word: str, passed: bool) -> None:
    assert back(f"output;pass or fail\nr/1;{word}\nr/2;pass\n").said[0] == ("r", 1, passed, "")


def test_what_cannot_be_read_is_said() -> None:
    found = back("output,pass or fail,note\nr/1,perhaps,\nr/2,pass,x\nelsewhere,fail,\nr/4,,\n")
    assert found.said == [("r", 2, True, "x")]
    assert found.notes == [
        "Neither pass nor fail, so left out: labels.csv, row 2: “perhaps”.",
        "1 row says nothing yet.",
        "1 row names no output, and is left out.",
    ]
    with pytest.raises(BadInput, match="lacks the column “pass or fail”"):
        back("output,verdict\nr/1,pass\nr/2,pass\n")


def test_the_last_word_on_an_output_counts() -> None:
    assert back("output,pass or fail\nr/1,pass\nr/1,fail\n").said == [("r", 1, False, "")]


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\n=1", "＝1", "＠x"])
def test_no_cell_of_a_sheet_that_is_given_out_is_a_formula(text: str) -> None:
    sheet = written([SheetRow("run", 1, {text: text}, text, text, None, text)])
    cells = [cell for row in csv.reader(io.StringIO(sheet, newline="")) for cell in row]
    assert not [cell for cell in cells if cell.lstrip()[:1] in set("=+-@＝＋－＠")]
