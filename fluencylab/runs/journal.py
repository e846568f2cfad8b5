"""What one run measures, on its way into the database: what has come meanwhile is stored together, in the order in which it came.

    async with Journal(store, run_id, nudge) as journal:
        await journal.put_call("answer/0", key, completion)
        await journal.put_step("answer", {"text": "…"})
    # here all of it is stored

A transaction for each call and one for each step were half of what a run's process did. Now one is written while answers come, and what
came in the meantime is the next. A call goes before its step, so a step that a page has shown has its call. What was put and is not
stored when the program is killed was never seen by anybody, and is asked again. Where nothing can be stored, the next `put` says so.
"""

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from hashlib import blake2b
from types import TracebackType
from typing import Any

from fluencylab import clock
from fluencylab.models.recorded import pack, unpack
from fluencylab.models.types import SHORT, Completion
from fluencylab.store import run_rows
from fluencylab.store.engine import Store, to_the_end

MOST_WAITING = 512
"""Rows that wait to be stored: whoever brings more waits with them."""
SHARE = 3
"""Times as long as the last writing took, the next one waits for more to come: a quarter of the time goes into writing."""
LONGEST = 0.05
"""Seconds that it waits at most."""
AT_ONCE = 500
"""Calls that are looked up, and steps that are read, in one go."""


