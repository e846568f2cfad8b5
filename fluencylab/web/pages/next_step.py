"""One clear next step: the first mission that is not finished, or the first case, or the lab itself."""

from typing import NamedTuple

from fluencylab.actions.standing import standings
from fluencylab.check import standing
from fluencylab.curriculum.schema import Concept, Mission, Track
from fluencylab.models import catalogue
from fluencylab.web.lab import Lab


class Next(NamedTuple):
    title: str
    href: str
    why: str
    act: str
    first: bool = False
    """The very first mission, not begun yet."""


def shown_missions(concept: Concept) -> list[Mission]:
    """The missions that prove themselves on the model in use, and those nobody has tried on it; never one that failed."""
    sha256 = catalogue.current().card().sha256
    stood = [(mission, standing(mission, sha256)) for mission in concept.missions]
    return [mission for mission, proof in stood if proof.shown or proof.trials == 0]


async def next_step(lab: Lab, track: Track, after: str = "") -> Next | None:
    """What to do now; `after` is the exercise just finished."""
    async with lab.store.read() as session:
        stood = await standings(session, lab.learner)
    for concept in track.concepts:
        for mission in shown_missions(concept):
            stage, begun = stood.of(mission)
            if stage != "done" and mission.slug != after:
                why = f"Mission · {concept.short} · about {mission.minutes} minutes"
                first = not begun and mission is track.concepts[0].missions[0]
                return Next(mission.title, f"/missions/{mission.slug}", why, "Go on" if begun else "Begin the mission", first)
        for case in concept.cases:
            if stood.of(case).stage != "done" and case.slug != after:
                why = f"Decision case · {concept.short} · about {case.minutes} minutes"
                return Next(case.title, f"/cases/{case.slug}", why, "Open the case")
    return None
