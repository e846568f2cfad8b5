"""How small a drop can an acceptance test of n cases see, if it is to leave a good product alone? And how many cases does a drop need?

    sees(20, healthy=0.95)          the highest bar is 17 of 20: 2 good products of 100 are stopped, and a drop of 22 points is seen
    cases_for(0.10, healthy=0.95)   as many cases as a drop of 10 points takes

A bar may be set anywhere. Set too high, it stops good products by chance; too low, it lets bad ones through. So the bar here is the highest
at which a good product is stopped in at most 5 of 100 tries, and a drop is *seen* where the worse product is stopped in 80 of 100.
By the binomial distribution, exactly: `spec.stopped_at`.
"""

import math
from functools import cache
from typing import NamedTuple

from fluencylab.stats import binomial
from fluencylab.text.numerals import counted, percent
from fluencylab.workbench.spec import POWER

ALARMS = 0.05
"""How often a test may stop a good product."""
SIZES = (5, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 75, 100, 150, 200, 300, 400)
"""The stops of the slider."""
DROPS = (0.30, 0.20, 0.10, 0.05)
"""Of which it is said how many cases they take."""
MOST = 2_000
_STEP = 0.005
_STAYS = 12


class Seen(NamedTuple):
    """What n cases can do. `wanted` of them must pass; None where no bar leaves the good product alone."""

    n: int
    healthy: float
    wanted: int
    alarms: float
    drop: float | None

    @property
    def least(self) -> int:
        """The bar in whole percent, as a test has it."""
        return max(1, math.floor(self.wanted / self.n * 100))

    @property
    def says(self) -> str:
        of = counted(self.n, "case")
        good = f"a product that passes {percent(self.healthy)}"
        if not self.wanted:
            return f"With {of}, every bar stops {good} too often. Take more cases."
        higher = f"higher, and {good} would be stopped by chance in more than 5 of 100 tries"
        bar = f"With {of} the bar can be {self.wanted} of {self.n}: {higher}."
        if self.drop is None:
            return f"{bar} At that bar no drop is seen reliably, however large."
        return f"{bar} At that bar a drop of {_points(self.drop)} or more is seen in 80 of 100 tries. A smaller one may slip through."


def below(n: int, wanted: int, rate: float) -> float:
    """The chance that fewer than `wanted` of n pass."""
    return min(1.0, math.fsum(binomial(n, hits, rate) for hits in range(wanted)))


@cache
def sees(n: int, healthy: float) -> Seen:
    """The highest bar of n cases that leaves a product of that rate alone, and the smallest drop that it sees."""
    total, wanted = 0.0, 0
    while wanted < n and total + binomial(n, wanted, healthy) <= ALARMS:
        total += binomial(n, wanted, healthy)
        wanted += 1
    drop = _smallest(n, wanted, healthy) if wanted else None
    return Seen(n, healthy, wanted, total, drop)


def _smallest(n: int, wanted: int, healthy: float) -> float | None:
    low, high = 0, math.floor(healthy / _STEP)
    if below(n, wanted, 0.0) < POWER:
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if below(n, wanted, healthy - middle * _STEP) >= POWER else (middle, high)
    return round(high * _STEP, 3)


@cache
def cases_for(drop: float, healthy: float) -> int | None:
    """The fewest cases that see a drop of so much; None where 2,000 do not, or the product does not pass so often.

    What n cases see gets a little worse at some n before it gets better again: after this n it stays, for the next twelve at least.
    """
    if drop > healthy:
        return None
    low, high = 1, 2
    while not _enough(high, drop, healthy):
        low, high = high, 2 * high
        if high > MOST:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _enough(middle, drop, healthy) else (middle, high)
    while weak := [n for n in range(high, high + _STAYS) if not _enough(n, drop, healthy)]:
        high = weak[-1] + 1
    return high


def _enough(n: int, drop: float, healthy: float) -> bool:
    found = sees(n, healthy)
    return bool(found.wanted) and below(n, found.wanted, healthy - drop) >= POWER


@cache
def takes(healthy: float) -> str:
    """How many cases smaller and smaller drops take, in a sentence."""
    told = [f"{n:,} for {_points(drop)}" for drop in DROPS if (n := cases_for(drop, healthy)) is not None]
    return f"Cases it takes to see a drop: {', '.join(told)}." if told else ""


def _points(drop: float) -> str:
    return f"{math.ceil(drop * 100 - 1e-9)} points"
