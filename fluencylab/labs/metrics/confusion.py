"""The four fields of a yes-or-no classifier, and what follows from them: precision, recall, F1, money, and the base rate.

    40 complaints, 40 others, threshold 0.5:    found 25    missed 15
                                                alarms 8    left alone 32
    precision 25/33 = 0.76    recall 25/40 = 0.63
    the same classifier where 2 messages of 100 are complaints: precision 0.06

Precision depends on how many there are to be found, recall does not.
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from fluencylab.labs.metrics.yes_no import Scored
from fluencylab.stats import Z95, Measure, exactly, share

THRESHOLDS = tuple(i / 10 for i in range(1, 10))
"""At which facts are given."""
STEPS = tuple(i / 20 for i in range(1, 20))
"""Among which the cheapest is looked for."""
BASES = (50, 20, 10, 5, 2)
"""Per cent; base rates at which facts are given."""
MANY = 1000
"""Messages that a cost is told for."""


class Money(NamedTuple):
    """Euros for each kind of error, and the base rate (0..1) under which they fall due."""

    alarm: float
    miss: float
    base: float


class Matrix(NamedTuple):
    hits: int
    misses: int
    alarms: int
    left: int

    @property
    def to_find(self) -> int:
        return self.hits + self.misses

    @property
    def others(self) -> int:
        return self.alarms + self.left

    @property
    def flagged(self) -> int:
        return self.hits + self.alarms

    @property
    def n(self) -> int:
        return self.to_find + self.others

    @property
    def precision(self) -> Measure:
        """Of nothing flagged nothing is known: n is 0, and the interval is everything."""
        return share(self.hits, self.flagged)

    @property
    def recall(self) -> Measure:
        return share(self.hits, self.to_find)

    @property
    def accuracy(self) -> Measure:
        return share(self.hits + self.left, self.n)

    @property
    def f1(self) -> Measure:
        """2J/(1+J), where J is the share of hits among all that were flagged or should have been. The interval of J is carried over."""
        together = share(self.hits, self.hits + self.misses + self.alarms)
        value, low, high = (2 * j / (1 + j) for j in (together.value, together.low, together.high))
        return Measure(value=value, low=low, high=high, n=together.n)

    def precision_at(self, base: float) -> Measure:
        """Precision where a share `base` is to be found: the odds of the base rate times recall over false-alarm rate.

        Interval of that ratio: Simel and others 1991; where a field is empty, half a message is added to each.
        """
        if not self.flagged:
            return Measure(value=0, low=0, high=1, n=0)
        caught, alarmed = self.hits / max(1, self.to_find), self.alarms / max(1, self.others)
        value = caught * base / (caught * base + alarmed * (1 - base))
        more = 0.0 if self.hits and self.alarms else 0.5
        a, b, p, n = self.hits + more, self.alarms + more, self.to_find + 2 * more, self.others + 2 * more
        half = Z95 * math.sqrt(max(0.0, 1 / a - 1 / p + 1 / b - 1 / n))
        middle = math.log((a / p) / (b / n)) + math.log(base / (1 - base))
        low, high = (1 / (1 + math.exp(-x)) for x in (middle - half, middle + half))
        return Measure(value=value, low=min(value, low), high=max(value, high), n=self.n)

    def accuracy_at(self, base: float) -> Measure:
        return self._weighed(base, 1 - base, self.hits, self.left)

    def cost(self, money: Money) -> Measure:
        """Euros for 1,000 messages."""
        return self._weighed(MANY * money.base * money.miss, MANY * (1 - money.base) * money.alarm, self.misses, self.alarms)

    def _weighed(self, on_found: float, on_others: float, of_found: int, of_others: int) -> Measure:
        """A sum of two shares, of independent messages, each with its weight. Interval: MOVER (Zou and Donner 2008)."""
        one, two = share(of_found, self.to_find), share(of_others, self.others)
        value = on_found * one.value + on_others * two.value
        down = math.hypot(on_found * (one.value - one.low), on_others * (two.value - two.low))
        up = math.hypot(on_found * (one.high - one.value), on_others * (two.high - two.value))
        return Measure(value=value, low=value - down, high=value + up, n=self.n)


def matrix(rows: Iterable[Scored], threshold: float) -> Matrix:
    """Flagged is what scores at least the threshold."""
    fields = [0, 0, 0, 0]
    for row in rows:
        flagged = row.score is not None and row.score >= threshold
        fields[(0 if flagged else 1) if row.found else (2 if flagged else 3)] += 1
    return Matrix(*fields)


def cheapest(rows: Sequence[Scored], money: Money) -> float:
    """The threshold with the least cost; of equals the one nearest 0.5. 0 flags everything, 1.01 nothing."""
    costs = {t: matrix(rows, t).cost(money).value for t in (0.0, *STEPS, 1.01)}
    return min(costs, key=lambda t: (round(costs[t], 6), abs(t - 0.5)))


def auroc(rows: Sequence[Scored]) -> float:
    """How often one to be found scores above another one: the area under the ROC curve. 0.5 is chance."""
    others = sorted(row.score or 0 for row in rows if not row.found)
    found = [row.score or 0 for row in rows if row.found]
    wins = sum(bisect_left(others, one) + bisect_right(others, one) for one in found) / 2
    pairs = len(found) * len(others)
    return wins / pairs if pairs else 0.5


def facts() -> list[str]:
    each = [f"{fact}@{t:g}" for fact in ("precision", "recall", "f1", "accuracy", "cost") for t in THRESHOLDS]
    rare = [f"{fact}@{t:g}@base{base}" for fact in ("precision", "accuracy") for t in THRESHOLDS for base in BASES]
    never = [f"accuracy_never@base{base}" for base in BASES]
    return [*each, *rare, *never, "ranked", "cheapest", "cost@cheapest", "cost_never", "cost_always"]


def measures(rows: Sequence[Scored], money: Money) -> dict[str, Measure]:
    if not rows:
        return {}
    found: dict[str, Measure] = {}
    for t in THRESHOLDS:
        at = matrix(rows, t)
        found |= {f"precision@{t:g}": at.precision, f"recall@{t:g}": at.recall, f"f1@{t:g}": at.f1}
        found |= {f"accuracy@{t:g}": at.accuracy, f"cost@{t:g}": at.cost(money)}
        for base in BASES:
            found[f"precision@{t:g}@base{base}"] = at.precision_at(base / 100)
            found[f"accuracy@{t:g}@base{base}"] = at.accuracy_at(base / 100)
    found |= {f"accuracy_never@base{base}": exactly(1 - base / 100, len(rows)) for base in BASES}
    best = cheapest(rows, money)
    found |= {"ranked": exactly(auroc(rows), len(rows)), "cheapest": exactly(best, len(rows))}
    costs = {"cost@cheapest": best, "cost_never": 1.01, "cost_always": 0.0}
    return found | {name: matrix(rows, t).cost(money) for name, t in costs.items()}


def scored(steps: Iterable[Mapping[str, Any]]) -> list[Scored]:
    return [Scored(step["message"], step["found"], step["score"]) for step in steps]


def people(rows: Sequence[Scored], threshold: float, base: float, many: int) -> Matrix:
    """The four fields of `many` messages, of which a share `base` is to be found, as whole people."""
    at = matrix(rows, threshold)
    to_find = round(many * base)
    hits, alarms = round(to_find * at.recall.value), round((many - to_find) * at.alarms / max(1, at.others))
    return Matrix(hits, to_find - hits, alarms, many - to_find - alarms)


def against(found: Mapping[str, Measure], scored: Sequence[Mapping[str, Any]]) -> str:
    """Said of the scores of one's own table: do they belong to the other label?"""
    to_find, other = scored[0].get("labels", ("", "")) if scored else ("", "")
    if not to_find or found["ranked"].value >= 0.5:
        return ""
    return (
        f"These scores run against “{to_find}”: they are higher where it is “{other}”. "
        f"If they say how likely “{other}” is, choose “{other}” as the label to find."
    )


def says(found: Mapping[str, Measure]) -> str:
    if not found:
        return ""
    precision, recall, rare = found["precision@0.5"], found["recall@0.5"], found["precision@0.5@base2"]
    if not precision.n:
        return f"At 0.5 it flagged nothing, and so found none of {recall.n}."
    hits = recall.hits
    return (
        f"At 0.5 it found {hits} of {recall.n}, and {round(precision.n - hits)} of its {precision.n} alarms were false. "
        f"Where only 2 of 100 are to be found, the same classifier would be right in {rare.value * 100:.0f} of 100 alarms."
    )
