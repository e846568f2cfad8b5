"""The queue of runs, kept by DBOS beside the data: what was queued or half done when the program died is taken up again.

    queue = RunQueue(verdict)     from here on runs can be put; `verdict` is told of each one's end
    await queue.open()            takes up what an earlier process left unfinished
    await queue.put(run_id)
    await queue.close()

A run is a workflow of DBOS from the moment it is put, and waits inside it for a place. A queue of DBOS's own would have to be asked
for work twenty times a second, which costs a tenth of a processor while nobody does anything.

DBOS takes a second to import, which the first call shall not wait for: runs put before the queue is open are worked on at once, here.
Should the program die then, the next one finds them unfinished and unknown to DBOS, and takes them up.
"""

import asyncio
import logging
import platform
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from functools import cache
from importlib import import_module
from typing import Any

from fluencylab.runs.execute import Verdict, execute
from fluencylab.settings import settings
from fluencylab.store import queries
from fluencylab.store.engine import Store, database_url

YIELD = 3.0
"""Seconds for which the queue lets runs that are under way go first, before it takes the processor to open."""
END = 0.1
"""Seconds DBOS may take to notice that it is closed. We use none of its notifications: a look for them costs nothing."""
VERSION = "1"
"""Raised only when an unfinished run of the last version could not be gone on with."""


async def execute_run(run_id: str) -> None:
    task = asyncio.current_task()
    assert task
    Loop.under_way.add(task)
    try:
        async with Loop.places:
            await execute(run_id, Loop.verdict)
    finally:
        Loop.under_way.discard(task)


@cache
def _dbos() -> tuple[Any, Any]:
    """The library, and our one workflow made known to it."""
    dbos = import_module("dbos")
    return dbos, dbos.DBOS.workflow(name="execute_run")(execute_run)


class RunQueue:
    def __init__(self, verdict: Verdict) -> None:
        self._verdict = verdict
        self._loop: Loop | None = None
        self._early: dict[str, asyncio.Task[None]] = {}
        self._places = asyncio.Semaphore(settings().parallel_runs)

    async def open(self) -> None:
        """Take up what an earlier process left unfinished, and queue from now on."""
        if self._early:  # somebody is waiting for a first answer already
            await asyncio.wait(self._early.values(), timeout=YIELD)
        loop = Loop(self._verdict)
        await asyncio.wrap_future(loop.opened)
        self._loop = loop
        await loop.do(_take_up(set(self._early)))

    async def put(self, run_id: str) -> None:
        """Asked for twice, it is worked on once."""
        if run_id in self._early:
            return
        if self._loop:
            await self._loop.do(_start(run_id))
        else:
            self._early[run_id] = asyncio.create_task(self._at_once(run_id))

    async def _at_once(self, run_id: str) -> None:
        async with self._places:
            await execute(run_id, self._verdict)

    async def close(self) -> None:
        for task in self._early.values():
            task.cancel()
        await asyncio.gather(*self._early.values(), return_exceptions=True)
        loop, self._loop = self._loop, None
        if loop:
            await asyncio.to_thread(loop.close)


class Loop:
    """A thread whose event loop works on the runs, so that no page waits for them. DBOS takes the loop it is launched in as its own."""

    places: asyncio.Semaphore
    """How many runs are worked on together. The workflow reads this and what follows here: DBOS calls it with nothing but the run's id."""
    under_way: "set[asyncio.Task[Any]]"
    """Those, and the ones that wait for a place."""
    verdict: Verdict

    def __init__(self, verdict: Verdict) -> None:
        self._verdict = verdict
        self.opened: Future[None] = Future()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._live()), name="runs", daemon=True)
        self._thread.start()

    async def _live(self) -> None:
        self._loop, self._closing = asyncio.get_running_loop(), asyncio.Event()
        Loop.places, Loop.under_way, Loop.verdict = asyncio.Semaphore(settings().parallel_runs), set(), self._verdict
        try:
            _launch()
        except Exception as error:
            return self.opened.set_exception(error)
        self.opened.set_result(None)
        await self._closing.wait()
        runs = tuple(Loop.under_way)  # each is told first and alone, or what it is busy with would end before it knows why
        for run in runs:
            run.cancel()
        await asyncio.gather(*runs, return_exceptions=True)

    async def do(self, work: Coroutine[Any, Any, None]) -> None:
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._loop))

    def close(self) -> None:
        """Runs under way are left where they are; the next start goes on with them."""
        self._loop.call_soon_threadsafe(self._closing.set)
        self._thread.join()
        _dbos()[0].DBOS.destroy()


async def _start(run_id: str, attempt: int = 0) -> None:
    dbos, workflow = _dbos()
    with dbos.SetWorkflowID(_workflow(run_id) + (f"-{attempt}" if attempt else "")):
        await dbos.DBOS.start_workflow_async(workflow, run_id)


async def _take_up(early: set[str]) -> None:
    """Runs that DBOS does not know of: stored just before the program died, or given up because the database failed in their middle.

    Runs that waited or were under way DBOS takes up by itself.
    """
    async with Store() as store, store.read() as session:
        unfinished = [run.id for run in await queries.unfinished_runs(session) if run.id not in early]
    for run_id in unfinished:
        known = await _dbos()[0].DBOS.list_workflows_async(workflow_id_prefix=_workflow(run_id), load_input=False, load_output=False)
        if not any(one.status in ("PENDING", "ENQUEUED", "DELAYED") for one in known):
            await _start(run_id, attempt=len(known))


def _workflow(run_id: str) -> str:
    return f"run-{run_id}"


def _executor() -> str:
    """Who takes up again what was left unfinished. A data folder has one lab; a PostgreSQL server may have many, each with its own runs."""
    return "local" if database_url().get_backend_name() == "sqlite" else f"{platform.node()}:{settings().data}"


def _launch() -> None:
    url = database_url()
    if url.get_backend_name() == "sqlite":
        system = f"sqlite:///{settings().data / 'queue.sqlite'}"
    else:
        system = url.render_as_string(hide_password=False)
    dbos, _ = _dbos()
    config = {
        "name": "fluency-lab",
        "system_database_url": system,
        "application_version": VERSION,
        "executor_id": _executor(),
        "log_level": "ERROR",
        "run_migrations": True,
        "notification_listener_polling_interval_sec": END,
    }
    logging.getLogger("dbos").setLevel(logging.ERROR)  # that a run is ended in its middle is no news to a person at a terminal
    dbos.DBOS(config=config)
    dbos.DBOS.launch()
