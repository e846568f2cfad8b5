"""Connections: how long we wait, how much we take, and when the connection stood."""

import asyncio
import contextlib
import importlib
import time
import zlib
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from fluencylab import __version__
from fluencylab.models import network
from fluencylab.models.event_values import NotAStream


class Limits(NamedTuple):
    """How long, in seconds, and how much we take from somebody we do not know."""

    connect: float = 10
    silence: float = 120
    whole: float = 900
    error_bytes: int = 1 << 16
    patience: float = 600
    """Seconds that one run waits, in all, where it is asked to call again later"""


ENGINE_LIMITS = Limits(silence=600, whole=3600)
"""A full window takes a slow laptop minutes to read, and may wait for a slot before that."""

_TO_ENGINE = 16
"""The engine keeps a thread for each open connection, and has 64 of them for all processes together."""
_TO_ENDPOINT = 64
_TOGETHER = 8
"""Connections of one pool, which asks each of them at each call whether it has been closed: for more calls at once there are more pools."""
_PIECE = 1 << 16
"""Bytes that are unpacked at once: a packed body may be a thousand times larger than it looks."""


@dataclass
class Marks:
    """Moments of the call that runs in this context, noted as they pass."""

    connecting: float = 0.0
    connected: float = 0.0


_marks: ContextVar[Marks | None] = ContextVar("marks", default=None)


@cache
def library(name: str) -> Any:
    """What takes long to import (`httpx2`, numpy) is not imported before the first page is up. `open_model` imports it in a thread."""
    return importlib.import_module(name)


@dataclass
class _Pool:
    client: Any
    busy: int = 0


class Transport:
    """Connections for each event loop that uses it (a run may live in another one than the page)."""

    def __init__(self, limits: Limits, base_url: str = "") -> None:
        """`base_url`: an endpoint's; empty for the engine, which is never asked through a proxy."""
        self.limits, self.base_url = limits, base_url
        self.most = _TO_ENDPOINT if base_url else _TO_ENGINE
        self.kept = self.most if base_url else 0
        """llama.cpp promises to keep a connection and closes it after each stream: a new one costs less than losing that race."""
        self._certificates: Any = None
        self._pools: WeakKeyDictionary[asyncio.AbstractEventLoop, list[_Pool]] = WeakKeyDictionary()

    def mark(self) -> Marks:
        marks = Marks()
        _marks.set(marks)
        return marks

    def http(self) -> Any:
        """An httpx2 client of this event loop. Raises ModelUnavailable for a proxy or a certificate that is set and cannot be used."""
        return self._pool().client

    @contextlib.contextmanager
    def lane(self) -> Iterator[Any]:
        """The same for one call: the first that has not many yet. Calls one after another so find the connection of the one before."""
        pool = self._pool()
        pool.busy += 1
        try:
            yield pool.client
        finally:
            pool.busy -= 1

    def _pool(self) -> "_Pool":
        pools = self._pools.setdefault(asyncio.get_running_loop(), [])
        free = next((pool for pool in pools if pool.busy < _TOGETHER or not self.kept), None)
        if free is None and len(pools) * _TOGETHER < self.most:
            pools.append(free := _Pool(self._connect()))
        return free or min(pools, key=lambda pool: pool.busy)

    async def close(self) -> None:
        for pool in self._pools.pop(asyncio.get_running_loop(), []):
            await pool.client.aclose()

    def _trusted(self) -> Any:
        """Certificates take 0.2 s to load: once for all pools, and not at all on plain HTTP."""
        if self._certificates is None:
            self._certificates = network.trusting(library("httpx2").create_ssl_context(trust_env=False))
        return self._certificates

    def _connect(self) -> Any:
        httpx2 = library("httpx2")
        proxy = network.proxy_for(self.base_url) if self.base_url else None
        secure = self.base_url.startswith("https://") or (proxy is not None and proxy.url.startswith("https://"))
        return httpx2.AsyncClient(
            verify=self._trusted() if secure else False,
            proxy=proxy.url if proxy else None,
            trust_env=False,
            timeout=httpx2.Timeout(self.limits.silence, connect=self.limits.connect, pool=None),
            limits=httpx2.Limits(max_connections=self.most, max_keepalive_connections=self.kept),
            headers={"Accept-Encoding": "identity", "User-Agent": f"fluency-lab/{__version__}"},
            event_hooks={"request": [_watch_connecting]},
        )


async def unpacked(response: Any) -> AsyncGenerator[bytes]:
    """The bytes of a body, in pieces of bounded size, also where it comes packed though nobody asked for that."""
    unpackers = [_Unpacker(name) for name in reversed(_packings(response))]
    async with contextlib.aclosing(response.aiter_raw()) as chunks:
        async for chunk in chunks:
            for piece in _through(unpackers, chunk):
                yield piece


def _packings(response: Any) -> list[str]:
    told = str(response.headers.get("content-encoding", "")).lower()
    return [name for name in map(str.strip, told.split(",")) if name and name != "identity"]


def _through(unpackers: list["_Unpacker"], chunk: bytes) -> Iterator[bytes]:
    if not unpackers:
        yield chunk
        return
    for piece in unpackers[0].feed(chunk):
        yield from _through(unpackers[1:], piece)


class _Unpacker:
    def __init__(self, name: str) -> None:
        if name not in ("gzip", "x-gzip", "deflate"):
            raise NotAStream(f"it packed its answer ({name[:20]}), which nobody asked for")
        self._zlib = zlib.decompressobj(47 if "gzip" in name else 15)

    def feed(self, data: bytes) -> Iterator[bytes]:
        try:
            while True:
                yield (piece := self._zlib.decompress(data, _PIECE))
                data = self._zlib.unconsumed_tail
                if not data and len(piece) < _PIECE:
                    return
        except zlib.error:
            raise NotAStream("its answer is packed, and cannot be unpacked") from None


async def bounded(response: Any, most: int) -> bytes:
    """The beginning of a body; of one that has no end, `most` bytes."""
    kept = bytearray()
    async with contextlib.aclosing(unpacked(response)) as pieces:
        async for piece in pieces:
            kept += piece
            if len(kept) >= most:
                break
    return bytes(kept[:most])


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
