"""Mastery: how likely it is that a learner gets a task of one kind right, from what they have shown.

One Bayesian logistic model for all cells (concept × capability). The logit of a cell is the sum of a global, a concept, a capability and a
cell term, each normal around 0 with the standard deviations of PRIOR. So two cells start as correlated as their shared terms make them,
and what is shown in one says a little about the others:

    eight right of eight, each of four options  ->  0.87, 80 % interval 0.70 to 0.97; its neighbour in the same concept rises to 0.69

An answer is right with  error + (1 - 2 error) (chance + (1 - chance) p):  `chance` is what guessing alone would reach, `error` how often
the grader itself is wrong. The posterior of one cell is integrated on a grid and kept as a normal (assumed density filtering: Opper 1998,
Minka 2001), and the other cells follow through their covariance.

Only an exercise that was new to the learner may have taught: it moves its cell by the learner's own gain, one more unknown of the model,
believed to be GAIN give or take GAIN_DEVIATION until their answers say more, and makes it less certain by DRIFT_VARIANCE. What is asked
again moves nothing by itself. In time nobody stays what they were: an interval widens by REST_VARIANCE a day. A right answer, from
RIGHT on, never lowers: it takes that widening back, for it shows that nothing was lost. `tests/progress/test_simulated.py` holds the
cover of the interval, and how often *solid* is wrong, on learners who learn nothing, slowly, fast and unevenly, at six and at 26 weeks.
"""

import math
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

CAPABILITIES = ("vocabulary", "decisions", "debugging")
State = Literal["none", "emerging", "solid", "due"]

PRIOR = {"global": 0.8, "concept": 0.7, "capability": 0.4, "cell": 0.5}
GAIN, GAIN_DEVIATION, DRIFT_VARIANCE = 0.03, 0.03, 0.11
"""What a new exercise teaches, in logits for each of its answers."""
REST_VARIANCE = 0.0005
"""Per day."""
MASTERY_BAR, SOLID_PROBABILITY = 0.7, 0.8
"""Solid: with at least this probability (SURE) more than this share of tasks (BAR) would be answered right."""
RIGHT = 0.75
"""A score from here on counts as right: of a case's three parts, the decision and one more and a half."""
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
    """One judged answer. `score` 0..1; `chance` and `error` as above; `weight` 0..1: how much it counts.

    `fresh`: of an exercise that was new; `day`: when, in days from any day on.
    """

    concept: str
    capability: str
    score: float
    chance: float
    error: float = 0.01
    weight: float = 1.0
    fresh: bool = False
    day: float = 0.0


class Estimate(NamedTuple):
    """Of tasks of this kind, the share that would be answered right: its mean, its 80 % interval, the probability that it is above BAR."""

    mean: float
    low: float
    high: float
    above: float


class Belief:
    """What is believed of all cells at once: means and covariance of their logits, and of the gain behind them.

    Treat it as a value: `fold` gives a new one.
    """

    def __init__(self, concepts: Sequence[str]) -> None:
        self.concepts = tuple(concepts)
        cells = [(concept, capability) for concept in concepts for capability in CAPABILITIES]
        self._place = {cell: i for i, cell in enumerate(cells)}
        self._mean = [0.0] * len(cells) + [GAIN]
        self._covariance = [[_shared(one, other) for other in cells] + [0.0] for one in cells]
        self._covariance.append([0.0] * len(cells) + [GAIN_DEVIATION**2])
        self._shown: list[float | None] = [None] * len(cells)
        self._estimates: dict[int, Estimate] = {}

    def __contains__(self, cell: tuple[str, str]) -> bool:
        return cell in self._place

    def estimate(self, concept: str, capability: str, day: float | None = None) -> Estimate:
        """As it stood after its last answer, or as it stands on a later day: as likely, and less certain."""
        i = self._place[concept, capability]
        if day is not None:
            return _estimate(self._mean[i], math.sqrt(self._covariance[i][i] + self._rested(i, day)))
        if i not in self._estimates:
            self._estimates[i] = _estimate(self._mean[i], math.sqrt(self._covariance[i][i]))
        return self._estimates[i]

    def fold(self, shown: Iterable[Observation]) -> "Belief":
        """The belief after these, in their order. Cells that are not on the track are left out."""
        after = Belief.__new__(Belief)
        after.concepts, after._place = self.concepts, self._place
        after._mean, after._covariance = list(self._mean), [list(row) for row in self._covariance]
        after._shown, after._estimates = list(self._shown), {}
        for observation in shown:
            if (observation.concept, observation.capability) in after._place:
                after._observe(observation)
        return after

    def _observe(self, shown: Observation) -> None:
        i, right = self._place[shown.concept, shown.capability], shown.score >= RIGHT
        before = self._covariance[i][i]
        if not right:
            self._covariance[i][i] += self._rested(i, shown.day)
        self._shown[i] = shown.day
        column = [row[i] for row in self._covariance]
        mean, variance = self._mean[i], column[i]
        after, left = _update(mean, variance, shown)
        if right and _share_of(after, left) < _share_of(mean, variance):
            after, left = mean, variance  # right, and not quite: less than was believed is no reason to believe less
        moved, shrunk = (after - mean) / variance, (left - variance) / variance**2
        self._mean = [old + c * moved for old, c in zip(self._mean, column, strict=True)]
        for j, row in enumerate(self._covariance):
            factor = shrunk * column[j]
            self._covariance[j] = [old + factor * c for old, c in zip(row, column, strict=True)]
        if shown.fresh:
            self._learn(i, shown.weight, before if right else math.inf)

    def _learn(self, i: int, weight: float, most: float) -> None:
        """A new exercise adds the gain to its cell, and doubt: not beyond `most`, the variance it had."""
        gain = self._covariance[-1]
        self._mean[i] += weight * (self._mean[-1] if most == math.inf else max(0.0, self._mean[-1]))
        self._covariance[i] = [old + weight * c for old, c in zip(self._covariance[i], gain, strict=True)]
        for row in self._covariance:
            row[i] += weight * row[-1]
        variance = self._covariance[i][i]
        self._covariance[i][i] = max(variance, min(variance + DRIFT_VARIANCE * weight, most))

    def _rested(self, i: int, day: float) -> float:
        """What time has added to the variance of a cell since its last answer."""
        last = self._shown[i]
        return 0.0 if last is None else REST_VARIANCE * max(0.0, day - last)


def _share_of(mean: float, variance: float) -> float:
    deviation = math.sqrt(variance)
    return math.fsum(weight * _share(mean + deviation * z) for z, weight in GRID) / math.fsum(weight for _, weight in GRID)


def _estimate(mean: float, deviation: float) -> Estimate:
    share = _share_of(mean, deviation**2)
    above = _normal((mean - math.log(MASTERY_BAR / (1 - MASTERY_BAR))) / deviation)
    return Estimate(share, _share(mean - Z80 * deviation), _share(mean + Z80 * deviation), above)


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
        belief = belief.fold([Observation(concept, capability, 1.0, 0.25, fresh=True)])
    return most


def state(estimate: Estimate, n: int, deterministic: int, due: bool = False) -> State:
    """`n`: different tasks shown; `deterministic`: those of them judged by code. Only what was solid falls due."""
    if n < ENOUGH:
        return "none"
    if estimate.above < SOLID_PROBABILITY or n < OBSERVATIONS or deterministic < 1:
        return "emerging"
    return "due" if due else "solid"
