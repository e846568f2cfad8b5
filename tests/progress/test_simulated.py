"""What the map says holds for simulated learners, whether they learn or not, after six weeks and after half a year of reviews."""

import numpy as np
import pytest

from fluencylab.progress.ledger import days
from fluencylab.progress.mastery import Belief

from .players import START
from .simulated import CELLS, CONCEPTS, GAINS, Learners, judge, steps

COVER, FALSE = (0.75, 0.88), 0.08
FEW, MANY = 150, 600
DRAWN = 0.006
"""By so much another draw of FEW learners moves the cover: one standard deviation of twelve draws."""


@pytest.mark.parametrize("weeks", [6, 26])
@pytest.mark.parametrize("gain", GAINS)
def test_the_interval_covers_what_it_says_and_solid_is_seldom_false(gain: str, weeks: int) -> None:
    holds(gain, weeks, FEW, DRAWN)


@pytest.mark.long
@pytest.mark.parametrize("weeks", [6, 26])
@pytest.mark.parametrize("gain", GAINS)
def test_the_same_of_many_learners(gain: str, weeks: int) -> None:
    holds(gain, weeks, MANY)


def holds(gain: str, weeks: int, learners: int, drawn: float = 0) -> None:
    found = judge(steps(weeks), days(START) + 7 * weeks, learners, GAINS[gain])
    assert COVER[0] - drawn <= found.cover <= COVER[1] + drawn, found
    assert found.false <= FALSE, found


def test_they_are_believed_as_a_learner_of_the_lab_is() -> None:
    """One of them, answer for answer, by `Belief`."""
    learners, scores, seen = Learners(4, GAINS["slowly"], 3), list[np.ndarray](), []
    for step in steps(6):
        scores.append(learners.answer(step, scores))
        weight = step.seen.weight * (scores[step.after][2] if step.after is not None else 1)
        if weight:
            seen.append(step.seen._replace(score=float(scores[-1][2]), weight=weight))
    belief = Belief(CONCEPTS).fold(seen)
    assert np.allclose(belief._mean, learners.mean[2])
    assert np.allclose(belief._covariance, learners.covariance[2])
    assert len(CELLS) == 30
