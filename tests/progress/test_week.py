"""The week: minutes of application, none of them counted twice, and the plan."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluencylab.progress.week import Answered, Plan, Spent, applied, week

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 19, 12, tzinfo=BERLIN)  # a Thursday
PLAN = Plan((1, 3), time(9), 30, date(2026, 11, 1))


def at(days: float) -> datetime:
    """So many days before now, in UTC."""
    return (NOW - timedelta(days=days)).astimezone(UTC)


def test_the_page_counts_and_the_steps_stand_in_where_it_did_not() -> None:
    spent = [Spent(at(0), "apply", 600), Spent(at(0.01), "apply", 300), Spent(at(0), "read", 900)]
    answered = [Answered(at(0), 1800), Answered(at(1), 240), Answered(at(1), None)]
    found = week(spent, answered, 150, NOW)
    assert (found.applied, found.read, found.beyond, found.days) == (15 + 4, 15, 0, 2)


def test_the_week_begins_on_monday_where_the_learner_is() -> None:
    sunday_in_utc = datetime(2026, 11, 15, 23, 30, tzinfo=UTC)  # half past midnight on Monday in Berlin
    assert week([Spent(sunday_in_utc, "apply", 60)], [], 150, NOW).applied == 1
    assert week([Spent(sunday_in_utc, "apply", 60)], [], 150, NOW.astimezone(UTC)).applied == 0


def test_what_was_begun_is_not_nothing() -> None:
    assert week([Spent(at(0), "apply", 5)], [], 150, NOW).applied == 1
    assert week([], [], 150, NOW).applied == 0


moments = st.floats(0, 20).map(at)


@given(
    st.lists(st.builds(Spent, moments, st.sampled_from(["apply", "read", "beyond"]), st.floats(0, 3600))),
    st.lists(st.builds(Answered, moments, st.one_of(st.none(), st.floats(0, 1800)))),
)
def test_no_minute_counts_twice(spent: list[Spent], answered: list[Answered]) -> None:
    counted, between = applied(spent, [], BERLIN), applied([], answered, BERLIN)
    both = applied(spent, answered, BERLIN)
    assert both.keys() == counted.keys() | between.keys()
    assert all(both[day] == counted.get(day, between.get(day)) for day in both)


def test_a_plan_is_a_sentence_and_survives_being_stored() -> None:
    assert PLAN.says == "On Tuesday and Thursday at 09:00 I open the lab for 30 minutes."
    assert Plan.read(PLAN.stored()) == PLAN


@pytest.mark.parametrize("broken", [{}, {"days": [], "at": "09:00", "minutes": 5, "made": "2026-11-01"}, {"days": [9], "at": "09:00"}])
def test_what_is_no_plan_is_refused(broken: dict[str, object]) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        Plan.read(broken)


def test_the_next_planned_moment_is_local_and_ahead() -> None:
    assert PLAN.next(NOW) == datetime(2026, 11, 24, 9)
    assert PLAN.next(NOW.replace(hour=8)) == datetime(2026, 11, 19, 9)


def test_a_planned_day_is_missed_only_when_it_passed_with_nothing_since() -> None:
    thursday, tuesday = NOW.date(), date(2026, 11, 17)
    assert PLAN.missed([], thursday) == tuesday
    assert PLAN.missed([tuesday], thursday) is None
    assert PLAN.missed([thursday], thursday) is None
    assert PLAN.missed([date(2026, 11, 16)], thursday) == tuesday
    assert PLAN._replace(made=tuesday).missed([], thursday) is None
