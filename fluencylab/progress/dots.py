"""What the three dots beside a concept say: the state of its cells, in a shape and in words."""

from collections.abc import Iterable
from typing import NamedTuple

from fluencylab.progress.mastery import State

SAYS: dict[State, str] = {"none": "not enough evidence", "emerging": "emerging", "solid": "solid", "due": "due again"}


class Dot(NamedTuple):
    capability: str
    state: State
    label: str


def dots(cells: Iterable[tuple[str, State]]) -> list[Dot]:
    """`cells`: (capability, state), in the order they are shown."""
    return [Dot(capability, state, SAYS[state]) for capability, state in cells]
