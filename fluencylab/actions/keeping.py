"""What a lab's form keeps from one visit to the next, and no run has measured: the marks a learner gives."""

from collections.abc import Mapping

from fluencylab.actions.learner_state import recall, remember
from fluencylab.store import queries
from fluencylab.store.engine import Session, Store


async def keep(store: Store, learner: str, lab: str, given: Mapping[str, str]) -> dict[str, str]:
    """Add these, and take out those that are empty; what another tab kept meanwhile stays. Gives all that is kept now."""
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        now = {name: value for name, value in (await kept(session, learner, lab) | dict(given)).items() if value}
        await remember(session, learner, _name(lab), now)
    return now


async def kept(session: Session, learner: str, lab: str) -> dict[str, str]:
    return await recall(session, learner, _name(lab))


def _name(lab: str) -> str:
    return f"lab/{lab}"
