"""Mastery: golden sequences, what must always hold, and intervals that cover what they say on simulated learners."""

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fluencylab.progress.mastery import CAPABILITIES, DRIFT_MEAN, DRIFT_VARIANCE, PRIOR, Belief, Observation, rights_missing, state

CONCEPTS = tuple(f"concept-{i}" for i in range(10))
FRESH = Belief(CONCEPTS)
HERE, BESIDE, ELSEWHERE = ("concept-0", "decisions"), ("concept-0", "vocabulary"), ("concept-9", "debugging")


def shown(*scores: float, chance: float = 0.25, error: float = 0.01) -> Belief:
    return FRESH.fold([Observation(*HERE, score, chance, error) for score in scores])


def test_before_any_evidence_every_cell_is_as_likely_as_not() -> None:
    for cell in (HERE, ELSEWHERE):
        found = FRESH.estimate(*cell)
        assert found.mean == pytest.approx(0.5, abs=1e-6)
        assert (found.low, found.high) == pytest.approx((0.169, 0.831), abs=1e-3)


GOLDEN = {
    "one right": ((1,), 0.573, 0.232, 0.876, "none"),
    "three right": ((1, 1, 1), 0.696, 0.387, 0.929, "emerging"),
    "eight right": ((1,) * 8, 0.866, 0.701, 0.975, "solid"),
    "eight wrong": ((0,) * 8, 0.223, 0.074, 0.417, "emerging"),
    "half and half": ((1, 0) * 4, 0.444, 0.188, 0.717, "emerging"),
    "wrong, then right": ((0, 0, 0, 0, 1, 1, 1, 1), 0.519, 0.225, 0.806, "emerging"),
    "half points": ((0.5,) * 6, 0.452, 0.180, 0.741, "emerging"),
}


@pytest.mark.parametrize("name", GOLDEN)
def test_golden_sequences(name: str) -> None:
    scores, mean, low, high, said = GOLDEN[name]
    found = shown(*scores).estimate(*HERE)
    assert (found.mean, found.low, found.high) == pytest.approx((mean, low, high), abs=0.001)
    assert state(found, len(scores), len(scores)) == said


def test_what_is_shown_in_one_cell_says_a_little_about_its_neighbours_and_less_about_the_rest() -> None:
    after = shown(*(1,) * 8)
    here, beside, elsewhere = (after.estimate(*cell).mean for cell in (HERE, BESIDE, ELSEWHERE))
    assert here > beside > elsewhere > 0.5


def test_a_right_answer_counts_less_the_easier_it_is_to_guess() -> None:
    blind, two, four = (shown(1, 1, 1, chance=chance).estimate(*HERE).mean for chance in (0.9, 0.5, 0.25))
    assert blind < two < four


def test_a_grader_that_errs_says_less_both_ways() -> None:
    exact, loose = shown(1, 1, 1, error=0.01).estimate(*HERE), shown(1, 1, 1, error=0.15).estimate(*HERE)
    assert loose.mean < exact.mean
    assert shown(0, 0, 0, error=0.15).estimate(*HERE).mean > shown(0, 0, 0, error=0.01).estimate(*HERE).mean


def test_so_many_right_answers_straight_make_a_cell_solid() -> None:
    """Fewer the harder they are to guess; `docs/map.md` says these numbers."""
    needed = {}
    for options in (2, 3, 4):
        belief, n = FRESH, 0
        while state(belief.estimate(*HERE), n, n) != "solid":
            belief, n = belief.fold([Observation(*HERE, 1.0, 1 / options)]), n + 1
        needed[options] = n
    assert needed == {2: 9, 3: 7, 4: 6}
    assert rights_missing(FRESH, *HERE, n=0) == 6
    assert 6 < rights_missing(shown(*(0,) * 30), *HERE, n=30) < 20, "what was missed weighs, and fades"


def test_solid_needs_three_observations_one_of_them_by_code() -> None:
    sure = shown(*(1,) * 12).estimate(*HERE)
    assert [state(sure, n, 1) for n in (1, 2, 3)] == ["none", "emerging", "solid"]
    assert state(sure, 12, 0) == "emerging"
    assert state(sure, 12, 1, due=True) == "due"
    assert state(shown(0, 0, 0).estimate(*HERE), 3, 3, due=True) == "emerging", "what was never solid cannot lapse"


observations = st.builds(
    Observation,
    st.sampled_from((*CONCEPTS, "unknown")),
    st.sampled_from(CAPABILITIES),
    st.floats(0, 1),
    st.floats(0, 1),
    st.floats(0, 0.4),
    st.floats(0, 1),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(observations, max_size=30), st.integers(0, 30))
def test_folding_in_parts_is_folding_at_once_and_stays_a_probability(seen: list[Observation], cut: int) -> None:
    whole, parts = FRESH.fold(seen), FRESH.fold(seen[:cut]).fold(seen[cut:])
    for concept in CONCEPTS:
        for capability in CAPABILITIES:
            found = whole.estimate(concept, capability)
            assert found == parts.estimate(concept, capability)
            assert 0 <= found.low < found.mean < found.high <= 1
            assert 0 <= found.above <= 1


LEARNING = {"nobody learns": (0.0,), "all learn as assumed": (DRIFT_MEAN,), "some nothing, some twice that": (0.0, 2 * DRIFT_MEAN)}


@pytest.mark.parametrize("learning", LEARNING)
def test_the_interval_covers_what_it_says_on_simulated_learners(learning: str) -> None:
    """150 learners drawn from the prior, 60 answers each: of their true shares, 75 to 88 in 100 lie inside the 80 % interval."""
    dice = random.Random(5)
    found = [_learner(dice, LEARNING[learning][i % len(LEARNING[learning])]) for i in range(150)]
    inside, total = (sum(each) for each in zip(*found, strict=True))
    assert 0.75 <= inside / total <= 0.88, f"{inside} of {total}"


def _learner(dice: random.Random, learns: float) -> tuple[int, int]:
    """How many of the practised cells' true shares lie in their interval, of how many."""
    terms = {("global", ""): dice.gauss(0, PRIOR["global"])}
    terms |= {("concept", concept): dice.gauss(0, PRIOR["concept"]) for concept in CONCEPTS}
    terms |= {("capability", capability): dice.gauss(0, PRIOR["capability"]) for capability in CAPABILITIES}
    cells = [(concept, capability) for concept in CONCEPTS for capability in CAPABILITIES]
    shared = {(c, k): terms["global", ""] + terms["concept", c] + terms["capability", k] for c, k in cells}
    truth = {cell: shared[cell] + dice.gauss(0, PRIOR["cell"]) for cell in cells}
    seen = []
    for _ in range(60):
        cell, chance = dice.choice(cells[:12]), dice.choice((0.25, 1 / 3, 0.5))
        right = dice.random() < 0.01 + 0.98 * (chance + (1 - chance) / (1 + math.exp(-truth[cell])))
        seen.append(Observation(*cell, float(right), chance))
        truth[cell] += dice.gauss(learns, math.sqrt(DRIFT_VARIANCE))
    after = FRESH.fold(seen)
    practised = {(one.concept, one.capability) for one in seen}
    inside = [after.estimate(*cell) for cell in practised]
    shares = [1 / (1 + math.exp(-truth[cell])) for cell in practised]
    return sum(found.low <= share <= found.high for found, share in zip(inside, shares, strict=True)), len(shares)
