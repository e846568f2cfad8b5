"""A run of an installed lab works on an event loop in a thread of its own: whatever its code waits for, other runs and pages go on.

    await apart(lambda: measure(run_id))

Stopped, the work is told so and waited for; one that does not end by then is left behind, and the run has ended without it.
"""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, InvalidStateError
from typing import Any

GRACE = 3.0
"""Seconds that the work has to end once it was told to."""


async def apart(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Raises what the work raises."""
    thread = _Apart(work)
    ended = asyncio.wrap_future(thread.ended)
    try:
        await asyncio.shield(ended)
    except asyncio.CancelledError:
        thread.cancel()
        await asyncio.wait((ended,), timeout=GRACE)
        ended.cancel()
        raise


class _Apart:
    def __init__(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self.ended: Future[None] = Future()
        self._work = work
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._told = False
        threading.Thread(target=self._run, name="installed-lab-run", daemon=True).start()

    def _run(self) -> None:
        with contextlib.suppress(InvalidStateError):  # nobody waits any more
            try:
                asyncio.run(self._live())
            except (Exception, asyncio.CancelledError) as error:
                self.ended.set_exception(error)
            except BaseException as error:  # a stranger's code may raise anything: what would end the program ends the run
                self.ended.set_exception(RuntimeError(type(error).__name__))
            else:
                self.ended.set_result(None)

    async def _live(self) -> None:
        self._loop, self._task = asyncio.get_running_loop(), asyncio.create_task(self._work())
        if self._told:
            self._task.cancel()
        await self._task

    def cancel(self) -> None:
        self._told = True
        if self._loop and self._task:
            with contextlib.suppress(RuntimeError):  # the loop is closed: it has ended
                self._loop.call_soon_threadsafe(self._task.cancel)
