"""What two runs were set to differently is one sentence, and whatever else makes them hard to compare is said beside it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from fluencylab.instruments.base import Result, Step
from fluencylab.results.outcome import Outcome
from fluencylab.results.settings_apart import sentence, settings_apart, warnings
from fluencylab.store.tables import Run

NOW = datetime(2026, 11, 29, tzinfo=UTC)


def outcome(params: dict[str, Any], asks: str = "abc", model: str = "One", **run: Any) -> Outcome:
    given = {"status": "done", "version": "0.2.0", "planned": 3} | run
    made = Run(id=str(params), instrument="x", params=params, model=model, created=NOW, card=None, **given)
    return Outcome(made, [Step(kind="answer", data={"ask": ask}) for ask in asks], Result(measures={}), "X", "", "a run")


@pytest.mark.parametrize(
    ("first", "second", "says"),
    [
        ({"temperature": 0.2, "k": 3}, {"temperature": 1.0, "k": 3}, "Temperature 0.2 against 1; all else equal."),
        ({"temperature": 0.2, "seed": 1}, {"temperature": 1.0, "seed": 2}, "all else equal but the seed"),
        ({"seed": 1}, {"seed": 2}, "Only the seed differs, 1 against 2"),
        ({"seed": 1}, {"seed": 1}, "The settings are equal"),
        ({"prompt": "x" * 100}, {"prompt": ""}, "Prompt in other words (100 against 0 characters)"),
        ({"questions": "x" * 100}, {"questions": ""}, "Questions in other words (100 against 0 characters)"),
        ({"ways": ["a", "b"], "on": True}, {"ways": ["a"], "on": False}, "Ways a, b against a; on yes against no"),
    ],
)
def test_what_differs_is_one_sentence(first: dict[str, Any], second: dict[str, Any], says: str) -> None:
    assert says in sentence(settings_apart(outcome(first), outcome(second)))


def test_equal_runs_of_one_version_are_warned_of_nothing() -> None:
    assert warnings(outcome({"seed": 1}), outcome({"seed": 2})) == []


@pytest.mark.parametrize(
    ("second", "says"),
    [
        (outcome({"t": 2}, model="Two"), "The models differ, and so do the settings"),
        (outcome({"t": 2, "k": 3}), "2 settings differ: a difference may come from any"),
        (outcome({"t": 1}, asks="xyz"), "none of the 3 cases of A is among the 3 of B"),
        (outcome({"t": 1}, asks="abx"), "They share 2 cases, of 3 in A and 3 in B"),
        (outcome({"t": 1}, version="0.3.0"), "Made with Fluency Lab 0.2.0 and 0.3.0"),
        (outcome({"t": 1}, version=""), "a version that was not noted"),
        (outcome({"t": 1}, asks="ab", status="cancelled"), "B was stopped after 2 of 3 steps"),
    ],
)
def test_what_makes_runs_hard_to_compare_is_never_silent(second: Outcome, says: str) -> None:
    assert any(says in warning for warning in warnings(outcome({"t": 1}), second))
