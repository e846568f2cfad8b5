"""The rules of meetings: whoever hears well earns it and whoever says the same of everything does not; the clock lets nobody run out."""

import random
from itertools import product

import pytest

from fluencylab.actions.kinds.meeting import AT_MOST, faults
from fluencylab.curriculum.loader import track
from fluencylab.curriculum.meetings import FOLLOW_UP, HEARD, NOTHING, Meeting, meetings, missing_facts
from fluencylab.errors import BadInput
from fluencylab.practice import meetings as rules
from fluencylab.practice import tells
from fluencylab.practice.kinds import MEETING
from fluencylab.practice.meetings import AnswerHeard
from fluencylab.practice.question_match import nearest
from fluencylab.practice.scored import ScoredItem
from fluencylab.practice.variants import bank
from fluencylab.stats import mean

EVERY = pytest.mark.parametrize("of", meetings(), ids=lambda one: one.slug)
FIRST = next(one for one in meetings() if one.slug == "under-a-second")


@EVERY
def test_a_meeting_can_be_told_from_a_bad_one(of: Meeting) -> None:
    assert list(faults(of)) == []


@EVERY
def test_its_answers_are_of_all_three_kinds_in_every_round_of_at_least_two(of: Meeting) -> None:
    every = [one for each in of.rounds for one in each.asks]
    kinds = [sum(one.hears == kind for one in every) for kind in HEARD]
    assert min(kinds) >= 3 and max(kinds) <= 5
    assert all(len({one.hears for one in each.asks}) >= 2 for each in of.rounds)
    lacking = [one.lacks for one in every if one.lacks != NOTHING]
    assert set(lacking) == set(of.facts) and max(map(lacking.count, of.facts)) <= 3


@EVERY
def test_whoever_says_the_same_of_every_answer_earns_little_and_guessing_no_more_than_is_declared(of: Meeting) -> None:
    every = [one for each in of.rounds for one in each.asks]
    said = list(product(HEARD, (*of.facts, NOTHING)))
    earned = {one: mean([rules.judge(asked, *one, of.facts).score or 0 for asked in every]) for one in said}
    assert max(earned.values()) <= AT_MOST
    assert mean(list(earned.values())) <= rules.CHANCE


@EVERY
def test_however_long_the_questions_a_question_and_its_follow_up_fit_into_each_round(of: Meeting) -> None:
    dice = random.Random(of.slug)
    for greedy in (True, False, False, False):
        used = 0
        for number, each in enumerate(of.rounds, start=1):
            if greedy and of.check and rules.check_fits(of, number, False, used) and number == 1:
                used += of.check.minutes
            open_ = [one for one in each.asks if rules.fits(of, number, one, used)]
            assert open_, f"nothing can be asked in round {number}"
            used += (max(open_, key=lambda one: one.minutes) if greedy else dice.choice(open_)).minutes + FOLLOW_UP
        assert used <= of.clock


@EVERY
def test_the_longest_questions_do_not_all_fit_so_the_clock_means_something(of: Meeting) -> None:
    longest = sum(max(one.minutes for one in each.asks) + FOLLOW_UP for each in of.rounds)
    assert longest + (of.check.minutes if of.check else 0) > of.clock


@pytest.mark.parametrize("kind", HEARD)
def test_no_rule_of_thumb_tells_by_its_style_what_kind_an_answer_is(kind: str) -> None:
    """The longest, the one with most figures, the one that hedges: of the four answers of a round, none points at a kind by much."""
    rounds = [
        (of, {one.id: one.says for one in each.asks}, tuple(one.id for one in each.asks if one.hears == kind))
        for of in meetings()
        for each in of.rounds
    ]
    items = [ScoredItem(of.slug, "answers", of.concept, of.opens, says, key) for of, says, key in rounds if 0 < len(key) < len(says)]
    over = {name: mean(tells.over(items, mark)) for name, mark in tells.rules().items()}
    assert max(over.values()) <= 0.22, max(over.items(), key=lambda one: one[1])


# Words of one's own


