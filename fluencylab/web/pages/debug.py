"""The debugging bench's first page: what can be diagnosed, what can be repaired, and what is hidden on this model."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from fluencylab.actions.kinds import Listed
from fluencylab.curriculum.loader import track
from fluencylab.curriculum.proofs import ProvedFault
from fluencylab.practice.kinds import DIAGNOSIS, KINDS, Kind
from fluencylab.practice.kinds.base import DONE, NOT_BEGUN


class BenchList(NamedTuple):
    """The exercises of one kind. `groups`: by the short title of their concept, or all under ""."""

    kind: Kind[Any]
    groups: list[tuple[str, list[Listed]]]
    hidden: list[Listed]
    done: int
    of: int


@dataclass(frozen=True)
class DebugPage:
    """Context of `debug.html`."""

    sections: list[BenchList]
    next_case: Listed | None


def debug_page(found: Mapping[str, Sequence[Listed]]) -> DebugPage:
    """`found`: what there is of each kind, by its name."""
    to_find = _mixed(one for one in found[DIAGNOSIS.name] if not one.why_hidden)
    going = next((one for one in to_find if one.where not in (DONE, NOT_BEGUN)), _first(to_find))
    return DebugPage([_section(KINDS[name], some) for name, some in found.items()], going)


def _first(shown: Sequence[Listed]) -> Listed | None:
    return next((one for one in shown if one.where == NOT_BEGUN), None)


def _section(kind: Kind[Any], listed: Sequence[Listed]) -> BenchList:
    """By concept, in the track's order. Where that would give a cause away, all in one list and in no order of concepts."""
    shown, hidden = [one for one in listed if not one.why_hidden], [one for one in listed if one.why_hidden]
    groups = [(concept.short, [one for one in shown if one.exercise.concept == concept.slug]) for concept in track().concepts]
    if kind.secret:
        groups, hidden = [("", _mixed(shown))], _mixed(hidden)
    return BenchList(kind, [group for group in groups if group[1]], hidden, sum(one.where == DONE for one in shown), len(shown))


def _mixed(listed: Iterable[Listed]) -> list[Listed]:
    return sorted(listed, key=lambda one: hashlib.sha256(one.exercise.slug.encode()).digest())


def proof_says(proof: ProvedFault) -> str:
    """What was measured of a case on this model, in words."""
    if not proof.healthy[1]:
        return "not yet tried on this model (fluency check --live tries it)"
    (well, n), (ill, m) = proof.healthy, proof.broken
    return f"measured on this model: {well} of {n} right without the fault, {ill} of {m} with it"
