"""What was shown in packs: kept whether a pack is on, off or gone, and told by its name."""

from collections import Counter
from typing import NamedTuple

from fluencylab.curriculum.schema import pack_of
from fluencylab.packs.installed import find
from fluencylab.store import queries
from fluencylab.store.engine import Session


class Resting(NamedTuple):
    """Evidence of a pack that is off, hidden or gone: `n` pieces, which count again once it is back."""

    name: str
    title: str
    n: int


async def shown(session: Session, learner: str) -> dict[str, int]:
    """Pack -> pieces of evidence, of every pack the learner ever worked in."""
    found: Counter[str] = Counter()
    for concept, n in (await queries.evidence_of_packs(session, learner)).items():
        found[pack_of(concept)] += n
    return dict(found)


async def resting(session: Session, learner: str) -> list[Resting]:
    found = []
    for name, n in (await shown(session, learner)).items():
        pack = find(name)
        if pack is None or not pack.offered:
            found.append(Resting(name, pack.title if pack else name, n))
    return found
