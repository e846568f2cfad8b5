"""The debugging bench's first page: what can be diagnosed, what can be repaired, and what is hidden on this model."""

import hashlib
from collections.abc import Sequence
from typing import Any

from fluencylab.actions.debug import Listed
from fluencylab.curriculum.loader import track
from fluencylab.curriculum.proofs import ProvedFault


def debug_page(diagnoses: Sequence[Listed], repairs: Sequence[Listed]) -> dict[str, Any]:
    """Diagnoses stand in one list and in no order of concepts: where a case stands would give its cause away."""
    mixed = sorted(diagnoses, key=lambda one: hashlib.sha256(one.slug.encode()).digest())
    shown = [one for one in mixed if not one.why_hidden]
    return {
        "sections": [_section("diagnosis", mixed, False), _section("repair", repairs, True)],
        "next_case": next((one for one in shown if one.where not in ("done", "not begun")), _first(shown)),
    }


def _first(shown: Sequence[Listed]) -> Listed | None:
    return next((one for one in shown if one.where == "not begun"), None)


def _section(kind: str, listed: Sequence[Listed], by_concept: bool) -> dict[str, Any]:
    """By concept, in the track's order, or all in one."""
    shown = [one for one in listed if not one.why_hidden]
    groups = [("", shown)]
    if by_concept:
        groups = [(concept.short, [one for one in shown if one.concept == concept.slug]) for concept in track().concepts]
    done = sum(one.where == "done" for one in shown)
    hidden = [one for one in listed if one.why_hidden]
    return {"kind": kind, "groups": [group for group in groups if group[1]], "hidden": hidden, "done": done, "of": len(shown)}


def proof_says(proof: ProvedFault) -> str:
    """What was measured of a case on this model, in words."""
    if not proof.healthy[1]:
        return "not yet tried on this model (fluency check --live tries it)"
    (well, n), (ill, m) = proof.healthy, proof.broken
    return f"measured on this model: {well} of {n} right without the fault, {ill} of {m} with it"
