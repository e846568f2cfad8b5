"""How sure against how right, from the certainty given with each answer. Pure.

What "fairly sure" means follows from the marks (right +1/+2/+3, wrong 0/-2/-6): saying it pays best between 67 and 80 %, "very sure" above,
"not sure" below (Gardner-Medwin 2006). So each has a share of right answers that fits it.
"""

from collections.abc import Mapping
from typing import NamedTuple

from fluencylab.practice.graders import brier
from fluencylab.stats import Measure, wilson

ENOUGH = 20
"""Predictions below which no picture is drawn."""


class Meaning(NamedTuple):
    """What a word of certainty claims: a share of right answers, and from where to where it pays to say it."""

    words: str
    share: float
    low: float
    high: float


MEANS = {
    1: Meaning("not sure", 0.50, 0.0, 2 / 3),
    2: Meaning("fairly sure", 0.74, 2 / 3, 0.80),
    3: Meaning("very sure", 0.90, 0.80, 1.0),
}


class Level(NamedTuple):
    """One word of certainty: what it claims, and how often the answers were right (with its 95 % interval)."""

    meaning: Meaning
    right: int
    measured: Measure


class Calibration(NamedTuple):
    levels: tuple[Level, ...]
    n: int
    brier: float | None
    """Mean squared distance between what was claimed and what came: 0 is best, 0.25 is what always saying "half" gives."""

    @property
    def missing(self) -> int:
        """Predictions still missing before a picture says anything."""
        return max(0, ENOUGH - self.n)


def calibration(sureness: Mapping[int, tuple[int, int]]) -> Calibration:
    """`sureness`: certainty 1 to 3 -> (right, of so many)."""
    levels = tuple(_level(MEANS[certainty], *sureness[certainty]) for certainty in sorted(sureness) if certainty in MEANS)
    n = sum(level.measured.n for level in levels)
    squared = sum(
        level.right * brier(level.meaning.share, True) + (level.measured.n - level.right) * brier(level.meaning.share, False)
        for level in levels
    )
    return Calibration(levels, n, squared / n if n else None)


def _level(meaning: Meaning, right: int, n: int) -> Level:
    low, high = wilson(right, n)
    return Level(meaning, right, Measure(value=right / n, low=low, high=high, n=n))
