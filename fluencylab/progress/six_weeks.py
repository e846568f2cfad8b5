"""Six weeks at the learner's own pace: in which week what is left of the core stands, and when it ends. Pure.

    8 h left at 150 minutes a week, 10 of them for reviews   ->  four weeks
    a week in which nothing was done                         ->  the same, a week later

What is left is laid out anew from today whenever it is asked for: nobody falls behind, the plan moves.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from math import ceil
from statistics import median
from typing import Literal, NamedTuple, TypeVar

T = TypeVar("T")
WEEKS = 6
ENOUGH = 5
"""Finished exercises from which the learner's own pace is told; until then an exercise lasts as long as it says."""
PACES = (0.5, 3.0)
"""Slower or faster than that it is no pace: somebody went for lunch, or clicked through."""
MOST_WEEKS = 60

Stands = Literal["done", "shown", "open"]


class Part(NamedTuple):
    """An exercise of the core. `minutes`: as it says; `shown`: of what it would show, everything is solid already."""

    key: str
    kind: str
    title: str
    href: str
    minutes: int
    stands: Stands
    about: str = ""
    """The short title of its concept; empty where that would give it away."""
    concept: str = ""


class WeekAhead(NamedTuple):
    """`minutes`: at the learner's pace, with those for reviews."""

    begins: date
    parts: tuple[Part, ...]
    minutes: int


class SixWeeks(NamedTuple):
    """`left`: minutes of practice until the end of the core, at `pace`; `whole`: of all of it, as it says. `ends`: a Sunday."""

    parts: tuple[Part, ...]
    weeks: tuple[WeekAhead, ...]
    left: int
    whole: int
    pace: float
    target: int
    ends: date | None
    six: int
    """Minutes a week with which it ends in six weeks; 0 where the target is enough."""

    def of(self, stands: Stands) -> tuple[Part, ...]:
        return tuple(part for part in self.parts if part.stands == stands)


def own_pace(taken: Iterable[tuple[float, int]]) -> float:
    """How long the learner takes beside what exercises say, by the middle one. `taken`: (seconds, minutes it says) of what was finished."""
    shares = [seconds / 60 / minutes for seconds, minutes in taken if seconds > 0 and minutes > 0]
    return min(PACES[1], max(PACES[0], median(shares))) if len(shares) >= ENOUGH else 1.0


def lay_out(parts: Sequence[Part], target: int, spent: int, pace: float, today: date, reviews: int) -> SixWeeks:
    """`target`: minutes a week; `spent`: of this week's already; `reviews`: of each week's set aside."""
    monday = today - timedelta(days=today.weekday())
    left = [part for part in parts if part.stands == "open"]
    weeks = tuple(_weeks(left, target, spent, pace, monday, reviews))
    minutes = sum(week.minutes for week in weeks)
    in_six = _in_six(left, pace, reviews)
    return SixWeeks(
        parts=tuple(parts),
        weeks=weeks,
        left=minutes,
        whole=sum(part.minutes for part in parts),
        pace=pace,
        target=target,
        ends=weeks[-1].begins + timedelta(days=6) if weeks else None,
        six=in_six if len(weeks) > WEEKS else 0,
    )


def _weeks(left: Sequence[Part], target: int, spent: int, pace: float, monday: date, reviews: int) -> Iterator[WeekAhead]:
    """A part goes into a week when the greater half of it fits, and every week but this one has at least one."""
    i = 0
    for number in range(MOST_WEEKS if left else 0):
        room = target - (spent if number == 0 else 0) - reviews
        taken, some = 0.0, list[Part]()
        while i < len(left) and (taken + left[i].minutes * pace / 2 <= room or (number and not some)):
            taken += left[i].minutes * pace
            some.append(left[i])
            i += 1
        if not number or some:
            yield WeekAhead(monday + timedelta(weeks=number), tuple(some), round(taken) + reviews if some else 0)
        if i == len(left):
            return


def _in_six(left: Sequence[Part], pace: float, reviews: int) -> int:
    """Rounded up to five minutes."""
    return 5 * ceil((sum(part.minutes for part in left) * pace / WEEKS + reviews) / 5)


def spread(main: Sequence[T], between: Sequence[T]) -> list[T]:
    """`between` set evenly into the second half of `main`."""
    found, half = list(main), len(main) / 2
    for number, one in enumerate(between, start=1):
        found.insert(round(half + half * number / len(between)) + number - 1, one)
    return found


def in_turn(some: Sequence[Sequence[T]]) -> list[T]:
    """All of them as one, each sequence spread over the whole in its own order."""
    placed = [((i + 0.5) / len(one), number, one[i]) for number, one in enumerate(some) for i in range(len(one))]
    return [found for _, _, found in sorted(placed, key=lambda it: it[:2])]


def later(blocks: Sequence[Sequence[T]], by: int) -> list[list[T]]:
    """Each block moved `by` places back, the last ones together at the end: what is found out comes when other things have come between."""
    moved: list[list[T]] = [[] for _ in blocks]
    for number, block in enumerate(blocks):
        moved[min(number + by, len(blocks) - 1)].extend(block)
    return moved
