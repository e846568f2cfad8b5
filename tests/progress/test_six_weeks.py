"""The core laid out over weeks: it fits, it moves with what was done and what was not, and it goes by the learner's own pace."""

from datetime import date, timedelta

import pytest

from fluencylab.actions.six_weeks import in_order, left_over
from fluencylab.curriculum.loader import track
from fluencylab.curriculum.six_weeks import core
from fluencylab.practice import kinds
from fluencylab.progress.six_weeks import MOST_WEEKS, WEEKS, Part, SixWeeks, Stands, in_turn, later, lay_out, own_pace, spread

MONDAY = date(2026, 11, 30)


def parts(n: int, minutes: int = 10, done: int = 0, stands: Stands = "done") -> list[Part]:
    return [Part(f"e{i}", "Mission", f"E{i}", f"/missions/e{i}", minutes, stands if i < done else "open") for i in range(n)]


def laid(some: list[Part], target: int = 60, spent: int = 0, pace: float = 1, today: date = MONDAY, reviews: int = 0) -> SixWeeks:
    return lay_out(some, target, spent, pace, today, reviews)


def test_every_part_that_is_open_stands_in_one_week_in_its_order() -> None:
    found = laid(parts(23, done=4), reviews=10)
    assert [part.key for week in found.weeks for part in week.parts] == [f"e{i}" for i in range(4, 23)]
    assert all(week.minutes <= 65 for week in found.weeks)
    assert found.left == 190 + 10 * len(found.weeks)
    assert found.weeks[0].begins == MONDAY and found.ends == MONDAY + timedelta(weeks=len(found.weeks), days=-1)


def test_who_did_nothing_for_a_week_has_the_same_weeks_a_week_later() -> None:
    now, then = laid(parts(20)), laid(parts(20), today=MONDAY + timedelta(days=10))
    assert [week.parts for week in now.weeks] == [week.parts for week in then.weeks]
    assert now.ends and then.ends == now.ends + timedelta(days=7)


def test_what_this_week_has_had_already_leaves_less_of_it() -> None:
    assert len(laid(parts(20), spent=30).weeks[0].parts) == 3
    full = laid(parts(20), spent=90)
    assert full.weeks[0].parts == () and full.weeks[0].minutes == 0 and len(full.weeks[1].parts) == 6


@pytest.mark.parametrize("stands", ["done", "shown"])
def test_what_is_done_or_solid_takes_no_minute(stands: Stands) -> None:
    found = laid(parts(12, done=12, stands=stands))
    assert (found.left, found.ends) == (0, None) and len(found.of(stands)) == 12


def test_six_weeks_are_named_where_the_target_is_too_small() -> None:
    small = laid(parts(60), target=30, reviews=10)
    assert len(small.weeks) > WEEKS and small.six == 110
    assert len(laid(parts(60), target=small.six, reviews=10).weeks) <= WEEKS
    assert laid(parts(60), target=150).six == 0


def test_the_smallest_target_and_the_slowest_learner_still_come_to_an_end() -> None:
    found = laid(parts(10, minutes=60), target=30, pace=3.0, reviews=10)
    assert [len(week.parts) for week in found.weeks[1:]] == [1] * (len(found.weeks) - 1)
    assert len(found.weeks) <= MOST_WEEKS


def test_ones_own_pace_is_the_middle_one_and_only_from_enough() -> None:
    assert own_pace([(600, 5)] * 4) == 1.0
    assert own_pace([(600, 5)] * 5) == 2.0
    assert own_pace([(300, 5)] * 5 + [(90_000, 5)] * 2) == 1.0, "a lunch is not a pace"
    assert own_pace([(1, 5)] * 9) == 0.5 and own_pace([(90_000, 5)] * 9) == 3.0
    assert own_pace([(0, 5)] * 9) == 1.0, "nothing was counted"


def test_what_stands_between_is_spread_over_the_second_half() -> None:
    assert spread(list("abcdefgh"), list("XY")) == list("abcdefXghY")
    assert spread([], ["X"]) == ["X"] and spread(["a"], []) == ["a"]
    assert "".join(in_turn(["abcd", "XY", ""])) == "aXbcYd"
    assert later([["a"], ["b"], ["c"]], 2) == [[], [], ["a", "b", "c"]]


def test_the_core_is_about_twelve_hours_of_what_there_is() -> None:
    found = in_order()
    assert len({one.key for one in found}) == len(found)
    minutes = sum(one.minutes for one in found) + core().self_tests * 25 + WEEKS * core().reviews
    assert 11 * 60 <= minutes <= 15 * 60
    assert set(core().each) | set(core().whole) <= {kind.name for kind in kinds.KINDS.values() if kind.end}
    for concept in track().concepts:
        assert sum(one.concept == concept.slug for one in found) >= 6, concept.slug
    assert all(left_over().values())


def test_what_matters_most_stands_first_and_a_fault_comes_when_other_things_have_come_between() -> None:
    found = in_order(["latency"])
    assert found[0].concept == "latency"
    faults = [i for i, one in enumerate(found) if one.kind.secret and one.concept == "latency"]
    assert faults and not any(found[i - 1].concept == "latency" for i in faults[:1])
