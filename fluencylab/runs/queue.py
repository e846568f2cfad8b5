"""The queue of runs, kept by DBOS beside the data: what was queued or half done when the program died is taken up again.

    queue = RunQueue()            from here on runs can be put
    await queue.open()            takes up what an earlier process left unfinished
    await queue.put(run_id)
    await queue.close()

DBOS takes a second to import, which the first call shall not wait for: runs put before the queue is open are worked on at once, here.
Should the program die then, the next one finds them unfinished and unknown to any queue, and takes them up.
"""

import asyncio
import logging
import platform
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib import import_module
from typing import Any

from fluencylab.runs.execute import execute
from fluencylab.settings import settings
from fluencylab.store import queries
from fluencylab.store.engine import Store, database_url

QUEUE = "runs"
POLL = 0.05
"""Seconds between looks at the queue; a run begins at most this much later than asked."""
YIELD = 3.0
"""Seconds for which the queue lets runs that are under way go first, before it takes the processor to open."""
VERSION = "1"
"""Raised only when an unfinished run of the last version could not be gone on with."""


async def execute_run(run_id: str) -> None:
    await execute(run_id)


@cache
def _dbos() -> tuple[Any, Any]:
    """The library, and our one workflow made known to it."""
    dbos = import_module("dbos")
    return dbos, dbos.DBOS.workflow(name="execute_run")(execute_run)


class RunQueue:
    def __init__(self) -> None:
        self._open = False
        self._early: dict[str, asyncio.Task[None]] = {}
        self._places = asyncio.Semaphore(settings().parallel_runs)

    async def open(self) -> None:
        """Take up what an earlier process left unfinished, and queue from now on."""
        if self._early:  # somebody is waiting for a first answer already
            await asyncio.wait(self._early.values(), timeout=YIELD)
        await asyncio.to_thread(_launch)
        self._open = True
        await self._take_up()

    async def _take_up(self) -> None:
        """Runs that no queue knows of: stored just before the program died, or given up because the database failed in their middle.

        Runs that were queued or under way DBOS takes up by itself.
        """
        async with Store() as store, store.read() as session:
            unfinished = [run.id for run in await queries.unfinished_runs(session) if run.id not in self._early]
        dbos, _ = _dbos()
        for run_id in unfinished:
            known = await dbos.DBOS.list_workflows_async(workflow_id_prefix=_workflow(run_id), load_input=False, load_output=False)
            if not any(one.status in ("PENDING", "ENQUEUED", "DELAYED") for one in known):
                await self.put(run_id, attempt=len(known))

    async def put(self, run_id: str, attempt: int = 0) -> None:
        """Asked for twice, it is worked on once."""
        if run_id in self._early:
            return
        if not self._open:
            self._early[run_id] = asyncio.create_task(self._at_once(run_id))
            return
        dbos, workflow = _dbos()
        with dbos.SetWorkflowID(_workflow(run_id) + (f"-{attempt}" if attempt else "")):
            await dbos.DBOS.enqueue_workflow_async(QUEUE, workflow, run_id)

    async def _at_once(self, run_id: str) -> None:
        async with self._places:
            await execute(run_id)

    async def close(self) -> None:
        for task in self._early.values():
            task.cancel()
        await asyncio.gather(*self._early.values(), return_exceptions=True)
        if self._open:
            await asyncio.to_thread(_dbos()[0].DBOS.destroy)
            asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor())  # DBOS had put in its own, and has closed it


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
    }
    logging.getLogger("dbos").setLevel(logging.ERROR)  # that a run is ended in its middle is no news to a person at a terminal
    dbos.DBOS(config=config)
    dbos.DBOS.launch()
    dbos.DBOS.register_queue(QUEUE, worker_concurrency=settings().parallel_runs, polling_interval_sec=POLL, on_conflict="always_update")
