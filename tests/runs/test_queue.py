"""Runs queued and carried out in this process: cancelled, refused, waiting for each other, and told in sentences when they fail."""

import asyncio
import json

import pytest
from lab_fixture import AGAIN, PATIENCE, Bench, Endpoint, until

from fluencylab import instruments
from fluencylab.actions import verdicts
from fluencylab.actions.runs import add_run, cancel_run
from fluencylab.errors import BadInput, NotFound
from fluencylab.models.types import Completion, Message, Request
from fluencylab.runs.execute import execute
from fluencylab.runs.journal import Journal, Memory
from fluencylab.runs.queue import RunQueue, execute_run
from fluencylab.settings import settings
from fluencylab.store import queries


async def test_a_run_stores_each_answer_once_and_numbers_its_steps_from_one(lab: Bench, endpoint: Endpoint) -> None:
    run_id = await lab.start()
    run = await lab.ended(run_id)
    steps = await lab.steps(run_id)
    assert (run.status, run.message) == ("done", "")
    assert [step.seq for step in steps] == list(range(1, 25))
    assert {(step.data["temperature"], step.data["i"]) for step in steps} == {(t, i) for t in (0.7, 1.3) for i in range(12)}
    assert len(endpoint.asked) == 24
    async with lab.store.read() as session:
        assert await queries.count_calls(session, run_id) == 24


async def test_times_come_back_aware_and_in_order(lab: Bench) -> None:
    run = await lab.ended(await lab.start(samples=1))
    assert run.started and run.ended
    assert all(time.utcoffset() is not None for time in (run.created, run.started, run.ended))
    assert run.created <= run.started <= run.ended


async def test_a_cancelled_run_keeps_what_it_measured_and_lets_the_model_go(lab: Bench, endpoint: Endpoint) -> None:
    endpoint.gives = 3
    run_id = await lab.start()
    before = await lab.stored(run_id, 3)
    await cancel_run(lab.store, run_id)
    run = await lab.ended(run_id)
    assert run.status == "cancelled"
    assert run.ended
    after = await lab.steps(run_id)
    assert [(step.seq, step.data) for step in after] == [(step.seq, step.data) for step in before]
    asked = len(endpoint.asked)
    await until(lambda: endpoint.lost >= asked - 3 or endpoint.lost >= 2)
    endpoint.gives = None
    await asyncio.sleep(0.5)
    assert len(endpoint.asked) - asked <= 16, "only calls on the wire already can still arrive"
    assert len(await lab.steps(run_id)) == 3, "nothing is added after the end"