@pytest.mark.parametrize(
    ("slug", "number", "typed", "id"),
    [
        ("under-a-second", 1, "What about the load at peak, with everybody calling?", "storm"),
        ("under-a-second", 1, "when does the stopwatch start and stop", "clock"),
        ("under-a-second", 1, "what's your p95?", "slowest"),
        ("under-a-second", 1, "Is it streaming?", "streams"),
        ("under-a-second", 2, "Was there a control group in the pilot?", "pilot"),
        ("under-a-second", 2, "Which reference customers do you have?", "others"),
        ("under-a-second", 3, "What is in the SLA?", "promise"),
        ("under-a-second", 3, "how much money on a storm day", "machines"),
        ("ninety-four-per-cent", 1, "what is the recall on the urgent class?", "urgent"),
        ("ninety-four-per-cent", 1, "Is there overlap between training and test data?", "testset"),
        ("ninety-four-per-cent", 2, "who labelled them?", "nurses"),
        ("two-thousand-characters", 1, "Have you counted tokens in Devanagari?", "tokens"),
        ("two-thousand-characters", 2, "what gets truncated?", "cut"),
    ],
)
def test_a_question_in_other_words_is_taken_for_the_nearest(slug: str, number: int, typed: str, id: str) -> None:
    of = next(one for one in meetings() if one.slug == slug)
    assert rules.matched(of, number, typed) == id


@pytest.mark.parametrize("typed", ["What is for lunch?", "Hello.", "and then, so what of it?", "?", "", "Do you like Porto?", "ok ok ok"])
def test_what_asks_nothing_of_the_round_is_taken_for_none(typed: str) -> None:
    assert all(rules.matched(FIRST, number, typed) is None for number in (1, 2, 3))


def test_where_two_questions_are_as_near_it_is_neither() -> None:
    assert nearest("red apple", {"a": "red house", "b": "green apple"}) is None
    assert nearest("red apple tree", {"a": "red house", "b": "green apple tree"}) == "b"


# What was heard


def test_half_is_earned_for_the_kind_and_half_for_the_fact() -> None:
    asked = FIRST.asked(1, "slowest")
    assert asked and (asked.hears, asked.lacks) == ("empty", "tail")
    scores = [
        rules.judge(asked, *one, FIRST.facts).score for one in (("empty", "tail"), ("empty", "cases"), ("good", "tail"), ("good", NOTHING))
    ]
    assert scores == [1, 0.5, 0.5, 0]
    for wrong in (("loud", "tail"), ("empty", "split"), ("", "")):
        with pytest.raises(BadInput):
            rules.judge(asked, *wrong, FIRST.facts)


def test_a_fact_that_was_not_missing_is_answered_politely_and_costs_as_much() -> None:
    asked = FIRST.asked(1, "slowest")
    assert asked
    assert rules.answered(asked, "tail") == asked.told
    assert rules.answered(asked, "cases") == next(one.beside for one in missing_facts() if one.slug == "cases")
    assert rules.answered(asked, NOTHING) == ""
    heard = [AnswerHeard("slowest", "", "empty", lacks) for lacks in ("tail", "cases", NOTHING)]
    assert [rules.spent(FIRST, [one]) for one in heard] == [asked.minutes + FOLLOW_UP] * 2 + [asked.minutes]


def test_the_notes_say_what_was_learned_what_is_open_and_what_nobody_asked() -> None:
    heard = [
        AnswerHeard("clock", "", "good", NOTHING),
        AnswerHeard("callers", "", "empty", "harm"),
        AnswerHeard("machines", "", "empty", "volume"),
    ]
    notes = rules.notes(FIRST, heard)
    assert [one.state for one in notes[:3]] == ["learned", "open", "learned"] and "how many cases" in notes[1].says
    assert "31" not in notes[1].says and "€5,200" in notes[2].says
    assert len(notes) == 12 and all(one.state == "unasked" for one in notes[3:])


def test_a_live_check_that_was_not_made_stands_among_what_was_never_asked() -> None:
    live = next(one for one in meetings() if one.check)
    assert live.check
    missed, made = (rules.notes(live, [], said) for said in ("", "It takes 4.9 times the tokens."))
    assert [one.state for one in (missed[0], made[0])] == ["unasked", "learned"] and made[0].says.startswith("It takes")


# Reviews


def test_reviews_ask_about_every_answer_and_the_decision_once_the_meeting_was_held() -> None:
    for of in meetings():
        concept = track().concept(of.concept)
        assert concept
        mine = [item for item in bank(concept) if item.needs == MEETING.key(of.slug)]
        forms = [item.form for item in mine]
        lacking = sum(one.lacks != NOTHING for each in of.rounds for one in each.asks)
        assert [forms.count(form) for form in ("heard", "lacks", "table-decide", "table-twin")] == [12, lacking, 1, 1]
        assert all(item.best in {one.id for one in item.options} for item in mine)
