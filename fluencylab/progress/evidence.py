"""The only writer of evidence. A row says what was shown, how it was judged and under which conditions; none is ever changed."""

import uuid
from datetime import datetime
from typing import Any, NamedTuple

from fluencylab import clock
from fluencylab.errors import BadInput
from fluencylab.store import queries
from fluencylab.store.engine import Conflict, Session
from fluencylab.store.tables import Attempt, Evidence


class NewEvidence(NamedTuple):
    """One thing a learner showed at one stage of an exercise."""

    concept: str
    capability: str
    stage: str
    answer: dict[str, Any]
    score: float | None
    grader: str
    certainty: int | None = None
    marks: int | None = None
    why: str = ""
    conditions: dict[str, Any] | None = None
    variant: str = ""
    content: str = ""
    help: str = ""
    chance: float | None = None
    """What guessing alone would have reached here; kept with the conditions. Without it, what the exercise's content says."""


LOOKED = "ledger"
"""Under this name a session remembers that the evidence was looked at; what is written ends that."""
LONGEST = 1800.0
"""Seconds that may count for one step: whoever took longer was away."""


def took(before: datetime, now: datetime) -> float | None:
    """Seconds of one step; None where the clock was set back in its course."""
    seconds = (now - before).total_seconds()
    return min(seconds, LONGEST) if seconds >= 0 else None


async def append(session: Session, attempt: Attempt, shown: NewEvidence, made: datetime | None = None) -> Evidence:
    """Add one row. The same stage of the same attempt can be shown only once, whatever the number of tabs.

    `made`: when it was shown, if that was not just now: what a run shows, it shows at its end.
    """
    now = made or clock.now()
    fields = shown._asdict()
    if (chance := fields.pop("chance")) is not None:
        fields["conditions"] = {**(shown.conditions or {}), "chance": chance}
    before = await queries.last_shown(session, attempt.id) or attempt.created
    row = Evidence(
        id=uuid.uuid4().hex,
        learner_id=attempt.learner_id,
        attempt_id=attempt.id,
        exercise=attempt.exercise,
        made=now,
        seconds=took(before, now),
        **fields,
    )
    session.add(row)
    session.info.pop(LOOKED, None)
    try:
        await session.flush()
    except Conflict as error:
        raise BadInput("This step was already answered, perhaps in another tab.", "Go on from where the page stands now.") from error
    return row
