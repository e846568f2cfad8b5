"""A case's page: the choice, its reasons and what would flip it; afterwards every one of them answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from fluencylab.actions.cases import Argued
from fluencylab.curriculum.schema import Case, Concept, Flip, Reason
from fluencylab.practice.exercises import shuffled
from fluencylab.web.pages.mission import DecisionCards, decision
from fluencylab.web.pages.next_step import Next


class Argument(NamedTuple):
    """A reason, or a fact that may come to light. `right`: it carries the decision, or it changes it."""

    id: str
    text: str
    picked: bool
    right: bool
    verdict: str
    answer: str


@dataclass(frozen=True)
class CasePage:
    """Context of `case.html`."""

    concept: Concept
    case: Case
    stage: str
    decision: DecisionCards
    reasons: list[Argument]
    flips: list[Argument]
    next: Next | None


def case_page(concept: Concept, case: Case, argued: Argued, comes: Next | None) -> CasePage:
    """`comes`: what to do after it, once it is done."""
    seed = argued.attempt.seed if argued.attempt else 0
    given: dict[str, Any] = argued.shown["decide"].answer if "decide" in argued.shown else {}
    return CasePage(
        concept=concept,
        case=case,
        stage=argued.stage,
        decision=decision(case.decide, argued.shown, seed),
        reasons=[_reason(reason, given) for reason in shuffled(case.reasons, seed, "reasons")],
        flips=[_flip(flip, given) for flip in shuffled(case.flips, seed, "flips")],
        next=comes,
    )


def _reason(reason: Reason, given: Mapping[str, Any]) -> Argument:
    says = "Carries the decision." if reason.carries else "Does not carry it."
    return Argument(reason.id, reason.text, reason.id in given.get("reasons", ()), reason.carries, says, reason.answer)


def _flip(flip: Flip, given: Mapping[str, Any]) -> Argument:
    says = "This one changes the decision." if flip.flips else "The decision would stand."
    return Argument(flip.id, flip.text, flip.id == given.get("flip"), flip.flips, says, flip.answer)
