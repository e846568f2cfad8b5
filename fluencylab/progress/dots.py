"""What the three dots beside a concept say: pure rules on plain values.

A dot is filled by evidence alone, and no more than "emerging" is said until mastery is computed from it.
"""

from collections.abc import Iterable
from typing import Literal, NamedTuple

CAPABILITIES = ("vocabulary", "decisions", "debugging")
State = Literal["none", "emerging"]


class Dot(NamedTuple):
    capability: str
    state: State
    label: str


class Seen(NamedTuple):
    concept: str
    capability: str
    score: float | None


def dots(evidence: Iterable[Seen], concept: str) -> list[Dot]:
    graded = [seen for seen in evidence if seen.concept == concept and seen.score is not None]
    return [_dot(capability, sum(seen.capability == capability for seen in graded)) for capability in CAPABILITIES]


def _dot(capability: str, n: int) -> Dot:
    if n == 0:
        return Dot(capability, "none", "not enough evidence")
    return Dot(capability, "emerging", f"emerging, {n} {'piece' if n == 1 else 'pieces'} of evidence")
