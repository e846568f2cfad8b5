"""Can the right option be told without the question? A ranker of words, trained on the options of other concepts, tries. Pure.

Its features are the words and the pairs of words that stand in at least two options, less what stands in every option of the item; its
score is a sum of weights, and the weights are those under which the keys of the other concepts are likeliest (a conditional logit,
McFadden 1974, with an L2 penalty). What it earns over chance is what the style gives away.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from fluencylab.practice.scored import ScoredItem
from fluencylab.practice.tells import expected

PENALTY = 2.0
ROUNDS = 150
SHOWN = 6
"""Words that are named of an item."""
Array = Any


class Guess(NamedTuple):
    """One item, guessed by what was learned from the other concepts. `words`: those that spoke for the key, the loudest first."""

    item: ScoredItem
    earned: float
    certainty: float
    words: tuple[str, ...]

    @property
    def over(self) -> float:
        return self.earned - self.item.chance


def guesses(items: Sequence[ScoredItem]) -> list[Guess]:
    """Every item, guessed by a ranker that was trained on the items of all other concepts."""
    found: list[Guess] = []
    for concept in dict.fromkeys(item.concept for item in items):
        ranker = Ranker([item for item in items if item.concept != concept])
        found += [ranker.guess(item) for item in items if item.concept == concept]
    return found


def features(text: str) -> list[str]:
    """Words and pairs: "count it first" -> count, it, first, count it, it first."""
    words = re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)?|\d+", text.lower())
    plain = ["#" if word.isdigit() else word for word in words]
    return sorted({*plain, *(f"{one} {two}" for one, two in pairwise(plain))})


class Ranker:
    def __init__(self, items: Sequence[ScoredItem]) -> None:
        told = [[features(text) for text in item.options.values()] for item in items]
        counts = Counter(feature for options in told for option in options for feature in option)
        self.vocabulary = {feature: at for at, feature in enumerate(sorted(f for f, n in counts.items() if n > 1))}
        rows, columns, groups, gold, row = [], [], [], [], 0
        for number, (item, options) in enumerate(zip(items, told, strict=True)):
            for id, option in zip(item.options, options, strict=True):
                known = [self.vocabulary[feature] for feature in option if feature in self.vocabulary]
                rows += [row] * len(known)
                columns += known
                groups.append(number)
                gold.append(1 / len(item.key) if id in item.key else 0.0)
                row += 1
        self.weights = _fit(np.array(rows, int), np.array(columns, int), np.array(groups, int), np.array(gold), len(self.vocabulary))

    def weight(self, feature: str) -> float:
        at = self.vocabulary.get(feature)
        return float(self.weights[at]) if at is not None else 0.0

    def guess(self, item: ScoredItem) -> Guess:
        told = {id: features(text) for id, text in item.options.items()}
        scores = {id: round(sum(map(self.weight, option)), 9) for id, option in told.items()}
        most = max(scores.values())
        likely = {id: math.exp(score - most) for id, score in scores.items()}
        certainty = sum(likely[id] for id in item.key) / sum(likely.values())
        return Guess(item, expected(item, scores), certainty, self._speaking(item, told))

    def _speaking(self, item: ScoredItem, told: dict[str, list[str]]) -> tuple[str, ...]:
        """What the key has that speaks for it (+), and the others have that speaks against them (-)."""
        share: defaultdict[str, float] = defaultdict(float)
        for id, option in told.items():
            for feature in option:
                share[feature] += 1 / len(item.key) if id in item.key else -1 / (len(told) - len(item.key))
        loud = sorted(((self.weight(feature) * part, feature) for feature, part in share.items()), reverse=True)
        return tuple(f"{'+' if self.weight(feature) > 0 else '-'}{feature}" for size, feature in loud[:SHOWN] if size > 0.02)


def _fit(rows: Array, columns: Array, groups: Array, gold: Array, size: int) -> Array:
    """Adam on the penalised likelihood, all items at once: convex, so where it begins does not matter."""
    weights, first, second = np.zeros(size), np.zeros(size), np.zeros(size)
    options, items = len(gold), int(groups.max()) + 1 if len(groups) else 0
    for turn in range(1, ROUNDS + 1 if size else 1):
        scores = np.bincount(rows, weights[columns], minlength=options)
        likely = np.exp(scores - scores.max())
        likely /= np.bincount(groups, likely, minlength=items)[groups]
        slope = np.bincount(columns, (likely - gold)[rows], minlength=size) + PENALTY * weights
        first, second = 0.9 * first + 0.1 * slope, 0.99 * second + 0.01 * slope**2
        weights -= 0.03 * (first / (1 - 0.9**turn)) / (np.sqrt(second / (1 - 0.99**turn)) + 1e-8)
    return weights
