"""What the three dots beside a concept say: pure rules on plain values.

A dot is filled by evidence alone, and no more than "emerging" is said until mastery is computed from it.
"""

from collections.abc import Mapping
from typing import Literal, NamedTuple

CAPABILITIES = ("vocabulary", "decisions", "debugging")
State = Literal["none", "emerging"]


class Dot(NamedTuple):
    capability: str
    state: State
    label: str


def dots(graded: Mapping[tuple[str, str], int], concept: str) -> list[Dot]:
    """`graded`: pieces of graded evidence by (concept, capability)."""
    return [_dot(capability, graded.get((concept, capability), 0)) for capability in CAPABILITIES]


def _dot(capability: str, n: int) -> Dot:
    if n == 0:
        return Dot(capability, "none", "not enough evidence")
    return Dot(capability, "emerging", f"emerging, {n} {'piece' if n == 1 else 'pieces'} of evidence")
