"""The six weeks of one learner: the core in their own order, what of it is done or shown, and in which week the rest stands."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from fluencylab.actions.kinds import listed, offered
from fluencylab.actions.progress import Fluency, fluency
from fluencylab.actions.selftest import PastSitting, sittings
from fluencylab.curriculum.loader import track
from fluencylab.curriculum.six_weeks import core
from fluencylab.practice import kinds
from fluencylab.practice.kinds import SELF_TEST, Exercise
from fluencylab.practice.kinds.base import DONE
from fluencylab.practice.kinds.review import STAGE
from fluencylab.practice.kinds.selftest import MINUTES
from fluencylab.progress.six_weeks import Part, SixWeeks, Stands, in_turn, later, lay_out, own_pace, spread
from fluencylab.progress.week import SUGGESTED, Answered, Spent, begin, week
from fluencylab.store import queries, time_queries
from fluencylab.store.engine import Session
from fluencylab.text.numerals import counted
from fluencylab.text.written import day

BETWEEN = 2
"""Concepts between what one reads and predicts of a concept and the faults of it that one looks for."""
SITTING = "Seven questions, in your own words"


def in_order(first: Sequence[str] = ()) -> list[Exercise[Any]]:
    """The exercises of the core that are open on the model in use. `first`: concepts that matter most to the learner."""
    slugs = sorted((one.slug for one in track().concepts if one.open), key=lambda slug: first.index(slug) if slug in first else len(first))
    read: list[list[Exercise[Any]]] = [[] for _ in slugs]
    looked: list[list[Exercise[Any]]] = [[] for _ in slugs]
    for name, most in core().each.items():
        kind, places = kinds.KINDS[name], dict(zip(slugs, looked if kinds.KINDS[name].secret else read, strict=True))
        found: dict[str, list[Exercise[Any]]] = {}
        for one in offered(kind):
            found.setdefault(one.concept, []).append(one)
        for slug, place in places.items():
            place.extend(found.get(slug, [])[:most])
    main = [one for some in zip(read, later(looked, BETWEEN), strict=True) for block in some for one in block]
    return spread(main, in_turn([offered(kinds.KINDS[name])[:most] for name, most in core().whole.items()]))


async def six_weeks(session: Session, learner: str, now: datetime) -> SixWeeks:
    """`now`: in the learner's own zone. What is left is laid out from this week on."""
    stands = await fluency(session, learner, now)
    complete = [one for one in await sittings(session, learner) if one.complete]
    first = [one.concept for one in complete[-1].priorities] if complete else []
    exercises = in_order(first)
    where = await _where(session, learner, exercises)
    parts = [_part(one, where[one.key], stands) for one in exercises]
    row = await queries.learner(session, learner)
    target, monday = row.target_minutes if row else SUGGESTED, begin(now)
    spent = [Spent(*one) for one in await time_queries.time_since(session, learner, monday)]
    answered = [Answered(*one) for one in await time_queries.seconds_since(session, learner, monday)]
    taken = await time_queries.seconds_by_exercise(session, learner, STAGE)
    pace = own_pace((taken.get(one.key, 0.0), one.minutes) for one in exercises if where[one.key] == DONE)
    minutes = week(spent, answered, target, now).applied
    return lay_out(_with_sittings(parts, complete), target, minutes, pace, now.date(), core().reviews)


async def _where(session: Session, learner: str, exercises: Sequence[Exercise[Any]]) -> dict[str, str]:
    """Key -> how far it is, asked once for each kind."""
    found: dict[str, str] = {}
    for kind in {one.kind.name: one.kind for one in exercises}.values():
        found.update({said.exercise.key: said.where for said in await listed(session, learner, kind)})
    return found


def shown(one: Exercise[Any], stands: Fluency) -> bool:
    """Is everything that it would show solid already?"""
    return bool(one.gives) and all(stands.cell(one.concept, capability).state == "solid" for capability in one.gives)


def _part(one: Exercise[Any], where: str, stands: Fluency) -> Part:
    state: Stands = "done" if where == DONE else "shown" if shown(one, stands) else "open"
    concept = "" if one.kind.secret else one.concept
    about = next((known.short for known in track().concepts if known.slug == concept), "")
    about = one.kind.title if one.kind.name in core().whole else about
    return Part(one.key, one.kind.title, one.title, one.result_href if where == DONE else one.href, one.minutes, state, about, concept)


def _with_sittings(parts: list[Part], complete: Sequence[PastSitting]) -> list[Part]:
    """The first self-test comes after a first exercise, the others at the end."""
    some = list(_sittings(len(complete)))
    return [*parts[:1], *some[:1], *parts[1:], *some[1:]]


def _sittings(complete: int) -> Iterator[Part]:
    for number in range(core().self_tests):
        state: Stands = "done" if number < complete else "open"
        yield Part(f"{SELF_TEST.key()}#{number + 1}", SELF_TEST.title, SITTING, SELF_TEST.href(), MINUTES, state)


def left_over() -> dict[str, int]:
    """Name of a kind -> how many exercises of it stand beyond the core."""
    core_keys = {one.key for one in in_order()}
    found: dict[str, int] = {}
    for kind in kinds.KINDS.values():
        if kind.end and (more := [one for one in offered(kind) if one.key not in core_keys]):
            found[kind.name] = len(more)
    return found


def status(found: SixWeeks) -> str:
    """Where it stands and when it ends, in one or two sentences."""
    done, shown = len(found.of("done")), len(found.of("shown"))
    if found.ends is None:
        return "The core is done. What is due again comes back by itself, and beyond the core there is more for whoever wants it."
    begun = f"You have done {done} of {len(found.parts)} parts." if done else ""
    if shown:
        begun += f" {shown} {'more ' if done else ''}{'is' if shown == 1 else 'are'} shown already."
    weeks = counted(sum(bool(week.parts) for week in found.weeks), "week")
    rest = "the rest takes" if done or shown else f"the {len(found.parts)} parts take"
    return f"{begun} At {found.target} minutes a week {rest} {weeks}, until {day(found.ends)}.".strip()


def comes(found: SixWeeks) -> str:
    """For a calendar: what stands next, and until when the core lasts."""
    if found.ends is None:
        return "The core of the course is done. What is due again keeps it."
    names = ", ".join(part.title for part in found.of("open")[:3])
    return f"Next: {names}. At {found.target} minutes a week the core lasts until {day(found.ends)}."
