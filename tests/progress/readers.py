"""Players who know nothing and read well: who remembers, who read the glossary, who ranks options by their words, who follows one rule.

A ranker is any function from the texts of options, and the concept they are of, to the place it likes best; it was trained on the others.
"""

import math
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from fluencylab.curriculum.bench import bench
from fluencylab.curriculum.loader import track
from fluencylab.practice import kinds, variants
from fluencylab.practice.items import Met
from fluencylab.progress.ledger import Sieve

from .players import START, Longest, Scoring, Shown, names, row

MEASURING = re.compile(
    r"\b(?:count|measur|test|check|rate|share|log|limit|number|percent|cases|sample|code|rule|valid|schema|compare)\w*|\d", re.IGNORECASE
)
REASONING = re.compile(r"\b(?:since|because)\b", re.IGNORECASE)


class Memoriser(Scoring):
    """Of what was shown, on a page or in an answer, they recall this share for good; the rest they guess."""

    certainty = 2

    def __init__(self, seed: int, recalls: float = 0.8, read: float = 0.8) -> None:
        super().__init__(seed)
        self._recalls, self._read, self._luck = recalls, read, random.Random(seed)
        self._sieve, self._chances = Sieve(names()), kinds.chances()
        self._shown: dict[tuple[str, ...], bool] = {}
        """What was shown -> do they recall it?"""
        self._first = False

    def score(self, shown: Shown) -> float | None:
        if shown.score is None:
            return None
        met = self._sieve.asked(row(shown._replace(score=1.0), 0, START)) or Met((shown.exercise, shown.stage))
        if met.printed and met.name not in self._shown:
            self._shown[met.name] = self._luck.random() < self._read
        chance = shown.chance if shown.chance is not None else kinds.chance(self._chances, shown.exercise, shown.stage)
        right = self._shown.get(met.name, False) or self._luck.random() < chance
        self._shown.setdefault(met.name, self._luck.random() < self._recalls)
        if shown.stage == "twin":
            right = right and self._first
        if shown.stage == "decide":
            self._first = right
        return float(right)


def glossary_reader(seed: int) -> Memoriser:
    """They know every word that is printed, and remember nothing else."""
    return Memoriser(seed, recalls=0.0, read=1.0)


class Scored(NamedTuple):
    concept: str
    texts: tuple[str, ...]
    right: frozenset[int]


@cache
def scored() -> tuple[Scored, ...]:
    """Every choice that is asked, with its key."""
    return tuple(_scored())


def _scored() -> Iterator[Scored]:
    for concept in track().concepts:
        for item in variants.bank(concept):
            yield _one(concept.slug, [one.text for one in item.options], [one.id == item.best for one in item.options])
        for mission in concept.missions:
            yield _one(concept.slug, [sight.text for sight in mission.seen.sights], [i == 0 for i in range(len(mission.seen.sights))])
        for case in concept.cases:
            yield _one(concept.slug, [reason.text for reason in case.reasons], [reason.carries for reason in case.reasons])
            yield _one(concept.slug, [flip.text for flip in case.flips], [flip.flips for flip in case.flips])
    for fault in bench().faults:
        yield _one("", [fix.text for fix in fault.fixes], [fix.id == fault.best for fix in fault.fixes])


def _one(concept: str, texts: Sequence[str], right: Sequence[bool]) -> Scored:
    return Scored(concept, tuple(texts), frozenset(i for i, one in enumerate(right) if one))


Ranker = Callable[[Sequence[str], str], int]


class Ranked(Longest):
    """The option that a ranker likes best; the middle of every slider."""

    def __init__(self, ranker: Ranker) -> None:
        self._ranker = ranker
        self._concepts = {text: one.concept for one in scored() for text in one.texts}

    def option(self, question: str, texts: Sequence[str]) -> int:
        return self._ranker(texts, next((self._concepts[text] for text in texts if text in self._concepts), ""))


def words_of_others(texts: Sequence[str], concept: str) -> int:
    """A bag of words: how much oftener each word stood in right options than in wrong ones, in the other concepts."""
    weights = _weights(concept)
    return max(range(len(texts)), key=lambda i: sum(weights.get(word, 0.0) for word in _words(texts[i])))


@cache
def _weights(concept: str) -> dict[str, float]:
    right, wrong = Counter[str](), Counter[str]()
    n = [1, 1]
    for one in scored():
        for i, text in enumerate(one.texts if one.concept != concept else ()):
            (right if i in one.right else wrong).update(_words(text))
            n[i in one.right] += 1
    every = right | wrong
    return {word: math.log((right[word] + 1) / (n[1] + 2)) - math.log((wrong[word] + 1) / (n[0] + 2)) for word in every if every[word] > 1}


def _words(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]+|\d+", text.lower()))


def one_rule(texts: Sequence[str], concept: str) -> int:
    """Words of measuring and of code, less "since" and "because"."""
    return max(range(len(texts)), key=lambda i: len(MEASURING.findall(texts[i])) - 2 * len(REASONING.findall(texts[i])))
