"""The queue of runs, kept by DBOS beside the data: what was queued or half done when the program died is taken up again.

    queue = RunQueue(verdict)     from here on runs can be put; `verdict` is told of each one's end
    await queue.open()            takes up what an earlier process left unfinished
    await queue.put(run_id)
    await queue.close()

A run is a workflow of DBOS from the moment it is put, and waits inside it for a place. A queue of DBOS's own would have to be asked
for work twenty times a second, which costs a tenth of a processor while nobody does anything.

DBOS takes a second to import, which the first call shall not wait for: runs put before the queue is open are worked on at once, here.
Should the program die then, the next one finds them unfinished and unknown to DBOS, and takes them up. So a queue that cannot be opened,
or does not take a run, holds up no run: its file holds nothing that the database does not.

Where servers share a PostgreSQL, what is unfinished may be another one's work: whose it is, and what nobody works on any more, leases
tell (`lookout.py`), and DBOS takes up nothing.
"""

import asyncio
import logging
import threading
import uuid
from collections.abc import Coroutine
from concurrent.futures import Future
from functools import cache
from typing import Any

from fluencylab.runs import queue_file
from fluencylab.runs.execute import Verdict, execute
from fluencylab.runs.lookout import Lookout, in_hand
from fluencylab.settings import settings
from fluencylab.store import leases, queries
from fluencylab.store.engine import Store

YIELD = 3.0
"""Seconds for which the queue lets runs that are under way go first, before it takes the processor to open."""
log = logging.getLogger(__name__)


async def execute_run(run_id: str) -> None:
    if Loop.closing.is_set():  # DBOS begins what it took up whenever it comes to it; whoever watched over it has gone
        raise asyncio.CancelledError
    task = asyncio.current_task()
    assert task
    Loop.under_way.add(task)
    try:
        await _in_turn(run_id, Loop.places, Loop.verdict)
    finally:
        Loop.under_way.discard(task)


async def _in_turn(run_id: str, places: asyncio.Semaphore, verdict: Verdict) -> None:
    with in_hand(run_id) as here:
        if here:
            async with places:
                await execute(run_id, verdict)


@cache
def _execute_run() -> Any:
    """Our one workflow, made known to DBOS."""
    return queue_file.dbos().DBOS.workflow(name="execute_run")(execute_run)


class RunQueue:
    def __init__(self, verdict: Verdict) -> None:
        self._verdict = verdict
        self._loop: Loop | None = None
        self._lookout: Lookout | None = None
        self._early: dict[str, asyncio.Task[None]] = {}
        self._places = asyncio.Semaphore(settings().parallel_runs)

    async def open(self) -> None:
        """Take up what an earlier process left unfinished, and queue from now on. Where it raises, it can be asked again."""
        if leases.shared() and self._lookout is None:
            self._lookout = Lookout(self.go_on)
        if self._early:  # somebody is waiting for a first answer already
            await asyncio.wait(self._early.values(), timeout=YIELD)
        if self._loop is None:
            loop = Loop(self._verdict)
            await asyncio.wrap_future(loop.opened)
            self._loop = loop
        if self._lookout:
            await self._lookout.take_up(own=True)
        else:
            await self._loop.do(_take_up(set(self._early)))

    async def put(self, run_id: str) -> None:
        """Asked for twice, it is worked on once."""
        if run_id not in self._early and not await self._taken(run_id):
            self._early[run_id] = asyncio.create_task(self._at_once(run_id))

    async def go_on(self, run_id: str) -> None:
        """With a run that nobody works on, however often it was begun."""
        if not await self._taken(run_id, uuid.uuid4().hex):
            self._early[run_id] = asyncio.create_task(self._at_once(run_id))

    async def _taken(self, run_id: str, attempt: str = "") -> bool:
        """By the open queue. One that fails, as on a disk that got full, leaves the run to be worked on at once."""
        if self._loop is None:
            return False
        try:
            await self._loop.do(_start(run_id, attempt))
        except Exception as error:
            log.warning("the queue did not take a run, which is worked on at once", exc_info=error)
            return False
        return True

    async def _at_once(self, run_id: str) -> None:
        await _in_turn(run_id, self._places, self._verdict)

    async def close(self) -> None:
        if self._lookout:
            await self._lookout.close()
            self._lookout = None
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
    closing: asyncio.Event
    under_way: "set[asyncio.Task[Any]]"
    """Those, and the ones that wait for a place."""
    verdict: Verdict

    def __init__(self, verdict: Verdict) -> None:
        self._verdict = verdict
        self.opened: Future[None] = Future()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._live()), name="runs", daemon=True)
        self._thread.start()

    async def _live(self) -> None:
        self._loop = asyncio.get_running_loop()
        Loop.closing, Loop.places = asyncio.Event(), asyncio.Semaphore(settings().parallel_runs)
        Loop.under_way, Loop.verdict = set(), self._verdict
        try:
            _execute_run()
            queue_file.launch()
        except Exception as error:
            return self.opened.set_exception(error)
        self.opened.set_result(None)
        await Loop.closing.wait()
        while runs := tuple(Loop.under_way):  # each is told first and alone, or what it is busy with would end before it knows why
            for run in runs:
                run.cancel()
            await asyncio.gather(*runs, return_exceptions=True)

    async def do(self, work: Coroutine[Any, Any, None]) -> None:
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._loop))

    def close(self) -> None:
        """Runs under way are left where they are; the next start goes on with them."""
        self._loop.call_soon_threadsafe(Loop.closing.set)
        self._thread.join()
        queue_file.destroy()


async def _start(run_id: str, attempt: str = "") -> None:
    dbos, workflow = queue_file.dbos(), _execute_run()
    with dbos.SetWorkflowID(_workflow(run_id) + (f"-{attempt}" if attempt else "")):
        await dbos.DBOS.start_workflow_async(workflow, run_id)


async def _take_up(early: set[str]) -> None:
    """Runs that DBOS does not know of: stored just before the program died, or given up because the database failed in their middle.

    Runs that waited or were under way DBOS takes up by itself.
    """
    async with Store() as store, store.read() as session:
        unfinished = [run.id for run in await queries.unfinished_runs(session) if run.id not in early]
    for run_id in unfinished:
        known = await queue_file.dbos().DBOS.list_workflows_async(workflow_id_prefix=_workflow(run_id), load_input=False, load_output=False)
        if not any(one.status in ("PENDING", "ENQUEUED", "DELAYED") for one in known):
            await _start(run_id, str(len(known) or ""))


def _workflow(run_id: str) -> str:
    return f"run-{run_id}"
