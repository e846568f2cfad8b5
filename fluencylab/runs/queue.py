"""The queue of runs, kept by DBOS beside the data: what was queued or half done when the program died is taken up again.

Usage: `queue = await RunQueue.launch()`; `await queue.put(run_id)`; `await queue.close()`.
"""

import asyncio
import logging

from dbos import DBOS, DBOSConfig, SetWorkflowID

from fluencylab.runs.execute import execute
from fluencylab.settings import settings
from fluencylab.store.engine import database_url

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
        return cls()

    async def put(self, run_id: str) -> None:
        with SetWorkflowID(f"run-{run_id}"):
            await DBOS.enqueue_workflow_async(QUEUE, execute_run, run_id)

    async def close(self) -> None:
        await asyncio.to_thread(DBOS.destroy)


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
        "executor_id": "local",
        "log_level": "WARNING",
        "run_migrations": True,
    }
    logging.getLogger("dbos").setLevel(logging.WARNING)
    DBOS(config=config)
    DBOS.launch()
    DBOS.register_queue(QUEUE, worker_concurrency=settings().parallel_runs, polling_interval_sec=POLL, on_conflict="always_update")
