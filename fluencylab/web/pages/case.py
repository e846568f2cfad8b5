"""A case's page: the choice, its reasons and what would flip it; afterwards every one of them answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from fluencylab.actions.cases import Argued
from fluencylab.curriculum.schema import Case, Concept, Flip, Reason
from fluencylab.practice.exercises import shuffled
from fluencylab.web.pages.decision import DecisionCards, decision
from fluencylab.web.pages.next_step import Next
from fluencylab.web.pages.results import Beside


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
    reasons_say: str
    """How the two reasons were that were chosen; empty before"""
    next: Next | None
    changed: Sequence[str]
    """On the map, by this exercise: a line a cell, once it is done"""
    beside: Beside


def case_page(
    concept: Concept, case: Case, argued: Argued, comes: Next | None, changed: Sequence[str] = (), beside: Beside = Beside()
) -> CasePage:
    """`comes`: what to do after it, and `changed`: on the map, once it is done."""
    seed = argued.seed
    given: dict[str, Any] = argued.shown["decide"].answer if "decide" in argued.shown else {}
    return CasePage(
        concept=concept,
        case=case,
        stage=argued.stage,
        decision=decision(case.decide, argued.shown, seed),
        reasons=[_reason(reason, given) for reason in shuffled(case.reasons, seed, "reasons")],
        flips=[_flip(flip, given) for flip in shuffled(case.flips, seed, "flips")],
        reasons_say=_reasons_say(case.reasons, given),
        next=comes,
        changed=changed,
        beside=beside,
    )


def _reasons_say(reasons: Sequence[Reason], given: Mapping[str, Any]) -> str:
    chosen = set(given.get("reasons", ()))
    if not chosen <= {reason.id for reason in reasons}:
        return "You argued it before its reasons were rewritten; what you earned stands."
    right = sum(reason.carries for reason in reasons if reason.id in chosen)
    return {2: "Both of your reasons carry it.", 1: "One of your two reasons carries it.", 0: "Neither of your reasons carries it."}[right]


def _reason(reason: Reason, given: Mapping[str, Any]) -> Argument:
    says = "Carries the decision." if reason.carries else "Does not carry it."
    return Argument(reason.id, reason.text, reason.id in given.get("reasons", ()), reason.carries, says, reason.answer)


def _flip(flip: Flip, given: Mapping[str, Any]) -> Argument:
    says = "This one changes the decision." if flip.flips else "The decision would stand."
    return Argument(flip.id, flip.text, flip.id == given.get("flip"), flip.flips, says, flip.answer)
