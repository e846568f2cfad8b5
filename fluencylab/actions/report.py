"""What a progress report is drawn from: two sittings of the self-test, the map, the time, and what a certificate would hold. Reads only."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from fluencylab.actions.certificate import certified
from fluencylab.actions.packs import Resting, resting
from fluencylab.actions.progress import Fluency, fluency, ledger
from fluencylab.actions.selftest import PastSitting, sittings
from fluencylab.actions.six_weeks import six_weeks
from fluencylab.practice import kinds
from fluencylab.practice.kinds import Exercise, Kind
from fluencylab.progress.certificate import Certified
from fluencylab.progress.six_weeks import SixWeeks
from fluencylab.progress.week import of_days
from fluencylab.store import queries, time_queries
from fluencylab.store.engine import Session
from fluencylab.store.tables import CapstoneSitting


class Minutes(NamedTuple):
    """`applied` is counted as the week counts it; `by_concept` holds only what pages counted, applied and read."""

    applied: float
    read: float
    beyond: float
    by_concept: dict[str, float]


class Worked(NamedTuple):
    """What was worked on of one kind of exercise, in the order in which it was first shown. `done`: keys of those brought to their end."""

    kind: Kind[Any]
    exercises: list[Exercise[Any]]
    done: Collection[str]


class Report(NamedTuple):
    since: datetime
    product: str
    before: PastSitting | None
    """The first complete sitting."""
    after: PastSitting | None
    """The latest complete one, where it is another."""
    fluency: Fluency
    pieces: int
    minutes: Minutes
    certified: list[Certified]
    resting: list[Resting]
    """What was shown in packs that are not on."""
    worked: list[Worked]
    runs: int
    calls: int
    """Model calls in those runs."""
    six_weeks: SixWeeks
    capstones: Sequence[CapstoneSitting]
    """Those that were ended, in their order."""


async def report(session: Session, learner: str, now: datetime) -> Report:
    row = await queries.learner(session, learner)
    complete = [one for one in await sittings(session, learner) if one.complete]
    found = await fluency(session, learner, now)
    runs, calls = await queries.count_runs(session, learner)
    return Report(
        since=row.created if row else now,
        product=row.product if row else "",
        before=complete[0] if complete else None,
        after=complete[-1] if len(complete) > 1 else None,
        fluency=found,
        pieces=sum(cell.n for cell in found.cells),
        minutes=await _minutes(session, learner),
        certified=await certified(session, learner, found.cells),
        resting=await resting(session, learner),
        worked=await _worked(session, learner),
        runs=runs,
        calls=calls,
        six_weeks=await six_weeks(session, learner, now.astimezone()),
        capstones=[one for one in await queries.capstone_sittings(session, learner) if one.ended is not None],
    )


async def _worked(session: Session, learner: str) -> list[Worked]:
    """Of exercises that are still there; in a review a skill is what was worked on."""
    recall = (await ledger(session, learner)).recall
    keys = dict.fromkeys(key for _, key, _ in recall.asked)
    found: dict[str, list[Exercise[Any]]] = {}
    for one in filter(None, map(kinds.find, keys)):
        found.setdefault(one.kind.name, []).append(one)
    return [Worked(kind, found[name], recall.done) for name, kind in kinds.KINDS.items() if name in found]


async def _minutes(session: Session, learner: str) -> Minutes:
    """Added up by the database, by UTC days, so that a year costs what a week does."""
    days = of_days(await time_queries.answered_by_day(session, learner), await time_queries.applied_by_day(session, learner))
    counted = await time_queries.time_by_concept(session, learner)
    by_concept: dict[str, float] = {}
    for (concept, kind), seconds in counted.items():
        if kind != "beyond" and concept:
            by_concept[concept] = by_concept.get(concept, 0) + seconds / 60
    read, beyond = (sum(seconds for (_, kind), seconds in counted.items() if kind == wanted) / 60 for wanted in ("read", "beyond"))
    return Minutes(sum(days.values()) / 60, read, beyond, by_concept)
