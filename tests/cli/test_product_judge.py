"""A judge and a second reader from the terminal: what it takes, what it says, what was expected of it; a sheet out and back."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lab_fixture import Endpoint, endpoint

from .conftest import Ended

__all__ = ["endpoint"]
Run = Callable[..., Ended]
ROWS = "question,output,label,note\n" + "".join(
    f"Where is parcel {n}?,{'Please send the number' if n % 3 else 'Tomorrow'} ({n}).,{'pass' if n % 3 else 'fail'},\n" for n in range(24)
)


def knows(body: dict[str, Any]) -> list[str]:
    inside = body["messages"][-1]["content"].rpartition("judged:")[2]
    return ["En tiedä."] if "(7)" in inside else ["It names a day.\nFAIL" if "Tomorrow" in inside else "PASS"]


@pytest.fixture
def product(endpoint: Endpoint, run: Run, home: Path, tmp_path: Path) -> Path:
    """The folder of a product with 24 answers that are read, and a rubric."""
    endpoint.says = knows
    (home / "models.json").write_text(endpoint.listed())
    (tmp_path / "answers.csv").write_text(ROWS, encoding="utf-8")
    (tmp_path / "rubric.md").write_text("No day may be named.\n", encoding="utf-8")
    assert run("product", "new", "Parcel desk").code == 0
    assert run("product", "import", str(tmp_path / "answers.csv")).code == 0
    return tmp_path


def test_a_judge_is_asked_and_shown_after_what_is_expected_of_it(run: Run, product: Path, endpoint: Endpoint) -> None:
    kept = run("product", "judge", "add", str(product / "rubric.md"), "--name", "No days", "--json").json()
    assert (kept["name"], kept["model"], kept["outputs"], kept["calls"], kept["bar"]) == ("No days", "told", 24, 24, 80)
    looked = run("product", "judge", "run", "No days", "--look")
    assert "over the network: the outputs are sent to http://127.0.0.1" in looked.out.replace("\n", " ") and not endpoint.asked
    done = run("product", "judge", "run", "no days", "--json").json()
    assert (done["status"], len(done["verdicts"]), done["missing"]) == ("done", 24, 0)
    assert [one["why"] for one in done["verdicts"] if one["passed"] is None] == ["It wrote neither PASS nor FAIL: “En tiedä.”"]
    again = run("product", "judge", "run", "No days")
    assert again.code == 1 and "no output that this judge was not asked about" in again.err.replace("\n", " ")
    refused = run("product", "judge", "agreement", "No days")
    assert refused.code == 1 and "--expect-pass" in refused.err and "kappa" not in refused.out
    said = ("--expect-pass", "9", "--expect-fail", "5")
    held = run("product", "judge", "agreement", "No days", *said, "--json").json()
    assert held["tpr"]["value"] == held["tnr"]["value"] == 1.0 and held["expected"][0].startswith("Of what passes: You expected 90")
    assert "You expected 50" in run("product", "judge", "agreement", "No days").out, "it is asked once"
    assert "15 of 23 outputs pass; of 1 it cannot be told" in run("product", "checks", "list").out
    assert run("product", "judge", "remove", "No days", "--json").json() == {"removed": "No days"}


def test_a_sheet_goes_out_blind_and_two_readers_are_compared(run: Run, product: Path) -> None:
    sheet = product / "sheet.csv"
    gone = run("product", "labels", "--export", str(sheet), "--reader", "Tom", "--json").json()
    assert (gone["rows"], gone["blind"]) == (24, True)
    with sheet.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert all(row["pass or fail"] == "" for row in rows)
    for row in rows[:8]:
        row["pass or fail"] = "pass"
    with sheet.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    taken = run("product", "labels", "--import", str(sheet), "--reader", "Tom", "--json").json()
    assert (taken["kept"], taken["changed"], taken["notes"]) == (8, 0, ["16 rows say nothing yet."])
    two = run("product", "readers", "--json").json()
    assert two["read"] == {"you": 24, "Tom": 8} and two["agree"]["n"] == 8 and two["apart"]
    first = two["apart"][0]
    assert (first["you"]["passes"], first["Tom"]["passes"]) == (False, True)
    place = f"{first['run'][:8]}/{first['output']}"
    ruled = run("product", "readers", "--rule", "A day is a promise.", "--of", place, "--fails", "--json").json()
    assert ruled["rules"] == ["A day is a promise."] and ruled["apart"][0]["rule"] == "A day is a promise."
    assert "The rule: A day is a promise." in run("product", "readers").out
    more = run("product", "labels", "--reader", "tom", "--fail", str(first["output"]), "--json").json()
    assert len(more) == 8 and not next(one for one in more if one["output"] == first["output"])["passes"]


def test_what_cannot_be_done_is_one_sentence_and_exit_code_1(run: Run, product: Path) -> None:
    rubric = str(product / "rubric.md")
    refused: dict[tuple[str, ...], str] = {
        ("judge", "add", "no-such.md"): "no-such.md cannot be read",
        ("judge", "add", rubric, "--model", "gone"): "no model named gone",
        ("judge", "add", rubric, "--bar", "10"): "from 50 to 99",
        ("judge", "add", rubric, "--example", "12"): "names no output",
        ("judge", "run", "nobody"): "No check is called “nobody”",
        ("labels", "--import", "no-such.csv", "--reader", "Tom"): "no-such.csv cannot be read",
        ("labels", "--import", str(product / "answers.csv"), "--reader", "Tom"): "no sheet of labels",
        ("labels", "--fail", "1", "--reader", "Tom", "--mode", "rude"): "Only you put notes",
        ("readers", "--first", "Ann"): "Nobody called “Ann”",
        ("readers", "--of", "x/1"): "not said what is settled",
        ("readers", "--rule", "A rule.", "--of", "12"): "names no output",
    }
    for arguments, says in refused.items():
        ended = run("product", *arguments)
        assert (ended.code, ended.out) == (1, ""), arguments
        assert says in ended.err.replace("\n", " ") and "Traceback" not in ended.err, (arguments, ended.err)
