"""Mastery: golden sequences, and what must always hold."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fluencylab.progress.mastery import CAPABILITIES, RIGHT, Belief, Observation, rights_missing, state

CONCEPTS = tuple(f"concept-{i}" for i in range(10))
FRESH = Belief(CONCEPTS)
HERE, BESIDE, ELSEWHERE = ("concept-0", "decisions"), ("concept-0", "vocabulary"), ("concept-9", "debugging")


def shown(*scores: float, chance: float = 0.25, error: float = 0.01) -> Belief:
    return FRESH.fold([Observation(*HERE, score, chance, error, fresh=True) for score in scores])


def test_before_any_evidence_every_cell_is_as_likely_as_not() -> None:
    for cell in (HERE, ELSEWHERE):
        found = FRESH.estimate(*cell)
        assert found.mean == pytest.approx(0.5, abs=1e-6)
        assert (found.low, found.high) == pytest.approx((0.169, 0.831), abs=1e-3)


GOLDEN = {
    "one right": ((1,), 0.559, 0.218, 0.870, "none"),
    "three right": ((1, 1, 1), 0.662, 0.328, 0.922, "emerging"),
    "eight right": ((1,) * 8, 0.822, 0.589, 0.971, "solid"),
    "eight wrong": ((0,) * 8, 0.155, 0.034, 0.332, "emerging"),
    "half and half": ((1, 0) * 4, 0.360, 0.119, 0.646, "emerging"),
    "wrong, then right": ((0, 0, 0, 0, 1, 1, 1, 1), 0.426, 0.144, 0.738, "emerging"),
    "half points": ((0.5,) * 6, 0.377, 0.110, 0.695, "emerging"),
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
            belief, n = belief.fold([Observation(*HERE, 1.0, 1 / options, fresh=True)]), n + 1
        needed[options] = n
    assert needed == {2: 13, 3: 9, 4: 8}
    assert rights_missing(FRESH, *HERE, n=0) == 8
    assert 8 < rights_missing(shown(*(0,) * 30), *HERE, n=30, most=40) < 40, "what was missed weighs, and fades"


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
    st.booleans(),
    st.floats(0, 200),
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


def test_what_is_asked_again_moves_nothing_by_itself_and_a_new_exercise_does() -> None:
    again, new = (FRESH.fold([Observation(*HERE, 1.0, 0.25, weight=0.25, fresh=fresh)]).estimate(*HERE) for fresh in (False, True))
    assert again.mean < new.mean
    half_right = [Observation(*HERE, score, 0.05, weight=0.25) for score in (1.0, 0.0) * 200]
    assert FRESH.fold(half_right).estimate(*HERE).mean == pytest.approx(0.41, abs=0.02), "it stays where the answers are"


def test_with_time_the_interval_widens_and_a_right_answer_takes_that_back() -> None:
    after = shown(*(1,) * 8)
    then, later = after.estimate(*HERE), after.estimate(*HERE, day=180)
    assert later.low < then.low and later.high > then.high
    assert FRESH.estimate(*HERE) == FRESH.estimate(*HERE, day=180), "what was never shown does not fade"
    right = after.fold([Observation(*HERE, 1.0, 0.25, day=180)]).estimate(*HERE)
    assert right.low > then.low and right.above > then.above
    soon, late = (after.fold([Observation(*HERE, 0.0, 0.25, day=day)]).estimate(*HERE).mean for day in (1, 180))
    assert late < soon, "after a long time a miss says more"


def test_one_reason_missed_after_eight_right_answers_takes_nothing_away() -> None:
    before = shown(*(1,) * 8)
    after = before.fold([Observation(*HERE, 5 / 6, 0.25, fresh=True)])
    assert after.estimate(*HERE).mean >= before.estimate(*HERE).mean and state(after.estimate(*HERE), 9, 9) == "solid"


answers = st.builds(
    lambda score, chance, fresh, day: Observation(*HERE, score, chance, fresh=fresh, day=day),
    st.sampled_from((0.0, 0.5, 1.0)),
    st.sampled_from((0.1, 0.25, 0.5)),
    st.booleans(),
    st.integers(0, 200),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(answers, max_size=25), answers, st.sampled_from((RIGHT, 5 / 6, 1.0)))
def test_never_a_fall_for_a_right_answer(seen: list[Observation], last: Observation, score: float) -> None:
    before = FRESH.fold(seen)
    after = before.fold([last._replace(score=score)])
    was, now = before.estimate(*HERE), after.estimate(*HERE)
    assert now.mean >= was.mean
    assert state(now, 3, 3) == "solid" or state(was, 3, 3) != "solid"
