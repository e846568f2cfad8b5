"""Watch a run: what was stored, then what comes. Any number of pages share one look at the database per run.

Events: `step` (id = its sequence number), `partial` (answers being written, whole text so far), `state` (progress), `end`, and
`quiet` when nothing has happened for a while. A page that comes back sends the last id it saw and gets what followed; partials and
states carry no id and are never missed, because the next one says everything again.

Nothing waits in line for a page: each reads on from where it is, so a slow one skips pictures of half-written answers and misses no step.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Literal, TypedDict

from fluencylab import clock
from fluencylab.errors import LabError, NotFound
from fluencylab.runs.live import LIVE
from fluencylab.store import queries, run_rows
from fluencylab.store.engine import Store
from fluencylab.store.tables import Run

log = logging.getLogger(__name__)
ENDED = ("done", "failed", "cancelled")
LOOK_EVERY = 0.5
"""Seconds between looks at the database when nobody nudges: the run may be worked on by another process."""
BREATHE = 0.04
"""Seconds in which tokens are gathered before the pages are told: 25 pictures a second are enough."""
BREATHE_PER_WATCHER = 0.0005
"""More pages are told less often, so that a thousand of them leave time for everything else."""
KEPT = 400
"""The latest steps of a run that are held for all who watch it. Whoever has not seen older ones reads them from the database."""
QUIET = 15.0
"""Seconds of silence after which a page is told that there is nothing to tell."""


@dataclass(frozen=True, eq=False)
class Event:
    """One thing to tell. The same object goes to all who watch, so that it is put on the wire once."""

    kind: Literal["step", "partial", "state", "end", "quiet"]
    data: dict[str, Any]
    seq: int | None = None


class RunState(TypedDict):
    """Progress of a run. `left_s`: the time left in seconds, None when it cannot be told yet. `waits`: why it waits, while it does."""

    status: str
    planned: int
    done: int
    left_s: float | None
    message: str
    fix: str
    waits: str


def state(run: Run, done: int) -> RunState:
    left = None
    if run.status == "running" and run.started and done:
        spent = (clock.now() - run.started).total_seconds()
        left = round(max(0.0, spent / done * (run.planned - done)), 1)
    waits = LIVE.waiting(run.id) if run.status == "running" else ""
    return RunState(status=run.status, planned=run.planned, done=done, left_s=left, message=run.message, fix=run.fix, waits=waits)


def step_event(seq: int, kind: str, data: dict[str, Any]) -> Event:
    return Event("step", {"seq": seq, "kind": kind, **data}, seq)


class Feed:
    """All runs watched from one event loop."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._topics: dict[str, _Topic] = {}

    async def watch(self, run_id: str, after: int = 0, quiet: float = QUIET) -> AsyncIterator[list[Event]]:
        """All that is new, again and again: the steps after `after` first, `end` last. A number no step has yet counts as the last one's.

        Raises NotFound, or ConnectionAbortedError when the database could not be read: ask again.
        """
        if after:
            async with self._store.read() as session:
                after = min(after, await queries.last_step(session, run_id))
        topic = self._topics.get(run_id) or _Topic(self._store, run_id, self._topics)
        topic.join()
        try:
            async for news in topic.news(after, quiet):
                yield news
        finally:
            topic.leave()

    async def close(self) -> None:
        for topic in list(self._topics.values()):
            await topic.stop()


