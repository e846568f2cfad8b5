"""What guessing reaches is what guessing really reaches: counted over every place of a slider, every option of an exercise."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluencylab.curriculum.loader import track
from fluencylab.curriculum.schema import Case, Mission, Prediction
from fluencylab.practice import chance, graders, kinds
from fluencylab.stats import mean

MISSIONS = [mission for concept in track().concepts for mission in concept.missions]
CASES = [case for concept in track().concepts for case in concept.cases]
CHANCES = kinds.chances()


@given(st.integers(1, 40), st.sampled_from((0.5, 1.0, 5.0)), st.integers(0, 6), st.floats(0, 1), st.floats(0, 0.5))
def test_a_flat_guess_over_the_slider_hits_as_often_as_it_says(steps: int, step: float, tolerance: int, at: float, half: float) -> None:
    asked = Prediction(fact="x", label="x", low=0, high=steps * step, step=step, tolerance=tolerance * step)
    measured = at * asked.high
    low, high = measured - half * asked.high, measured + half * asked.high
    places = [place * step for place in range(steps + 1)]
    hits = mean([graders.prediction(asked, place, measured, low, high).score or 0.0 for place in places])
    assert chance.of_prediction(asked, measured, low, high) == pytest.approx(hits, abs=1.01 / len(places))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.slug)
def test_a_case_guessed_in_every_way_scores_its_chance(case: Case) -> None:
    scores = [
        (graders.decision(case.decide, option.id).score or 0) / 3
        + (graders.reasons(case.reasons, [one.id, two.id]).score or 0) / 3
        + (graders.flip(case.flips, flip.id).score or 0) / 3
        for option in case.decide.options
        for one, two in itertools.combinations(case.reasons, 2)
        for flip in case.flips
    ]
    assert CHANCES[case.slug, "decide"] == pytest.approx(mean(scores))


@pytest.mark.parametrize("mission", MISSIONS, ids=lambda mission: mission.slug)
def test_every_stage_that_is_graded_has_a_chance(mission: Mission) -> None:
    for stage in ("compare", "see", "decide", "twin"):
        assert 0 < CHANCES[mission.slug, stage] < 0.7, "a stage that guessing passes says nothing"


def test_an_exercise_that_is_gone_is_known_by_the_word_of_its_stage() -> None:
    found = [kinds.chance(CHANCES, "gone", stage) for stage in ("3.claim.draw", "3.application", "something")]
    assert found == [1 / 2, 1 / 3, chance.UNKNOWN]
