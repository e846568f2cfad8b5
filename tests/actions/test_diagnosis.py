"""A diagnosis act by act, with a model that says what it is told: what was bought is kept, and what failed costs nothing."""

from datetime import timedelta

import pytest
from lab_fixture import Bench, Endpoint

from fluencylab import clock
from fluencylab.actions import diagnosis, progress, review
from fluencylab.actions.standing import path
from fluencylab.errors import BadInput, NotFound
from fluencylab.practice import faults

FOUND = faults.resolve_case("twice-as-fast")
assert FOUND
CASE = FOUND


async def going(lab: Bench) -> diagnosis.AttemptState:
    async with lab.store.read() as session:
        return await diagnosis.load_attempt(session, lab.learner, CASE)


async def buy(lab: Bench, slug: str) -> str:
    run_id = await diagnosis.buy(lab.store, lab.queue, lab.learner, CASE, slug)
    return (await lab.ended(run_id)).status


async def look(lab: Bench) -> None:
    await lab.ended(await diagnosis.look(lab.store, lab.queue, lab.learner, CASE))


async def name(lab: Bench, cause: str, evidence: str) -> faults.Diagnosis:
    return await diagnosis.diagnose(lab.store, lab.learner, CASE, cause, evidence, 3)


async def test_a_diagnosis_goes_in_order_and_each_step_once(lab: Bench, endpoint: Endpoint) -> None:
    endpoint.says = lambda _: ["You can send items ", "back within"]
    assert (await going(lab)).stage == "look"
    for early in (buy(lab, "tokens"), name(lab, "cut", "tokens"), diagnosis.ask_for(lab.store, lab.learner, CASE, "raise")):
        with pytest.raises(BadInput):
            await early
    await look(lab)
    assert (await going(lab)).stage == "probe"
    calls = len(endpoint.asked)
    assert calls == diagnosis.FIRST_LOOK
    await look(lab)
    assert len(endpoint.asked) == calls, "asked twice it is one look"

    assert await buy(lab, "tokens") == await buy(lab, "tokens") == "done"
    assert len(endpoint.asked) == calls + 1
    with pytest.raises(NotFound):
        await buy(lab, "crystal-ball")
    with pytest.raises(BadInput, match="no other model"):
        await buy(lab, "swap")
    with pytest.raises(BadInput, match="Say which of your probes"):
        await name(lab, "cut", "prompt")

    found = await name(lab, "cut", "tokens")
    assert found.passed and found.score == 1
    with pytest.raises(BadInput, match="already"):
        await name(lab, "hot", "tokens")
    await diagnosis.ask_for(lab.store, lab.learner, CASE, "lower")
    now = await going(lab)
    assert now.stage == "done"
    assert [(row.stage, row.capability, row.score) for row in now.shown.values()] == [("diagnose", "debugging", 1), ("fix", "debugging", 0)]
    assert now.shown["diagnose"].marks == 3


async def test_a_probe_that_failed_costs_nothing_and_loses_nothing(lab: Bench, endpoint: Endpoint) -> None:
    await look(lab)
    assert await buy(lab, "search") == "done"
    endpoint.refuses = (500, "the engine is gone")
    assert await buy(lab, "tokens") == "failed"
    now = await going(lab)
    assert [one.probe.slug for one in now.paid] == ["search"]
    assert now.bought[1].run.message
    assert faults.cost(CASE, [one.probe.slug for one in now.paid]) == 5
    endpoint.refuses = None
    assert await buy(lab, "tokens") == "done"
    assert [one.probe.slug for one in (await going(lab)).paid] == ["search", "tokens"]


async def test_what_was_diagnosed_fills_the_map_and_comes_back_in_another_form(
    lab: Bench, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    await look(lab)
    await buy(lab, "tokens")
    async with lab.store.read() as session:
        assert "debug/twice-as-fast" in (await path(session, lab.learner, clock.now())).begun
    await name(lab, "gap", "tokens")
    await diagnosis.ask_for(lab.store, lab.learner, CASE, CASE.fault.best)
    later = clock.now() + timedelta(days=9)
    monkeypatch.setattr(clock, "now", lambda: later)
    async with lab.store.read() as session:
        cell = next(one for one in (await progress.fluency(session, lab.learner, later)).of("latency") if one.capability == "debugging")
        assert (cell.n, cell.deterministic) == (2, 2)
        assert "debug/twice-as-fast" in (await path(session, lab.learner, later)).done
        due = await review.reviews(session, lab.learner, later)
    assert [(one.skill, one.can) for one in due] == [(("latency", "debugging"), True)]
    attempt = await review.begin(lab.store, lab.learner)
    async with lab.store.read() as session:
        item = (await review.asked(session, lab.learner, attempt)).item
    assert item.form in ("settled", "reading")
    assert item.needs == "debug/twice-as-fast"
