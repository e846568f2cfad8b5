"""`fluency content items` and `fluency check --guess`: every choice with its key, and what gives keys away."""

import json
from collections.abc import Callable

import pytest

from fluencylab.practice.scored import DRAWN

from .conftest import Ended

Run = Callable[..., Ended]


def test_items_are_listed_for_a_program_with_their_keys(run: Run) -> None:
    found = json.loads(run("content", "items", "--json").out)
    assert {"id", "kind", "concept", "stem", "options", "key"} == set(found[0])
    by = {one["id"]: one for one in found}
    assert by["mission-decide/which-locker"]["key"] in by["mission-decide/which-locker"]["options"]
    assert len(next(one for one in found if one["kind"] == "case-why")["key"]) == 2
    only = json.loads(run("content", "items", "--json", "--kind", "situation", "--concept", "latency").out)
    assert {(one["kind"], one["concept"]) for one in only} == {("situation", "latency")}


def test_a_person_reads_them_with_a_mark_at_the_key(run: Run) -> None:
    told = run("content", "items", "--kind", "claim", "--concept", "latency").out
    assert "* true: " in told and "  false: " in told


@pytest.mark.long
def test_the_guesses_are_told_kind_by_kind_and_the_exit_says_whether_they_hold(run: Run) -> None:
    ended = run("check", "--guess", "--json")
    found = json.loads(ended.out)["kinds"]
    written = [one["n"] for one in found[1:] if not one["kind"].endswith(DRAWN)]
    assert found[0]["kind"] == "all together" and found[0]["n"] == sum(written), "what code draws would thin out what is written"
    assert ended.code == int(any(one["counts"] and not one["holds"] for one in found))
    assert all(worst["words"] is not None and worst["id"] for one in found for worst in one["worst"])
