"""A run whose endpoint asks to wait: every page that watches it says so, it can be stopped, and it goes on by itself."""

import asyncio
from pathlib import Path

import pytest
from lab_fixture import Bench, Endpoint
from odd_endpoint import Habits, odd

from fluencylab.models import add_endpoint, catalogue
from fluencylab.runs.feed import Feed
from fluencylab.settings import settings

SCORES = "text,label,score\nIt broke.,complaint,0.9\nWhere is it?,question,0.2\nIt is late.,complaint,0.4\nAnd now?,question,0.6"
SLOW_DOWN = ((429, {"Retry-After": "1"}, "slow down"),)


async def told(lab: Bench, run_id: str) -> list[str]:
    """The sentences under which the run waited, as its watchers see them."""
    feed, found = Feed(lab.store), []
    async for news in feed.watch(run_id):
        found += [event.data["waits"] for event in news if event.kind == "state"]
    await feed.close()
    return found


async def test_a_run_that_waits_says_so_and_then_goes_on(lab: Bench, endpoint: Endpoint) -> None:
    with odd() as there:
        await add_endpoint(there.address, "m")
        catalogue.use("m")
        there.habits = Habits(since=len(there.asked) + 4, busy=SLOW_DOWN)
        run_id = await lab.start()
        sentences = await told(lab, run_id)
        run = await lab.ended(run_id)
    assert run.status == "done" and len(await lab.steps(run_id)) == run.planned
    assert any("m asks to wait 1 s (429: slow down)" in one for one in sentences) and sentences[-1] == ""


async def test_a_run_can_be_stopped_while_it_waits_and_keeps_what_it_measured(lab: Bench, endpoint: Endpoint) -> None:
    with odd() as there:
        await add_endpoint(there.address, "m")
        catalogue.use("m")
        there.habits = Habits(since=len(there.asked) + 4, busy=((429, {"Retry-After": "300"}, "slow down"),) * 99)
        run_id = await lab.start()
        await lab.stored(run_id, 4)
        async with lab.store.begin() as session:
            run = await session.get_one(type(await lab.run(run_id)), run_id)
            run.cancel_asked = True
        async with asyncio.timeout(20):
            run = await lab.ended(run_id)
    assert run.status == "cancelled" and len(await lab.steps(run_id)) == 4


async def test_what_was_found_out_on_the_way_stands_in_the_runs_conditions(lab: Bench, endpoint: Endpoint) -> None:
    with odd() as there:
        await add_endpoint(there.address, "m")
        catalogue.use("m")
        there.habits = Habits(temperature="default")
        run_id = await lab.start()
        run = await lab.ended(run_id)
    assert run.status == "done" and run.card is not None and run.card["abilities"]["temperature"] == "default"


async def test_a_run_that_asks_no_model_waits_for_no_weights(lab: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLUENCY_CACHE", str(tmp_path / "empty"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    settings.cache_clear()
    catalogue.use(catalogue.DEFAULT)
    run = await lab.ended(await lab.start("metrics", parts=["confusion"], data=SCORES, positive="complaint"))
    assert (run.status, run.message, len(await lab.steps(run.id))) == ("done", "", 1)
