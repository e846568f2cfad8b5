"""`fluency progress`: the map in the terminal says what the map on the page says."""

from collections.abc import Callable

import pytest
from pack_fixture import PackFolder

from fluencylab.actions.progress import Cell
from fluencylab.cli.progress import _cell
from fluencylab.progress.mastery import State

from .conftest import Ended


def test_a_newcomers_map_has_thirty_cells_and_no_evidence(run: Callable[..., Ended]) -> None:
    ended = run("progress", "--json")
    found = ended.json()
    assert (ended.code, ended.err) == (0, "")
    assert len(found["cells"]) == 30
    assert found["counts"] == {"none": 30, "emerging": 0, "solid": 0, "due": 0, "tasks": 0}
    assert found["calibration"] == {"n": 0, "missing": 20, "brier": None, "levels": []}
    cell = found["cells"][0]
    assert set(cell) == {
        "concept", "capability", "state", "mean", "low", "high", "n", "deterministic", "due_because", "last", "right",
    }  # fmt: skip
    told = run("progress").out
    assert "Tokens and temperature" in told
    assert "not open yet" not in told, "all ten are open"


def test_what_a_pack_adds_stands_under_the_ten_and_is_counted_apart(run: Callable[..., Ended], folder: PackFolder) -> None:
    before = run("progress", "--json").json()
    run("packs", "add", str(folder.path))
    found = run("progress", "--json").json()
    assert [cell["concept"] for cell in found.pop("packs")] == ["harbour-line.many-answers"] * 3
    assert found == before
    assert "A pack of your own: Many answers" in run("progress").out


def test_the_six_weeks_are_told_in_the_terminal(run: Callable[..., Ended]) -> None:
    ended = run("six-weeks", "--json")
    found = ended.json()
    assert (ended.code, ended.err) == (0, "")
    keys = [part["key"] for part in found["parts"]]
    assert found["counts"] == {"done": 0, "shown": 0, "open": len(keys)} and found["pace"] == 1
    assert [key for week in found["weeks"] for key in week["parts"]] == keys
    told = run("six-weeks").out
    assert told.startswith(f"At 150 minutes a week the {len(keys)} parts take ") and "Week of" in told


@pytest.mark.parametrize(("state", "told"), [("emerging", "◐ 9 of 10"), ("due", "◷ 9 of 10"), ("solid", "● 9 of 10, 81 (70–92)")])
def test_what_is_expected_is_told_where_it_is_solid(state: State, told: str) -> None:
    assert _cell(Cell("latency", "decisions", state, 0.81, 0.7, 0.92, 10, 10, "", None, 9)) == told
