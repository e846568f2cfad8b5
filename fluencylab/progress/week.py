"""The learner's week: minutes really spent on application, beside the target they set, and the time they planned for it.

What a page counted while it was in front and somebody was active is the measure. On a day without any such count (no script ran) the
seconds between the steps of what was answered stand in for it; never both, so no minute counts twice. Reading is told apart and is
not part of the target. All times are in the learner's own zone; the week begins on Monday.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any, Literal, NamedTuple

Kind = Literal["apply", "read", "beyond"]
KINDS: tuple[Kind, ...] = ("apply", "read", "beyond")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
TARGETS = (30, 600)
"""Fewest and most minutes a week that may be aimed at."""
SUGGESTED = 150
"""Minutes a week, until the learner says how many; `store/tables.py` begins with it."""
LENGTHS = (5, 240)
"""Minutes of one planned sitting."""


class Spent(NamedTuple):
    """Seconds that a page counted, ending at `made`."""

    made: datetime
    kind: str
    seconds: float


class Answered(NamedTuple):
    """Seconds from the step before to this one, for one piece of evidence."""

    made: datetime
    seconds: float | None


class Week(NamedTuple):
    """Whole minutes. `days`: how many days of it had any application."""

    applied: int
    read: int
    beyond: int
    target: int
    days: int


def begin(now: datetime) -> datetime:
    """Monday, midnight, in the zone of `now`."""
    return datetime.combine(now.date() - timedelta(days=now.weekday()), time(), now.tzinfo)


def applied(spent: Iterable[Spent], answered: Iterable[Answered], zone: tzinfo | None) -> dict[date, float]:
    """Seconds of application by local day."""
    between: dict[date, float] = {}
    for step in answered:
        _count(between, step.made.astimezone(zone).date(), max(0.0, step.seconds or 0.0))
    counted: dict[date, float] = {}
    for one in spent:
        if one.kind == "apply" and one.seconds > 0:
            _count(counted, one.made.astimezone(zone).date(), one.seconds)
    return of_days(between, counted)


def of_days(between: Mapping[date, float], counted: Mapping[date, float]) -> dict[date, float]:
    """Seconds of application by day. `between`: the steps; `counted`: by pages, which on a day of theirs is what counts."""
    return {day: seconds for day, seconds in {**between, **counted}.items() if seconds > 0}


def _count(days: dict[date, float], day: date, seconds: float) -> None:
    days[day] = days.get(day, 0) + seconds


def week(spent: Sequence[Spent], answered: Sequence[Answered], target: int, now: datetime) -> Week:
    """Of what lies between Monday and `now`."""
    monday = begin(now)
    spent = [one for one in spent if monday <= one.made <= now]
    days = applied(spent, [step for step in answered if monday <= step.made <= now], now.tzinfo)
    read, beyond = (sum(one.seconds for one in spent if one.kind == kind) for kind in ("read", "beyond"))
    return Week(_minutes(sum(days.values())), _minutes(read), _minutes(beyond), target, len(days))


def _minutes(seconds: float) -> int:
    """Rounded, but what was begun is not nothing."""
    return max(1, round(seconds / 60)) if seconds > 0 else 0


class Plan(NamedTuple):
    """ "On ___ at ___ I open the lab." `days`: 0 is Monday. `at`: local time. `made`: the day it was written down."""

    days: tuple[int, ...]
    at: time
    minutes: int
    made: date

    @property
    def says(self) -> str:
        return f"On {listed([DAYS[day] for day in self.days])} at {self.at:%H:%M} I open the lab for {self.minutes} minutes."

    def stored(self) -> dict[str, Any]:
        return {"days": list(self.days), "at": f"{self.at:%H:%M}", "minutes": self.minutes, "made": self.made.isoformat()}

    @classmethod
    def read(cls, stored: dict[str, Any]) -> "Plan":
        """ValueError, KeyError or TypeError where what is stored is no plan."""
        days = tuple(sorted({int(day) for day in stored["days"]}))
        if not days or not 0 <= days[0] <= days[-1] <= 6:
            raise ValueError("a plan needs days of the week")
        return cls(days, time.fromisoformat(stored["at"]), int(stored["minutes"]), date.fromisoformat(stored["made"]))

    def next(self, now: datetime) -> datetime:
        """The next planned moment after `now`, as local time without a zone."""
        local = now.replace(tzinfo=None)
        ahead = (datetime.combine(local.date() + timedelta(days=i), self.at) for i in range(8))
        return next(moment for moment in ahead if moment > local and moment.weekday() in self.days)

    def missed(self, applied: Collection[date], today: date) -> date | None:
        """The latest planned day that passed without any application on it or since; only of the last seven days, and after it was made."""
        for back in range(8):
            day = today - timedelta(days=back)
            if day in applied or day <= self.made:
                return None
            if back and day.weekday() in self.days:
                return day
        return None


def listed(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)
