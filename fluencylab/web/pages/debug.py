"""The debugging bench's first page: what can be diagnosed, what can be repaired, and what is hidden on this model."""

from collections.abc import Sequence
from typing import Any

from fluencylab.actions.debug import Listed
from fluencylab.curriculum.loader import track


def debug_page(diagnoses: Sequence[Listed], repairs: Sequence[Listed]) -> dict[str, Any]:
    return {"sections": [_section("diagnosis", diagnoses), _section("repair", repairs)]}


def _section(kind: str, listed: Sequence[Listed]) -> dict[str, Any]:
    """By concept, in the track's order."""
    shown = [one for one in listed if not one.why_hidden]
    groups = [(concept.short, [one for one in shown if one.concept == concept.slug]) for concept in track().concepts]
    return {"kind": kind, "groups": [group for group in groups if group[1]], "hidden": [one for one in listed if one.why_hidden]}
