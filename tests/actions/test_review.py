"""Reviews as a learner meets them: due after some days, one item at a time, always another one; on SQLite and on PostgreSQL."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from lab_fixture import rows

from fluencylab import clock
from fluencylab.actions import cases, progress, review
from fluencylab.actions.cards import ANKI, anki, met, table
from fluencylab.actions.runs import the_learner
from fluencylab.actions.standing import path
from fluencylab.curriculum.loader import track
from fluencylab.errors import BadInput, NotFound
from fluencylab.practice.variants import usable
from fluencylab.store.engine import Store

CONCEPT = track().concepts[0]
CASE = CONCEPT.cases[0]
START = datetime(2027, 3, 1, 9, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = START

    def on(self, days: float) -> None:
        self.now += timedelta(days=days)


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    moved = Clock()
    monkeypatch.setattr(clock, "now", lambda: moved.now)
    progress._held.cache_clear()
    yield moved
    progress._held.cache_clear()


@pytest.fixture
async def store(database: str, time: Clock) -> AsyncIterator[Store]:
    async with Store() as opened:
        yield opened


async def argue(store: Store, learner: str) -> None:
    reasons = [reason.id for reason in CASE.reasons if reason.carries]
    flip = next(flip.id for flip in CASE.flips if flip.flips)
    await cases.argue(store, learner, CONCEPT, CASE, CASE.decide.best, reasons, flip, 2)
    await cases.argue_twin(store, learner, CONCEPT, CASE, CASE.decide.twin.best)


async def asked(store: Store, learner: str) -> review.ReviewItem:
    attempt = await review.begin(store, learner)
    async with store.read() as session:
        return await review.asked(session, learner, attempt)


async def answer(store: Store, learner: str, one: review.ReviewItem, right: bool = True, sure: int = 2) -> None:
    picked = next(option.id for option in one.item.options if (option.id == one.item.best) == right)
    await review.answer(store, learner, one.attempt.id, one.item.content, picked, sure)


async def due(store: Store, learner: str) -> list[review.Due]:
    async with store.read() as session:
        return await review.reviews(session, learner, clock.now())


async def test_a_week_later_a_review_asks_in_a_form_not_met_yet(store: Store, time: Clock) -> None:
    learner = await the_learner(store)
    with pytest.raises(NotFound):
        await review.begin(store, learner)
    await argue(store, learner)
    assert await due(store, learner) == []  # not on the day it was shown
    own_words = {f"decide/{CASE.slug}", f"twin/{CASE.slug}"}
    new = [item.id for item in usable(CONCEPT, "decisions", {CASE.slug}) if item.id not in own_words]
    order: list[str] = []
    for _ in new:
        time.on(200)
        one = await asked(store, learner)
        order.append(one.item.id)
        time.on(1 / 1440)
        await answer(store, learner, one)
        assert await due(store, learner) == []
    assert sorted(order) == sorted(new)
    # the bank of this skill is used up: what was met longest ago comes again, and never the one just seen
    time.on(200)
    assert (await asked(store, learner)).item.id == order[0]


async def test_another_form_counts_in_full_and_asked_again_a_quarter(store: Store, time: Clock) -> None:
    learner = await the_learner(store)
    await argue(store, learner)
    new = usable(CONCEPT, "decisions", {CASE.slug})
    for _ in range(2 * len(new)):
        time.on(200)
        one = await asked(store, learner)
        time.on(1 / 1440)
        await answer(store, learner, one)
    async with store.read() as session:
        ledger = await progress.ledger(session, learner)
    reviewed = rows("SELECT id, variant FROM evidence WHERE exercise LIKE 'review/%' ORDER BY made")
    counted = [ledger.counted[id] for id, variant in reviewed if variant.startswith("variant/")]
    forms = sum(item.form == "variant" for item in new)
    assert forms >= 3 and counted == [1.0] * forms + [0.25] * forms


async def test_what_was_answered_is_kept_whole_and_timed(store: Store, time: Clock) -> None:
    learner = await the_learner(store)
    await argue(store, learner)
    time.on(8)
    one = await asked(store, learner)
    time.on(1 / 1440)
    await answer(store, learner, one, right=False, sure=3)
    async with store.read() as session:
        shown = (await review.asked(session, learner, one.attempt.id)).shown
        again = await review.asked(session, learner, one.attempt.id)
    assert shown and (shown.exercise, shown.variant) == (f"review/{CONCEPT.slug}/decisions", one.item.id)
    assert (shown.score, shown.marks, shown.seconds) == (0, -6, 60)
    assert shown.content == one.item.content
    assert [option.id for option in again.item.options] == [option.id for option in one.item.laid_out(one.attempt.seed)]
    time.on(4)
    assert "very sure" in (await due(store, learner))[0].why  # a confident miss comes back the week after


async def test_an_item_is_answered_once_and_only_as_it_stood(store: Store, time: Clock) -> None:
    learner = await the_learner(store)
    await argue(store, learner)
    time.on(8)
    one = await asked(store, learner)
    assert await review.begin(store, learner) == one.attempt.id  # a reload asks nothing new
    for wrong in (("other words", one.item.best, 2), (one.item.content, "nothing", 2), (one.item.content, one.item.best, 9)):
        with pytest.raises(BadInput):
            await review.answer(store, learner, one.attempt.id, *wrong)
    await answer(store, learner, one)
    with pytest.raises(BadInput):
        await answer(store, learner, one)
    with pytest.raises(NotFound):
        await review.answer(store, "somebody else", one.attempt.id, one.item.content, one.item.best, 2)
    assert rows("SELECT COUNT(*) FROM evidence WHERE exercise LIKE 'review/%'") == [(1,)]


async def test_a_case_left_in_the_middle_is_gone_on_with_for_two_weeks(store: Store, time: Clock) -> None:
    learner = await the_learner(store)
    reasons = [reason.id for reason in CASE.reasons[:2]]
    await cases.argue(store, learner, CONCEPT, CASE, CASE.decide.best, reasons, CASE.flips[0].id, 1)
    async with store.read() as session:
        assert (await path(session, learner, clock.now())).begun == {CASE.slug: START.date()}
        time.on(15)
        assert (await path(session, learner, clock.now())).begun == {}
    await argue_twin(store, learner)
    async with store.read() as session:
        assert set((await path(session, learner, clock.now())).done) == {CASE.slug}


async def argue_twin(store: Store, learner: str) -> None:
    await cases.argue_twin(store, learner, CONCEPT, CASE, CASE.decide.twin.best)


async def test_only_what_was_met_is_taken_along(store: Store, time: Clock) -> None:
    learner = await the_learner(store)
    async with store.read() as session:
        assert await met(session, learner) == []
    await argue(store, learner)
    async with store.read() as session:
        items = await met(session, learner)
    assert {item.concept for item in items} == {CONCEPT.slug}
    assert {item.needs for item in items} == {CASE.slug}, "a word that was never asked is still to be asked"
    lines = anki(items).splitlines()
    head, notes = lines[: len(ANKI)], lines[len(ANKI) :]
    assert tuple(head) == ANKI and "#guid column:1" in head
    assert all(line.count("\t") == 3 for line in notes)
    guids = [line.split("\t")[0] for line in notes]
    assert len(set(guids)) == len(items) and guids[0] == f"fluency-lab/{items[0].concept}/{items[0].id}"
    assert table(items).startswith("concept,")


def test_a_claim_met_in_the_self_test_is_not_asked_while_others_are_new() -> None:
    asked = {(CONCEPT.slug, "self-test", "next-token-1-true"): START, (CONCEPT.slug, "self-test", "application-2"): START}
    assert review.last_seen(asked, (CONCEPT.slug, "vocabulary")).keys() == {f"contrast/next-token/1/{half}" for half in ("true", "false")}
    assert review.last_seen(asked, (CONCEPT.slug, "decisions")).keys() == {"application/2"}
    half = {(CONCEPT.slug, f"review/{CONCEPT.slug}/vocabulary", "contrast/draw/1/true"): START}
    assert len(review.last_seen(half, (CONCEPT.slug, "vocabulary"))) == 2
