"""Which questions a sentence of a proposal raises, and which it does not; and how a whole page stands to all thirteen."""

import pytest

from fluencylab.workbench.proposal_questions import QUESTIONS
from fluencylab.workbench.proposal_reading import LONGEST_SENTENCE, another_language, read, sentences

from .proposal_sentences import HELD_BACK, NOTHING, TUNED, Sentences

PAGE = """\
# Proposal: an assistant for returns

We propose to put a model in front of the returns desk.

In our test it answered 94 % of the questions
correctly, e.g. those about parcels. GPT-5 rated each answer from 1 to 5.

- Answers come in 1.8 seconds on average.
- A call costs €0.004.

| Step | When |
|---|---|
| Test | January |
"""
SOUND = """\
Today's keyword search finds the right article for 64 of 100 questions. With vectors it is 71 of the same 100.
The 400 questions were drawn by lot from those of March to May. Two clerks marked them, and agreed on 381.
The cut-off was chosen on a separate set of 100 questions.
A second model judges new answers, and agreed with the two clerks on 184 of 200.
With forty people at once the slowest five in a hundred wait 0.9 seconds.
It costs €310 a month at 90,000 searches, with retries.
It reads the articles with the rights of the person who asks.
The three best passages have at most 1,800 of the 8,192 tokens that fit.
A switch turns it off, and we go back to the old search.
We propose to begin in June. We stop if fewer than 60 in 100 questions find their article.
"""
SETS = {"tuned": TUNED, "held back": HELD_BACK}


def raised(text: str) -> set[str]:
    return {one.question.slug for one in read(text) if one.state == "raised"}


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("slug", [one.slug for one in QUESTIONS])
def test_a_sentence_that_claims_without_what_it_needs_raises_the_question_and_one_that_has_it_does_not(name: str, slug: str) -> None:
    raise_it, let_it_be = SETS[name][slug]
    assert len(raise_it) == len(let_it_be) == 2
    assert [one for one in raise_it if slug not in raised(one)] == []
    assert [one for one in let_it_be if slug in raised(one)] == []


@pytest.mark.parametrize("told", [TUNED, HELD_BACK], ids=SETS)
def test_no_sentence_raises_more_than_two_questions_and_most_that_are_sound_raise_none(told: Sentences) -> None:
    every = [one for both in told.values() for side in both for one in side]
    sound = [one for _, let_be in told.values() for one in let_be]
    assert max(len(raised(one)) for one in every) <= 2
    assert sum(bool(raised(one)) for one in sound) <= 2
    assert [one for one in NOTHING if raised(one)] == []


def test_a_page_is_read_sentence_by_sentence_with_its_broken_lines_joined() -> None:
    told = sentences(PAGE)
    assert told[:3] == [
        "Proposal: an assistant for returns", "We propose to put a model in front of the returns desk.",
        "In our test it answered 94 % of the questions correctly, e.g. those about parcels.",
    ]  # fmt: skip
    assert told[-2:] == ["Step When", "Test January"] and len(told) == 8


def test_each_question_points_at_its_sentences_or_says_that_the_page_is_silent() -> None:
    found = {one.question.slug: one for one in read(PAGE)}
    assert raised(PAGE) == {"many", "judge", "clock", "cost", "change"}
    assert [one.sentence for one in found["many"].quotes] == [3] and [one.sentence for one in found["clock"].quotes] == [5]
    assert found["chosen"].state == "silent" and found["chosen"].why == "Nothing on the page says on which cases anything was chosen."
    assert found["judge"].why == "A model judges here, and how often it agrees with people is not said."


def test_a_page_that_says_all_leaves_nothing_to_be_asked() -> None:
    assert {one.question.slug: one.state for one in read(SOUND)} == {one.slug: "said" for one in QUESTIONS}
    assert not any(one.why for one in read(SOUND))


def test_what_answers_a_claim_may_stand_in_the_sentence_beside_it_and_not_far_away() -> None:
    claim, answer, other = "94 % of the answers are right.", "They are 700 answers.", "Lunch is at noon."
    assert "many" not in raised(f"{claim} {answer}") and "many" not in raised(f"{answer} {claim}")
    assert "many" in raised(f"{claim} {other} {other} {answer}")
    assert "change" not in raised(f"We propose to begin. {other} {other} We stop if 12 of 100 complain.")


def test_a_question_raises_nothing() -> None:
    assert raised("Are 94 % of the answers right?") == set()


def test_an_empty_page_is_silent_on_all() -> None:
    assert {one.state for one in read("")} == {one.state for one in read("***\n---\n")} == {"silent"} and sentences("***") == []


def test_a_page_in_another_language_is_known_and_one_in_english_is_not_suspected() -> None:
    assert another_language("نقترح نموذجا أصغر لأنه أرخص. الإجابات صحيحة في معظم الحالات.")
    assert another_language("Wir schlagen ein kleineres Modell vor. Es ist viel billiger und antwortet fast immer richtig.")
    assert not another_language(PAGE) and not another_language("OK") and not another_language("")


@pytest.mark.parametrize(
    "text", ["a" * 50_000, "in our " * 7_000, "1 " * 25_000, "." * 50_000, "\n" * 50_000, "e.g. " * 10_000, "| " * 25_000]
)
def test_a_page_of_nonsense_is_read_in_bounds(text: str) -> None:
    assert len(read(text)) == len(QUESTIONS) == 13 and all(len(one) <= LONGEST_SENTENCE for one in sentences(text))
