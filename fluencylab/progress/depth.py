"""The depth guard: once something is solid, more of it earns little, and the page says what pays more. Pure."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple, Protocol

from fluencylab.progress.mastery import State

LONG = 20.0
"""Minutes of reading in one concept from which it is held against the minutes of doing."""
TOO_MUCH = 2.0
"""So many minutes of reading to one of doing are too many: reading earns no evidence."""


class Known(Protocol):
    """What is looked at of a cell of the map."""

    @property
    def concept(self) -> str: ...
    @property
    def capability(self) -> str: ...
    @property
    def state(self) -> State: ...
    @property
    def mean(self) -> float: ...


class Advice(NamedTuple):
    """`solid`: the kinds of fluency that are solid in this concept; `pays`: the cell that pays more now, or None."""

    solid: tuple[str, ...]
    pays: tuple[str, str] | None
    read: float
    applied: float
    """Minutes, in this concept; `read` is told only where it is too much beside the doing, else 0."""


def advice(cells: Sequence[Known], concept: str, doable: Collection[tuple[str, str]], minutes: Mapping[str, float]) -> Advice | None:
    """None where nothing is solid yet and the reading keeps measure: then the page has nothing to say.

    `doable`: cells with an exercise to do; `minutes`: by kind (apply, read, beyond) in this concept.
    """
    solid = tuple(cell.capability for cell in cells if cell.concept == concept and cell.state == "solid")
    applied, read = minutes.get("apply", 0.0), minutes.get("read", 0.0) + minutes.get("beyond", 0.0)
    too_much = read >= LONG and read > TOO_MUCH * applied
    if not solid and not too_much:
        return None
    return Advice(solid, pays_more(cells, concept, doable), read if too_much else 0.0, applied)


def pays_more(cells: Sequence[Known], concept: str, doable: Collection[tuple[str, str]]) -> tuple[str, str] | None:
    """What was solid and is due; then what is missing in this concept; then the next one on the track. The weakest first."""
    left = [cell for cell in cells if cell.state != "solid" and (cell.concept, cell.capability) in doable]
    due = [cell for cell in left if cell.state == "due"]
    here = sorted((cell for cell in left if cell.concept == concept), key=lambda cell: cell.mean)
    first = next(iter([*due, *here, *left]), None)
    return (first.concept, first.capability) if first else None
