"""Hundreds of simulated learners at once, who do all the content in six weeks and then a review of each skill every fortnight.

    judge(steps(26), learners=300, gain=GAINS["nothing"])  ->  Judged(cover=0.85, false=0.04, solid=2.5)

What is asked, how it is weighed and what guessing reaches come from the content and the ledger. Who answers is drawn: each learner's true
logits from the prior, each answer from those. The arithmetic is `progress/mastery.py`'s, done for all learners in one array; a test holds
that both say the same. Where something is shown again, a learner recalls it with RECALL, whatever they know.
"""

import math
import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import cache
from statistics import NormalDist
from typing import Any, NamedTuple

import numpy as np

from fluencylab.curriculum.loader import track
from fluencylab.practice import kinds
from fluencylab.practice.items import Item, Met
from fluencylab.practice.variants import pick, usable
from fluencylab.progress import mastery
from fluencylab.progress.ledger import EvidenceRow, Ledger
from fluencylab.progress.mastery import CAPABILITIES, Observation

from .players import START, Random, Shown, exercises, names, review, row

CONCEPTS = tuple(concept.slug for concept in track().concepts)
CELLS = [(concept, capability) for concept in CONCEPTS for capability in CAPABILITIES]
CONTENT, FORTNIGHT = 42, 14
"""Days in which the content is done, and days between two reviews of one skill."""
RECALL = 0.6
Array = Any

GAINS: dict[str, Callable[[Any, int], Array]] = {
    "nothing": lambda dice, learners: np.zeros((learners, len(CELLS))),
    "slowly": lambda dice, learners: np.full((learners, len(CELLS)), 0.03),
    "fast": lambda dice, learners: np.full((learners, len(CELLS)), 0.10),
    "unevenly": lambda dice, learners: np.where(dice.random((learners, len(CELLS))) < 0.5, 0.0, 0.10),
}
"""What each new answer teaches, in logits. Fast: a concept's decisions, some twenty answers, take an even chance to nine in ten."""


class Step(NamedTuple):
    """One answer that everybody gives. `after`: the step that must have been right for this one to count."""

    seen: Observation
    after: int | None

    @property
    def cell(self) -> int:
        return CELLS.index((self.seen.concept, self.seen.capability))


class Weighing(Ledger):
    """A ledger that only tells how pieces are weighed."""

    def __init__(self) -> None:
        super().__init__(CONCEPTS, kinds.chances(), names())
        self.weighed: list[Observation] = []

    def _count(self, piece: EvidenceRow, score: float, met: Met) -> list[Observation]:
        self.weighed += super()._count(piece, score, met)
        return []


@cache
def steps(weeks: int, seed: int = 1) -> tuple[Step, ...]:
    ledger, asked = Weighing(), _Asked(seed)
    found: list[Step] = []
    for day in range(7 * weeks):
        for number, (shown, pair) in enumerate(asked.on(day)):
            piece = row(shown._replace(score=None if shown.score is None else 1.0), number, START + timedelta(days=day, seconds=number))
            before = len(ledger.weighed)
            ledger.add([piece])
            after = len(found) - 1 if pair else None
            found += [Step(one, after) for one in ledger.weighed[before:]]
    return tuple(found)


