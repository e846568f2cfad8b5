"""What a concept's page lists: its missions and cases, how far each is, and those that are hidden and why."""

from typing import Any

from fluencylab.actions.standing import standings
from fluencylab.check import Proved, standing
from fluencylab.curriculum.schema import Concept
from fluencylab.models import catalogue
from fluencylab.web.app_state import AppState
from fluencylab.web.lab_pages import lab_pages

WHERE = {
    "predict": "not begun",
    "run": "ready to run",
    "see": "say what you saw",
    "decide": "decide",
    "twin": "one fact has changed",
    "done": "done",
}


async def exercises(state: AppState, concept: Concept) -> dict[str, Any]:
    sha256 = catalogue.current().card().sha256
    listed: list[dict[str, Any]] = []
    hidden: list[dict[str, str]] = []
    async with state.store.read() as session:
        stood = await standings(session, state.learner)
    for mission in concept.missions:
        proof = standing(mission, sha256)
        if proof.trials and not proof.shown:
            hidden.append({"title": mission.title, "why": why_hidden(proof)})
            continue
        stage = stood.of(mission).stage
        listed.append({"mission": mission, "stage": stage, "where": WHERE[stage], "proof": verified(proof)})
    stages = [(case, stood.of(case).stage) for case in concept.cases]
    listed_cases = [{"case": case, "stage": stage, "where": "not begun" if stage == "decide" else WHERE[stage]} for case, stage in stages]
    labs = [{"name": name, "title": lab_pages()[name].instrument.TITLE} for name in concept.labs]
    return {"missions": listed, "hidden": hidden, "cases": listed_cases, "here": _here(listed, listed_cases), "labs": labs}


def _here(missions: list[dict[str, Any]], cases: list[dict[str, Any]]) -> dict[str, str] | None:
    """The first exercise of this concept that is not done: on its own page it comes before those of others."""
    for kind, begin, listed in (("mission", "Begin the mission", missions), ("case", "Open the case", cases)):
        for item in listed:
            if item["stage"] != "done":
                act = begin if item["where"] == "not begun" else "Go on"
                return {"title": item[kind].title, "href": f"/{kind}s/{item[kind].slug}", "act": act}
    return None


def why_hidden(proof: Proved) -> str:
    return f"It proved itself in only {proof.passed} of {proof.trials} runs on this model: {proof.why}."


def verified(proof: Proved) -> str:
    """How good the exercise is on this model, in words."""
    if proof.trials == 0:
        return "not yet tried on this model (fluency check --live tries it)"
    return f"verified on this model: {proof.passed}/{proof.trials}"
