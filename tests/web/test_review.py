"""Review on the page: an answered item shows what matters in full, and a sitting ends with what it changed."""

import html
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from lab_fixture import Endpoint
from learners import Learner, MovedClock, moved_clock

from fluencylab.curriculum.loader import track
from fluencylab.practice.kinds import REVIEW
from fluencylab.store import queries

from .conftest import HTML, opened

FIRST = track().concepts[0]


@pytest.fixture
def time() -> Iterator[MovedClock]:
    with moved_clock() as moved:
        yield moved


@pytest.fixture
async def you(tables: None, endpoint: Endpoint, time: MovedClock) -> AsyncIterator[Learner]:
    async with opened() as web:
        yield Learner(web.app, web.client, time)


async def reviewed(you: Learner) -> str:
    """After a case of last week, one item answered wrong: the address of its answer."""
    you.time.go_to(datetime.now(UTC) - timedelta(days=8))
    await you.case(FIRST, FIRST.cases[0])
    you.time.go_to(datetime.now(UTC))
    await you.review(most=1)
    async with you.lab.store.read() as session:
        (row,) = await queries.shown_since(session, you.lab.learner, REVIEW.prefix, datetime.now(UTC) - timedelta(hours=1))
    return f"{REVIEW.base}/items/{row.attempt_id}"


async def page(you: Learner, path: str) -> str:
    return html.unescape((await you.client.get(path, headers=HTML)).text)


async def test_an_answered_item_shows_yours_and_the_best_and_folds_the_others(you: Learner) -> None:
    shown = (await page(you, await reviewed(you))).split('id="answer"')[1].split("</section>")[0]
    open_, _, folded = shown.partition("<details")
    assert open_.count("option-answer") == 2 and "your choice" in open_ and "option-best" in open_
    assert "option-picked" not in folded and "option-best" not in folded


async def test_a_sitting_of_reviews_ends_with_what_it_changed_in_words(you: Learner) -> None:
    await reviewed(you)
    changed = (await page(you, REVIEW.base)).split('id="changed"')[1].split("</section>")[0]
    assert f"{FIRST.short}, decisions: 2 of 3 right now, 2 of 2 before. In this sitting 0 of 1." in changed
    assert "%" not in changed


async def test_a_cell_of_which_no_exercise_asks_asks_its_own_questions_at_once(you: Learner) -> None:
    concept, capability = "cost-and-quality", "vocabulary"
    cell = await page(you, f"/map/{concept}/{capability}")
    assert "Answer a question" in cell
    asked = await you.post(REVIEW.base, concept=concept, capability=capability)
    again = await you.post(REVIEW.base, concept=concept, capability=capability)
    assert asked.headers["location"] == again.headers["location"], "one that is open is gone on with"
    question = await page(you, asked.headers["location"])
    assert "review-question" in question
    content = question.split('name="item" value="')[1].split('"')[0]
    option = question.split('name="option" value="')[1].split('"')[0]
    await you.post(asked.headers["location"], item=content, option=option, certainty=1)
    assert "Another on this" in await page(you, asked.headers["location"])
    assert "of 1 right" in await page(you, f"/map/{concept}/{capability}")


async def test_a_cell_that_is_not_there_asks_nothing(you: Learner) -> None:
    answer = await you.client.post(REVIEW.base, data={"concept": "no-such", "capability": "vocabulary"}, headers=HTML)
    assert answer.status_code == 404