class _Asked:
    """What is asked day by day."""

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)
        self._sitting, *self._rest = exercises(Random(1), 0, 1)
        self._next: dict[tuple[str, str], int] = {}
        self._seen: dict[tuple[str, str], dict[str, Any]] = {cell: {} for cell in CELLS}
        self._done: set[str] = set()

    def on(self, day: int) -> Iterator[tuple[Shown, bool]]:
        n = len(self._rest)
        whole = [self._sitting] if day == 0 else self._rest[(day - 1) * n // (CONTENT - 1) : day * n // (CONTENT - 1)]
        for exercise in whole if day < CONTENT else ():
            for shown in exercise.shown:
                self._next[shown.concept, shown.capability] = day + FORTNIGHT
                yield shown, shown.stage == "twin"
            self._done.add(exercise.key)
        for cell in [cell for cell, then in self._next.items() if then <= day]:
            if item := self._item(cell, day):
                self._next[cell] = day + FORTNIGHT
                yield review(Random(1), item, day), False

    def _item(self, cell: tuple[str, str], day: int) -> Item | None:
        concept = track().concept(cell[0])
        found = pick(usable(concept, cell[1], self._done), self._seen[cell], self._dice.randrange(10**6)) if concept else None
        if found:
            self._seen[cell][found.id] = START + timedelta(days=day)
        return found


class Learners:
    """Their truth and what is believed of them, each an array over (learner, cell); the last of what is believed is the gain."""

    def __init__(self, learners: int, gain: Callable[[Any, int], Array], seed: int) -> None:
        self.dice, n = np.random.default_rng(seed), len(CELLS)
        shared = np.array([[mastery._shared(one, other) for other in CELLS] for one in CELLS])
        self.truth, self.gain = self.dice.multivariate_normal(np.zeros(n), shared, size=learners), gain(self.dice, learners)
        self.mean, self.covariance = np.zeros((learners, n + 1)), np.zeros((learners, n + 1, n + 1))
        self.mean[:, n], self.covariance[:, n, n], self.covariance[:, :n, :n] = mastery.GAIN, mastery.GAIN_DEVIATION**2, shared
        self.shown = np.full((learners, n), np.nan)

    def answer(self, step: Step, before: list[Array]) -> Array:
        """1 where right, by learner."""
        seen, i = step.seen, step.cell
        known = seen.error + (1 - 2 * seen.error) * (seen.chance + (1 - seen.chance) * _share(self.truth[:, i]))
        likely = np.maximum(known, RECALL) if seen.weight < 1 else known
        scores = (self.dice.random(len(self.truth)) < likely).astype(float)
        if seen.fresh:
            self.truth[:, i] += self.gain[:, i] * seen.weight
        weight = seen.weight * (before[step.after] if step.after is not None else np.ones(len(scores)))
        self.believe(seen, i, scores, weight)
        return scores

    def believe(self, seen: Observation, i: int, scores: Array, weight: Array) -> None:
        """As `Belief._observe`, of everybody; nothing where the weight is 0."""
        counts, right = weight > 0, scores == 1
        most = self.covariance[:, i, i].copy()
        rested = mastery.REST_VARIANCE * np.nan_to_num(seen.day - self.shown[:, i])
        self.shown[counts, i] = seen.day
        self.covariance[:, i, i] += np.where(right | ~counts, 0, rested)
        column, variance = self.covariance[:, :, i].copy(), self.covariance[:, i, i].copy()
        moved, left = _update(self.mean[:, i], variance, seen, scores, weight)
        self.mean += column * (moved / variance)[:, None]
        self.covariance += np.where(counts, (left - variance) / variance**2, 0)[:, None, None] * column[:, :, None] * column[:, None, :]
        if seen.fresh:
            self.mean[:, i] += weight * np.where(right, np.maximum(0, self.mean[:, -1]), self.mean[:, -1])
            self.covariance[:, i, :] += weight[:, None] * self.covariance[:, -1, :]
            self.covariance[:, :, i] += weight[:, None] * self.covariance[:, :, -1]
            now = self.covariance[:, i, i]
            widened = now + mastery.DRIFT_VARIANCE * weight
            self.covariance[:, i, i] = np.where(right, np.maximum(now, np.minimum(widened, most)), widened)


def _update(mean: Array, variance: Array, seen: Observation, scores: Array, weight: Array) -> tuple[Array, Array]:
    points, masses = (np.array(each) for each in zip(*mastery.GRID, strict=True))
    deviation, chance = np.sqrt(variance), min(0.95, seen.chance + mastery.TEST_WISE)
    right = seen.error + (1 - 2 * seen.error) * (chance + (1 - chance) * _share(mean[:, None] + deviation[:, None] * points))
    mass = masses * np.where(scores[:, None] == 1, right, 1 - right) ** weight[:, None]
    total = mass.sum(1)
    first, second = (mass * points).sum(1) / total, (mass * points**2).sum(1) / total
    return deviation * first, variance * (second - first**2)


def _share(logit: Array) -> Array:
    return 1 / (1 + np.exp(-logit))


class Judged(NamedTuple):
    """Of the cells that were practised, those whose true share lies in the 80 % interval; of the solid ones, those that are not above
    BAR; and how many cells are solid, of one learner."""

    cover: float
    false: float
    solid: float


def simulate(asked: tuple[Step, ...], learners: int, gain: Callable[[Any, int], Array], seed: int = 3) -> Learners:
    found, scores = Learners(learners, gain, seed), list[Array]()
    for step in asked:
        scores.append(found.answer(step, scores))
    return found


def judge(asked: tuple[Step, ...], day: float, learners: int, gain: Callable[[Any, int], Array], seed: int = 3) -> Judged:
    found = simulate(asked, learners, gain, seed)
    on, n = ~np.isnan(found.shown), len(CELLS)
    mean, variance, truth = found.mean[:, :n][on], np.einsum("lii->li", found.covariance)[:, :n][on], found.truth[on]
    inside = np.abs(truth - mean) <= mastery.Z80 * np.sqrt(variance + mastery.REST_VARIANCE * (day - found.shown[on]))
    bar = math.log(mastery.MASTERY_BAR / (1 - mastery.MASTERY_BAR))
    sure = (bar - mean) / np.sqrt(variance) <= -NormalDist().inv_cdf(mastery.SOLID_PROBABILITY)
    return Judged(float(inside.mean()), float((sure & (truth <= bar)).sum() / max(1, sure.sum())), float(sure.sum() / learners))
