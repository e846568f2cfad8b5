"""The tool that looks for tells finds one that was planted and none where there is none; and what it says of our own items."""

import random
from collections import Counter
from collections.abc import Callable

import pytest

from fluencylab.curriculum.loader import metric_goals, track
from fluencylab.practice import tells
from fluencylab.practice.guess_report import ENOUGH, report
from fluencylab.practice.guessing import features, guesses
from fluencylab.practice.scored import ScoredItem, scored_items
from fluencylab.stats import mean

OURS = list(scored_items(track().concepts, metric_goals()))
WORDS = [first + vowel + last for first in "bdfglmnp" for vowel in "aeio" for last in "kt"]
Option = Callable[[random.Random, bool], str]


def made_up(option: Option, keys: int = 1, of: int = 4) -> list[ScoredItem]:
    """Ten concepts of twenty items."""
    rng = random.Random(7)
    found = []
    for concept in range(10):
        for number in range(20):
            key = tuple(str(one) for one in rng.sample(range(of), keys))
            options = {str(one): option(rng, str(one) in key) for one in range(of)}
            found.append(ScoredItem(f"{concept}/{number}", "made-up", f"concept-{concept}", "?", options, key))
    return found


def plain(rng: random.Random, right: bool) -> str:
    return " ".join(rng.choices(WORDS, k=12))


def telling(rng: random.Random, right: bool) -> str:
    """Most keys have a word that few others have."""
    return plain(rng, right) + (" whenever" if rng.random() < (0.8 if right else 0.1) else "")


def dawdling(rng: random.Random, right: bool) -> str:
    return " ".join(rng.choices(WORDS, k=16 if right else 12))


def test_a_planted_word_is_found_and_named() -> None:
    found = guesses(made_up(telling))
    assert mean([one.over for one in found]) > 0.3
    surest = sorted(found, key=lambda one: -one.certainty)[:20]
    assert all("+whenever" in one.words for one in surest)


def test_where_the_style_tells_nothing_nothing_is_found() -> None:
    for keys in (1, 2):
        (whole, kind) = report(made_up(plain, keys))
        assert whole.over.value < 0.05 and whole.rule_over.value < 0.08
        assert kind.holds and kind.counts and kind.chance == keys / 4


def test_a_tell_in_the_length_is_found_by_its_rule() -> None:
    whole, _ = report(made_up(dawdling))
    assert whole.rule == "longest" and whole.rule_over.value > 0.4 and not whole.holds


def test_what_one_concept_alone_has_is_not_learned_from_it() -> None:
    """Trained on the other nine: a word that is a tell in one concept only helps nobody there."""
    items = [one for one in made_up(plain) if one.concept != "concept-0"]
    odd = [one._replace(concept="concept-0", id=f"odd/{n}") for n, one in enumerate(made_up(telling)[:20])]
    assert abs(mean([one.over for one in guesses([*items, *odd]) if one.item.concept == "concept-0"])) < 0.2


@pytest.mark.parametrize(
    ("scores", "key", "earned"),
    [
        ({"a": 2, "b": 1, "c": 1}, ("a",), 1),
        ({"a": 1, "b": 1, "c": 0}, ("a",), 0.5),
        ({"a": 0, "b": 0, "c": 0}, ("c",), 1 / 3),
        ({"a": 3, "b": 1, "c": 1, "d": 0}, ("a", "b"), 0.75),
        ({"a": 1, "b": 1, "c": 1, "d": 0}, ("a", "d"), 1 / 3),
    ],
)
def test_equal_marks_share_what_they_earn(scores: dict[str, float], key: tuple[str, ...], earned: float) -> None:
    item = ScoredItem("x", "x", "x", "?", dict.fromkeys(scores, ""), key)
    assert tells.expected(item, scores) == pytest.approx(earned)


def test_a_feature_is_a_word_or_a_pair_and_figures_are_alike() -> None:
    assert features("Count it: 300, don't!") == sorted(["count", "it", "#", "don't", "count it", "it #", "# don't"])


def test_every_choice_of_ours_is_listed_once_with_its_key() -> None:
    assert len({item.id for item in OURS}) == len(OURS)
    assert all(set(item.key) < set(item.options) and item.stem.strip() for item in OURS)
    missions = sum(len(concept.missions) for concept in track().concepts)
    counts = {kind: sum(item.kind == kind for item in OURS) for kind in {item.kind for item in OURS}}
    assert counts["mission-see"] == counts["mission-decide"] == counts["mission-twin"] == missions
    assert all(len(item.key) == 2 for item in OURS if item.kind == "case-why")


HOLD = [
    "mission-see", "mission-decide", "mission-twin", "case-decide", "case-twin", "case-why", "case-flip", "claim",
    "meeting-heard", "meeting-lacks", "review-meeting", "review-screen", "review-spec", "review-settled", "review-screen-drawn",
    "review-reading-drawn", "review-variant", "proposal-why",
]  # fmt: skip
"""Kinds whose options do not tell; `fluency check --guess` names those that are not there yet, and those too few to say."""


def test_every_kind_with_enough_items_is_held() -> None:
    counts = Counter(item.kind for item in OURS)
    assert {kind for kind, n in counts.items() if n >= ENOUGH} == set(HOLD)


@pytest.mark.long
def test_all_choices_together_keep_to_the_bars() -> None:
    whole = report(OURS)[0]
    assert whole.holds, (whole.over, whole.rule, whole.rule_over)


@pytest.mark.long
@pytest.mark.parametrize("kind", HOLD)
def test_a_kind_that_keeps_to_the_bars_keeps_to_them(kind: str) -> None:
    _, found = report([item for item in OURS if item.kind == kind])
    assert found.n >= ENOUGH
    assert found.holds, (found.over, found.rule, found.rule_over, [(one.item.id, one.words) for one in found.worst[:5]])
