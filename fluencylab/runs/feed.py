"""Watch a run: what was stored, then what comes. Any number of pages share one look at the database per run.

Events: `step` (id = its sequence number), `partial` (answers being written, whole text so far), `state` (progress), `end`.
A page that comes back sends the last id it saw and gets what followed; partials and states carry no id and are never missed,
because the next one says everything again.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Literal

from fluencylab import clock
from fluencylab.errors import NotFound
from fluencylab.runs.live import LIVE
from fluencylab.store import queries
from fluencylab.store.engine import Store
from fluencylab.store.tables import Run, Step

ENDED = ("done", "failed", "cancelled")
LOOK_EVERY = 0.5
"""Seconds between looks at the database when nobody nudges: the run may be worked on by another process."""
BREATHE = 0.04
"""Seconds in which tokens are gathered before the pages are told: 25 pictures a second are enough."""
BACKLOG = 1000


@dataclass(frozen=True, eq=False)
class Event:
    """One thing to tell. The same object goes to all who watch, so that it is put on the wire once."""

    kind: Literal["step", "partial", "state", "end"]
    data: dict[str, Any]
    seq: int | None = None


def state(run: Run, done: int) -> dict[str, Any]:
    """Progress of a run, with the time left in seconds (None when it cannot be told yet)."""
    left = None
    if run.status == "running" and run.started and done:
        spent = (clock.now() - run.started).total_seconds()
        left = round(max(0.0, spent / done * (run.planned - done)), 1)
    return {"status": run.status, "planned": run.planned, "done": done, "left_s": left, "message": run.message, "fix": run.fix}


def step_event(step: Step) -> Event:
    return Event("step", {"seq": step.seq, "kind": step.kind, **step.data}, step.seq)


class Feed:
    """All runs watched from one event loop."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._topics: dict[str, _Topic] = {}

    async def watch(self, run_id: str, after: int = 0) -> AsyncIterator[Event]:
        """Events of one run from the step after `after`, until it has ended."""
        topic = self._topics.get(run_id) or _Topic(self._store, run_id, self._topics)
        queue = topic.join()
        try:
            async with self._store.read() as session:
                run = await queries.run(session, run_id)
                if run is None:
                    raise NotFound("There is no such run.", "It may have been made on another machine.")
                backlog = await queries.steps_after(session, run_id, 0)
            for step in backlog:
                if step.seq > after:
                    yield step_event(step)
            seen = max(after, backlog[-1].seq if backlog else 0)
            yield Event("state", state(run, len(backlog)))
            if partials := LIVE.partials(run_id):
                yield Event("partial", {"answers": partials})
            while True:
                event = await queue.get()
                if event is None:
                    raise ConnectionAbortedError("the page was too slow and must ask again")
                if event.seq is not None and event.seq <= seen:
                    continue
                seen = event.seq or seen
                yield event
                if event.kind == "end":
                    return
        finally:
            topic.leave(queue)

    async def close(self) -> None:
        for topic in list(self._topics.values()):
            await topic.stop()


class _Topic:
    """One run, looked at once for all its watchers."""

    def __init__(self, store: Store, run_id: str, topics: "dict[str, _Topic]") -> None:
        self._store, self._run_id, self._topics = store, run_id, topics
        self._queues: set[asyncio.Queue[Event | None]] = set()
        self._changed = asyncio.Event()
        topics[run_id] = self
        self._unlisten = LIVE.listen(run_id, asyncio.get_running_loop(), self._changed)
        self._task = asyncio.create_task(self._follow())

    def join(self) -> "asyncio.Queue[Event | None]":
        queue: asyncio.Queue[Event | None] = asyncio.Queue(BACKLOG)
        self._queues.add(queue)
        return queue

    def leave(self, queue: "asyncio.Queue[Event | None]") -> None:
        self._queues.discard(queue)
        if not self._queues:
            self._task.cancel()
            self._close()

    async def stop(self) -> None:
        self._task.cancel()
        self._close()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task

    def _close(self) -> None:
        self._unlisten()
        if self._topics.get(self._run_id) is self:
            del self._topics[self._run_id]

    async def _follow(self) -> None:
        seen = 0
        told: dict[str, Any] = {}
        while True:
            async with self._store.read() as session:
                run = await queries.run(session, self._run_id)
                steps = await queries.steps_after(session, self._run_id, seen)
            if run is None:
                return
            for step in steps:
                seen = step.seq
                self._tell(step_event(step))
            now = state(run, seen)
            if now != told:
                self._tell(Event("state", now))
                told = now
            if run.status in ENDED:
                self._tell(Event("end", now))
                self._close()
                return
            await self._until_changed()

    async def _until_changed(self) -> None:
        """Wait for a nudge. Tokens being written are passed on at once; a stored step ends the waiting."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LOOK_EVERY):
                await self._changed.wait()
        self._changed.clear()
        if partials := LIVE.partials(self._run_id):
            self._tell(Event("partial", {"answers": partials}))
            await asyncio.sleep(BREATHE)

    def _tell(self, event: Event) -> None:
        for queue in list(self._queues):
            try:
                queue.put_nowait(event)
            except asyncio.QueueFull:
                self._queues.discard(queue)
                while not queue.empty():
                    queue.get_nowait()
                queue.put_nowait(None)
