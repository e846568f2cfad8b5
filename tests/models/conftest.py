"""A home of its own for tests that change the catalogue, and a server that misbehaves as told."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fluencylab.models import catalogue
from fluencylab.models.client import Client
from fluencylab.models.transport import Limits
from fluencylab.models.types import Message, ModelCapabilities, Request
from fluencylab.settings import settings

Handler = Callable[[dict[str, Any], asyncio.StreamWriter], Awaitable[None]]
SSE = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n"
ABLE = ModelCapabilities(logprobs=True, top_logprobs=20, json_schema=True, usage_in_stream=True, continues=True, filters=True, seed=True)


def ask(text: str, **settings: Any) -> Request:
    return Request(messages=(Message(role="user", content=text),), **settings)


def event(content: str | None = None, **fields: Any) -> bytes:
    choice: dict[str, Any] = {"index": 0, "delta": {"content": content}, **fields}
    return b"data: " + json.dumps({"choices": [choice]}).encode() + b"\n\n"


def status(code: int, body: bytes, kind: str = "application/json") -> bytes:
    head = f"HTTP/1.1 {code} X\r\ncontent-type: {kind}\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
    return head.encode() + body


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Empty data and cache folders."""
    monkeypatch.setenv("FLUENCY_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("FLUENCY_CACHE", str(tmp_path / "cache"))
    settings.cache_clear()
    yield tmp_path
    monkeypatch.undo()
    settings.cache_clear()


class Fake:
    """An endpoint on loopback: `handler` gets each request's JSON and writes raw bytes."""

    def __init__(self) -> None:
        self.handler: Handler = _hello
        self.asked: list[dict[str, Any]] = []
        self.heads: list[str] = []
        self.address = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            length = next((int(h.split(":")[1]) for h in head.split("\r\n") if h.lower().startswith("content-length")), 0)
            body = json.loads(await reader.readexactly(length) or b"{}")
            self.heads.append(head)
            self.asked.append(body)
            await self.handler(body, writer)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    def answers(self, *parts: bytes) -> None:
        async def handler(_body: dict[str, Any], writer: asyncio.StreamWriter) -> None:
            writer.write(b"".join(parts))

        self.handler = handler

    def client(self, abilities: ModelCapabilities = ABLE, limits: Limits = Limits(2, 1, 5, patience=0.5), key_env: str = "") -> Client:
        entry = catalogue.endpoint(self.address, "big-model", key_env=key_env)
        return Client(entry.model_copy(update={"abilities": abilities}), limits=limits)


async def _hello(_body: dict[str, Any], writer: asyncio.StreamWriter) -> None:
    writer.write(SSE + event("Hel") + event("lo", finish_reason="stop") + b"data: [DONE]\n\n")


@pytest.fixture
async def fake() -> AsyncIterator[Fake]:
    fake = Fake()
    server = await asyncio.start_server(fake.serve, "127.0.0.1", 0)
    fake.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    yield fake
    server.close()
