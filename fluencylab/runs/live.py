"""What is being written right now, in this process: half-finished answers, and nudges that a step was stored.

Nothing here is stored: a step is the truth, this is the sight of it coming. The executor may live on another thread and
another event loop than the pages; `publish` and `cancel` may be called from anywhere.
"""

import asyncio
import itertools
import threading
from collections.abc import Callable
from typing import Any


class Live:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._partials: dict[str, dict[str, dict[str, Any]]] = {}
        self._waits: dict[str, str] = {}
        self._numbers = itertools.count(1)
        self._stored: dict[str, int] = {}
        self._listeners: dict[str, set[Callable[[], None]]] = {}
        self._tasks: dict[str, tuple[asyncio.AbstractEventLoop, asyncio.Task[Any]]] = {}

    # the executor's side

    def began(self, run_id: str, task: "asyncio.Task[Any]") -> None:
        with self._lock:
            self._tasks[run_id] = (task.get_loop(), task)

    def writes(self, run_id: str, call: str, text: str, logprob: float | None = None) -> None:
        """More of one call's answer; with a log-probability, its tokens are told one by one too."""
        with self._lock:
            partial = self._partials.setdefault(run_id, {}).setdefault(call, {"text": ""})
            partial["text"] += text
            if logprob is not None:
                partial["tokens"] = [*partial.get("tokens", ()), [text, logprob]]
        self._wake(run_id)

    def thinks(self, run_id: str, call: str, text: str) -> None:
        """More of what one call thinks before it answers."""
        with self._lock:
            partial = self._partials.setdefault(run_id, {}).setdefault(call, {"text": ""})
            partial["thinking"] = partial.get("thinking", "") + text
        self._wake(run_id)

    def waits(self, run_id: str, sentence: str) -> None:
        """An endpoint asked to be called later; an empty sentence when it goes on."""
        with self._lock:
            self._waits[run_id] = sentence
        self.nudge(run_id)

    def wrote(self, run_id: str, call: str) -> None:
        """The call is complete (or is begun again): its half-finished answer is no longer of interest."""
        with self._lock:
            self._partials.get(run_id, {}).pop(call, None)

    def ended(self, run_id: str) -> None:
        with self._lock:
            self._tasks.pop(run_id, None)
            self._partials.pop(run_id, None)
            self._waits.pop(run_id, None)
        self.nudge(run_id)

    def nudge(self, run_id: str) -> None:
        """Something of the run was stored: a look at the database shows more than before."""
        with self._lock:
            self._stored[run_id] = next(self._numbers)
        self._wake(run_id)

    def _wake(self, run_id: str) -> None:
        with self._lock:
            listeners = list(self._listeners.get(run_id, ()))
        for listener in listeners:
            listener()

    # the pages' side

    @property
    def busy(self) -> bool:
        """Is any run worked on in this process?"""
        return bool(self._tasks)

    def begun(self) -> set[str]:
        """Runs that are worked on in this process."""
        with self._lock:
            return set(self._tasks)

    def cancel(self, run_id: str) -> None:
        with self._lock:
            found = self._tasks.get(run_id)
        if found:
            loop, task = found
            loop.call_soon_threadsafe(task.cancel)

    def partials(self, run_id: str) -> list[dict[str, Any]]:
        """The answers being written, each with its whole text so far."""
        with self._lock:
            return [{"call": call, **partial} for call, partial in self._partials.get(run_id, {}).items()]

    def stored(self, run_id: str) -> int:
        """Another number whenever something of the run was stored."""
        with self._lock:
            return self._stored.get(run_id, 0)

    def waiting(self, run_id: str) -> str:
        """Why the run waits, as a sentence; empty while it does not."""
        with self._lock:
            return self._waits.get(run_id, "")

    def listen(self, run_id: str, loop: asyncio.AbstractEventLoop, changed: asyncio.Event) -> Callable[[], None]:
        """Set `changed` on `loop` whenever something happens; call what is returned to stop."""

        def wake() -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(changed.set)

        with self._lock:
            self._listeners.setdefault(run_id, set()).add(wake)

        def stop() -> None:
            with self._lock:
                listeners = self._listeners.get(run_id, set())
                listeners.discard(wake)
                if not listeners:
                    self._listeners.pop(run_id, None)

        return stop


LIVE = Live()
