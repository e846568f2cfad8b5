"""The plan as a calendar reads it back, and the seconds a page may count."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
from lab_fixture import rows

from fluencylab import clock
from fluencylab.actions.plan import calendar, plan_of, set_plan
from fluencylab.actions.runs import the_learner
from fluencylab.actions.time import spend
from fluencylab.errors import BadInput
from fluencylab.progress.week import Plan
from fluencylab.store import queries
from fluencylab.store.engine import Store
from fluencylab.store.tables import Learner

THURSDAY = datetime(2026, 11, 19, 12, tzinfo=UTC)
SLUG = "tokens-and-temperature"


@pytest.fixture
async def store(database: str) -> AsyncIterator[Store]:
    async with Store() as opened:
        yield opened


@pytest.mark.parametrize(
    ("name", "offset", "rules"),
    [
        ("Europe/Berlin", 1, {"BYDAY=-1SU;BYMONTH=3", "BYDAY=-1SU;BYMONTH=10"}),
        ("America/New_York", -5, {"BYDAY=2SU;BYMONTH=3", "BYDAY=1SU;BYMONTH=11"}),
        ("Australia/Sydney", 11, {"BYDAY=1SU;BYMONTH=4", "BYDAY=1SU;BYMONTH=10"}),
        ("Asia/Kolkata", 5.5, set()),
    ],
)
def test_a_calendar_reads_the_plan_as_it_was_made_in_the_learners_zone(name: str, offset: float, rules: set[str]) -> None:
    plan = Plan((1, 3), time(9, 30), 45, date(2026, 11, 1))
    written = calendar(plan, "you", THURSDAY.replace(tzinfo=ZoneInfo(name)))
    read: Any = icalendar.Calendar.from_ical(written)
    event = read.events[0]
    assert event.start == datetime(2026, 11, 24, 9, 30, tzinfo=ZoneInfo(name)) and event.start.utcoffset() == timedelta(hours=offset)
    assert f"DTSTART;TZID={name}:20261124T093000".encode() in written
    assert event.duration == timedelta(minutes=45)
    assert (event["rrule"]["freq"], event["rrule"]["byday"]) == (["WEEKLY"], ["TU", "TH"])
    alarm = event.subcomponents[0]
    assert (alarm.name, alarm["action"], alarm["trigger"].dt) == ("VALARM", "DISPLAY", timedelta(minutes=-10))
    assert read.errors == event.errors == [] and read["method"] == "PUBLISH"
    [zone] = read.timezones
    assert zone["tzid"] == name and {part["rrule"].to_ical().decode().split(";", 1)[1] for part in zone.walk() if "rrule" in part} == rules
    assert zone.to_tz().utcoffset(datetime(2027, 7, 1)) == ZoneInfo(name).utcoffset(datetime(2027, 7, 1))
    assert zone.to_tz().utcoffset(datetime(2030, 1, 1)) == ZoneInfo(name).utcoffset(datetime(2030, 1, 1))


def test_a_zone_without_a_name_is_written_as_utc_also_when_that_is_another_day() -> None:
    plan = Plan((1,), time(23, 30), 45, date(2026, 11, 1))
    written = calendar(plan, "you", THURSDAY.astimezone(timezone(timedelta(hours=-5))))
    assert b"DTSTART:20261125T043000Z" in written and b"BYDAY=WE" in written and b"VTIMEZONE" not in written


async def test_a_plan_is_kept_changed_and_dropped(store: Store) -> None:
    learner, today = await the_learner(store), THURSDAY.date()

    async def kept() -> tuple[Plan | None, int]:
        async with store.read() as session:
            row = await queries.learner(session, learner)
        assert row
        return plan_of(row), row.target_minutes

    assert await kept() == (None, 150)
    await set_plan(store, learner, [3, 1, 1], "09:30", 45, 120, today)
    assert await kept() == (Plan((1, 3), time(9, 30), 45, today), 120)
    for wrong in (([9], "09:30", 45, 120), ([1], "noon", 45, 120), ([1], "25:00", 45, 120), ([1], "09:30", 1, 120), ([1], "09:30", 45, 9)):
        with pytest.raises(BadInput):
            await set_plan(store, learner, *wrong, today)
    assert await kept() == (Plan((1, 3), time(9, 30), 45, today), 120)
    await set_plan(store, learner, [], "", 30, 200, today)
    assert await kept() == (None, 200)


def test_what_no_plan_was_ever_like_is_none() -> None:
    assert plan_of(Learner(id="x", created=THURSDAY, plan={"days": ["Monday"]})) is None


async def test_seconds_are_bounded_and_never_counted_twice(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    learner = await the_learner(store)
    monkeypatch.setattr(clock, "now", lambda: THURSDAY)
    await spend(store, learner, SLUG, "apply", 600)
    monkeypatch.setattr(clock, "now", lambda: THURSDAY + timedelta(seconds=100))
    await spend(store, learner, "", "read", 3600)  # of these, only 100 came after the last
    await spend(store, learner, "", "read", 60)  # and of these none
    assert rows("SELECT kind, seconds FROM time_spent ORDER BY made") == [("apply", 600.0), ("read", 100.0)]
    for wrong in ((SLUG, "sleep", 60), ("no-such-concept", "read", 60), (SLUG, "read", 0), (SLUG, "read", 3601), (SLUG, "read", -1)):
        with pytest.raises(BadInput):
            await spend(store, learner, *wrong)
