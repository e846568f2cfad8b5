"""What a command does in the data folder: its tables brought up to date, its store opened, its one learner."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from fluencylab.store.engine import Store

Found = TypeVar("Found")


def opened(act: Callable[["Store", str], Awaitable[Found]]) -> Found:
    from fluencylab.actions.runs import the_learner
    from fluencylab.store.engine import Store
    from fluencylab.store.migrate import migrate

    async def opened() -> Found:
        async with Store() as store:
            return await act(store, await the_learner(store))

    migrate()
    return asyncio.run(opened())
