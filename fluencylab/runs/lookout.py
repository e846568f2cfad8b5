"""Servers that share a PostgreSQL look out for each other: each says that it lives, and goes on with runs of one that does not.

    lookout = Lookout(go_on)          `go_on(run)`: work on it here
    await lookout.take_up(own=True)   what this server itself left unfinished
    await lookout.close()

Several may begin with the same run: the lease (`store/leases.py`) lets one of them work.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterator

from fluencylab.errors import LabError
from fluencylab.instruments import instrument
from fluencylab.models import catalogue
from fluencylab.runs.live import LIVE
from fluencylab.settings import settings
from fluencylab.store import leases
from fluencylab.store.engine import Store
from fluencylab.store.tables import Run

BEATS = 6
"""How often a server says so in the time after which it would be given up."""
SILENT = "The server that works on this run has gone quiet. If it stays so, another one goes on with it."
log = logging.getLogger(__name__)
_in_hand: set[str] = set()


@contextlib.contextmanager
def in_hand(run_id: str) -> Iterator[bool]:
    """A run waits or is worked on in this process until the end of this block. False where it is already."""
    if run_id in _in_hand:
        yield False
        return
    _in_hand.add(run_id)
    try:
        yield True
    finally:
        _in_hand.discard(run_id)


class Lookout:
    def __init__(self, go_on: Callable[[str], Awaitable[None]]) -> None:
        self._go_on = go_on
        self._store = Store()
        self._told: set[str] = set()
        self._task = asyncio.create_task(self._keep())

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(settings().lease / BEATS)
            try:
                await self._renew()
                await self.take_up()
                await self._tell()
            except Exception as error:  # the next beat may find the database again
                log.warning("this server cannot say that it lives: %s", error)

    async def _renew(self) -> None:
        """A run that another server has taken meanwhile ends here at once, and not only when it wants to store something."""
        begun = LIVE.begun()
        if runs := begun | _in_hand:
            async with self._store.begin() as session:
                held = await leases.renew(session, runs)
            for run_id in begun - held:
                LIVE.cancel(run_id)

    async def take_up(self, *, own: bool = False) -> None:
        async with self._store.read() as session:
            found = await leases.abandoned(session, own=own)
        for run in found:
            if run.id not in _in_hand and await asyncio.to_thread(_known_here, run):
                log.info("nobody works on run %s, which goes on here", run.id)
                await self._go_on(run.id)

    async def _tell(self) -> None:
        """Whoever looks at a run here reads why nothing happens."""
        async with self._store.read() as session:
            silent = await leases.silent(session) - _in_hand
        for run_id in silent - self._told:
            LIVE.waits(run_id, SILENT)
        for run_id in self._told - silent:
            if LIVE.waiting(run_id) == SILENT:
                LIVE.waits(run_id, "")
        self._told = silent

    async def close(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await self._store.__aexit__(None, None, None)


def _known_here(run: Run) -> bool:
    """Has this server the lab and the model? Another one may have more labs installed, and a list of models of its own."""
    try:
        instrument(run.instrument)
        catalogue.find(run.model)
    except LabError:
        return False
    return True
