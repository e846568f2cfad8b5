"""`fluency capstone`: what was scored and what is under way, and no word of a product before it was drawn."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import capstone_two
import pytest

from fluencylab import clock
from fluencylab.actions import capstone as acts
from fluencylab.cli import learner_data
from fluencylab.store.engine import Store

Run = Callable[..., Any]


@pytest.fixture(autouse=True)
def two(monkeypatch: pytest.MonkeyPatch) -> Any:
    return capstone_two.told(monkeypatch)


def done(*does: Callable[[Store, str], Any]) -> Any:
    async def act(store: Store, learner: str) -> Any:
        return [await one(store, learner) for one in does][-1]

    return learner_data.opened(act)


def test_before_the_first_no_product_is_named(run: Run, two: Any) -> None:
    told = run("capstone", "list").out
    assert "You have not begun a capstone" in told and "2 products are left" in told
    assert not any(one.title in told or one.slug in told for one in two)
    ended = run("capstone", "show")
    assert ended.code == 1 and "No capstone is under way" in ended.err and "/capstone" in ended.err


def test_the_one_under_way_shows_its_brief_its_minutes_and_what_is_handed_in(run: Run, two: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    done(lambda store, learner: acts.begin(store, learner))
    mine, other = sorted(two, key=lambda one: one.form)
    told = run("capstone", "show").out
    assert mine.title in told and " ".join(mine.brief.split())[:40] in " ".join(told.split()) and "60 minutes left" in told
    assert told.count("not handed in") == 5 and other.title not in told
    done(lambda store, learner: acts.hand_in_configuration(store, learner, dict(mine.reference)))
    real = clock.now
    monkeypatch.setattr(clock, "now", lambda: real() + timedelta(minutes=20))
    found = json.loads(run("capstone", "show", "--json").out)
    assert found["parts"] == {"configure": 100} and found["open"] == ["spec", "faults", "proposal", "memo"]
    assert 39 <= found["minutes_left"] <= 40 and found["why"]["configure"] and found["score"] is None
    assert "under way, 40 minutes left" in run("capstone", "list").out
    monkeypatch.setattr(clock, "now", lambda: real() + timedelta(minutes=90))
    assert "counts 0" in run("capstone", "show").out


def test_what_was_scored_is_listed_and_those_left_are_counted(run: Run, two: Any) -> None:
    done(lambda store, learner: acts.begin(store, learner))
    mine = next(one for one in two if one.form == "A")
    done(lambda store, learner: acts.hand_in_configuration(store, learner, dict(mine.reference)), acts.end)
    found = json.loads(run("capstone", "list", "--json").out)
    assert [(one["sitting"], one["product"], one["score"]) for one in found["sittings"]] == [(1, mine.slug, 25)]
    assert found["products_left"] == 1
    told = run("capstone", "list").out
    assert f"{mine.title}: 25 of 100" in told and "Configure: 100" in told and "1 product is left" in told
    done(lambda store, learner: acts.begin(store, learner), acts.end)
    assert "You have seen every product" in run("capstone", "list").out


def test_a_sitting_on_a_product_that_is_gone_is_still_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    done(lambda store, learner: acts.begin(store, learner))
    monkeypatch.setattr("fluencylab.curriculum.capstone.find_capstone", lambda slug: None)
    assert "this lab has no longer" in run("capstone", "list").out and "this lab has no longer" in run("capstone", "show").out
