"""The learner's own week: how much they aim at, when they open the lab, and the same as a calendar file."""

from datetime import UTC, date, datetime, time, timedelta
from importlib import import_module
from zoneinfo import ZoneInfo

from fluencylab import clock
from fluencylab.actions import calendar_zone
from fluencylab.errors import BadInput, NotFound
from fluencylab.progress.week import LENGTHS, TARGETS, Plan
from fluencylab.store import queries
from fluencylab.store.engine import Store
from fluencylab.store.tables import Learner

BYDAY = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
AHEAD = timedelta(minutes=10)
"""How long before the time the calendar reminds."""


def plan_of(learner: Learner | None) -> Plan | None:
    """What is stored, or None where nothing, or nothing readable, is."""
    try:
        return Plan.read(learner.plan) if learner and learner.plan else None
    except (ValueError, KeyError, TypeError):
        return None


async def set_plan(store: Store, learner: str, days: list[int], at: str, minutes: int, target: int, today: date) -> None:
    """No days: no plan. The target stands by itself."""
    if not TARGETS[0] <= target <= TARGETS[1]:
        raise BadInput(f"The week needs a target of {TARGETS[0]} to {TARGETS[1]} minutes.", "Choose one; nothing was changed.")
    plan = _checked(days, at, minutes, today) if days else None
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        row = await queries.learner(session, learner)
        if row is None:
            raise NotFound("There is no such learner.", "Open the page again.")
        row.plan, row.target_minutes = plan.stored() if plan else None, target


def _checked(days: list[int], at: str, minutes: int, today: date) -> Plan:
    if not set(days) <= set(range(7)):
        raise BadInput("There is no such day of the week.", "Choose from the seven.")
    if not LENGTHS[0] <= minutes <= LENGTHS[1]:
        raise BadInput(f"A sitting lasts {LENGTHS[0]} to {LENGTHS[1]} minutes.", "Change it; nothing was lost.")
    try:
        hour, minute = at.split(":")[:2]
        return Plan(tuple(sorted(set(days))), time(int(hour), int(minute)), minutes, today)
    except ValueError:
        raise BadInput("The plan needs a time, such as 09:00.", "Type one; nothing was lost.") from None


def calendar(plan: Plan, learner: str, now: datetime, comes: str = "") -> bytes:
    """An iCalendar file (RFC 5545): one event that comes again each week, at the time of the learner's zone, with a reminder.

    `comes`: what stands next, as a sentence. `now`: aware, in the learner's zone. One without a name is written as UTC, and its summer
    time is then nobody's knowledge.
    """
    ical = import_module("icalendar")  # a sixth of a second, and only whoever asks for the file waits for it
    zone = now.tzinfo if isinstance(now.tzinfo, ZoneInfo) and str(now.tzinfo) not in ("UTC", "Etc/UTC") else None
    local = plan.next(now)
    start = local.replace(tzinfo=zone) if zone else local.replace(tzinfo=now.tzinfo).astimezone(UTC)
    event = ical.Event.new(
        uid=f"plan-{learner}@fluency-lab",
        stamp=clock.now(),
        start=start,
        end=start + timedelta(minutes=plan.minutes),
        summary="Open the Fluency Lab",
        description=" ".join(filter(None, [plan.says, comes, "Type fluency in a terminal; the first page says what to do."])),
    )
    moved = (start.date() - local.date()).days  # in UTC it can be another day
    event.add("rrule", {"freq": "weekly", "byday": [BYDAY[(day + moved) % 7] for day in plan.days]})
    alarm = ical.Alarm.new(description="Open the Fluency Lab")
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", -AHEAD)
    event.add_component(alarm)
    parts = [calendar_zone.described(zone, start), event] if zone else [event]
    whole = ical.Calendar.new(
        prodid="-//Fluency Lab//plan//EN", name="Fluency Lab", uid="plan@fluency-lab", method="PUBLISH", subcomponents=parts
    )
    text: bytes = whole.to_ical()
    return text
