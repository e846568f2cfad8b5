"""Small statistics, as pure functions, and what a measured number is; `tests/test_stats.py` checks them against scipy."""

import math
import random
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, Literal

from pydantic import BaseModel, Field

Z95 = 1.959963984540054
"""Two-sided 95 % quantile of the standard normal distribution."""


Kind = Literal["", "share", "exact", "range"]
"""What a measure's ends are: an interval of 95 %; Wilson's, around a share; the number itself; the smallest and the largest that came."""


class Measure(BaseModel):
    """A number and how far it can be trusted: its 95 % interval and the number of observations behind it.

    `kind` says how it was made, so that two of a kind can be compared by the right method. It is no part of what is stored or shown.
    """

    value: float
    low: float
    high: float
    n: int = Field(ge=0)
    kind: Kind = Field("", exclude=True, repr=False)

    @property
    def hits(self) -> int:
        """Of a share: how many of the `n` it was."""
        return round(self.value * self.n)

    @property
    def told(self) -> str:
        """Of a share, as it is said: `3 of 10`."""
        return f"{self.hits} of {self.n}"


def exactly(value: float, n: int = 1) -> Measure:
    """What was counted or worked out, not estimated: no interval around it."""
    return Measure(value=value, low=value, high=value, n=n, kind="exact")


