"""The debugging bench's first page: what can be diagnosed, what can be repaired, and what is hidden on this model."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from fluencylab.actions.debug import Listed
from fluencylab.curriculum.loader import track
from fluencylab.curriculum.proofs import ProvedFault


@dataclass(frozen=True)
class DebugSection:
    """One list of exercises. `groups`: (what stands over it, exercises)."""

    kind: str
    groups: list[tuple[str, list[Listed]]]
    hidden: list[Listed]
    done: int
    of: int


@dataclass(frozen=True)
class DebugPage:
    """Context of `debug.html`."""

    sections: list[DebugSection]
    next_case: Listed | None


def debug_page(diagnoses: Sequence[Listed], repairs: Sequence[Listed]) -> DebugPage:
    """Diagnoses stand in one list and in no order of concepts: where a case stands would give its cause away."""
    mixed = sorted(diagnoses, key=lambda one: hashlib.sha256(one.slug.encode()).digest())
    shown = [one for one in mixed if not one.why_hidden]
    going = next((one for one in shown if one.where not in ("done", "not begun")), _first(shown))
    return DebugPage([_section("diagnosis", mixed, False), _section("repair", repairs, True)], going)


def _first(shown: Sequence[Listed]) -> Listed | None:
    return next((one for one in shown if one.where == "not begun"), None)


def _section(kind: str, listed: Sequence[Listed], by_concept: bool) -> DebugSection:
    """By concept, in the track's order, or all in one."""
    shown = [one for one in listed if not one.why_hidden]
    groups = [("", shown)]
    if by_concept:
        groups = [(concept.short, [one for one in shown if one.concept == concept.slug]) for concept in track().concepts]
    done = sum(one.where == "done" for one in shown)
    hidden = [one for one in listed if one.why_hidden]
    return DebugSection(kind, [group for group in groups if group[1]], hidden, done, len(shown))


def proof_says(proof: ProvedFault) -> str:
    """What was measured of a case on this model, in words."""
    if not proof.healthy[1]:
        return "not yet tried on this model (fluency check --live tries it)"
    (well, n), (ill, m) = proof.healthy, proof.broken
    return f"measured on this model: {well} of {n} right without the fault, {ill} of {m} with it"
