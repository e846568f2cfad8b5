"""Mastery: how likely it is that a learner gets a task of one kind right, from what they have shown.

One Bayesian logistic model for all cells (concept × capability). The logit of a cell is the sum of a global, a concept, a capability and a
cell term, each normal around 0 with the standard deviations of PRIOR. So two cells start as correlated as their shared terms make them,
and what is shown in one says a little about the others:

    eight right of eight, each of four options  ->  0.87, 80 % interval 0.70 to 0.97; its neighbour in the same concept rises to 0.69

An answer is right with  error + (1 - 2 error) (chance + (1 - chance) p):  `chance` is what guessing alone would reach, `error` how often
the grader itself is wrong. The posterior of one cell is integrated on a grid and kept as a normal (assumed density filtering: Opper 1998,
Minka 2001), and the other cells follow through their covariance. After each answer its cell drifts: practice teaches (+0.10 logit) and
nobody stays what they were (+0.05 variance). `tests/progress/test_mastery.py` holds the cover of the 80 % interval on simulated learners.
"""

import math
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

CAPABILITIES = ("vocabulary", "decisions", "debugging")
State = Literal["none", "emerging", "solid", "due"]

PRIOR = {"global": 0.8, "concept": 0.7, "capability": 0.4, "cell": 0.5}
DRIFT_MEAN, DRIFT_VARIANCE = 0.10, 0.05
MASTERY_BAR, SOLID_PROBABILITY = 0.7, 0.8
"""Solid: with at least this probability (SURE) more than this share of tasks (BAR) would be answered right."""
OBSERVATIONS = 3
ENOUGH = 2
"""Pieces of evidence below which nothing is said of a cell."""
TEST_WISE = 0.10
"""Added to what blind guessing reaches: whoever knows nothing still rules out an option now and then. Of 200 simulated learners who guess
their way through ten concepts it leaves 0 with a solid cell at any moment; 0.05 left 3, and 0 would cover the learners better."""
Z80 = 1.2815515655446004
GRID = tuple((step / 2, math.exp(-((step / 2) ** 2) / 2)) for step in range(-10, 11))
"""Points of the standard normal and their weights; a grid of half deviations integrates smooth functions to about ten digits."""


class Observation(NamedTuple):
    """One judged answer. `score` 0..1; `chance` and `error` as above; `weight` 0..1: how much it counts."""

    concept: str
    capability: str
    score: float
    chance: float
    error: float = 0.01
    weight: float = 1.0


class Estimate(NamedTuple):
    """Of tasks of this kind, the share that would be answered right: its mean, its 80 % interval, the probability that it is above BAR."""

    mean: float
    low: float
    high: float
    above: float


class Belief:
    """What is believed of all cells at once: means and covariance of their logits. Treat it as a value: `fold` gives a new one."""

    def __init__(self, concepts: Sequence[str]) -> None:
        self.concepts = tuple(concepts)
        cells = [(concept, capability) for concept in concepts for capability in CAPABILITIES]
        self._place = {cell: i for i, cell in enumerate(cells)}
        self._mean = [0.0] * len(cells)
        self._covariance = [[_shared(one, other) for other in cells] for one in cells]

    def __contains__(self, cell: tuple[str, str]) -> bool:
        return cell in self._place

    def estimate(self, concept: str, capability: str) -> Estimate:
        i = self._place[concept, capability]
        mean, deviation = self._mean[i], math.sqrt(self._covariance[i][i])
        total = math.fsum(weight for _, weight in GRID)
        share = math.fsum(weight * _share(mean + deviation * z) for z, weight in GRID) / total
        above = _normal((mean - math.log(MASTERY_BAR / (1 - MASTERY_BAR))) / deviation)
        return Estimate(share, _share(mean - Z80 * deviation), _share(mean + Z80 * deviation), above)

    def fold(self, shown: Iterable[Observation]) -> "Belief":
        """The belief after these, in their order. Cells that are not on the track are left out."""
        after = Belief.__new__(Belief)
        after.concepts, after._place = self.concepts, self._place
        after._mean, after._covariance = list(self._mean), [list(row) for row in self._covariance]
        for observation in shown:
            if (observation.concept, observation.capability) in after._place:
                after._observe(observation)
        return after

    def _observe(self, shown: Observation) -> None:
        i = self._place[shown.concept, shown.capability]
        column = [row[i] for row in self._covariance]
        mean, variance = self._mean[i], column[i]
        after, left = _update(mean, variance, shown)
        moved, shrunk = (after - mean) / variance, (left - variance) / variance**2
        self._mean = [old + c * moved for old, c in zip(self._mean, column, strict=True)]
        for j, row in enumerate(self._covariance):
            factor = shrunk * column[j]
            self._covariance[j] = [old + factor * c for old, c in zip(row, column, strict=True)]
        self._mean[i] += DRIFT_MEAN * shown.weight
        self._covariance[i][i] += DRIFT_VARIANCE * shown.weight


def _shared(one: tuple[str, str], other: tuple[str, str]) -> float:
    """Prior covariance of two cells: the variances of the terms they share."""
    terms = {"global": True, "concept": one[0] == other[0], "capability": one[1] == other[1], "cell": one == other}
    return math.fsum(PRIOR[term] ** 2 for term, same in terms.items() if same)


def _update(mean: float, variance: float, shown: Observation) -> tuple[float, float]:
    """Mean and variance of a logit after one answer. A score between 0 and 1 counts as partly right (Papke and Wooldridge 1996)."""
    deviation = math.sqrt(variance)
    chance = min(0.95, shown.chance + TEST_WISE)
    total = first = second = 0.0
    for z, weight in GRID:
        right = shown.error + (1 - 2 * shown.error) * (chance + (1 - chance) * _share(mean + deviation * z))
        mass = weight * right ** (shown.score * shown.weight) * (1 - right) ** ((1 - shown.score) * shown.weight)
        total, first, second = total + mass, first + mass * z, second + mass * z * z
    middle = first / total
    return mean + deviation * middle, variance * (second / total - middle * middle)


def _share(logit: float) -> float:
    return 1 / (1 + math.exp(-logit)) if logit >= 0 else 1 - 1 / (1 + math.exp(logit))


def _normal(z: float) -> float:
    return 0.5 * math.erfc(-z / math.sqrt(2))


def rights_missing(belief: Belief, concept: str, capability: str, n: int, most: int = 20) -> int:
    """So many new tasks of four options, all right and judged by code, would make the cell solid; at most `most`."""
    for more in range(most):
        if state(belief.estimate(concept, capability), n + more, more or n) == "solid":
            return more
        belief = belief.fold([Observation(concept, capability, 1.0, 0.25)])
    return most


def state(estimate: Estimate, n: int, deterministic: int, due: bool = False) -> State:
    """`n`: different tasks shown; `deterministic`: those of them judged by code. Only what was solid falls due."""
    if n < ENOUGH:
        return "none"
    if estimate.above < SOLID_PROBABILITY or n < OBSERVATIONS or deterministic < 1:
        return "emerging"
    return "due" if due else "solid"
