"""How far a measure of one run lies from the same measure of another: the difference, its interval, and what that means in words.

share, other cases      Newcombe 1998, method 10
share, same cases       Bonett and Price 2012, with McNemar's exact test
a mean or a median      the bootstrap; of the differences case by case where the cases are the same
another estimate        MOVER, Zou and Donner 2008, out of each one's own interval
counted, worked out     the difference itself: there is nothing to estimate
"""

from collections.abc import Mapping
from dataclasses import dataclass

from fluencylab.results.observations import Observations
from fluencylab.results.words import apart as told
from fluencylab.results.words import called, called_apart
from fluencylab.stats import Measure, apart, bootstrap, bootstrap_apart, mcnemar, mean, paired

FEWEST = 2
"""Observations, of each, below which nothing is said about chance."""


@dataclass(frozen=True)
class Difference:
    """`change`: the second less the first. `low`, `high`: its 95 % interval, where there is one. `p`: McNemar's, of the same cases."""

    label: str
    first: Measure
    second: Measure
    change: float
    low: float | None
    high: float | None
    method: str
    says: str
    p: float | None = None

    @property
    def clear(self) -> bool:
        """The interval leaves no difference out."""
        return self.low is not None and self.high is not None and not self.low <= 0 <= self.high


def shared(first: Mapping[str, Measure], second: Mapping[str, Measure], lab: str = "") -> list[tuple[str, str, str]]:
    """(label, name in the first, name in the second). The one variant that each run has alone goes with the other's: `@0.2` with `@1`."""
    pairs = [(called(name, lab), name, name) for name in first if name in second]
    alone, other = (_by_base([name for name in one if name not in two]) for one, two in ((first, second), (second, first)))
    for base, names in alone.items():
        if len(names) == 1 and len(other.get(base, ())) == 1:
            (one,), (two,) = names, other[base]
            pairs.append((called_apart(one, two, lab), one, two))
    return pairs


def _by_base(names: list[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(name.partition("@")[0], []).append(name)
    return found


def difference(label: str, first: Measure, second: Measure, one: Observations | None, two: Observations | None) -> Difference:
    """`one`, `two`: what lies behind the measures, where that is known."""
    change = second.value - first.value
    if first.n < 1 or second.n < 1:
        return Difference(label, first, second, change, None, None, "", "Not measured in both runs: nothing to compare.")
    if first.kind == second.kind == "exact":
        said = (
            "The same in both." if change == 0 else f"{_way(change)} in B, by {told(first, change)}. Counted or worked out, not estimated."
        )
        return Difference(label, first, second, change, None, None, "counted or worked out", said)
    if min(first.n, second.n) < FEWEST:
        return Difference(
            label, first, second, change, None, None, "", "Measured once: one measurement does not tell what the next would give."
        )
    found = _interval(first, second, one, two)
    if found is None:
        said = "Only the smallest and the largest are known here, so chance cannot be told from a difference."
        return Difference(label, first, second, change, None, None, "", said)
    low, high, method, p = found
    return Difference(label, first, second, change, low, high, method, _says(first, second, change, low, high), p)


Found = tuple[float, float, str, float | None]


def _interval(first: Measure, second: Measure, one: Observations | None, two: Observations | None) -> Found | None:
    if one and two and one.statistic is two.statistic:
        same = _same_cases(one, two)
        if same and first.kind == second.kind == "share":
            return _paired_shares(same)
        if same and one.statistic is mean:
            return *bootstrap([b - a for a, b in same]), f"bootstrap over {len(same)} cases, asked in both", None
        if first.kind != "share":
            return *bootstrap_apart(one.values, two.values, one.statistic), "bootstrap, other cases or draws", None
    if "range" in (first.kind, second.kind):
        return None
    method = "Newcombe, other cases or draws" if first.kind == second.kind == "share" else "out of each one’s own interval"
    return *apart(first, second), method, None


def _same_cases(one: Observations, two: Observations) -> list[tuple[float, float]] | None:
    """(first, second) of each case; None unless both runs asked the same ones, each once."""
    before, after = one.paired, two.paired
    if before is None or after is None or set(before) != set(after):
        return None
    return [(value, after[case]) for case, value in before.items()]


def _paired_shares(same: list[tuple[float, float]]) -> Found:
    won, lost = sum(b > a for a, b in same), sum(a > b for a, b in same)
    return *paired(won, lost, len(same)), f"{len(same)} cases, asked in both: {won} better and {lost} worse in B", mcnemar(won, lost)


def _says(first: Measure, second: Measure, change: float, low: float, high: float) -> str:
    if not low <= 0 <= high:
        near, far = sorted((abs(low), abs(high)))
        least, most = told(first, near), told(first, far)
        between = f"by {most}" if least == most else f"by {least.partition(' ')[0]} to {most}"
        return f"Probably {_way(change).lower()} in B, {between}."
    size = told(first, max(high - change, change - low))
    each = f"{first.n} answers each" if first.n == second.n else f"{first.n} and {second.n} answers"
    return f"Cannot be told apart with {each}: a difference under {size} would not show."


def _way(change: float) -> str:
    return "Higher" if change > 0 else "Lower"
