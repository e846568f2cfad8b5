"""A body is taken as far as anybody can mean it: packed, endless, or a byte at a time."""

import asyncio
import json
import resource
import zlib
from functools import cache
from typing import Any

import pytest

from fluencylab.errors import LabError, ModelRefused, ModelUnavailable
from fluencylab.models.transport import Limits

from .conftest import SSE, Fake, ask, event

MOST_GROWTH = 60_000
"""Kilobytes by which one of these may make the process larger."""


def packed(body: bytes, times: int = 1) -> bytes:
    for _ in range(times):
        pack = zlib.compressobj(9, zlib.DEFLATED, 31)
        body = pack.compress(body) + pack.flush()
    return body


@cache
def bomb() -> bytes:
    """128 MB of blanks, packed: 0.1 MB."""
    pack = zlib.compressobj(1, zlib.DEFLATED, 31)
    return b"".join(pack.compress(b" " * (1 << 20)) for _ in range(128)) + pack.flush()


def head(status: int, packing: str, kind: str = "application/json") -> bytes:
    return f"HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\ncontent-encoding: {packing}\r\nconnection: close\r\n\r\n".encode()


@pytest.fixture
def grown() -> Any:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MOST_GROWTH


@pytest.mark.parametrize("status", [200, 400])
@pytest.mark.parametrize("packing", ["gzip", "gzip, gzip"])
async def test_a_packed_body_is_unpacked_no_further_than_it_is_read(fake: Fake, grown: None, status: int, packing: str) -> None:
    fake.answers(head(status, packing), packed(bomb(), packing.count(",")))
    client = fake.client()
    with pytest.raises(LabError):
        await asyncio.wait_for(client.complete(ask("hello")), 20)
    await client.close()


async def test_a_packed_answer_and_a_packed_refusal_are_read(fake: Fake) -> None:
    client = fake.client()
    fake.answers(head(200, "gzip", "text/event-stream"), packed(event("Hello", finish_reason="stop") + b"data: [DONE]\n\n"))
    assert (await client.complete(ask("hello"))).text == "Hello"
    fake.answers(head(400, "gzip, deflate"), zlib.compress(packed(b'{"error": {"message": "no such city"}}')))
    with pytest.raises(ModelRefused, match="no such city"):
        await client.complete(ask("hello"))
    for wrong in (head(200, "br") + b"x", head(200, "gzip") + b"no gzip"):
        fake.answers(wrong)
        with pytest.raises(ModelUnavailable, match="packed"):
            await client.complete(ask("hello"))
    await client.close()


@pytest.mark.parametrize("path", ["embeddings", "chat"])
async def test_a_body_without_an_end_is_not_read_to_its_end(fake: Fake, grown: None, path: str) -> None:
    sent = 0

    async def endless(_body: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{"data": [')
        while sent < 1 << 28:
            writer.write(b" " * 60_000)
            sent += 60_000
            await writer.drain()

    fake.handler = endless
    client = fake.client(limits=Limits(2, 5, 20))
    with pytest.raises(ModelUnavailable, match="did not stop"):
        await (client.embed(["one"]) if path == "embeddings" else client.complete(ask("hello")))
    await client.close()
    assert sent < 1 << 26


async def test_a_byte_at_a_time_is_given_up_after_the_time_of_silence_and_said_as_what_it_is(fake: Fake) -> None:
    async def trickle(_body: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        writer.write(SSE)
        for byte in b"data: " + b"x" * 1000:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(0.05)

    fake.handler = trickle
    client = fake.client(limits=Limits(1, 0.4, 30))
    with pytest.raises(ModelUnavailable, match="stopped answering") as caught:
        await asyncio.wait_for(client.complete(ask("hello")), 5)
    await client.close()
    assert "no whole line" in caught.value.fix


async def test_signs_of_life_between_words_are_waited_for(fake: Fake) -> None:
    """Gateways send comments while a model thinks."""

    async def slowly(_body: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        writer.write(SSE)
        for _ in range(6):
            writer.write(b": still working\n\n")
            await writer.drain()
            await asyncio.sleep(0.1)
        writer.write(event("Hello", finish_reason="stop") + b"data: [DONE]\n\n")

    fake.handler = slowly
    client = fake.client(limits=Limits(1, 0.35, 30))
    assert (await client.complete(ask("hello"))).text == "Hello"
    await client.close()


async def test_a_head_that_never_ends_is_given_up(fake: Fake) -> None:
    async def trickle(_body: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n")
        for number in range(500):
            writer.write(b"x-%d: y\r\n" % number)
            await writer.drain()
            await asyncio.sleep(0.05)

    fake.handler = trickle
    client = fake.client(limits=Limits(0.2, 0.3, 30))
    with pytest.raises(ModelUnavailable, match="stopped answering"):
        await asyncio.wait_for(client.complete(ask("hello")), 5)
    await client.close()


@pytest.mark.parametrize(
    "start", [b"", b" ", b'{"choices": [{"message": {"content": "Hel', b"[", b"42", json.dumps({"choices": []}).encode()]
)
async def test_an_answer_in_one_piece_that_is_none_is_a_sentence(fake: Fake, start: bytes) -> None:
    fake.answers(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n", start)
    client = fake.client()
    with pytest.raises(LabError) as caught:
        await asyncio.wait_for(client.complete(ask("hello")), 10)
    await client.close()
    assert caught.value.fix and len(str(caught.value)) < 400
