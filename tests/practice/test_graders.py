"""Golden tables of the graders."""

import pytest

from fluencylab.curriculum.schema import Decision, Flip, Option, Prediction, Reason, Seen, Sight, Twin
from fluencylab.errors import BadInput
from fluencylab.practice import graders
from fluencylab.practice.verdict import Verdict

FACTS = {"distinct@0": 1.0, "distinct@1": 12.0, "valid@1.5": 0.6, "p_top1": 0.1 + 0.2}


@pytest.mark.parametrize(
    ("condition", "true"),
    [
        ("distinct@1 > distinct@0", True),
        ("distinct@0 > distinct@1", False),
        ("distinct@0 == 1", True),
        ("distinct@0 != 1", False),
        ("distinct@0 >= 1", True),
        ("distinct@0 <= 1", True),
        ("distinct@0 < 1", False),
        ("valid@1.5 < 0.6", False),
        ("valid@1.5 <= 0.6", True),
        (" distinct@0==1 ", True),
        ("distinct@0 > -1", True),
        ("p_top1 > 0.3", True),
        ("unknown > 0", False),
        ("distinct@0 > unknown", False),
        ("unknown != 0", False),
    ],
)
def test_a_condition_compares_facts_and_what_was_not_measured_makes_it_false(condition: str, true: bool) -> None:
    assert graders.holds(condition, FACTS) is true


@pytest.mark.parametrize(
    "wrong",
    ["", "distinct@0", "> 1", "distinct@0 = 1", "1 > distinct@0", "distinct@0 > 1 > 0", "distinct@0 > 1; drop", "Distinct > 1", "a > .5"],
)
def test_what_is_no_condition_is_a_mistake(wrong: str) -> None:
    with pytest.raises(ValueError, match="not a condition"):
        graders.holds(wrong, FACTS)


def test_all_of_nothing_holds() -> None:
    assert graders.all_of([], {})
    assert not graders.all_of(["distinct@0 == 1", "distinct@0 == 2"], FACTS)


@pytest.mark.parametrize(("certainty", "right", "wrong"), [(1, 1, 0), (2, 2, -2), (3, 3, -6)])
def test_marks_reward_saying_what_one_really_expects(certainty: int, right: int, wrong: int) -> None:
    assert (graders.marks(True, certainty), graders.marks(False, certainty)) == (right, wrong)


@pytest.mark.parametrize(("chance", "best"), [(0.4, 1), (0.6, 1), (0.7, 2), (0.78, 2), (0.85, 3), (0.99, 3)])
def test_the_honest_certainty_earns_most(chance: float, best: int) -> None:
    """Gardner-Medwin 2006: the thresholds are 2/3 and 4/5."""
    expected = {c: chance * graders.marks(True, c) + (1 - chance) * graders.marks(False, c) for c in (1, 2, 3)}
    assert max(expected, key=lambda c: expected[c]) == best


@pytest.mark.parametrize("certainty", [0, 4, -1, 10**9])
def test_a_certainty_nobody_offered_is_refused(certainty: int) -> None:
    with pytest.raises(BadInput):
        graders.marks(True, certainty)


@pytest.mark.parametrize(
    ("probability", "happened", "score"), [(1, True, 0), (0, True, 1), (1, False, 1), (0.5, True, 0.25), (0.9, False, 0.81)]
)
def test_brier(probability: float, happened: bool, score: float) -> None:
    assert graders.brier(probability, happened) == pytest.approx(score)


SHARE = Prediction(fact="valid@1.5", label="valid", low=0, high=100, unit="%", scale=100, tolerance=10)


@pytest.mark.parametrize(
    ("value", "measured", "low", "high", "right"),
    [
        (42, 0.42, 0.42, 0.42, True),
        (52, 0.42, 0.42, 0.42, True),
        (52.1, 0.42, 0.42, 0.42, False),
        (32, 0.42, 0.42, 0.42, True),
        (31.9, 0.42, 0.42, 0.42, False),
        (70, 0.42, 0.2, 0.7, True),
        (70.1, 0.42, 0.2, 0.7, False),
        (20, 0.42, 0.2, 0.7, True),
        (19, 0.42, 0.2, 0.7, False),
        (0, 0, 0, 0.3, True),
        (100, 1, 0.7, 1, True),
    ],
)
def test_a_prediction_is_right_within_its_tolerance_or_the_interval(
    value: float, measured: float, low: float, high: float, right: bool
) -> None:
    verdict = graders.prediction(SHARE, value, measured, low, high)
    assert verdict.right is right
    assert verdict.read == f"{value:g}%"


