"""A time zone as calendars want it: how summer time comes and goes, as a rule that recurs (VTIMEZONE of RFC 5545).

    Europe/Berlin      DAYLIGHT 29 March 2026 02:00, yearly, last Sunday of March       STANDARD 25 October 2026 03:00, …

Outlook takes a time without a zone for another zone's, and of a zone it reads rules that recur, not lists of dates.
"""

from calendar import monthrange
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
YEARS = 3
"""For which a rule must hold, so that it is written as one."""


def here() -> ZoneInfo | None:
    """The zone of this machine, by name; None where it has none."""
    try:
        return ZoneInfo(import_module("tzlocal").get_localzone_name())
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError):
        return None


def described(zone: ZoneInfo, at: datetime) -> Any:
    """A VTIMEZONE that holds from `at` on."""
    ical = import_module("icalendar")
    found = ical.Timezone()
    found.add("tzid", str(zone))
    changes = transitions(zone, datetime(at.year - 1, 1, 1, tzinfo=UTC), YEARS + 2)
    rules = {rule: when for when in reversed(changes) if (rule := rule_of(zone, when, changes)) is not None}
    if not rules or len(rules) > 2:
        whole: Any = ical.Timezone.from_tzinfo(zone, str(zone), first_date=at.date())
        return whole
    for (month, byday), when in sorted(rules.items()):
        before, after = (when - timedelta(seconds=1)).astimezone(zone), when.astimezone(zone)
        part = ical.TimezoneDaylight() if after.dst() else ical.TimezoneStandard()
        part.DTSTART = (when + (before.utcoffset() or timedelta())).replace(tzinfo=None)
        part.add("tzoffsetfrom", before.utcoffset())
        part.add("tzoffsetto", after.utcoffset())
        part.add("tzname", after.tzname())
        part.add("rrule", {"freq": "yearly", "bymonth": month, "byday": byday})
        found.add_component(part)
    return found


def transitions(zone: ZoneInfo, begin: datetime, years: int) -> list[datetime]:
    """The moments (UTC) at which its offset changes."""
    found = []
    day = begin
    while day < begin + timedelta(days=365 * years):
        after = day + timedelta(days=1)
        if day.astimezone(zone).utcoffset() != after.astimezone(zone).utcoffset():
            low, high = day, after
            while high - low > timedelta(seconds=1):
                middle = low + (high - low) / 2
                low, high = (middle, high) if middle.astimezone(zone).utcoffset() == day.astimezone(zone).utcoffset() else (low, middle)
            found.append(high.replace(microsecond=0))
        day = after
    return found


def rule_of(zone: ZoneInfo, when: datetime, changes: list[datetime]) -> tuple[int, str] | None:
    """Month and “last Sunday” of a change, where the others of that month keep to the same; None where they do not."""
    walls = [(one + ((one - timedelta(seconds=1)).astimezone(zone).utcoffset() or timedelta())) for one in changes]
    mine = walls[changes.index(when)]
    same = [one for one in walls if one.month == mine.month]
    nth = {(one.day - 1) // 7 + 1 for one in same}
    last = all(one.day + 7 > monthrange(one.year, one.month)[1] for one in same)
    if len(same) < YEARS or len({one.weekday() for one in same}) > 1 or (len(nth) > 1 and not last):
        return None
    return mine.month, f"{-1 if last else nth.pop()}{DAYS[mine.weekday()]}"