class _Topic:
    """One run, looked at once for all its watchers. Steps are numbered from 1 without gaps."""

    def __init__(self, store: Store, run_id: str, topics: "dict[str, _Topic]") -> None:
        self._store, self._run_id, self._topics = store, run_id, topics
        self._watchers = 0
        self._steps: list[Event] = []
        self._older = 0
        """Steps before those"""
        self._state: Event | None = None
        self._partial: Event | None = None
        self._end: Event | None = None
        self._trouble: Exception | None = None
        self._stopped = False
        self._looked = 0
        self._told = asyncio.Event()
        self._changed = asyncio.Event()
        topics[run_id] = self
        self._unlisten = LIVE.listen(run_id, asyncio.get_running_loop(), self._changed)
        self._task = asyncio.create_task(self._follow())

    def join(self) -> None:
        self._watchers += 1

    def leave(self) -> None:
        self._watchers -= 1
        if not self._watchers:
            self._changed.set()

    async def stop(self) -> None:
        self._stopped = True
        self._changed.set()
        await self._task

    async def news(self, seen: int, quiet: float) -> AsyncIterator[list[Event]]:
        """One watcher's way through, from the step after `seen`."""
        shown: tuple[Event | None, ...] = ()
        while True:
            told = self._told
            if self._state and seen < self._older:
                yield (older := await self._read_older(seen))
                seen += len(older)
                continue
            if self._state:
                now = (self._state, self._partial, self._end)
                fresh = self._steps[seen - self._older :] + [event for event in now if event and event not in shown]
                seen, shown = max(seen, self._count), now
                if fresh:
                    yield fresh
                if self._end in shown and self._end:
                    return
            if self._trouble:
                raise self._trouble
            if told is self._told:
                try:
                    async with asyncio.timeout(quiet):
                        await told.wait()
                except TimeoutError:
                    yield [Event("quiet", {})]

    def _tell(self) -> None:
        told, self._told = self._told, asyncio.Event()
        told.set()

    async def _follow(self) -> None:
        try:
            while not await self._look() and self._watched:
                await self._until_stored()
            self._trouble = ConnectionAbortedError("the lab is being closed; ask again") if self._stopped else None
        except NotFound as error:
            self._trouble = error
        except Exception as error:
            log.warning("a run could not be looked at", exc_info=error)
            self._trouble = ConnectionAbortedError("the run could not be looked at; ask again")
        finally:
            self._unlisten()
            del self._topics[self._run_id]
            self._tell()

    async def _look(self) -> bool:
        """Has the run ended?"""
        self._looked = LIVE.stored(self._run_id)
        async with self._store.read() as session:
            run = await queries.run_progress(session, self._run_id)
            last = await queries.last_step(session, self._run_id)
        if run is None:
            raise NotFound("There is no such run.", "It may have been made on another machine.")
        if last - self._count > KEPT:
            self._steps, self._older = [], last - KEPT
        if last > self._count:
            self._steps += await self._read(self._count, last - self._count)
        if len(self._steps) > 2 * KEPT:
            self._older += len(self._steps) - KEPT
            del self._steps[:-KEPT]
        now = dict(state(run, self._count))
        if self._state is None or now != self._state.data:
            self._state = Event("state", now)
            self._end = Event("end", now) if run.status in ENDED else None
            self._tell()
        return self._end is not None

    @property
    def _count(self) -> int:
        return self._older + len(self._steps)

    async def _read_older(self, seen: int) -> list[Event]:
        """For one watcher. Raises ConnectionAbortedError where they cannot be read, or are gone."""
        try:
            found = await self._read(seen, min(KEPT, self._older - seen))
        except LabError as error:
            raise ConnectionAbortedError("the run could not be looked at; ask again") from error
        if not found:
            raise ConnectionAbortedError("the run is gone")
        return found

    async def _read(self, after: int, many: int) -> list[Event]:
        async with self._store.read() as session:
            return [step_event(*row) for row in await run_rows.some_steps(session, self._run_id, after, many)]

    @property
    def _watched(self) -> bool:
        return bool(self._watchers) and not self._stopped

    async def _until_stored(self) -> None:
        """Until something of the run was stored, or it is time to see what another process has stored."""
        clock = asyncio.get_running_loop().time
        until = clock() + LOOK_EVERY
        while self._watched and LIVE.stored(self._run_id) == self._looked and clock() < until:
            await self._until_changed()

    async def _until_changed(self) -> None:
        """Wait for a nudge. Tokens being written are passed on at once, without a look at the database."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LOOK_EVERY):
                await self._changed.wait()
        self._changed.clear()
        if partials := LIVE.partials(self._run_id):
            self._partial = Event("partial", {"answers": partials})
            self._tell()
            await asyncio.sleep(max(BREATHE, BREATHE_PER_WATCHER * self._watchers))
        else:
            self._partial = None
