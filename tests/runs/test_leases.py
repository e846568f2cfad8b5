"""Servers that share a PostgreSQL: a run is one server's until that one has been silent for too long, and then it writes nothing more."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from lab_fixture import ON_BOTH, PATIENCE, Bench, Endpoint, rows, until
from sqlalchemy import event, text
from sqlalchemy.engine import Engine

from fluencylab.actions import verdicts
from fluencylab.actions.runs import add_run, the_learner
from fluencylab.models.types import Completion, ModelInfo
from fluencylab.runs import execute
from fluencylab.runs.journal import Journal
from fluencylab.runs.live import LIVE
from fluencylab.runs.lookout import SILENT, Lookout, in_hand
from fluencylab.settings import settings
from fluencylab.store import leases
from fluencylab.store.engine import Store
from fluencylab.store.leases import LeaseLost
from fluencylab.store.tables import Run

HERE, THERE = "here:/data", "there:/data"
Become = Callable[[str], None]
on_postgres = pytest.mark.parametrize("database", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)


@pytest.fixture
async def store(database: str) -> AsyncIterator[Store]:
    async with Store() as store:
        await the_learner(store)
        yield store


@pytest.fixture
def become(monkeypatch: pytest.MonkeyPatch) -> Become:
    """From then on this process is that server."""
    return lambda server: monkeypatch.setattr(leases, "_owner", lambda: server)


@pytest.fixture
async def found(store: Store) -> AsyncIterator[Callable[..., Awaitable[list[str]]]]:
    """What a lookout goes on with when it looks."""
    on_with: list[str] = []

    async def go_on(run_id: str) -> None:
        on_with.append(run_id)

    lookout = Lookout(go_on)

    async def look(own: bool = False) -> list[str]:
        on_with.clear()
        await lookout.take_up(own=own)
        await lookout._tell()
        return on_with

    yield look
    await lookout.close()


async def queued(store: Store, model: str = "") -> str:
    async with store.begin() as session:
        run = add_run(session, "you", "sampling", {})
        run.model = model or run.model
    return run.id


async def silence(store: Store, run_id: str, seconds: int) -> None:
    """For so long its server has said nothing."""
    async with store.begin() as session:
        expires = "now() + make_interval(secs => :left)"
        left = {"left": settings().lease - seconds, "run": run_id}
        await session.execute(text(f"UPDATE run_leases SET expires = {expires} WHERE run_id = :run"), left)


async def keep_a_step(store: Store, run_id: str) -> None:
    async with Journal(store, run_id) as journal:
        await journal.put_step("answer", {"text": "late"})


async def put_a_call(store: Store, run_id: str) -> None:
    async with Journal(store, run_id) as journal:
        await journal.put_call("call", "key", Completion(text="late"))


async def keep_the_card(store: Store, run_id: str) -> None:
    model: Any = SimpleNamespace(card=ModelInfo(slug="late", name="Late", kind="scripted"))
    await execute._keep_card(store, run_id, model)


async def say_its_end(store: Store, run_id: str) -> None:
    await execute._say(store, run_id, {"status": "failed", "message": "late"}, verdicts.of_run)


def stored(run_id: str) -> list[Any]:
    return [rows(f"SELECT * FROM {table} WHERE {key} = :run", run=run_id) for table, key in TABLES]


TABLES = (("runs", "id"), ("steps", "run_id"), ("calls", "run_id"))


@on_postgres
@pytest.mark.parametrize("write", [keep_a_step, put_a_call, keep_the_card, say_its_end])
async def test_a_server_writes_nothing_of_a_run_that_another_has_taken(
    write: Callable[[Store, str], Awaitable[None]], store: Store, become: Become
) -> None:
    become(HERE)
    run_id = await queued(store)
    async with Store() as sleeper, Store() as awake:
        assert await execute._begin(sleeper, run_id)
        await silence(store, run_id, 31)
        become(THERE)
        assert await execute._begin(awake, run_id)
        before = stored(run_id)
        with pytest.raises(LeaseLost):
            await write(sleeper, run_id)
        assert stored(run_id) == before
        await write(awake, run_id)
        assert stored(run_id) != before


@on_postgres
async def test_a_run_is_begun_by_one_server_at_a_time_and_by_its_own_again(store: Store, become: Become) -> None:
    become(HERE)
    run_id = await queued(store)
    async with Store() as here, Store() as anew, Store() as there:
        become(THERE)
        with pytest.raises(LeaseLost):
            await execute._begin(there, run_id)
        assert rows("SELECT status, started FROM runs WHERE id = :run", run=run_id) == [("queued", None)]
        become(HERE)
        assert await execute._begin(here, run_id)
        assert await execute._begin(anew, run_id), "killed and started anew, it need not wait for itself"
        await silence(store, run_id, 31)
        become(THERE)
        assert await execute._begin(there, run_id)
    assert rows("SELECT owner, epoch FROM run_leases WHERE run_id = :run", run=run_id) == [(THERE, 3)]


@on_postgres
async def test_a_write_under_way_is_waited_for_by_who_takes_the_run_and_not_by_the_beat(store: Store, become: Become) -> None:
    become(HERE)
    run_id = await queued(store)
    async with Store() as here, Store() as there:
        assert await execute._begin(here, run_id)
        await silence(store, run_id, 31)
        async with here.begin() as session:
            assert here.guard
            await here.guard(session)
            become(THERE)
            taking = asyncio.create_task(execute._begin(there, run_id))
            await asyncio.sleep(0.5)
            assert not taking.done()
            become(HERE)
            async with asyncio.timeout(PATIENCE), store.begin() as other:
                assert await leases.renew(other, [run_id]) == {run_id}
        with pytest.raises(LeaseLost):
            await taking


@on_postgres
async def test_of_servers_that_begin_with_a_run_at_once_one_does(store: Store, become: Become, monkeypatch: pytest.MonkeyPatch) -> None:
    become(HERE)
    run_id = await queued(store)
    await silence(store, run_id, 31)
    names = iter(range(100))
    monkeypatch.setattr(leases, "_owner", lambda: str(next(names)))
    stores = [Store() for _ in range(8)]
    begun = await asyncio.gather(*(execute._begin(one, run_id) for one in stores), return_exceptions=True)
    for one in stores:
        await one.__aexit__(None, None, None)
    assert sorted(type(one) is LeaseLost for one in begun) == [False] + [True] * 7
    assert sum(isinstance(one, Run) for one in begun) == 1


@on_postgres
async def test_a_lookout_goes_on_with_what_nobody_works_on_and_what_is_known_here(
    store: Store, become: Become, found: Callable[..., Awaitable[list[str]]]
) -> None:
    become(HERE)
    own = await queued(store)
    become(THERE)
    kept, left, unknown, ended = [await queued(store, model) for model in ("", "", "only-there", "")]
    for run_id in (left, unknown, ended):
        await silence(store, run_id, 31)
    async with store.begin() as session:
        await session.execute(text("UPDATE runs SET status = 'done' WHERE id = :run"), {"run": ended})
    become(HERE)
    assert await found() == [left]
    assert sorted(await found(own=True)) == sorted([own, left])
    with in_hand(left):
        assert await found() == []
    async with store.begin() as session:  # stored by a lab that knew of no leases
        await session.execute(text("DELETE FROM run_leases WHERE run_id = :run"), {"run": kept})
    assert sorted(await found()) == sorted([left, kept])


@on_postgres
async def test_who_looks_at_a_run_reads_that_its_server_is_silent_until_it_no_longer_is(
    store: Store, become: Become, found: Callable[..., Awaitable[list[str]]]
) -> None:
    become(THERE)
    run_id = await queued(store)
    become(HERE)
    for seconds, said in ((1, ""), (20, SILENT), (1, "")):
        await silence(store, run_id, seconds)
        await found()
        assert LIVE.waiting(run_id) == said
    await silence(store, run_id, 20)
    await found()
    with in_hand(run_id):
        await found()
        assert LIVE.waiting(run_id) == "", "this server goes on with it"


@on_postgres
async def test_a_run_that_another_server_has_taken_ends_here_at_the_next_beat(lab: Bench, endpoint: Endpoint, become: Become) -> None:
    """And not only when it wants to store something: a model may think for minutes."""
    endpoint.gives = 2
    run_id = await lab.start()
    await lab.stored(run_id, 2)
    async with lab.store.begin() as session:
        await session.execute(text("UPDATE run_leases SET owner = :owner, epoch = epoch + 1"), {"owner": THERE})
    before = stored(run_id)
    assert lab.queue._lookout
    await lab.queue._lookout._renew()
    await until(lambda: run_id not in LIVE.begun())
    assert stored(run_id) == before
    assert (await lab.run(run_id)).status == "running", "the other server goes on with it"


@contextmanager
def statements() -> Iterator[list[str]]:
    """Of every engine of this process."""
    said: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@pytest.mark.parametrize("database", ON_BOTH, indirect=True)
async def test_a_lab_of_its_own_asks_nothing_of_leases_and_a_shared_one_once_for_each_write(lab: Bench) -> None:
    with statements() as said:
        run_id = await lab.start()
        await lab.ended(run_id)
    asked = [one for one in said if "run_leases" in one and one.startswith("SELECT run_leases.epoch")]
    if settings().database:
        writes = ("INSERT INTO calls", "INSERT INTO steps", "SELECT run_leases.epoch")
        told = "".join(str(writes.index(one[: len(found)])) for one in said for found in writes if one.startswith(found))
        assert re.fullmatch("2?((0|1|01)2)+2?", told), "asked after each writing of calls, of steps or of both, beside the card and the end"
        assert 3 <= len(asked) <= 24 + 24 + 2
    else:
        assert not [one for one in said if "run_leases" in one]
