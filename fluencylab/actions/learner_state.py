"""What an exercise or a lab remembers of a learner beside evidence and typed text. A name, and a small value:

    repair/SLUG/tried     {"run": ID}                        its visible cases were asked last in this run
    repair/SLUG/help      {"hints": 2}, {"debrief": true}    what was asked for
    debug/ATTEMPT         {"search": RUN, "tokens": RUN}     the probes that were bought, in their order
    lab/NAME              {"mark-kind": "send"}              what its form keeps

What was put in the place of an earlier value is gone; what must not be is evidence.
"""

from typing import Any

from fluencylab import clock
from fluencylab.store import queries
from fluencylab.store.engine import Session
from fluencylab.store.tables import LearnerState


async def recall(session: Session, learner: str, name: str) -> dict[str, Any]:
    """Empty where nothing was ever kept."""
    row = await queries.learner_state(session, learner, name)
    return dict(row.value) if row else {}


async def remember(session: Session, learner: str, name: str, value: dict[str, Any]) -> None:
    """In the place of what was kept under this name."""
    await session.merge(LearnerState(learner_id=learner, name=name, value=value, saved=clock.now()))
