"""What was worked out of outputs, held in memory: the outputs of a run never change, there only come more of them while it runs.

verdicts = Held[RunVerdicts](len)
verdicts.put((check, run, 5_000), found)        the key says of how many outputs
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from fluencylab.store import product_queries
from fluencylab.store.engine import Session

V = TypeVar("V")
MOST = 600_000
"""Outputs that are held of one kind; what was asked for longest ago goes first."""


class Held(Generic[V]):
    """`size`: how many outputs a value is of."""

    def __init__(self, size: Callable[[V], int]) -> None:
        self._size, self._held, self._sum = size, OrderedDict[Hashable, V](), 0
        _every.append(self)

    def get(self, key: Hashable) -> V | None:
        if key in self._held:
            self._held.move_to_end(key)
        return self._held.get(key)

    def put(self, key: Hashable, value: V) -> V:
        self.drop(key)
        self._held[key] = value
        self._sum += self._size(value)
        while self._sum > MOST and len(self._held) > 1:
            self.drop(next(iter(self._held)))
        return value

    def drop(self, key: Hashable) -> None:
        if key in self._held:
            self._sum -= self._size(self._held.pop(key))

    def clear(self) -> None:
        self._held.clear()
        self._sum = 0


_every: list[Held[Any]] = []


def forget() -> None:
    """For who puts other rows in the place of those that were there."""
    for each in _every:
        each.clear()


class Took(NamedTuple):
    """Which output it is, and what it took; None is not measured."""

    seq: int
    case: int
    draw: int
    seconds: float | None
    tokens_in: int | None
    tokens_out: int | None


def took(seq: int, data: Mapping[str, Any]) -> Took:
    usage = data.get("usage") or {}
    return Took(seq, int(data["case"]), int(data.get("draw", 0)), data.get("seconds"), usage.get("prompt"), usage.get("completion"))


_took: Held[list[Took]] = Held(len)


async def taken(session: Session, counts: dict[str, int]) -> dict[str, list[Took]]:
    """Run -> what each of its outputs took. `counts`: run -> how many outputs it has."""
    found = {run: _took.get((run, n)) for run, n in counts.items()}
    if lacking := [run for run, there in found.items() if there is None]:
        for run, outputs in (await product_queries.outputs(session, lacking)).items():
            found[run] = _took.put((run, counts[run]), [took(seq, data) for seq, data in outputs.items()])
    return {run: there or [] for run, there in found.items()}


def counted(runs: Sequence[Any]) -> dict[str, int]:
    """Of evaluations as lists show them."""
    return {one.run: one.outputs for one in runs}
