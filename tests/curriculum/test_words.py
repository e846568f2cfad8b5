"""What is written for a concept is whole, short enough to read, and gives no answer away by its length. Held for closed concepts too."""

from collections.abc import Iterator, Sequence

import pytest

from fluencylab.curriculum.loader import written
from fluencylab.curriculum.schema import Concept

WRITTEN = [concept for concept in written() if concept.about]
CASES = [case for concept in WRITTEN for case in concept.cases]


@pytest.mark.parametrize("concept", WRITTEN, ids=lambda concept: concept.slug)
def test_a_concept_has_its_words(concept: Concept) -> None:
    assert concept.about and concept.about.watch and concept.about.sources
    assert 8 <= len(concept.vocabulary) <= 12 and len({term.term for term in concept.vocabulary}) == len(concept.vocabulary)
    assert len(concept.questions) >= 6
    assert len(concept.cases) >= 3
    assert len(concept.reading.split()) <= 400, "a reading fits one screen"


def rank(lengths: Sequence[int], at: int) -> float:
    """0 for the shortest, 1 for the longest; equals share their places."""
    others = [length for place, length in enumerate(lengths) if place != at]
    return sum((length < lengths[at]) + (length == lengths[at]) / 2 for length in others) / len(others)


def options(twin: bool) -> Iterator[float]:
    for case in CASES:
        best = case.decide.twin.best if twin else case.decide.best
        ids = [option.id for option in case.decide.options]
        yield rank([len(option.text) for option in case.decide.options], ids.index(best))


def reasons() -> Iterator[float]:
    for case in CASES:
        lengths = [len(reason.text) for reason in case.reasons]
        yield from (rank(lengths, at) for at, reason in enumerate(case.reasons) if reason.carries)


def flips() -> Iterator[float]:
    for case in CASES:
        lengths = [len(flip.text) for flip in case.flips]
        yield from (rank(lengths, at) for at, flip in enumerate(case.flips) if flip.flips)


@pytest.mark.parametrize(
    "ranks", [list(options(False)), list(options(True)), list(reasons()), list(flips())], ids=["option", "twin", "reasons", "flip"]
)
def test_what_is_right_is_neither_the_longest_nor_the_shortest_more_often_than_chance(ranks: list[float]) -> None:
    assert 0.35 < sum(ranks) / len(ranks) < 0.65
    assert max(ranks.count(0), ranks.count(1)) / len(ranks) <= 0.4
