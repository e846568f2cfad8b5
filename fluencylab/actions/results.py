"""What was finished stays finished: the last result of an exercise, whatever was begun after it."""

from datetime import datetime
from typing import Any, NamedTuple

from fluencylab.practice.kinds import Kind
from fluencylab.store import queries
from fluencylab.store.engine import Session
from fluencylab.store.tables import Attempt


class Goes(NamedTuple):
    """Of one exercise: the attempt that is under way or the latest, and the last one that came to its end."""

    latest: Attempt | None
    finished: Attempt | None
    when: datetime | None

    @property
    def newer(self) -> bool:
        """Was another go begun after the one that came to its end?"""
        return self.finished is not None and self.latest is not None and self.latest.id != self.finished.id

    def shown(self, result: bool) -> Attempt | None:
        return self.finished if result and self.finished else self.latest


async def goes(session: Session, learner: str, kind: Kind[Any], slug: str) -> Goes:
    key = kind.key(slug)
    latest = await queries.latest_attempt(session, learner, key)
    found = await queries.finished_attempt(session, learner, key, kind.end, right=not kind.stages) if latest and kind.end else None
    return Goes(latest, *(found or (None, None)))
