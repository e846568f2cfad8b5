"""Every decision has three other forms, which are short to read, and in which another option is best."""

import pytest

from fluencylab.curriculum.loader import written
from fluencylab.curriculum.schema import Case, Concept, Mission, Variant
from fluencylab.practice.guess_report import RULE_BAR
from fluencylab.practice.scored import scored_items
from fluencylab.practice.tells import expected
from fluencylab.stats import mean

from .test_given_away import words
from .test_words import rank

WRITTEN = [concept for concept in written() if concept.about]
FORMS = [(exercise, [one for one in concept.variants if one.of == exercise.slug]) for concept in WRITTEN for exercise in concept.exercises]


@pytest.mark.parametrize(("exercise", "forms"), FORMS, ids=[exercise.slug for exercise, _ in FORMS])
def test_a_decision_has_three_forms_and_not_one_option_is_best_in_all(exercise: Mission | Case, forms: list[Variant]) -> None:
    assert len(forms) >= 3
    assert len({form.best for form in forms}) > 1, "the facts decide, so another option wins somewhere"
    assert all(45 <= len(form.situation.split()) <= 120 for form in forms), "a review takes a minute"
    assert exercise.situation not in {form.situation for form in forms}


@pytest.mark.parametrize("concept", WRITTEN, ids=lambda concept: concept.slug)
def test_the_best_is_neither_the_longest_nor_the_shortest_more_often_than_chance(concept: Concept) -> None:
    ranks = [rank([len(option.text) for option in one.options], [o.id for o in one.options].index(one.best)) for one in concept.variants]
    assert 0.35 < sum(ranks) / len(ranks) < 0.65
    assert max(ranks.count(0), ranks.count(1)) / len(ranks) <= 0.4


def test_the_words_of_the_situation_do_not_point_at_the_best() -> None:
    """Whoever takes the option that repeats most of what they read earns hardly more than by guessing."""
    asked = [item for item in scored_items(WRITTEN) if item.kind == "review-variant"]
    shared = [{id: float(len(words(item.stem) & words(text))) for id, text in item.options.items()} for item in asked]
    assert mean([expected(item, marks) - item.chance for item, marks in zip(asked, shared, strict=True)]) <= RULE_BAR
