"""Connections: how long we wait, how much we take, and when the connection stood. Everything the openai client rides on."""

import asyncio
import contextlib
import importlib
import time
from collections.abc import AsyncIterator
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary


class Limits(NamedTuple):
    """How long, in seconds, and how much we take from somebody we do not know."""

    connect: float = 10
    silence: float = 120
    whole: float = 900
    error_bytes: int = 1 << 16


ENGINE_LIMITS = Limits(silence=600, whole=3600)
"""A full window takes a slow laptop minutes to read, and may wait for a slot before that."""

_CONNECTIONS = 16
"""The engine keeps a thread for each open connection, and has 64 of them for all processes together."""


@dataclass
class Marks:
    """Moments of the call that runs in this context, noted as they pass."""

    connecting: float = 0.0
    connected: float = 0.0


_marks: ContextVar[Marks | None] = ContextVar("marks", default=None)


@cache
def library(name: str) -> Any:
    """`openai` takes a second to import: not before the first page is up. `open_model` imports it in a thread."""
    return importlib.import_module(name)


class Transport:
    """One pool of connections for each event loop that uses it (a run may live in another one than the page)."""

    def __init__(self, limits: Limits, *, plain: bool, engine: bool) -> None:
        self.limits, self.plain = limits, plain
        self.proxies = not engine
        self.kept = 0 if engine else _CONNECTIONS
        """llama.cpp promises to keep a connection and closes it after each stream: a new one costs less than losing that race."""
        self._pools: WeakKeyDictionary[asyncio.AbstractEventLoop, tuple[Any, dict[str, Any]]] = WeakKeyDictionary()

    def mark(self) -> Marks:
        marks = Marks()
        _marks.set(marks)
        return marks

    def http(self) -> Any:
        return self._pool()[0]

    def api(self, base_url: str, key: str) -> Any:
        """The openai client for that address. The key is handed in anew at each call."""
        http, apis = self._pool()
        if base_url not in apis:
            apis[base_url] = library("openai").AsyncOpenAI(base_url=base_url, api_key="none", http_client=http, max_retries=0)
            _ = apis[base_url].chat.completions  # imported at first use, which must not count as waiting
        api = apis[base_url]
        api.api_key = key or "none"
        return api

    async def close(self) -> None:
        http, _ = self._pools.pop(asyncio.get_running_loop(), (None, {}))
        if http:
            await http.aclose()

    def _pool(self) -> tuple[Any, dict[str, Any]]:
        loop = asyncio.get_running_loop()
        if loop not in self._pools:
            self._pools[loop] = self._connect(), {}
        return self._pools[loop]

    def _connect(self) -> Any:
        """Certificates take 0.2 s to load, and there are none on plain HTTP; the engine is never asked through a proxy."""
        httpx2 = library("httpx2")
        return httpx2.AsyncClient(
            verify=not self.plain,
            trust_env=self.proxies,
            timeout=httpx2.Timeout(self.limits.silence, connect=self.limits.connect, pool=None),
            limits=httpx2.Limits(max_connections=_CONNECTIONS, max_keepalive_connections=self.kept),
            headers={"Accept-Encoding": "identity"},
            event_hooks={"request": [_watch_connecting], "response": [self._bound_errors]},
        )

    async def _bound_errors(self, response: Any) -> None:
        """The openai client reads an error to its end; one that has no end must not fill the memory."""
        if response.status_code < 400:
            return
        kept = bytearray()
        async for chunk in response.stream:
            kept += chunk
            if len(kept) > self.limits.error_bytes:
                break
        await response.stream.aclose()
        response.stream = library("httpx2").ByteStream(bytes(kept[: self.limits.error_bytes]))


async def drain(chunks: AsyncIterator[bytes]) -> None:
    """Read the end of a finished answer, so that its connection can be used again; not for longer than a moment."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(0.1):
            async for _ in chunks:
                pass


async def _watch_connecting(request: Any) -> None:
    marks = _marks.get()
    if marks is None:
        return

    async def trace(event: str, _info: dict[str, Any]) -> None:
        if event == "connection.connect_tcp.started":
            marks.connecting = time.perf_counter()
        elif event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            marks.connected = time.perf_counter()

    request.extensions["trace"] = trace
