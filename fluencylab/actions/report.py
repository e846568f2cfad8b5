"""What a progress report is drawn from: two sittings of the self-test, the map, the time, and what a certificate would hold. Reads only."""

from datetime import UTC, datetime
from typing import NamedTuple

from fluencylab.actions.certificate import certified
from fluencylab.actions.packs import Resting, resting
from fluencylab.actions.progress import Fluency, fluency
from fluencylab.actions.selftest import Sitting, sittings
from fluencylab.progress.certificate import Certified
from fluencylab.progress.week import Answered, Spent, applied
from fluencylab.store import queries
from fluencylab.store.engine import Session

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class Minutes(NamedTuple):
    """`applied` is counted as the week counts it; `by_concept` holds only what pages counted, applied and read."""

    applied: float
    read: float
    beyond: float
    by_concept: dict[str, float]


class Report(NamedTuple):
    since: datetime
    product: str
    before: Sitting | None
    """The first complete sitting."""
    after: Sitting | None
    """The latest complete one, where it is another."""
    fluency: Fluency
    pieces: int
    minutes: Minutes
    certified: list[Certified]
    resting: list[Resting]
    """What was shown in packs that are not on."""


async def report(session: Session, learner: str, now: datetime) -> Report:
    row = await queries.learner(session, learner)
    complete = [one for one in await sittings(session, learner) if one.complete]
    found = await fluency(session, learner, now)
    return Report(
        since=row.created if row else now,
        product=row.product if row else "",
        before=complete[0] if complete else None,
        after=complete[-1] if len(complete) > 1 else None,
        fluency=found,
        pieces=sum(cell.n for cell in found.cells),
        minutes=await _minutes(session, learner, now),
        certified=await certified(session, learner, found.cells),
        resting=await resting(session, learner),
    )


async def _minutes(session: Session, learner: str, now: datetime) -> Minutes:
    spent = [Spent(*row) for row in await queries.time_since(session, learner, LONG_AGO)]
    answered = [Answered(*row) for row in await queries.seconds_since(session, learner, LONG_AGO)]
    by_concept: dict[str, float] = {}
    for (concept, kind), seconds in (await queries.time_by_concept(session, learner)).items():
        if kind != "beyond" and concept:
            by_concept[concept] = by_concept.get(concept, 0) + seconds / 60
    read, beyond = (sum(one.seconds for one in spent if one.kind == kind) / 60 for kind in ("read", "beyond"))
    return Minutes(sum(applied(spent, answered, now.tzinfo).values()) / 60, read, beyond, by_concept)
