"""Thousands of connections that ask for nothing keep nobody out, and slow ones are closed; what is being answered is left alone."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest
import uvicorn
from lab_fixture import PATIENCE, until
from starlette.types import Receive, Scope, Send

from fluencylab.web import connections
from fluencylab.web.connections import PatientProtocol

ASKED = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers with the length of the body; /watch begins an answer and never ends it."""
    length, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        length, more = length + len(message["body"]), message.get("more_body", False)
    watched = scope["path"] == "/watch"
    headers = [] if watched else [(b"content-length", str(len(str(length))).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": str(length).encode(), "more_body": watched})
    if watched:
        await receive()


class Served:
    def __init__(self, server: uvicorn.Server, port: int) -> None:
        self.server, self.port = server, port
        self.open: list[Ends] = []

    async def connect(self, said: bytes = b"") -> Ends:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        self.open.append((reader, writer))
        writer.write(said)
        await writer.drain()
        return reader, writer

    async def answer(self, said: bytes = ASKED) -> bytes:
        reader, _ = await self.connect(said)
        async with asyncio.timeout(PATIENCE):
            return await reader.readuntil(b"\r\n")

    async def closed(self, reader: asyncio.StreamReader) -> bool:
        async with asyncio.timeout(PATIENCE):
            try:
                return await reader.read() == b""
            except ConnectionError:
                return True


@pytest.fixture
async def served(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Served]:
    """At most twenty connections."""
    monkeypatch.setattr(PatientProtocol, "most", 20)
    config = uvicorn.Config(
        application, port=0, http=PatientProtocol, ws="none", lifespan="off", log_config=None, timeout_graceful_shutdown=0
    )
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    with contextlib.ExitStack() as stack:
        stack.enter_context(contextlib.suppress(asyncio.CancelledError))
        going = asyncio.create_task(server._serve())
        await until(lambda: server.started)
        one = Served(server, server.servers[0].sockets[0].getsockname()[1])
        yield one
        for _, writer in one.open:
            writer.close()
        server.should_exit = True
        await going


@pytest.mark.parametrize(
    "begun", [b"", b"GET / HTTP/1.1\r\nHost: local", b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nab"]
)
async def test_idle_connections_shut_nobody_out(served: Served, begun: bytes) -> None:
    for _ in range(60):
        await served.connect(begun)
    assert await served.answer() == b"HTTP/1.1 200 OK\r\n"
    assert len(served.server.server_state.connections) <= 21


async def test_one_that_is_being_answered_is_not_closed_for_others(served: Served) -> None:
    watching, _ = await served.connect(ASKED.replace(b"/ ", b"/watch "))
    await watching.readuntil(b"\r\n\r\n")
    for _ in range(60):
        await served.connect()
    assert await served.answer() == b"HTTP/1.1 200 OK\r\n"
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            while await watching.read(100):
                pass


async def test_headers_and_bodies_that_do_not_go_on_are_closed(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "HEADERS", 0.3)
    monkeypatch.setattr(connections, "PAUSE", 0.3)
    for begun in (b"", b"GET / HTTP/1.1\r\nHost: local", b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nab"):
        reader, writer = await served.connect(begun)

        async def dribble(writer: asyncio.StreamWriter = writer, more: bool = begun.startswith(b"GET")) -> None:
            while more:  # a header that grows letter by letter is no faster for it
                with contextlib.suppress(ConnectionError):
                    writer.write(b"a")
                await asyncio.sleep(0.05)

        growing = asyncio.create_task(dribble())
        assert await served.closed(reader), begun
        growing.cancel()


async def test_a_body_that_takes_long_and_goes_on_is_taken(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "HEADERS", 0.5)
    monkeypatch.setattr(connections, "PAUSE", 5)
    reader, writer = await served.connect(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 8\r\n\r\n")
    for _ in range(8):
        await asyncio.sleep(0.1)
        writer.write(b"a")
    assert b"200 OK" in await reader.readuntil(b"\r\n")
