"""Whoever is right nine times of ten gets there by doing the content once, and the reviews; whoever is right seven times does not."""

from statistics import median

import pytest

from .diligent import diligent

HOURS = 14
FORMS = 60
"""New forms of a skill that its reviews hold: numbers that code computes give hundreds."""
TODAY = 28
"""Cells of half of them, at least, with the forms there are now: of debugging and decisions most reviews show an exercise again."""


@pytest.mark.parametrize("seed", range(1, 5))
def test_nine_of_ten_right_reaches_all_thirty_where_reviews_have_new_forms(seed: int) -> None:
    found = diligent(0.9, seed, HOURS, FORMS)
    assert found.solid == 30, found
    assert found.hours <= HOURS


def test_seven_of_ten_right_does_not() -> None:
    assert max(diligent(0.7, seed, HOURS, FORMS).solid for seed in (1, 2)) <= 1


def test_with_the_forms_there_are_now_it_reaches_most() -> None:
    assert median(diligent(0.9, seed, HOURS).solid for seed in range(1, 8)) >= TODAY
