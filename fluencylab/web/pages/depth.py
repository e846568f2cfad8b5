"""The quiet sentence of the depth guard, on a concept's page and in its lab."""

from typing import NamedTuple

from fluencylab import clock
from fluencylab.actions.progress import fluency
from fluencylab.curriculum.schema import Concept
from fluencylab.packs.full_track import full_track
from fluencylab.practice.kinds import KINDS
from fluencylab.progress.depth import Advice, advice
from fluencylab.store import time_queries
from fluencylab.web.app_state import AppState


class Depth(NamedTuple):
    """`pays` and `href`: the cell of the map that pays more now; empty where there is none."""

    says: str
    pays: str
    href: str


async def depth(state: AppState, concept: Concept) -> Depth | None:
    async with state.store.read() as session:
        stands = await fluency(session, state.learner, clock.now())
        seconds = await time_queries.time_by_concept(session, state.learner)
    minutes = {kind: spent / 60 for (slug, kind), spent in seconds.items() if slug == concept.slug}
    found = advice(stands.every, concept.slug, _doable(), minutes)
    if found is None:
        return None
    other = full_track().concept(found.pays[0]) if found.pays else None
    if found.pays is None or other is None:
        return Depth(says(found), "", "")
    capability = found.pays[1]
    named = f"{capability} here" if other.slug == concept.slug else f"{capability} in {other.short}"
    return Depth(says(found), named, f"/map/{other.slug}/{capability}")


def says(found: Advice) -> str:
    if found.solid:
        names = " and ".join([", ".join(found.solid[:-1]), found.solid[-1]] if len(found.solid) > 1 else found.solid)
        verb = "is" if found.solid == ("vocabulary",) or found.solid == ("debugging",) else "are"
        return f"{names.capitalize()} {verb} solid here. More of the same would earn little."
    return f"You have read here for {found.read:.0f} minutes and tried things for {found.applied:.0f}. Trying is what stays."


def _doable() -> set[tuple[str, str]]:
    """Cells for which the content has something to do. Not the bench: named under a concept, its cases would be hints at their cause."""
    return set().union(*(kind.cells() for kind in KINDS.values() if kind.place != "bench"))
