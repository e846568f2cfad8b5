"""Bots must fail: whoever knows nothing, and plays all the content there is twice, has no solid cell at any moment on the way."""

from collections.abc import Callable

import pytest

from fluencylab import clock
from fluencylab.actions import selftest
from fluencylab.actions.progress import fluency
from fluencylab.actions.runs import the_learner
from fluencylab.curriculum.loader import rules, track
from fluencylab.models.client import Client
from fluencylab.models.types import Message, Request
from fluencylab.store.engine import Store

from . import players
from .players import Echo, Longest, Measured, Player, Position, Question, Random, Shortest, play
from .readers import Memoriser, Ranked, glossary_reader, one_rule, words_of_others

BOTS: dict[str, Callable[[], Player]] = {
    "the longest option": Longest,
    "the shortest option": Shortest,
    "always the first": lambda: Position(0),
    "always the second": lambda: Position(1),
    "always the third": lambda: Position(2),
    "always the last": lambda: Position(3),
    "the words of the question": Echo,
    "random and very sure": lambda: Random(1),
    "random again": lambda: Random(2),
}


READERS: dict[str, Callable[[], Player]] = {
    "recalls 80 % of what was shown": lambda: Memoriser(1),
    "the same, and never looked at a page": lambda: Memoriser(3, read=0.0),
    "has read the glossary": lambda: glossary_reader(1),
    "ranks options by their words": lambda: Ranked(words_of_others),
    "follows one rule": lambda: Ranked(one_rule),
}
AT_MOST = 1
"""Of thirty cells: these players see something of what is meant."""


@pytest.mark.long
@pytest.mark.parametrize("bot", READERS)
def test_who_only_reads_well_is_solid_almost_nowhere(bot: str) -> None:
    assert len(play(READERS[bot]())) <= AT_MOST


@pytest.mark.long
@pytest.mark.parametrize("seed", range(1, 6))
def test_nor_who_remembers_and_plays_everything_six_times(seed: int) -> None:
    assert len(play(Memoriser(seed, read=0.0), rounds=6)) <= AT_MOST


@pytest.mark.parametrize("bot", BOTS)
def test_a_bot_is_solid_nowhere(bot: str) -> None:
    assert play(BOTS[bot]()) == {}


def test_somebody_who_knows_is_solid_wherever_there_is_enough_to_do() -> None:
    """The test of the test: the bar can be reached, by being right nine times in ten."""
    able = play(Measured(1, {True: 0.95, False: 0.9}))
    assert (track().concepts[0].slug, "decisions") in able
    assert (track().concepts[0].slug, "vocabulary") in able


async def test_keywords_in_the_free_text_are_worth_nothing(database: str) -> None:
    """Every phrase the rules look for, one after another, seven times over: it is read, and it is no evidence."""
    async with Store() as store:
        learner = await the_learner(store)
        sitting = await selftest.begin(store, learner, "other")
        for concept in track().concepts:
            if concept.selftest:
                stuffed = ", ".join(phrase for phrases in rules(concept.slug).groups.values() for phrase in phrases)
                await selftest.hand_in(store, learner, sitting, concept.selftest.number, stuffed)
        async with store.read() as session:
            found = await fluency(session, learner, clock.now())
    assert {(cell.state, cell.n) for cell in found.cells} == {("none", 0)}


@pytest.mark.long
async def test_the_embedded_model_as_learner_is_solid_nowhere(model: Client) -> None:
    """It answers claims and situations by its likeliest letter; what it reached is then played over everything, five times anew.

    Of each claim its other half is asked too: whoever says "true" to all must not look like somebody who is right.
    """
    hits: dict[bool, list[bool]] = {True: [], False: []}
    for question in players.questions():
        hits[len(question.options) == 2].append(await _letter(model, question) == question.right)
    rates = {claims: sum(each) / len(each) for claims, each in hits.items()}
    for seed in range(5):
        assert play(Measured(seed, rates)) == {}, rates


async def _letter(model: Client, question: Question) -> int:
    letters = "ABCDE"[: len(question.options)]
    listed = "\n".join(f"{letter}. {text}" for letter, text in zip(letters, question.options, strict=True))
    asked = Message(role="user", content=f"{question.text}\n{listed}\nAnswer with one letter.")
    begun = Message(role="assistant", content="Answer:")
    answer = await model.complete(Request(messages=(asked, begun), temperature=0, max_tokens=1, top_logprobs=40))
    likely = {one.text.strip(): one.logprob for one in reversed(answer.tokens[0].alternatives)}
    return max(range(len(letters)), key=lambda i: likely.get(letters[i], -99.0))
