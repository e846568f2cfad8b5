"""Work on several calls at once, and take each answer as soon as it is there.

    async with together(one(i) for i in range(12)) as answers:
        for answer in answers:
            yield await answer

Whoever leaves early, by an error or because the run was stopped, ends the calls still under way.
"""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterable, Iterator
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
