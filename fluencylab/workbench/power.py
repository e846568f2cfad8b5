"""How small a drop does a paired test of n cases see? And how many cases does a drop need?

    smallest_drop(20)     0.405: a worse version is caught in 80 of 100 tries where 40.5 more of 100 cases break
    cases_for(0.10)       as many as it takes to catch a drop of 10 points

Worked out exactly, with the test that a comparison uses (McNemar's, two-sided, at 5 %): how many cases change is drawn from a binomial
distribution, and how they split from another. Of more than 500 cases, where many change, the normal distribution stands for both: it
comes to the same within two tenths of a point, and takes no seconds. `churn` is the share of cases that change each way by chance alone:
models do not answer twice alike, and what they fix by chance hides what is broken.
"""

import math
from functools import cache
from statistics import NormalDist
from typing import NamedTuple

from fluencylab.stats import Z95, binomial
from fluencylab.text.numerals import counted
from fluencylab.workbench.paired import CHANCE

POWER = 0.8
CHURN = 0.02
SIZES = (10, 15, 20, 30, 40, 50, 75, 100, 150, 200, 300, 400, 500)
"""The stops of the slider."""
MOST = 2048
EXACT, FEW = 500, 60
"""Cases up to which it is worked out exactly; of more, too, as long as so few change."""
_STEP = 0.001
_TEETH = 10


class Stop(NamedTuple):
    """One place of the slider: n cases, and the smallest drop they see; None where they see none."""

    n: int
    drop: float | None
    says: str


def power(n: int, drop: float, churn: float = CHURN) -> float:
    """Chance that n cases show a drop of so much as more than chance. A drop of 0.1: of 100 cases, 10 more break than are fixed."""
    if not 0 <= drop <= 1 or churn < 0 or drop + 2 * churn > 1:
        raise ValueError("a drop and its churn are shares, and together no more than all cases")
    changes, broken = drop + 2 * churn, drop + churn
    if changes <= 0:
        return 0.0
    if n > EXACT and n * changes > FEW:
        return _of_many(n, drop, changes)
    total = 0.0
    for changed in _likely(n, changes):
        fewest = _fewest(changed)
        if fewest is not None:
            total += binomial(n, changed, changes) * _at_least(changed, fewest, broken / changes)
    return total


def _of_many(n: int, drop: float, changes: float) -> float:
    """The exact test counts whole cases: the drop has to pass its bar by one."""
    spread = n * (changes - drop * drop)
    over = n * drop - 1 - Z95 * math.sqrt(n * changes)
    return NormalDist().cdf(over / math.sqrt(spread)) if spread > 0 else float(over > 0)


@cache
def smallest_drop(n: int, churn: float = CHURN, wanted: float = POWER) -> float | None:
    """The smallest drop that n cases see with the power wanted, to a tenth of a point; None where they see none."""
    low, high = 0, math.floor((1 - 2 * churn) / _STEP)
    if power(n, high * _STEP, churn) < wanted:
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if power(n, middle * _STEP, churn) >= wanted else (middle, high)
    return round(high * _STEP, 3)


@cache
def cases_for(drop: float, churn: float = CHURN, wanted: float = POWER) -> int | None:
    """The fewest cases from which on a drop is seen with the power wanted; None where 2,048 do not.

    The exact test's power goes down a little at some n before it rises again: after this n it stays, for the next ten at least.
    """
    low, high = 1, 2
    while power(high, drop, churn) < wanted:
        low, high = high, 2 * high
        if high > MOST:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if power(middle, drop, churn) >= wanted else (middle, high)
    while weak := [n for n in range(high, high + _TEETH) if power(n, drop, churn) < wanted]:
        high = weak[-1] + 1
    return high


@cache
def slider(churn: float = CHURN) -> tuple[Stop, ...]:
    return tuple(Stop(n, drop, says(n, drop)) for n in SIZES for drop in [smallest_drop(n, churn)])


def says(n: int, drop: float | None, wanted: float = POWER) -> str:
    cases = counted(n, "case")
    if drop is None:
        return f"With {cases} no drop is seen reliably, however large: too few can change for more than chance."
    seen = f"a drop of {math.ceil(drop * 100)} points or more in {wanted * 100:.0f} of 100 tries"
    return f"With {cases} this test sees {seen}; a smaller one it may miss."


def _likely(n: int, p: float) -> range:
    """The counts of a binomial distribution that matter: what lies beyond seven standard deviations does not."""
    far = 7 * math.sqrt(n * p * (1 - p)) + 7
    return range(max(0, math.floor(n * p - far)), min(n, math.ceil(n * p + far)) + 1)


@cache
def _fewest(changed: int) -> int | None:
    """How many of the changed cases must be broken ones for McNemar's p to fall under 5 %; None where all of them would not do.

    `stats.mcnemar` turned round, in whole numbers: p is twice the sum of the smallest terms, over 2^changed.
    """
    tail, term, fixed = 0, 1, 0
    while 2 * (tail + term) < CHANCE * 2**changed:
        tail, fixed = tail + term, fixed + 1
        term = term * (changed - fixed + 1) // fixed
    return changed - fixed + 1 if fixed else None


def _at_least(n: int, k: int, p: float) -> float:
    return math.fsum(binomial(n, each, p) for each in _likely(n, p) if each >= k)
