"""How an exercise is laid out for one attempt, and when it proves itself."""

import itertools

import pytest

from fluencylab.curriculum.loader import track
from fluencylab.curriculum.schema import Case, Mission
from fluencylab.practice import exercises
from fluencylab.practice.kinds import CASE, MISSION
from fluencylab.stats import Measure

MISSIONS = [mission for concept in track().concepts for mission in concept.missions]
CASES = [case for concept in track().concepts for case in concept.cases]
EXERCISES: list[Mission | Case] = [*MISSIONS, *CASES]


@pytest.mark.parametrize(
    ("shown", "run", "stage"),
    [
        ((), "", "predict"),
        ((), "done", "predict"),
        (("predict",), "", "run"),
        (("predict",), "queued", "run"),
        (("predict",), "running", "run"),
        (("predict",), "failed", "run"),
        (("predict",), "cancelled", "run"),
        (("predict",), "done", "see"),
        (("predict", "compare", "see"), "done", "decide"),
        (("predict", "see", "decide"), "done", "twin"),
        (("predict", "see", "decide", "twin"), "done", "done"),
        (("predict", "see"), "failed", "run"),
    ],
)
def test_an_attempt_stands_at_the_first_stage_not_shown(shown: tuple[str, ...], run: str, stage: str) -> None:
    assert exercises.stage(MISSION.stages, set(shown), run) == stage


def test_a_case_needs_no_run() -> None:
    assert [exercises.stage(CASE.stages, shown) for shown in (set(), {"decide"}, {"decide", "twin"})] == [
        "decide",
        "twin",
        "done",
    ]


def test_a_shuffle_is_the_same_for_the_same_attempt_and_part() -> None:
    for seed in range(50):
        assert exercises.shuffled("abcdef", seed, "options") == exercises.shuffled("abcdef", seed, "options")


def test_shuffles_differ_between_attempts_and_parts_and_every_place_is_taken() -> None:
    orders = [tuple(exercises.shuffled("abcd", seed, "options")) for seed in range(400)]
    assert set(orders) == set(itertools.permutations("abcd"))
    for place in range(4):
        assert {order[place] for order in orders} == set("abcd")
    assert any(exercises.shuffled("abcd", seed, "options") != exercises.shuffled("abcd", seed, "flips") for seed in range(5))


def test_no_place_holds_the_best_option_too_often() -> None:
    """A quiz whose right answer is always the second is no quiz."""
    for exercise in EXERCISES:
        ids = [option.id for option in exercise.decide.options]
        first = sum(exercises.shuffled(ids, seed, "options")[0] == exercise.decide.best for seed in range(300))
        assert first / 300 < 1 / len(ids) + 0.15


def test_the_best_option_is_not_always_the_longest() -> None:
    longest = [max(exercise.decide.options, key=lambda option: len(option.text)).id == exercise.decide.best for exercise in EXERCISES]
    assert sum(longest) <= len(longest) / 2


def test_a_word_changed_is_another_exercise() -> None:
    mission = MISSIONS[0]
    assert exercises.content_hash(mission) == exercises.content_hash(mission.model_copy())
    assert exercises.content_hash(mission) != exercises.content_hash(mission.model_copy(update={"situation": "Other."}))


def test_evidence_holds_while_what_is_asked_does_and_a_proof_while_what_is_run_does() -> None:
    mission, hashes = MISSIONS[0], (exercises.asked_hash, exercises.proof_hash)
    options = tuple(option.model_copy(update={"text": "Other.", "answer": "Other."}) for option in mission.decide.options)
    twin = mission.decide.twin.model_copy(update={"best": next(one.id for one in options if one.id != mission.decide.twin.best)})
    reworded = mission.model_copy(update={"decide": mission.decide.model_copy(update={"options": options}), "explain": "Other."})
    another = mission.model_copy(update={"decide": mission.decide.model_copy(update={"twin": twin})})
    elsewhere = mission.model_copy(update={"run": mission.run.model_copy(update={"params": {"samples": 3}})})
    same = [[one(mission) == one(changed) for one in hashes] for changed in (reworded, another, elsewhere)]
    assert same == [[True, True], [False, True], [False, False]]
    case = next(exercise for exercise in EXERCISES if isinstance(exercise, Case))
    assert exercises.asked_hash(case) == exercises.asked_hash(case.model_copy(update={"reasons": case.reasons[::-1], "title": "Other"}))
    assert exercises.asked_hash(case) != exercises.asked_hash(case.model_copy(update={"situation": "Other."}))


def measures(mission: Mission, predicted: dict[str, float]) -> dict[str, Measure]:
    """As a run would have given them, had it given exactly these."""
    made = {}
    for asked in mission.predict:
        value = predicted[asked.fact] / asked.scale
        made[asked.fact] = Measure(value=value, low=value, high=value, n=12)
    return made


@pytest.mark.parametrize("mission", MISSIONS, ids=lambda mission: mission.slug)
def test_a_missions_exemplars_are_different_answers(mission: Mission) -> None:
    """On a run that gives what is to be accepted, the refused one is wrong."""
    given = measures(mission, mission.exemplar.accept)
    assert all(verdict.right for verdict in exercises.predictions(mission, mission.exemplar.accept, given))
    assert not all(verdict.right for verdict in exercises.predictions(mission, mission.exemplar.refuse, given))


@pytest.mark.parametrize("mission", MISSIONS, ids=lambda mission: mission.slug)
def test_a_run_that_measured_nothing_proves_nothing_and_is_graded_none(mission: Mission) -> None:
    trial = exercises.trial(mission, {})
    assert not trial.passed and trial.why
    assert [verdict.score for verdict in exercises.predictions(mission, mission.exemplar.accept, {})] == [None] * len(mission.predict)
