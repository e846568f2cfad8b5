"""A part of a long file that stands for all of it: every second row, or every fourth, from its beginning to its end."""

from collections.abc import Iterable
from typing import Generic, TypeVar

from fluencylab.workbench.found import count

MOST_ROWS = 10_000
"""Cases of one file, and of one product: nobody reads more, and more widen no picture."""
T = TypeVar("T")


class Evenly(Generic[T]):
    """Takes any number of things, one after the other, and keeps at most `most` of them, evenly spread."""

    def __init__(self, most: int = MOST_ROWS) -> None:
        self.kept: list[T] = []
        self.seen = 0
        self._most = most
        self._step = 1

    def add(self, one: T) -> None:
        if self.seen % self._step == 0:
            self.kept.append(one)
        self.seen += 1
        if len(self.kept) > self._most:
            self.kept = self.kept[::2]
            self._step *= 2

    def notes(self, what: str) -> tuple[str, ...]:
        if self._step == 1:
            return ()
        return (f"Of {count(self.seen, what)} {len(self.kept):,} were taken, spread evenly over the file; {self._most:,} are the most.",)


def evenly(things: Iterable[T], most: int = MOST_ROWS) -> Evenly[T]:
    taken = Evenly[T](most)
    for one in things:
        taken.add(one)
    return taken