def mean(values: Sequence[float]) -> float:
    if not values:
        raise ValueError("the mean of no values is undefined")
    return math.fsum(values) / len(values)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` (0..1) of the values lie, interpolated linearly (Hyndman and Fan type 7)."""
    if not values:
        raise ValueError("a percentile of no values is undefined")
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def entropy(probabilities: Sequence[float]) -> float:
    """Shannon entropy in bits. Probabilities need not sum to one: they are normalised."""
    total = math.fsum(probabilities)
    if total <= 0:
        raise ValueError("entropy needs at least one positive probability")
    return math.fsum(-(p / total) * math.log2(p / total) for p in probabilities if p > 0)


def wilson(hits: float, n: int, z: float = Z95) -> tuple[float, float]:
    """Wilson's score interval for a share: `hits` of `n`, as (low, high) in 0..1. Of nothing, nothing is known: (0, 1).

    Wilson 1927. It stays inside 0..1 and is honest at 0 of n and n of n, where the textbook interval has no width.
    """
    if n <= 0:
        return 0.0, 1.0
    share = hits / n
    scale = 1 + z * z / n
    centre = (share + z * z / (2 * n)) / scale
    half = z / scale * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return (max(0.0, centre - half) if hits else 0.0), min(1.0, centre + half)


def difference(before: tuple[int, int], after: tuple[int, int]) -> tuple[float, float]:
    """95 % interval of the second share less the first, each (hits, of so many), of different cases: Newcombe 1998, method 10."""
    (low1, high1), (low2, high2) = wilson(*before), wilson(*after)
    one, two = before[0] / before[1], after[0] / after[1]
    change = two - one
    return change - math.hypot(two - low2, high1 - one), change + math.hypot(high2 - two, one - low1)


def apart(before: Measure, after: Measure) -> tuple[float, float]:
    """95 % interval of the second value less the first, out of each one's own interval: MOVER, Zou and Donner 2008.

    Of two shares it is Newcombe's method 10. The two must have been measured on different cases.
    """
    change = after.value - before.value
    low = math.hypot(after.value - after.low, before.high - before.value)
    high = math.hypot(after.high - after.value, before.value - before.low)
    return change - low, change + high


def bootstrap_apart(
    before: Sequence[float],
    after: Sequence[float],
    statistic: Callable[[Sequence[float]], float] = mean,
    rounds: int = 1000,
    seed: int = 1,
) -> tuple[float, float]:
    """95 % percentile interval of the second statistic less the first, of different cases: both are drawn again (Efron 1979)."""
    rng = random.Random(seed)
    drawn = [statistic(rng.choices(after, k=len(after))) - statistic(rng.choices(before, k=len(before))) for _ in range(rounds)]
    return percentile(drawn, 0.025), percentile(drawn, 0.975)


def median(values: Sequence[float]) -> float:
    return percentile(values, 0.5)


def bootstrap(
    values: Sequence[float],
    statistic: Callable[[Sequence[float]], float] = mean,
    rounds: int = 1000,
    seed: int = 1,
) -> tuple[float, float]:
    """95 % percentile interval of a statistic, by resampling `values` with replacement (Efron 1979)."""
    rng = random.Random(seed)
    drawn = [statistic(rng.choices(values, k=len(values))) for _ in range(rounds)]
    return percentile(drawn, 0.025), percentile(drawn, 0.975)


def estimate(values: Sequence[float], statistic: Callable[[Sequence[float]], float] = mean, rounds: int = 1000) -> Measure:
    """The mean, or another statistic, with its bootstrap interval. One value alone is its own interval."""
    low, high = bootstrap(values, statistic, rounds)
    return Measure(value=statistic(values), low=low, high=high, n=len(values))


FEW = 50
"""Up to so many values the interval of a mean is drawn from them again and again; with more, a normal one is as good and costs nothing."""


def estimate_mean(values: Sequence[float]) -> Measure:
    """The mean of as many values as there are, with its 95 % interval."""
    if len(values) <= FEW:
        return estimate(values)
    centre = mean(values)
    half = Z95 * math.sqrt(math.fsum((value - centre) ** 2 for value in values) / (len(values) - 1) / len(values))
    return Measure(value=centre, low=centre - half, high=centre + half, n=len(values))


def spread(values: Sequence[float]) -> Measure:
    """The mean with the smallest and the largest: what came, where nothing is estimated. Of nothing, nothing is known: 0 to 1."""
    if not values:
        return Measure(value=0, low=0, high=1, n=0)
    return Measure(value=mean(values), low=min(values), high=max(values), n=len(values), kind="range")


def kappa(pairs: Sequence[tuple[str, str]]) -> float:
    """Cohen's kappa of two judges over the same cases: agreement beyond what their habits alone would give (Cohen 1960).

    1 is full agreement, 0 is chance. Where both always give the same one mark there is nothing beyond chance to measure: 0.
    """
    if not pairs:
        raise ValueError("the agreement over no cases is undefined")
    agreed = mean([float(one == two) for one, two in pairs])
    ones, twos = Counter(one for one, _ in pairs), Counter(two for _, two in pairs)
    chance = math.fsum(count * twos[mark] for mark, count in ones.items()) / len(pairs) ** 2
    return (agreed - chance) / (1 - chance) if chance < 1 else 0.0


def resampled(values: Sequence[Any], statistic: Callable[[Sequence[Any]], float], rounds: int = 500) -> Measure:
    """A statistic of whole cases with its bootstrap interval: the cases are drawn again."""
    low, high = bootstrap(range(len(values)), lambda drawn: statistic([values[int(i)] for i in drawn]), rounds=rounds)
    return Measure(value=statistic(values), low=low, high=high, n=len(values))


MANY_CHANGED = 500
"""Changed pairs above which the terms are taken by their logarithms: as whole numbers they have thousands of figures, and take seconds."""


def mcnemar(won: int, lost: int) -> float:
    """Two-sided p of McNemar's exact test: how easily chance alone splits the changed pairs at least so unevenly. 1 where none changed."""
    changed, fewer = won + lost, min(won, lost)
    if changed > MANY_CHANGED:
        return min(1.0, 2 * math.fsum(binomial(changed, k, 0.5) for k in range(fewer + 1)))
    tail: float = sum(math.comb(changed, k) for k in range(fewer + 1)) / 2**changed
    return min(1.0, 2 * tail)


def paired(won: int, lost: int, n: int, z: float = Z95) -> tuple[float, float]:
    """Interval for the difference of two shares measured on the same n cases: `won` changed to yes, `lost` to no. In -1..1.

    Bonett and Price 2012 (Wald with one pair added to each kind of change): it keeps a width when no pair changed.
    """
    if n <= 0:
        return -1.0, 1.0
    up, down = (won + 1) / (n + 2), (lost + 1) / (n + 2)
    half = z * math.sqrt((up + down - (up - down) ** 2) / (n + 2))
    return max(-1.0, up - down - half), min(1.0, up - down + half)


def share(hits: int, n: int) -> Measure:
    """`hits` of `n` as a rate with Wilson's interval."""
    low, high = wilson(hits, n)
    return Measure(value=hits / n if n else 0.0, low=low, high=high, n=n, kind="share")


def gain(pairs: Sequence[tuple[bool, bool]]) -> Measure:
    """The second share less the first, of cases seen both ways, with its paired interval. In -1..1."""
    won, lost, n = sum(b and not a for a, b in pairs), sum(a and not b for a, b in pairs), len(pairs)
    low, high = paired(won, lost, n)
    return Measure(value=(won - lost) / max(1, n), low=low, high=high, n=n)


def binomial(n: int, k: int, p: float) -> float:
    """Chance of exactly k hits in n tries of chance p each."""
    if not 0 < p < 1:
        return float(k == (n if p else 0))
    return math.exp(math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1) + k * math.log(p) + (n - k) * math.log1p(-p))