def test_a_comparison_is_said_in_the_learners_unit() -> None:
    assert graders.prediction(SHARE, 42, 0.42, 0.4, 0.5).why == "You said 42 %, and so it was."
    assert graders.prediction(SHARE, 50, 0.42, 0.4, 0.5).why == "You said 50 %. It was 42 %: within reach."
    assert graders.prediction(SHARE, 90, 0.42, 0.4, 0.5).why == "You said 90 %. It was 42 %."


SEEN = Seen(
    question="?",
    sights=(
        Sight(text="many", holds=("distinct@1 > 6",), answer="yes"),
        Sight(text="few", holds=("distinct@1 <= 6", "distinct@1 > 1"), answer="hm"),
        Sight(text="else", answer="no"),
    ),
)


@pytest.mark.parametrize(("distinct", "right"), [(12, 0), (6, 1), (1, 2), (None, 2)])
def test_the_first_sight_that_is_true_is_the_right_one(distinct: float | None, right: int) -> None:
    facts = {} if distinct is None else {"distinct@1": float(distinct)}
    assert graders.true_sight(SEEN, facts) == right
    assert [graders.seen(SEEN, picked, facts).right for picked in range(3)] == [picked == right for picked in range(3)]


def option(name: str) -> Option:
    return Option(id=name, text=f"do {name}", answer=f"because {name}")


DECISION = Decision(
    question="?",
    options=(option("a"), option("b"), option("c")),
    best="a",
    twin=Twin(change="now", best="b", answers={"a": "not now", "b": "now it is", "c": "still not"}),
)


def test_every_option_is_answered_and_the_twin_answers_again() -> None:
    assert [(graders.decision(DECISION, o).score, graders.decision(DECISION, o).why) for o in "abc"] == [
        (1, "because a"),
        (0, "because b"),
        (0, "because c"),
    ]
    assert [(graders.twin(DECISION, o).score, graders.twin(DECISION, o).why) for o in "abc"] == [
        (0, "not now"),
        (1, "now it is"),
        (0, "still not"),
    ]


@pytest.mark.parametrize("picked", ["", "d", "A", "a ", "\0", "<img>"])
def test_an_option_nobody_offered_is_refused(picked: str) -> None:
    for judge in (graders.decision, graders.twin):
        with pytest.raises(BadInput):
            judge(DECISION, picked)


REASONS = [Reason(id=name, text=name, carries=name in "ab", answer=name) for name in "abcdef"]


@pytest.mark.parametrize(("picked", "score"), [("ab", 1), ("ba", 1), ("ac", 0.5), ("cd", 0)])
def test_two_reasons_half_a_point_each(picked: str, score: float) -> None:
    assert graders.reasons(REASONS, list(picked)).score == score


@pytest.mark.parametrize("picked", ["", "a", "abc", "aa", "az", "zy"])
def test_other_than_two_of_those_offered_is_refused(picked: str) -> None:
    with pytest.raises(BadInput):
        graders.reasons(REASONS, list(picked))


def test_one_fact_flips() -> None:
    flips = [Flip(id=name, text=name, flips=name == "b", answer=name) for name in "abc"]
    assert [graders.flip(flips, name).score for name in "abc"] == [0, 1, 0]
    with pytest.raises(BadInput):
        graders.flip(flips, "d")


@pytest.mark.parametrize(
    ("scores", "both"), [([1, 1], 1), ([1, 0.5], 0.5), ([0, 1], 0), ([None, 1], None), ([None, 0], None), ([None], None), ([], None)]
)
def test_credit_needs_all_and_what_could_not_be_graded_is_never_zero(scores: list[float | None], both: float | None) -> None:
    assert graders.both([Verdict(score=score, read="", why="") for score in scores]) == both
