"""A host that answers thousands of calls on loopback, counts each of them, and can hold its answers, refuse, or die in the middle.

    def test_it_asks_each_once(host: Host) -> None:
        host.gives = 50          # then it holds the rest
        ...
        assert set(host.answered.values()) == {1}

What was asked is known by the last message's text. `asked` counts what came whole, `answered` what went out whole.
"""

import asyncio
import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

Refusing = Callable[[dict[str, Any]], tuple[int, Mapping[str, str], str] | None]
ABILITIES = {"usage_in_stream": True, "seed": True}


class Host:
    def __init__(self) -> None:
        self.asked, self.answered = Counter[str](), Counter[str]()
        self.bodies: list[dict[str, Any]] = []
        self.takes = 0.0
        self.gives: int | None = None
        self.refuses: Refusing = lambda body: None
        self.headers: dict[str, str] = {}
        """Of each answer"""
        self.now = self.most = self.lost = 0
        """Calls that it works on, the most of them at a time, and those whose caller hung up while it held them"""
        self._loop = asyncio.new_event_loop()
        self._writers = set[asyncio.StreamWriter]()
        self._server: asyncio.Server | None = None
        self.port = 0
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.rise()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def listed(self, **more: Any) -> str:
        """`models.json` with this model in use."""
        told = {"slug": "told", "name": "Told", "kind": "endpoint", "base_url": self.base_url, "model": "told", "abilities": ABILITIES}
        return json.dumps({"current": "told", "models": [told | more]})

    def rise(self) -> None:
        async def serve() -> None:
            self._server = await asyncio.start_server(self._talk, "127.0.0.1", self.port, backlog=512)
            self.port = self._server.sockets[0].getsockname()[1]

        asyncio.run_coroutine_threadsafe(serve(), self._loop).result(10)

    def die(self) -> None:
        """It hangs up on everybody, and nobody is let in."""

        async def end() -> None:
            if self._server:
                self._server.close()
            for writer in list(self._writers):
                writer.transport.abort()

        asyncio.run_coroutine_threadsafe(end(), self._loop).result(10)

    def close(self) -> None:
        self.die()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        for task in (left := asyncio.all_tasks(self._loop)):
            task.cancel()
        if left:
            self._loop.run_until_complete(asyncio.wait(left))
        self._loop.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = next((int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0)
                await self._answer(json.loads(await reader.readexactly(length)), reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self._writers.discard(writer)
            writer.close()

    async def _answer(self, body: dict[str, Any], reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if refused := self.refuses(body):
            writer.write(_told(refused[0], refused[1], "application/json", json.dumps({"error": {"message": refused[2]}})))
            await writer.drain()
            return
        question = str(body["messages"][-1]["content"])
        self.asked[question] += 1
        self.bodies.append({name: value for name, value in body.items() if name != "messages"})
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            await asyncio.sleep(self.takes)
            while self.gives is not None and self.gives <= 0:
                await asyncio.sleep(0.01)
                if reader.at_eof() or writer.transport.is_closing():
                    self.lost += 1
                    raise ConnectionError
            if self.gives is not None:
                self.gives -= 1
            writer.write(_told(200, self.headers, "text/event-stream", _streamed(f"To {question}")))
            await writer.drain()
            self.answered[question] += 1
        finally:
            self.now -= 1


def _told(status: int, headers: Mapping[str, str], kind: str, text: str) -> bytes:
    own = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status} X\r\n{own}Content-Type: {kind}\r\nContent-Length: {len(text.encode())}\r\n\r\n{text}".encode()


def _streamed(text: str) -> str:
    events = [
        {"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": None}]},
        {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]},
        {"choices": [], "usage": {"prompt_tokens": 20, "completion_tokens": 5, "total_tokens": 25}},
    ]
    return "".join(f"data: {json.dumps(event)}\n\n" for event in events) + "data: [DONE]\n\n"


@pytest.fixture
def host(home: Path) -> Iterator[Host]:
    """The model in use in `home`."""
    host = Host()
    (home / "data").mkdir(parents=True, exist_ok=True)
    (home / "data" / "models.json").write_text(host.listed())
    yield host
    host.close()
