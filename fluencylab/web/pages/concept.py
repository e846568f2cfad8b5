"""What a concept's page lists: its missions and cases, how far each is, and those that are hidden and why."""

from dataclasses import dataclass
from typing import NamedTuple

from fluencylab.actions.standing import Standings, standings
from fluencylab.check import Proved, standing
from fluencylab.curriculum.loader import track
from fluencylab.curriculum.schema import Case, Concept, Mission
from fluencylab.models import catalogue
from fluencylab.web.app_state import AppState
from fluencylab.web.lab_pages import lab_pages
from fluencylab.web.pages.depth import Depth, depth
from fluencylab.web.pages.next_step import Next, next_step

WHERE = {
    "predict": "not begun",
    "run": "ready to run",
    "see": "say what you saw",
    "decide": "decide",
    "twin": "one fact has changed",
    "done": "done",
}


class ListedMission(NamedTuple):
    mission: Mission
    stage: str
    where: str
    proof: str


class ListedCase(NamedTuple):
    case: Case
    stage: str
    where: str


class HiddenMission(NamedTuple):
    title: str
    why: str


class LabLink(NamedTuple):
    name: str
    title: str


class Here(NamedTuple):
    """The first exercise of a concept that is not done: on its own page it comes before those of others."""

    title: str
    href: str
    act: str


@dataclass(frozen=True)
class ConceptPage:
    """Context of `concept.html`."""

    concept: Concept
    missions: list[ListedMission]
    hidden: list[HiddenMission]
    cases: list[ListedCase]
    here: Here | None
    labs: list[LabLink]
    next: Next | None
    depth: Depth | None


async def concept_page(state: AppState, concept: Concept) -> ConceptPage:
    async with state.store.read() as session:
        stood = await standings(session, state.learner)
    missions, hidden = _missions(concept, stood)
    cases = [_case(case, stood.of(case).stage) for case in concept.cases]
    return ConceptPage(
        concept=concept,
        missions=missions,
        hidden=hidden,
        cases=cases,
        here=_here(missions, cases),
        labs=[LabLink(name, lab_pages()[name].instrument.TITLE) for name in concept.labs],
        next=await next_step(state, track()),
        depth=await depth(state, concept),
    )


def _missions(concept: Concept, stood: Standings) -> tuple[list[ListedMission], list[HiddenMission]]:
    sha256 = catalogue.current().card().sha256
    listed, hidden = list[ListedMission](), list[HiddenMission]()
    for mission in concept.missions:
        proof = standing(mission, sha256)
        if proof.trials and not proof.shown:
            hidden.append(HiddenMission(mission.title, why_hidden(proof)))
            continue
        stage = stood.of(mission).stage
        listed.append(ListedMission(mission, stage, WHERE[stage], verified(proof)))
    return listed, hidden


def _case(case: Case, stage: str) -> ListedCase:
    return ListedCase(case, stage, "not begun" if stage == "decide" else WHERE[stage])


def _here(missions: list[ListedMission], cases: list[ListedCase]) -> Here | None:
    for mission in missions:
        if mission.stage != "done":
            act = "Begin the mission" if mission.where == "not begun" else "Go on"
            return Here(mission.mission.title, f"/missions/{mission.mission.slug}", act)
    for case in cases:
        if case.stage != "done":
            act = "Open the case" if case.where == "not begun" else "Go on"
            return Here(case.case.title, f"/cases/{case.case.slug}", act)
    return None


def why_hidden(proof: Proved) -> str:
    return f"It proved itself in only {proof.passed} of {proof.trials} runs on this model: {proof.why}."


def verified(proof: Proved) -> str:
    """How good the exercise is on this model, in words."""
    if proof.trials == 0:
        return "not yet tried on this model (fluency check --live tries it)"
    return f"verified on this model: {proof.passed}/{proof.trials}"
