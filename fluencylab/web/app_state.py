"""The state of the running application: its database, its feed of runs, its queue, and the model it keeps ready."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request

from fluencylab.actions import verdicts
from fluencylab.actions.model_tests import ModelTests
from fluencylab.actions.runs import the_learner
from fluencylab.models.standby import Standby
from fluencylab.models.transport import library
from fluencylab.runs.feed import Feed
from fluencylab.runs.queue import RunQueue
from fluencylab.store.engine import Store
from fluencylab.store.migrate import migrate
from fluencylab.web.brought import BroughtIn
from fluencylab.web.refusal import Refusals

log = logging.getLogger(__name__)
AGAIN = 5.0
"""Seconds until a queue that could not be opened, as on a full disk, is tried again."""


class AppState:
    def __init__(self) -> None:
        self.store = Store()
        self.feed = Feed(self.store)
        self.standby = Standby()
        self.refusals = Refusals()
        self.brought = BroughtIn()
        self.learner = ""
        self.tests = ModelTests()
        self._queue = RunQueue(verdicts.of_run)
        self._closing = asyncio.Event()
        self._opening = asyncio.create_task(self._open_queue())
        self._keeping = asyncio.create_task(self.standby.keep())

    async def _open_queue(self) -> None:
        await asyncio.to_thread(library, "httpx2")  # the first call waits for this, and for nothing of the queue
        while not self._closing.is_set():
            try:
                return await self._queue.open()
            except Exception as error:
                log.warning("the queue cannot be opened yet; runs are worked on without it", exc_info=error)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), AGAIN)

    async def queue(self) -> RunQueue:
        """Runs can be put at once, whether or not it is open by now."""
        return self._queue

    async def rest(self) -> None:
        """Let the model go; pages can still be asked for."""
        self._keeping.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._keeping

    async def close(self) -> None:
        await self.tests.close()
        await self.rest()
        await self.feed.close()
        self._closing.set()
        await self._opening
        await self._queue.close()
        await self.store.__aexit__(None, None, None)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    await asyncio.to_thread(migrate)
    lab = AppState()
    lab.learner = await the_learner(lab.store)
    await verdicts.catch_up(lab.store)
    app.state.lab = lab
    try:
        yield
    finally:
        await lab.close()


def app_state(request: Request) -> AppState:
    lab: AppState = request.app.state.lab
    return lab
