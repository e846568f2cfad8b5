"""A case's page: the choice, its reasons and what would flip it; afterwards every one of them answered."""

from typing import Any

from fluencylab.actions.cases import Argued
from fluencylab.curriculum.schema import Case, Concept
from fluencylab.practice.exercises import shuffled
from fluencylab.web.pages.mission import decision


def case_page(concept: Concept, case: Case, argued: Argued) -> dict[str, Any]:
    seed = argued.attempt.seed if argued.attempt else 0
    given: dict[str, Any] = argued.shown["decide"].answer if "decide" in argued.shown else {}
    return {
        "concept": concept,
        "case": case,
        "stage": argued.stage,
        "decision": decision(case.decide, argued.shown, seed),
        "reasons": [
            {
                "id": reason.id,
                "text": reason.text,
                "picked": bool(given) and reason.id in given["reasons"],
                "right": reason.carries,
                "verdict": "Carries the decision." if reason.carries else "Does not carry it.",
                "answer": reason.answer,
            }
            for reason in shuffled(case.reasons, seed, "reasons")
        ],
        "flips": [
            {
                "id": flip.id,
                "text": flip.text,
                "picked": bool(given) and flip.id == given["flip"],
                "right": flip.flips,
                "verdict": "This one changes the decision." if flip.flips else "The decision would stand.",
                "answer": flip.answer,
            }
            for flip in shuffled(case.flips, seed, "flips")
        ],
        "marks": argued.shown["decide"].marks if given else None,
        "score": argued.shown["decide"].score if given else None,
    }