class Journal:
    def __init__(self, store: Store, run_id: str, stored: Callable[[], None] = lambda: None, *, each: bool = False) -> None:
        """`stored`: called when more of the run stands in the database. `each`: whatever is put is stored before anything else happens,
        for a lab that may never let go of its event loop."""
        self._store, self._run_id, self._told, self._each = store, run_id, stored, each
        self._calls: dict[str, tuple[str, Completion, datetime]] = {}
        self._steps: list[dict[str, Any]] = []
        self._made: dict[str, datetime] = {}
        self._known: set[str] = set()
        self._seq = 0
        self._already: Counter[bytes] = Counter()
        self._came, self._room, self._still = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._room.set()
        self._still.set()
        self._failed: BaseException | None = None
        self._asked: dict[tuple[str, ...], dict[str, asyncio.Future[list[run_rows.KeptCall]]]] = {}
        self._readers = set[asyncio.Task[None]]()
        self._writer: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "Journal":
        """What an earlier attempt stored is known: which calls there are, and what the steps say."""
        async with self._store.read() as session:
            self._known = await run_rows.call_ids(session, self._run_id)
        while True:
            async with self._store.read() as session:
                steps = await run_rows.some_steps(session, self._run_id, self._seq, AT_ONCE)
            self._already.update(_says(kind, data) for _, kind, data in steps)
            self._seq += len(steps)
            if len(steps) < AT_ONCE:
                break
        self._writer = asyncio.create_task(self._write_on())
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        assert self._writer
        try:
            await to_the_end(self._last())
        finally:
            self._writer.cancel()
            await asyncio.gather(self._writer, *self._readers, return_exceptions=True)

    def was_made(self, call: str, when: datetime) -> None:
        """The answer that will be put for a call is that of an earlier run."""
        self._made[call] = when

    async def put_call(self, call: str, key: str, completion: Completion) -> None:
        self._calls[call] = (key, completion, self._made.pop(call, clock.now()))
        self._known.add(call)
        await self._put()

    async def put_step(self, kind: str, data: dict[str, Any]) -> None:
        """A step that says the same as one of an earlier attempt is that one."""
        if self._already and self._already[says := _says(kind, data)] > 0:
            self._already[says] -= 1
            return
        kept = json.loads(json.dumps(data))  # as it is now: whoever brought it may change it, and what cannot be stored is said here
        self._seq += 1
        self._steps.append({"run_id": self._run_id, "seq": self._seq, "kind": kind, "data": kept, "made": clock.now()})
        await self._put()

    async def settle(self) -> None:
        """Until all that was put is stored. Raises what stands in the way."""
        while self._waiting and not self._failed:
            self._still.clear()
            await self._still.wait()
        self._raise()

    async def call(self, call: str, key: str) -> Completion | None:
        """What this run has kept of a call; under another request's key it is another call."""
        short = key[:SHORT]
        names = [call] if call.startswith(short) else [call, short]  # the run may have been begun before calls had names
        for name in names:
            if name in self._calls:
                kept, completion, _ = self._calls[name]
                if kept == key:
                    return completion
            elif name in self._known:
                for row in await self._look((self._run_id,), name):
                    if row.request == key:
                        return unpack(row.completion)
        return None

    async def made_before(self, runs: tuple[str, ...], call: str, key: str) -> tuple[Completion, datetime] | None:
        """The answer that one of these runs had for the same request, the first that has one, and when it was made."""
        found = {row.run_id: row for row in await self._look(runs, call) if row.request == key}
        row = next((found[run] for run in runs if run in found), None)
        return (unpack(row.completion), row.made) if row else None

    @property
    def _waiting(self) -> int:
        return len(self._calls) + len(self._steps)

    async def _put(self) -> None:
        self._raise()
        self._came.set()
        if self._waiting > MOST_WAITING:
            self._room.clear()
        await self._room.wait()
        if self._each:
            await self.settle()
        self._raise()

    def _raise(self) -> None:
        if self._failed:
            raise self._failed

    async def _write_on(self) -> None:
        clock_of = asyncio.get_running_loop().time
        while True:
            await self._came.wait()
            self._came.clear()
            began = clock_of()
            try:
                await self._write()
            except Exception as error:
                self._failed = error
                self._room.set()
                self._still.set()
                return
            took = clock_of() - began
            await asyncio.sleep(0 if self._each else min(LONGEST, SHARE * took))

    async def _write(self) -> None:
        calls, steps = list(self._calls.items()), list(self._steps)
        rows = [
            {"run_id": self._run_id, "id": call, "request": key, "completion": pack(completion), "made": made}
            for call, (key, completion, made) in calls
        ]
        async with self._store.begin() as session:
            await run_rows.write(session, rows, steps)
        for call, row in calls:
            if self._calls.get(call) is row:
                del self._calls[call]
        del self._steps[: len(steps)]
        self._room.set()
        self._still.set()
        if steps:
            self._told()

    async def _last(self) -> None:
        """A writing under way comes to its end, and what is left is stored with it. What failed before may go now, and is tried once."""
        if self._waiting and not self._failed:
            await self.settle()
        if self._waiting:
            await self._write()

    async def _look(self, runs: tuple[str, ...], call: str) -> list[run_rows.KeptCall]:
        """All that is asked for in one turn of the event loop is read together."""
        asked = self._asked.get(runs)
        if asked is None:
            asked = self._asked[runs] = {}
            reader = asyncio.create_task(self._read(runs, asked))
            self._readers.add(reader)
            reader.add_done_callback(self._readers.discard)
        if call not in asked:
            asked[call] = asyncio.get_running_loop().create_future()
        return await asyncio.shield(asked[call])

    async def _read(self, runs: tuple[str, ...], asked: dict[str, "asyncio.Future[list[run_rows.KeptCall]]"]) -> None:
        await asyncio.sleep(0)
        del self._asked[runs]
        try:
            async with self._store.read() as session:
                rows = await run_rows.calls(session, runs, list(asked))
        except Exception as error:
            for waits in asked.values():
                waits.set_exception(error)
                waits.exception()  # whoever asked may have gone
            return
        found: dict[str, list[run_rows.KeptCall]] = {}
        for row in rows:
            found.setdefault(row.id, []).append(row)
        for call, waits in asked.items():
            waits.set_result(found.get(call, []))


class Memory:
    """The calls of one run, as `Recorded` asks for them and keeps them."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    async def get(self, call: str, key: str) -> Completion | None:
        return await self._journal.call(call, key)

    async def put(self, call: str, key: str, completion: Completion) -> None:
        await self._journal.put_call(call, key, completion)


def _says(kind: str, data: dict[str, Any]) -> bytes:
    return blake2b(json.dumps([kind, data], sort_keys=True, default=list).encode("utf-8", "surrogatepass"), digest_size=16).digest()
