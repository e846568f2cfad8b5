"""Endpoints that refuse, lie, hang or never stop: always one clear sentence, never for ever."""

import asyncio
import json
import re
from typing import Any

import pytest

from fluencylab.errors import LabError, ModelRefused, ModelUnavailable
from fluencylab.models import add_endpoint, catalogue
from fluencylab.models.client import Client
from fluencylab.models.probe import probe
from fluencylab.models.transport import Limits
from fluencylab.models.types import Message, ModelCapabilities, Request, ToolCall, ToolSpec

from .conftest import ABLE, SSE, Fake, ask, event, status

LONG = json.dumps({"error": {"message": "request (9000 tokens) exceeds the available context size (4096 tokens)"}}).encode()


async def refusal(client: Client) -> LabError:
    with pytest.raises(LabError) as caught:
        await asyncio.wait_for(client.complete(ask("hello", max_tokens=8)), 10)
    await client.close()
    return caught.value


async def test_a_plain_answer_arrives(fake: Fake) -> None:
    client = fake.client()
    seen: list[str] = []
    completion = await client.complete(ask("hello"), on_token=lambda token: seen.append(token.text))
    assert (completion.text, seen, completion.finish) == ("Hello", ["Hel", "lo"], "stop")
    assert completion.sent == fake.asked[0]
    await client.close()


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (status(200, b"<html><h1>Welcome</h1></html>", "text/html"), "answered with a web page"),
        (status(200, b'{"choices":[]}'), "application/json that holds no answer"),
        (SSE + b"data: hello\n\n", "not in the form"),
        (SSE + b'data: {"choices": 7}\n\n' + event("x"), "broke off"),
        (SSE + event("half"), "broke off"),
        (SSE, "broke off"),
        (SSE + event("x") * 500, "did not stop"),
        (SSE + b"data: " + b"x" * (3 << 20), "a line of more than"),
        (SSE + b": comment\n" * (1 << 20), "more than 4 MB"),
        (SSE + b'data: {"error": {"message": "overloaded"}}\n\n', "overloaded"),
        (status(500, b"<html>" + b"x" * 10_000, "text/html"), "failed with status 500: it sent a web page"),
        (status(404, b'{"error":"model not found"}'), "not found"),
        (status(429, b'{"error":{"message":"slow down"}}'), "slow down"),
        (status(400, LONG), r"9000 tokens.*4096 tokens"),
        (b"", "does not answer"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", "does not answer"),
        (
            b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:9/\r\ncontent-length: 0\r\n\r\n",
            r"points to another address \(http://127.0.0.1:9/\)",
        ),
    ],
    ids=range(17),
)
async def test_what_is_not_a_model_is_said_in_one_sentence(fake: Fake, answer: bytes, message: str) -> None:
    fake.answers(answer)
    error = await refusal(fake.client())
    assert re.search(message, error.message), error.message
    assert len(str(error)) < 700
    assert error.fix


