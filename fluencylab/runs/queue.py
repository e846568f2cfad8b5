"""The queue of runs, kept by DBOS beside the data: what was queued or half done when the program died is taken up again.

Usage: `queue = await RunQueue.launch()`; `await queue.put(run_id)`; `await queue.close()`.
"""

import asyncio
import logging
import platform
from concurrent.futures import ThreadPoolExecutor

from dbos import DBOS, DBOSConfig, SetWorkflowID

from fluencylab.runs.execute import execute
from fluencylab.settings import settings
from fluencylab.store import queries
from fluencylab.store.engine import Store, database_url

QUEUE = "runs"
POLL = 0.05
"""Seconds between looks at the queue; a run begins at most this much later than asked."""
VERSION = "1"
"""Raised only when an unfinished run of the last version could not be gone on with."""


@DBOS.workflow(name="execute_run")
async def execute_run(run_id: str) -> None:
    await execute(run_id)


class RunQueue:
    @classmethod
    async def launch(cls) -> "RunQueue":
        """Open the queue and take up what an earlier process left unfinished."""
        await asyncio.to_thread(_launch)
        queue = cls()
        await queue._take_up()
        return queue

    async def _take_up(self) -> None:
        """Runs that no queue knows of: stored just before the program died, or given up because the database failed in their middle.

        Runs that were queued or under way DBOS takes up by itself.
        """
        async with Store() as store, store.read() as session:
            unfinished = [run.id for run in await queries.unfinished_runs(session)]
        for run_id in unfinished:
            known = await DBOS.list_workflows_async(workflow_id_prefix=_workflow(run_id), load_input=False, load_output=False)
            if not any(one.status in ("PENDING", "ENQUEUED", "DELAYED") for one in known):
                await self.put(run_id, attempt=len(known))

    async def put(self, run_id: str, attempt: int = 0) -> None:
        """Asked for twice, it is worked on once."""
        with SetWorkflowID(_workflow(run_id) + (f"-{attempt}" if attempt else "")):
            await DBOS.enqueue_workflow_async(QUEUE, execute_run, run_id)

    async def close(self) -> None:
        await asyncio.to_thread(DBOS.destroy)
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
    config: DBOSConfig = {
        "name": "fluency-lab",
        "system_database_url": system,
        "application_version": VERSION,
        "executor_id": _executor(),
        "log_level": "ERROR",
        "run_migrations": True,
    }
    logging.getLogger("dbos").setLevel(logging.ERROR)  # that a run is ended in its middle is no news to a person at a terminal
    DBOS(config=config)
    DBOS.launch()
    DBOS.register_queue(QUEUE, worker_concurrency=settings().parallel_runs, polling_interval_sec=POLL, on_conflict="always_update")
