"""Evaluations of a product as runs: equal calls are made once, and what broke off in the middle goes on where it was."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from host_fixture import Host
from lab_fixture import Bench, until

from fluencylab.actions import verdicts
from fluencylab.actions.runs import cancel_run, the_learner
from fluencylab.actions.workbench import cases, evaluations, products, versions
from fluencylab.errors import BadInput
from fluencylab.models.pacing import AT_FIRST, MOST_AT_ONCE
from fluencylab.runs.live import LIVE
from fluencylab.runs.queue import RunQueue
from fluencylab.store import run_rows
from fluencylab.store.engine import Store
from fluencylab.workbench.bring_in import CaseDraft
from fluencylab.workbench.version import Version

CASES = 40


class Desk:
    """A product with forty cases and two versions, on a host that counts."""

    def __init__(self, bench: Bench, product: str) -> None:
        self.bench, self.product = bench, product

    async def run(self, version: int = 1, **more: Any) -> str:
        run = await self.begin(version, **more)
        ended = await self.bench.ended(run)
        assert (ended.status, ended.message) == ("done", "")
        return run

    async def begin(self, version: int = 1, **more: Any) -> str:
        lab = self.bench
        return await evaluations.start(lab.store, lab.queue, lab.learner, self.product, version, "all", more.pop("draws", 1), 50, 1, **more)

    async def texts(self, run: str) -> dict[tuple[int, int], str]:
        return {(step.data["case"], step.data["draw"]): step.data["text"] for step in await self.bench.steps(run)}

    async def asked_before(self, run: str) -> int:
        async with self.bench.store.read() as session:
            return await run_rows.asked_before(session, run)


@pytest.fixture
async def desk(database: str, host: Host) -> AsyncIterator[Desk]:
    async with Store() as store:
        queue = RunQueue(verdicts.of_run)
        await queue.open()
        learner = await the_learner(store)
        product = await products.make(store, learner, "Parcel desk")
        drafts = [CaseDraft({"question": f"question {i}"}, "", (), False, f"row {i}", "", None, "") for i in range(CASES)]
        await cases.add(store, learner, product, drafts, mask=False)
        await versions.add(store, learner, product, Version.of("Be brief.", "{{question}}"), "the first")
        await versions.add(store, learner, product, Version.of("Be kind.", "{{question}}"), "kinder")
        await versions.add(store, learner, product, Version.of("Be brief.", "{{question}}", temperature=0.8), "livelier")
        yield Desk(Bench(store, queue, learner), product)
        host.gives = None
        await queue.close()


async def test_again_with_nothing_changed_nothing_is_asked(desk: Desk, host: Host) -> None:
    first = await desk.run()
    assert sum(host.asked.values()) == CASES and await desk.asked_before(first) == 0
    again = await desk.run()
    assert sum(host.asked.values()) == CASES
    assert await desk.texts(again) == await desk.texts(first) and len(await desk.texts(again)) == CASES
    assert await desk.asked_before(again) == CASES


async def test_who_wants_it_asked_again_says_so(desk: Desk, host: Host) -> None:
    await desk.run()
    again = await desk.run(anew=True)
    assert set(host.asked.values()) == {2} and await desk.asked_before(again) == 0


async def test_only_what_is_new_is_asked(desk: Desk, host: Host) -> None:
    await desk.run()
    await desk.run(2)
    assert set(host.asked.values()) == {2}, "another prompt is another call"
    more = await desk.run(3, draws=2)
    assert set(host.asked.values()) == {4}, "and so is another temperature"
    again = await desk.run(3, draws=3)
    assert set(host.asked.values()) == {5}, "of three draws, two were made before"
    assert await desk.asked_before(again) == 2 * CASES
    assert (await desk.texts(more)).items() <= (await desk.texts(again)).items()


async def test_the_same_name_at_another_address_is_another_model(desk: Desk, host: Host, home: Path) -> None:
    await desk.run()
    (home / "data" / "models.json").write_text(host.listed(model="another"))
    await desk.run()
    assert set(host.asked.values()) == {2}


async def test_where_seeds_are_not_heeded_a_draw_is_made_again_unless_it_has_no_chance_in_it(desk: Desk, host: Host, home: Path) -> None:
    (home / "data" / "models.json").write_text(host.listed(abilities={"usage_in_stream": True}))
    await desk.run(3)
    await desk.run(3)
    assert set(host.asked.values()) == {2}
    await desk.run(1)
    await desk.run(1)
    assert set(host.asked.values()) == {3}, "at temperature 0"


async def test_a_host_that_dies_in_the_middle_leaves_what_it_gave_and_the_run_goes_on_when_it_is_back(desk: Desk, host: Host) -> None:
    host.gives = 15
    run = await desk.begin()
    await desk.bench.stored(run, 15)
    kept = await desk.texts(run)
    host.die()
    ended = await desk.bench.ended(run)
    assert ended.status == "failed" and "does not answer" in ended.message
    assert await desk.texts(run) == kept
    host.gives = None
    host.rise()
    answered = dict(host.answered)
    await evaluations.go_on(desk.bench.store, desk.bench.queue, desk.bench.learner, desk.product, run)
    ended = await desk.bench.ended(run)
    assert (ended.status, ended.message) == ("done", "")
    assert len(await desk.texts(run)) == CASES and (await desk.texts(run)).items() >= kept.items()
    assert set(host.answered.values()) == {1} and len(answered) == 15
    with pytest.raises(BadInput, match="neither stopped nor broken off"):
        await evaluations.go_on(desk.bench.store, desk.bench.queue, desk.bench.learner, desk.product, run)


async def test_a_stopped_evaluation_goes_on_where_it_was(desk: Desk, host: Host) -> None:
    host.gives = 7
    run = await desk.begin()
    await desk.bench.stored(run, 7)
    await cancel_run(desk.bench.store, run)
    assert (await desk.bench.ended(run)).status == "cancelled"
    host.gives = None
    for _ in range(2):  # stopped again, it goes on again
        await evaluations.go_on(desk.bench.store, desk.bench.queue, desk.bench.learner, desk.product, run)
        await cancel_run(desk.bench.store, run)
        await desk.bench.ended(run)
        if (await desk.bench.run(run)).status == "done":
            break
    else:
        await evaluations.go_on(desk.bench.store, desk.bench.queue, desk.bench.learner, desk.product, run)
    assert (await desk.bench.ended(run)).status == "done"
    assert len(await desk.texts(run)) == CASES
    assert [step.seq for step in await desk.bench.steps(run)] == list(range(1, CASES + 1))


async def test_what_a_host_does_not_take_is_left_out_however_many_calls_find_it_out_together(desk: Desk, host: Host) -> None:
    def no_temperature(body: dict[str, Any]) -> tuple[int, dict[str, str], str] | None:
        if body.get("temperature") == 0.8:
            return (
                400,
                {},
                "Unsupported value: 'temperature' does not support 0.8 here. Only the default (1) is supported.",
            )
        return (400, {}, "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.") if "max_tokens" in body else None

    host.refuses = no_temperature
    run = await desk.run(3)
    assert len(await desk.texts(run)) == CASES and set(host.answered.values()) == {1}
    card = (await desk.bench.run(run)).card
    assert card and card["abilities"]["temperature"] == "default" and card["abilities"]["length_field"] == "max_completion_tokens"
    refused = list[int]()
    host.refuses = lambda body: refused.append(1) if no_temperature(body) else None
    await desk.run(3, anew=True)
    assert not refused, "what was found out is known ever after"


async def test_a_host_that_asks_to_wait_is_waited_for_and_the_page_is_told(desk: Desk, host: Host) -> None:
    refusals = iter([(429, {"Retry-After": "1"}, "Rate limit reached")] * 3)
    host.refuses = lambda body: next(refusals, None)
    run = await desk.begin()
    said = list[str]()
    while (await desk.bench.run(run)).status in ("queued", "running"):
        said.append(LIVE.waiting(run))
        await asyncio.sleep(0.02)
    assert any(one.startswith("Told asks to wait 1 s (429: Rate limit reached)") for one in said)
    assert set(host.answered.values()) == {1} and len(await desk.texts(run)) == CASES


async def test_a_limit_that_you_set_is_kept_to_by_all_runs_together(desk: Desk, host: Host, home: Path) -> None:
    (home / "data" / "models.json").write_text(host.listed(requests_a_minute=1200))
    loop = asyncio.get_running_loop()
    began = loop.time()
    runs = [await desk.begin(version) for version in (1, 2)]
    await until(lambda: any(LIVE.waiting(run) for run in runs) or sum(host.asked.values()) == 2 * CASES)
    for run in runs:
        assert (await desk.bench.ended(run)).status == "done"
    assert loop.time() - began >= (2 * CASES - 1) * 60 / 1200 * 0.95
    assert host.most < 10


async def test_as_many_calls_are_under_way_as_the_host_takes(desk: Desk, host: Host) -> None:
    host.gives = 0
    run = await desk.begin()
    await until(lambda: host.now >= AT_FIRST)
    host.gives = None
    assert (await desk.bench.ended(run)).status == "done"
    assert AT_FIRST <= host.most <= MOST_AT_ONCE