async def test_a_call_that_is_hung_up_on_is_made_once_more(fake: Fake) -> None:
    async def hang_up_first(_body: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        if len(fake.asked) > 1:
            writer.write(SSE + event("Hello") + event("", finish_reason="stop") + b"data: [DONE]\n\n")

    fake.handler = hang_up_first
    client = fake.client()
    assert (await client.complete(ask("hello"))).text == "Hello"
    assert fake.asked[0] == fake.asked[1] and len(fake.asked) == 2
    await client.close()


async def test_a_call_that_is_lost_after_its_first_token_is_not_made_again(fake: Fake) -> None:
    """Its words were seen already; and an endpoint may take money for them."""

    async def break_off(_body: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: 9999\r\n\r\n" + event("Hel"))
        await writer.drain()

    fake.handler = break_off
    error = await refusal(fake.client())
    assert "broke off in the middle" in error.message and len(fake.asked) == 1


async def test_silence_is_not_waited_for_for_ever(fake: Fake) -> None:
    async def hang(_body: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        writer.write(SSE + event("Hel"))
        await writer.drain()
        await asyncio.sleep(3)

    fake.handler = hang
    assert "stopped answering" in (await refusal(fake.client(limits=Limits(1, 0.3, 5)))).message


async def test_a_trickle_without_end_is_not_waited_for_for_ever(fake: Fake) -> None:
    async def trickle(_body: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        writer.write(SSE)
        while True:
            writer.write(b":")
            await writer.drain()
            await asyncio.sleep(0.05)

    fake.handler = trickle
    assert "stopped answering" in (await refusal(fake.client(limits=Limits(1, 1, 0.5)))).message


async def test_an_error_without_end_does_not_fill_the_memory(fake: Fake) -> None:
    sent = 0

    async def endless(_body: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 500 X\r\ncontent-type: text/plain\r\n\r\n")
        while sent < 1 << 28:
            writer.write(b"no " * 20_000)
            sent += 60_000
            await writer.drain()

    fake.handler = endless
    assert "failed with status 500" in (await refusal(fake.client())).message
    assert sent < 1 << 26


async def test_nobody_there_is_said() -> None:
    error = await refusal(Client(catalogue.endpoint("http://127.0.0.1:9/v1", "m"), limits=Limits(1, 1, 2)))
    assert isinstance(error, ModelUnavailable)
    assert "127.0.0.1:9" in error.message


async def test_a_refused_key_names_its_variable_and_never_itself(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_KEY", "sk-very-secret")
    fake.answers(status(401, b'{"error":{"message":"Incorrect API key provided: sk-very-secret."}}'))
    client = fake.client(key_env="SOME_KEY")
    error = await refusal(client)
    assert isinstance(error, ModelRefused)
    assert "SOME_KEY" in error.fix
    assert "very-secret" not in str(error) + repr(error.__cause__) + repr(client) + json.dumps(fake.asked)
    assert "Bearer sk-very-secret" in fake.heads[0]


async def test_a_missing_key_is_asked_for_before_anything_is_sent(fake: Fake) -> None:
    error = await refusal(fake.client(key_env="NOT_SET_ANYWHERE"))
    assert "NOT_SET_ANYWHERE" in error.message
    assert fake.asked == []


async def test_only_what_it_can_do_is_asked_of_it(fake: Fake) -> None:
    client = fake.client(ModelCapabilities())
    await client.complete(ask("x", top_logprobs=5, top_k=3, json_schema={"type": "object"}))
    assert set(fake.asked[0]) == {"model", "messages", "stream", "temperature", "top_p", "max_tokens"}
    await client.close()


async def test_repetitions_differ_in_the_seed(fake: Fake) -> None:
    client = fake.client()
    for repetition in range(3):
        await client.complete(ask("x", seed=10), repetition=repetition)
    assert [body["seed"] for body in fake.asked] == [10, 11, 12]
    await client.close()


async def test_an_endpoint_that_can_nothing_is_found_out(fake: Fake) -> None:
    assert await probe(fake.client()) == ModelCapabilities()


async def test_an_endpoint_that_refuses_every_wish_can_still_be_added(fake: Fake, home: Any) -> None:
    async def strict(body: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        plain = set(body) == {"model", "messages", "stream", "max_tokens"}
        refused = status(400, b'{"error":{"message":"unknown parameter"}}')
        writer.write(SSE + event("x", finish_reason="stop") + b"data: [DONE]\n\n" if plain else refused)

    fake.handler = strict
    entry = await add_endpoint(fake.address, "strict-model")
    found = catalogue.find("strict-model").abilities
    assert found == entry.abilities == ModelCapabilities(temperature="default", top_p=False, stop=False)


async def test_an_endpoint_that_is_none_is_not_added(fake: Fake, home: Any) -> None:
    fake.answers(status(200, b"<html>", "text/html"))
    with pytest.raises(ModelUnavailable):
        await add_endpoint(fake.address, "m")
    assert len(catalogue.models()) == 1


async def test_cancelling_closes_the_connection(fake: Fake) -> None:
    closed = asyncio.Event()

    async def watch(_body: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        writer.write(SSE + event("Hel"))
        await writer.drain()
        try:
            while True:
                await asyncio.sleep(0.02)
                writer.write(b": still here\n")
                await writer.drain()
        except ConnectionError:
            closed.set()

    fake.handler = watch
    client = fake.client()
    task = asyncio.create_task(client.complete(ask("x")))
    await asyncio.sleep(0.3)
    task.cancel()
    await asyncio.wait_for(closed.wait(), 2)
    with pytest.raises(asyncio.CancelledError):
        await task
    await client.close()


async def test_native_tool_calls_go_out_and_come_back(fake: Fake) -> None:
    """The tools, the call, and on the next turn the result, each in the form of the OpenAI interface."""
    piece = {"index": 0, "id": "c1", "function": {"name": "find_order", "arguments": '{"order": "Q-4821"}'}}
    choice = {"delta": {"tool_calls": [piece]}, "finish_reason": "tool_calls"}
    fake.answers(SSE, b"data: ", json.dumps({"choices": [choice]}).encode(), b"\n\n")
    tool = ToolSpec(name="find_order", description="Look it up", parameters={"type": "object", "properties": {}})
    client = fake.client(ABLE.model_copy(update={"tools": True}))
    completion = await client.complete(ask("Where?", tools=(tool,)))
    assert completion.tool_calls == (ToolCall(id="c1", name="find_order", arguments='{"order": "Q-4821"}'),)
    called = Message(role="assistant", content="", tool_calls=completion.tool_calls)
    result = Message(role="tool", content="{}", tool_call_id="c1")
    await client.complete(Request(messages=(Message(role="user", content="Where?"), called, result), tools=(tool,)))
    sent = fake.asked[-1]
    assert sent["tools"] == [{"type": "function", "function": tool.model_dump()}]
    assert sent["messages"][1]["tool_calls"][0]["function"] == {"name": "find_order", "arguments": '{"order": "Q-4821"}'}
    assert sent["messages"][2] == {"role": "tool", "content": "{}", "tool_call_id": "c1"}
    assert "tools" not in (await fake.client(ABLE).complete(ask("Where?", tools=(tool,)))).sent, "only who can is asked"
