"""A cheap step first, a costly one where the first is unsure: what each threshold would have cost, and how often it would have been right.

Nothing is asked for this: both steps have answered every message already, and the route is folded out of their answers.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from fluencylab.stats import Measure, share

THRESHOLDS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


class Outcome(NamedTuple):
    """How one strategy did on one message. `read`, `written`: tokens of all its calls. `cost`: in the currency of the prices."""

    right: bool
    label: str | None
    read: int
    written: int
    ms: float
    cost: float
    confidence: float | None = None

    @property
    def tokens(self) -> int:
        return self.read + self.written


class Point(NamedTuple):
    """One threshold. `passed`: the share that went on to the second step. `cost`: per 1,000 messages.

    `chance`: the quality, had as many been picked blindly.
    """

    threshold: float
    passed: float
    quality: Measure
    cost: float
    chance: float


def curve(
    cheap: Mapping[str, Outcome], costly: Mapping[str, Outcome], times: float, thresholds: Sequence[float] = (0.0, *THRESHOLDS, 1.01)
) -> list[Point]:
    """One point for each threshold, over the messages both have answered. The first asks the cheap step alone, the last both for all."""
    both = [(cheap[key], costly[key]) for key in cheap if key in costly and cheap[key].confidence is not None]
    return [_point(both, threshold, times) for threshold in thresholds] if both else []


def _point(both: Sequence[tuple[Outcome, Outcome]], threshold: float, times: float) -> Point:
    n = len(both)
    goes = [(first.confidence or 0.0) < threshold for first, _ in both]
    right = [second.right if on else first.right for (first, second), on in zip(both, goes, strict=True)]
    cost = sum(first.cost + (second.cost * times if on else 0) for (first, second), on in zip(both, goes, strict=True))
    passed = sum(goes) / n
    alone, all_on = (sum(step.right for step in steps) / n for steps in zip(*both, strict=True))
    return Point(threshold, passed, share(sum(right), n), cost / n * 1000, alone + passed * (all_on - alone))


def break_even(cheap: float, costly: float) -> float:
    """The share passed on at which a route costs as much as the costly step alone: cheap + s × costly = costly."""
    return 1 - cheap / costly if costly else 0.0
