"""What is marked of a model card: lines by precision and recall, silence with its question, and what guessing earns."""

import random

import pytest

from fluencylab.curriculum.model_cards import CardDrill, drills
from fluencylab.errors import BadInput
from fluencylab.practice.card_marks import chance, judge, marks

SPEAKING = [one for one in drills() if not one.silent]
SILENT = [one for one in drills() if one.silent]


def by_slug(one: CardDrill) -> str:
    return one.slug


def test_there_are_twelve_and_at_least_four_are_silent() -> None:
    assert len(drills()) == 12 and len(SILENT) >= 4
    assert len({one.concept for one in drills()}) >= 8
    assert {one.capability for one in drills()} == {"vocabulary", "decisions", "debugging"}


@pytest.mark.parametrize("drill", drills(), ids=by_slug)
def test_what_decides_is_right_and_marking_everything_is_wrong(drill: CardDrill) -> None:
    assert judge(drill, drill.decisive, drill.ask).score == 1
    assert judge(drill, [one.id for one in drill.card.lines], "").score == 0
    with pytest.raises(BadInput, match="Nothing is marked"):
        judge(drill, [], "")
    with pytest.raises(BadInput, match="and said that the card is silent"):
        judge(drill, [drill.card.lines[0].id], drill.questions[0].id)
    for lines, ask in ((["none"], ""), ([], "none")):
        with pytest.raises(BadInput, match="no such line"):
            judge(drill, lines, ask)


@pytest.mark.parametrize("drill", drills(), ids=by_slug)
def test_who_says_of_every_card_that_it_is_silent_is_right_only_with_the_question_that_decides(drill: CardDrill) -> None:
    right = [one.id for one in drill.questions if judge(drill, [], one.id).score]
    assert right == ([drill.ask] if drill.silent else [])


def test_half_of_what_decides_earns_less_than_all_of_it_and_a_tenth_nothing() -> None:
    drill = next(one for one in SPEAKING if len(one.decisive) == 2)
    first, second = drill.decisive
    other = next(one.id for one in drill.card.lines if one.id not in drill.decisive)
    score = [judge(drill, lines, "").score for lines in ([first, second], [first, second, other], [first], [first, other], [other])]
    assert score == [1, pytest.approx(0.8), pytest.approx(2 / 3), 0.5, 0]
    assert marks(drill, [first, other]) == (1, 2, 2)


@pytest.mark.parametrize("drill", SPEAKING, ids=by_slug)
def test_what_guessing_reaches_is_what_guessing_reaches(drill: CardDrill) -> None:
    rng, lines = random.Random(5), [one.id for one in drill.card.lines]
    earned = [[judge(drill, rng.sample(lines, n), "").score or 0 for _ in range(1500)] for n in range(1, len(lines) + 1)]
    assert max(sum(scores) / len(scores) for scores in earned) == pytest.approx(chance(drill), abs=0.03)
    assert chance(drill) < 0.3


@pytest.mark.parametrize("drill", drills(), ids=by_slug)
def test_what_is_told_of_the_lines_does_not_name_the_decision_and_the_edit_is_of_a_line(drill: CardDrill) -> None:
    told = " ".join(one.why for one in drill.card.lines)
    best = next(one.text for one in drill.decide.options if one.id == drill.decide.best)
    assert best not in told and drill.edit.text in drill.decide.twin.change
    assert drill.edit.text != drill.card.line(drill.edit.line).text
