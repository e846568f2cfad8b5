"""What a concept's page lists: its missions and cases, how far each is, and those that are hidden and why."""

from typing import Any

from fluencylab.actions.standing import Standings, standings
from fluencylab.check import Proved, standing
from fluencylab.curriculum.proofs import ByAuthor
from fluencylab.curriculum.schema import Concept
from fluencylab.models import catalogue
from fluencylab.packs.installed import find
from fluencylab.packs.offered import offered
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


PARTS = (
    ("missions", "Missions"),
    ("cases", "Decision cases"),
    ("reading", "Reading"),
    ("decisions", "What it changes"),
    ("vocabulary", "The words"),
    ("questions", "Ask your engineers"),
    ("true-as-of", "Until when"),
)
"""What stands on the page: the id of each part and its title."""


async def exercises(state: AppState, concept: Concept) -> dict[str, Any]:
    async with state.store.read() as session:
        stood = await standings(session, state.learner)
    own = _listed(concept, stood)
    more = [_further(one, stood) for one in offered().added_to(concept.slug)]
    labs = [{"name": name, "title": lab_pages()[name].instrument.TITLE} for name in concept.labs]
    left_out = {part for part, there in (("missions", concept.missions), ("cases", concept.cases)) if not there}
    contents = [part for part in PARTS if part[0] not in left_out]
    contents[2 - len(left_out) : 2 - len(left_out)] = [(f"pack-{one['name']}", one["title"]) for one in more]
    return {**own, "further": more, "contents": contents, "here": _here(own["missions"], own["cases"]), "labs": labs, **_pack(concept)}


def _further(concept: Concept, stood: Standings) -> dict[str, Any]:
    """Exercises that a pack adds to a concept of ours."""
    told = _pack(concept)
    return {"name": concept.pack, "title": told["pack_title"], "author": told["pack_author"], **_listed(concept, stood)}


def _pack(concept: Concept) -> dict[str, str]:
    """Whose it is, where it is not ours."""
    found = find(concept.pack) if concept.pack else None
    return {"pack_title": found.title, "pack_author": found.pack.cover.author} if found and found.pack else {}


def _listed(concept: Concept, stood: Standings) -> dict[str, Any]:
    sha256 = catalogue.current().card().sha256
    listed: list[dict[str, Any]] = []
    hidden: list[dict[str, str]] = []
    for mission in concept.missions:
        proof = standing(mission, sha256)
        if proof.trials and not proof.shown:
            hidden.append({"title": mission.title, "why": why_hidden(proof)})
            continue
        stage = stood.of(mission).stage
        listed.append({"mission": mission, "stage": stage, "where": WHERE[stage], "proof": verified(proof)})
    stages = [(case, stood.of(case).stage) for case in concept.cases]
    listed_cases = [{"case": case, "stage": stage, "where": "not begun" if stage == "decide" else WHERE[stage]} for case, stage in stages]
    return {"missions": listed, "hidden": hidden, "cases": listed_cases}


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
    by = " by its author" if isinstance(proof, ByAuthor) else ""
    return f"verified{by} on this model: {proof.passed}/{proof.trials}"
