"""The page of the six weeks: how far the core is, what stands in which week, and when it ends."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import NamedTuple

from fluencylab.actions.six_weeks import left_over, status
from fluencylab.curriculum.capstone import capstones
from fluencylab.curriculum.six_weeks import core
from fluencylab.practice.kinds import KINDS
from fluencylab.progress.six_weeks import Part, SixWeeks, WeekAhead
from fluencylab.progress.week import listed
from fluencylab.text.numerals import counted
from fluencylab.text.written import day
from fluencylab.web.pages.next_step import Next

BENCH = "On the bench"
WHOLE = "The whole of it"


class Group(NamedTuple):
    """Parts that follow each other and belong to one concept, or to none that may be told."""

    about: str
    parts: list[Part]


class DrawnWeek(NamedTuple):
    """`says`: what it is about and how long, in one line."""

    title: str
    says: str
    groups: list[Group]
    now: bool


@dataclass(frozen=True)
class SixWeeksPage:
    """Context of `six_weeks.html`. `done`, `whole`: parts, for the meter; `says`: sentences, one a line."""

    done: int
    shown: int
    whole: int
    next: Next
    lede: str
    says: list[str]
    weeks: list[DrawnWeek]
    finished: list[Group]
    beyond: str
    capstone: bool
    """Is there a product of the capstone? It is the last step, and no part of the weeks"""


def six_weeks_page(found: SixWeeks, comes: Next, today: date) -> SixWeeksPage:
    monday = today - timedelta(days=today.weekday())
    done, shown = found.of("done"), found.of("shown")
    return SixWeeksPage(
        done=len(done),
        shown=len(shown),
        whole=len(found.parts),
        next=comes,
        lede=status(found),
        says=list(_says(found)),
        weeks=[_week(week, monday) for week in found.weeks if week.parts],
        finished=_groups([*done, *shown]),
        beyond=beyond(),
        capstone=bool(capstones()),
    )


def _says(found: SixWeeks) -> Iterator[str]:
    if not found.of("done"):
        yield f"The core is about {round(found.whole / 60)} hours of practice. {_holds()}"
    if found.of("shown"):
        yield "What is shown already you need not do: everything it would show is solid on your map. It stays open."
    if found.ends and not 0.95 < found.pace < 1.05:
        yield f"By what you finished, you take about {found.pace:.1f} times as long as the exercises say. The weeks reckon with that."
    if found.six:
        yield f"To be through in six weeks it would take {found.six} minutes a week."


def _holds() -> str:
    """What the core is made of, in one sentence."""
    each, whole = (listed([_some(name, most) for name, most in some.items()]) for some in (core().each, core().whole))
    return f"Of every concept it has up to {each}; then {whole}, and the self-test at either end."


def _some(kind: str, most: int) -> str:
    return counted(most, KINDS[kind].title.lower(), KINDS[kind].plural)


def beyond() -> str:
    more = listed([_some(kind, n) for kind, n in left_over().items()])
    return f"Beyond the core there are {more}. They are offered when the core is done, and are never owed." if more else ""


def _week(week: WeekAhead, monday: date) -> DrawnWeek:
    number = (week.begins - monday).days // 7
    title = ("This week", "Next week")[number] if number < 2 else f"Week of {day(week.begins)}"
    about = list(dict.fromkeys(part.about for part in week.parts if part.about))
    what = f": {listed(about)}" if about else ""
    return DrawnWeek(title, f"about {5 * round(week.minutes / 5)} minutes{what}", _groups(week.parts), number == 0)


def _groups(parts: Sequence[Part]) -> list[Group]:
    """In their order; what is found out by looking is named by no concept."""
    named = [(part.about or (BENCH if part.href.startswith("/debug") else WHOLE), part) for part in parts]
    return [Group(about, [part for _, part in some]) for about, some in groupby(named, key=lambda one: one[0])]
