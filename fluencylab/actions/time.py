"""Keep the seconds a page was really in front of somebody."""

import uuid

from fluencylab import clock
from fluencylab.errors import BadInput
from fluencylab.packs.full_track import full_track
from fluencylab.progress.week import KINDS
from fluencylab.store import queries, time_queries
from fluencylab.store.engine import Store
from fluencylab.store.tables import TimeSpent

LONGEST = 3600.0
"""Seconds of one post."""


async def spend(store: Store, learner: str, concept: str, kind: str, seconds: float) -> None:
    """Seconds up to now. Two pages cannot have been in front at once: of what was counted already, nothing counts again."""
    if kind not in KINDS:
        raise BadInput("There is no such kind of time.", "It is apply, read or beyond.")
    if concept and full_track().concept(concept) is None:
        raise BadInput("There is no such concept.", "Leave it empty where a page belongs to none.")
    if not 0 < seconds <= LONGEST:
        raise BadInput("That is no time one page can have been in front.", "Send more than 0 and at most 3600 seconds.")
    now = clock.now()
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        before = await time_queries.last_time(session, learner)
        if before is not None and before <= now:  # else the clock was set back since
            seconds = min(seconds, (now - before).total_seconds())
        if seconds > 0:
            session.add(TimeSpent(id=uuid.uuid4().hex, learner_id=learner, concept=concept, kind=kind, seconds=seconds, made=now))
