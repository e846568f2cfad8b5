"""What the three dots beside a concept say: the state of its cells, in a shape and, for who does not see it, in counts and words."""

from collections.abc import Iterable
from typing import NamedTuple

from fluencylab.progress.mastery import State
from fluencylab.progress.telling import Rights, right_of

SAYS: dict[State, str] = {"none": "not enough evidence", "emerging": "emerging", "solid": "solid", "due": "due again"}


class Dot(NamedTuple):
    capability: str
    state: State
    label: str


def dots(cells: Iterable[tuple[str, State, Rights]]) -> list[Dot]:
    """`cells`: (capability, state, what was right of what was asked), in the order they are shown."""
    return [Dot(capability, state, f"{right_of(shown)}, {SAYS[state]}" if shown.of else SAYS[state]) for capability, state, shown in cells]