async def test_a_run_ends_only_when_its_watch_has_let_go_of_the_database(lab: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the watch's connection would come back to a store that is closed already, and never be closed itself."""
    let_go = False

    async def watch(*_: object) -> None:
        nonlocal let_go
        try:
            await asyncio.sleep(PATIENCE)
        finally:
            await asyncio.sleep(0.2)
            let_go = True

    monkeypatch.setattr("fluencylab.runs.execute._watch_for_cancel", watch)
    async with lab.store.begin() as session:
        run = add_run(session, lab.learner, "sampling", {**AGAIN, "samples": 1})
    await execute(run.id, verdicts.of_run)
    assert let_go


async def test_cancelling_again_or_after_the_end_changes_nothing(lab: Bench) -> None:
    run_id = await lab.start(samples=1)
    done = await lab.ended(run_id)
    await cancel_run(lab.store, run_id)
    await cancel_run(lab.store, run_id)
    again = await lab.run(run_id)
    assert (again.status, again.ended) == ("done", done.ended)


async def test_cancelling_what_is_not_there_is_said(lab: Bench) -> None:
    for wrong in ("nothing", "\0", "x" * 10_000):
        with pytest.raises(NotFound):
            await cancel_run(lab.store, wrong)


async def test_a_queued_run_can_be_cancelled_and_never_asks_the_model(lab: Bench, endpoint: Endpoint) -> None:
    endpoint.gives = 0
    busy = [await lab.start(samples=2) for _ in range(settings().parallel_runs)]
    for run_id in busy:
        await lab.until(run_id, "running")
    await until(lambda: len(endpoint.asked) >= 2)
    waiting = await lab.start(prompt="Never asked.")
    assert (await lab.run(waiting)).status == "queued"
    await cancel_run(lab.store, waiting)
    assert (await lab.run(waiting)).status == "cancelled"
    endpoint.gives = None
    for run_id in busy:
        assert (await lab.ended(run_id)).status == "done"
    await asyncio.sleep(0.5)
    assert not [body for body in endpoint.asked if "Never asked." in str(body)]
    assert (await lab.run(waiting)).status == "cancelled"


@pytest.fixture
def one_at_a_time(home: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLUENCY_PARALLEL_RUNS", "1")
    settings.cache_clear()


async def test_with_one_run_at_a_time_the_second_waits_for_the_first(one_at_a_time: None, lab: Bench, endpoint: Endpoint) -> None:
    assert settings().parallel_runs == 1
    endpoint.gives = 0
    first, second = await lab.start(samples=2), await lab.start(samples=2)
    await lab.until(first, "running")
    await asyncio.sleep(0.5)
    assert (await lab.run(second)).status == "queued"
    endpoint.gives = None
    one, two = await lab.ended(first), await lab.ended(second)
    assert one.status == two.status == "done"
    assert one.ended and two.started and one.ended <= two.started


@pytest.mark.parametrize(
    ("status", "says"), [(401, "bad key"), (400, "no such parameter"), (404, "no such model")], ids=["key", "parameter", "model"]
)
async def test_a_model_that_refuses_ends_the_run_with_a_sentence(lab: Bench, endpoint: Endpoint, status: int, says: str) -> None:
    endpoint.refuses = (status, says)
    run = await lab.ended(await lab.start(samples=1))
    assert run.status == "failed"
    assert says in run.message and run.fix
    assert "Traceback" not in run.message + run.fix


async def test_what_nobody_foresaw_ends_the_run_with_a_sentence_and_no_trace(
    lab: Bench, endpoint: Endpoint, caplog: pytest.LogCaptureFixture
) -> None:
    run_id = await lab.start("call")
    async with lab.store.begin() as session:
        stored = await queries.run(session, run_id)
        assert stored
        stored.params = {"temperature": "no number"}  # as after an update that changed what a parameter may be
    run = await lab.ended(run_id)
    if run.status == "failed":
        assert run.message == "The run stopped for a reason this program did not foresee."
        assert "validation" not in run.message + run.fix
        assert "nobody foresaw" in caplog.text


HOSTILE = "\0 \u2028 \x1b[2J <img src=x onerror=alert(1)> مرحبا 🫖 \r\n end"


async def test_whatever_a_model_writes_is_kept_to_the_letter(lab: Bench, endpoint: Endpoint) -> None:
    endpoint.says = lambda _: [HOSTILE]
    for instrument in ("call", "sampling"):
        run_id = await lab.start(instrument, **({"samples": 1} if instrument == "sampling" else {"prompt": HOSTILE}))
        run = await lab.ended(run_id)
        assert (run.status, run.message) == ("done", "")
        assert [step.data["text"] for step in await lab.steps(run_id)] == [HOSTILE] * (2 if instrument == "sampling" else 1)


async def test_parameters_a_lab_refuses_are_no_run(lab: Bench) -> None:
    for wrong in (
        {"samples": 0},
        {"temperatures": [9]},
        {"temperatures": [float("nan")]},
        {"prompt": ""},
        {"pattern": "("},
        {"prompt": "\ud800"},
    ):
        with pytest.raises(BadInput) as refused:
            await lab.start(**wrong)
        field = instruments.instrument("sampling").Params.model_fields[next(iter(wrong))]
        assert f"“{field.title}”" in refused.value.message and refused.value.fix
    async with lab.store.read() as session:
        assert not await queries.unfinished_runs(session)


async def test_a_run_stored_but_never_queued_is_taken_up_at_the_next_start(lab: Bench, endpoint: Endpoint) -> None:
    """Killed between the two: the row is there, the queue knows nothing."""

    class Nowhere(RunQueue):
        async def put(self, run_id: str, attempt: int = 0) -> None: ...

    lab_without = Bench(lab.store, Nowhere(verdicts.of_run), lab.learner)
    run_id = await lab_without.start(samples=2)
    await asyncio.sleep(0.3)
    assert (await lab.run(run_id)).status == "queued"
    await lab.queue.close()
    lab.queue = RunQueue(verdicts.of_run)
    await lab.queue.open()
    assert (await lab.ended(run_id)).status == "done"
    assert len(endpoint.asked) == 4


async def test_a_run_remembers_each_call_by_its_own_id(lab: Bench) -> None:
    """The same asked again is another call; a name finds what was kept before calls had names, and only for the same request."""
    run_id = await lab.start(samples=1)
    await lab.ended(run_id)
    said = Completion(text="first")
    asked = Request(messages=(Message(role="user", content="Hello"),))
    key, named = asked.key(), asked.model_copy(update={"name": "answer/0"})
    for begun_anew in (False, True):
        async with Journal(lab.store, run_id) as journal:
            memory = Memory(journal)
            if not begun_anew:
                await memory.put(asked.call_id(), key, said)
            assert await memory.get(asked.call_id(), key) == said == await memory.get(named.call_id(), key)
            assert await memory.get(asked.call_id(1), key) is None
            assert await memory.get(named.call_id(), named.model_copy(update={"seed": 2}).key()) is None


async def test_closing_the_lab_in_the_middle_leaves_the_run_to_the_next_start(lab: Bench, endpoint: Endpoint) -> None:
    endpoint.delay = 0.05
    run_id = await lab.start()
    await lab.stored(run_id, 4)
    await lab.queue.close()
    before = [(step.seq, json.dumps(step.data)) for step in await lab.steps(run_id)]
    assert (await lab.run(run_id)).status == "running"
    lab.queue = RunQueue(verdicts.of_run)
    await lab.queue.open()
    assert (await lab.ended(run_id)).status == "done"
    after = [(step.seq, json.dumps(step.data)) for step in await lab.steps(run_id)]
    assert after[: len(before)] == before
    assert [seq for seq, _ in after] == list(range(1, 25))
    assert len({(json.loads(data)["temperature"], json.loads(data)["i"]) for _, data in after}) == 24


async def test_a_run_put_before_the_queue_is_open_is_worked_on_at_once_and_once(lab: Bench, endpoint: Endpoint) -> None:
    await lab.queue.close()
    lab.queue = RunQueue(verdicts.of_run)
    endpoint.gives = 1
    run_id = await lab.start(samples=2)
    await lab.stored(run_id, 1)
    opening = asyncio.create_task(lab.queue.open())
    endpoint.gives = None
    assert (await lab.ended(run_id)).status == "done"
    await opening
    await lab.queue.put(run_id)
    assert (await lab.ended(await lab.start(samples=1))).status == "done"
    assert len(endpoint.asked) == 4 + 2


async def test_a_lab_closed_before_its_queue_was_open_leaves_the_run_to_the_next_start(lab: Bench, endpoint: Endpoint) -> None:
    await lab.queue.close()
    lab.queue = RunQueue(verdicts.of_run)
    endpoint.gives = 1
    run_id = await lab.start(samples=2)
    await lab.stored(run_id, 1)
    await lab.queue.close()
    endpoint.gives = None
    assert (await lab.run(run_id)).status == "running"
    lab.queue = RunQueue(verdicts.of_run)
    await lab.queue.open()
    assert (await lab.ended(run_id)).status == "done"
    assert [step.seq for step in await lab.steps(run_id)] == [1, 2, 3, 4]


async def test_a_run_that_comes_to_its_turn_after_the_closing_began_opens_nothing_and_is_taken_up_next_time(
    lab: Bench, endpoint: Endpoint
) -> None:
    """DBOS begins what it takes up whenever it comes to it. Begun then, nobody would wait for it, and its connection would stay open."""
    await lab.queue.close()
    async with lab.store.begin() as session:
        run = add_run(session, lab.learner, "call", {})
    with pytest.raises(asyncio.CancelledError):
        await execute_run(run.id)
    async with lab.store.read() as session:
        found = await queries.run(session, run.id)
    assert found and found.status == "queued"
    again = RunQueue(verdicts.of_run)
    await again.open()
    assert (await lab.ended(run.id)).status == "done"
    await again.close()
