"""Work on several calls at once, and take each answer as soon as it is there.

    async with together(one(i) for i in range(12)) as answers:
        for answer in answers:
            yield await answer

Whoever leaves early, by an error or because the run was stopped, ends the calls still under way.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Coroutine, Iterable, Iterator
from contextlib import asynccontextmanager
from typing import Any, TypeVar

T = TypeVar("T")


@asynccontextmanager
async def as_completed_scope(work: Iterable[Coroutine[Any, Any, T]]) -> AsyncIterator[Iterator["asyncio.Future[T]"]]:
    tasks = [asyncio.create_task(one) for one in work]
    try:
        yield asyncio.as_completed(tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def as_completed_few(work: Iterable[Coroutine[Any, Any, T]], at_once: int) -> AsyncGenerator[T]:
    """The same for very many calls: only so many are begun at a time, and `work` is asked for the next when one of them is done."""
    begun, done = set[asyncio.Task[T]](), set[asyncio.Task[T]]()
    try:
        for one in work:
            begun.add(asyncio.create_task(one))
            if len(begun) >= at_once:
                done, begun = await asyncio.wait(begun, return_when=asyncio.FIRST_COMPLETED)
                for each in done:
                    yield each.result()
        while begun:
            done, begun = await asyncio.wait(begun, return_when=asyncio.FIRST_COMPLETED)
            for each in done:
                yield each.result()
    finally:
        for task in begun:
            task.cancel()
        await asyncio.gather(*begun, *done, return_exceptions=True)
