"""What one open lab holds: its database, its feed of runs, its queue, and the model it keeps ready."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request

from fluencylab.actions.runs import the_learner
from fluencylab.models.standby import Standby
from fluencylab.runs.feed import Feed
from fluencylab.runs.queue import RunQueue
from fluencylab.store.engine import Store
from fluencylab.store.migrate import migrate


class Lab:
    def __init__(self) -> None:
        self.store = Store()
        self.feed = Feed(self.store)
        self.standby = Standby()
        self.learner = ""
        self._queue = asyncio.create_task(RunQueue.launch())
        self._keeping = asyncio.create_task(self.standby.keep())

    async def queue(self) -> RunQueue:
        """The queue opens behind the first page; whoever needs it sooner waits a moment."""
        return await asyncio.shield(self._queue)

    async def rest(self) -> None:
        """Let the model go; pages can still be asked for."""
        self._keeping.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._keeping

    async def close(self) -> None:
        await self.rest()
        await self.feed.close()
        await (await self._queue).close()
        await self.store.__aexit__(None, None, None)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    await asyncio.to_thread(migrate)
    lab = Lab()
    lab.learner = await the_learner(lab.store)
    app.state.lab = lab
    try:
        yield
    finally:
        await lab.close()


def the_lab(request: Request) -> Lab:
    lab: Lab = request.app.state.lab
    return lab
