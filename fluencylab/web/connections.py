"""Connections that ask for nothing keep nobody out: they are closed after a while, and the oldest at once where there are too many.

Waiting is a connection whose request has not come whole: nothing of it yet, half its headers, half its body. One that is being
answered, as a page that watches a run, is never closed from here.
"""

import asyncio
import sys
from collections.abc import Iterable
from importlib import import_module
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

HEADERS = 20.0
"""Seconds in which all headers of a request must have come."""
PAUSE = 30.0
"""Seconds for which a body that has begun may not go on."""
DESCRIPTORS = 8192
"""Files and connections the process asks the system for."""
OTHERS = 256
"""Of them, what is not a connection of ours: the database, calls to models, libraries; and as many as are let in at a time (`BACKLOG`)."""
BACKLOG = 128


class PatientProtocol(H11Protocol):
    """uvicorn's protocol with an end to patience. All that share a server share its `connections`."""

    most = DESCRIPTORS - OTHERS
    """Connections at once; set by `make_room`."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._limit: asyncio.TimerHandle | None = None
        self.since = 0.0

    @property
    def waiting(self) -> bool:
        return self.cycle is None or self.cycle.response_complete or self.cycle.more_body

    @property
    def _in_body(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete and self.cycle.more_body

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.since = self.loop.time()
        if len(self.connections) > self.most:
            (_oldest_waiting(self.connections) or self).transport.abort()
        self._wait(HEADERS)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if not self.waiting:
            self._stop_waiting()
        elif self._in_body:
            self._wait(PAUSE)
        elif self._limit is None:
            self._wait(HEADERS)

    def on_response_complete(self) -> None:
        self._stop_waiting()
        super().on_response_complete()  # which gives the next request a few seconds to begin

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait(self, seconds: float) -> None:
        self._stop_waiting()
        self._limit = self.loop.call_later(seconds, self.transport.abort)

    def _stop_waiting(self) -> None:
        if self._limit:
            self._limit.cancel()
        self._limit = None


def _oldest_waiting(connections: Iterable[Any]) -> PatientProtocol | None:
    found = [one for one in connections if isinstance(one, PatientProtocol) and one.waiting and not one.transport.is_closing()]
    return min(found, key=lambda one: one.since, default=None)


def make_room() -> int:
    """Ask the system for as many descriptors as it gives, and keep to what it gave. The number of connections that are let in."""
    if sys.platform != "win32":
        resource = import_module("resource")  # Windows has none
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, DESCRIPTORS)
        if soft != resource.RLIM_INFINITY and soft < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            soft = wanted
        PatientProtocol.most = max(64, (DESCRIPTORS if soft == resource.RLIM_INFINITY else min(soft, DESCRIPTORS)) - OTHERS)
    return PatientProtocol.most
