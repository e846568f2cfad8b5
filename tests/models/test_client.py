"""The client on the real engine: what is streamed, told, limited and cancelled."""

import asyncio
import json
import math
import time
from typing import Any

import pytest

from fluencylab.errors import ModelRefused, ModelUnavailable
from fluencylab.models import catalogue
from fluencylab.models.client import Client
from fluencylab.models.probe import probe
from fluencylab.models.recorded import pack, unpack
from fluencylab.models.types import Completion, Message, Request, Token

from .conftest import ask

ANSWERS = {"type": "object", "properties": {"a": {"enum": ["yes", "no"]}}, "required": ["a"], "additionalProperties": False}


async def test_what_is_streamed_is_what_a_single_answer_holds(model: Client) -> None:
    seen: list[Token] = []
    completion = await model.complete(ask("Name three colours.", temperature=0, max_tokens=24), on_token=seen.append)
    body = {**completion.sent, "stream": False}
    del body["stream_options"]
    whole = await model._ask(await model.engine.ensure() if model.engine else "", "/v1/chat/completions", body)
    assert whole["choices"][0]["message"]["content"] == completion.text == "".join(token.text for token in seen)
    assert tuple(seen) == completion.tokens
    assert (completion.usage.prompt, completion.usage.completion) == (
        whole["usage"]["prompt_tokens"],
        whole["usage"]["completion_tokens"],
    )


async def test_timing_and_conditions_come_with_every_answer(model: Client) -> None:
    completion = await model.complete(ask("Say hello.", max_tokens=8, seed=5), repetition=2)
    timing = completion.timing
    assert 0 < timing.connect_ms < timing.wait_ms <= timing.ttft_ms < timing.ttlt_ms
    assert timing.tps > 0
    assert timing.engine["predicted_n"] == completion.usage.completion
    sent = {"seed": 7, "top_k": 0, "top_p": 1.0, "min_p": 0.0, "temperature": 1.0, "cache_prompt": True}
    assert sent.items() <= completion.sent.items()
    assert model.card.sha256 == catalogue.find(catalogue.DEFAULT).sha256


async def test_the_whole_vocabulary_sums_to_one_and_can_be_kept(model: Client) -> None:
    completion = await model.complete(ask("The capital of France is", max_tokens=1, top_logprobs=60_000, temperature=0))
    (token,) = completion.tokens
    assert len(token.alternatives) == 49_152
    assert math.fsum(math.exp(a.logprob) for a in token.alternatives) == pytest.approx(1, abs=1e-3)
    assert token.alternatives[0] == (token.text, token.logprob)
    assert unpack(pack(completion)) == completion


async def test_log_probabilities_are_those_before_temperature(model: Client) -> None:
    calm, hot = [await model.complete(ask("The capital of France is", max_tokens=1, top_logprobs=5, temperature=t)) for t in (0.0, 3.0)]
    for mild, wild in zip(calm.tokens[0].alternatives, hot.tokens[0].alternatives, strict=True):
        assert wild.text == mild.text
        assert wild.logprob == pytest.approx(mild.logprob, abs=0.02)


async def test_the_end_is_a_token_too(model: Client) -> None:
    said = Message(role="assistant", content="Hi! How can I help you today?")
    messages = (Message(role="user", content="Say hi."), said)
    completion = await model.complete(Request(messages=messages, temperature=0, max_tokens=3, top_logprobs=2))
    assert (completion.text, completion.finish) == ("", "stop")
    assert completion.tokens[0].text == ""
    assert completion.tokens[0].logprob is not None


async def test_going_on_from_a_begun_answer_gives_only_what_is_new(model: Client) -> None:
    messages = (Message(role="user", content="Capital of France?"), Message(role="assistant", content="The capital of"))
    completion = await model.complete(Request(messages=messages, temperature=0, max_tokens=3))
    assert completion.text == " France is Paris"
    assert (await model.render(messages)).endswith("<|im_start|>assistant\nThe capital of")


async def test_other_scripts_arrive_whole(model: Client) -> None:
    completion = await model.complete(ask("Repeat: مرحبا 🎉 世界", temperature=0, max_tokens=20, top_logprobs=2))
    assert "\ufffd" not in completion.text
    assert "".join(token.text for token in completion.tokens) == completion.text
    assert any("\u0600" <= letter <= "\u06ff" for letter in completion.text)
    assert any(not token.whole for token in completion.tokens), "a character of several tokens is marked"


async def test_text_is_cut_into_pieces_that_give_it_back(model: Client) -> None:
    assert [piece for _, piece in await model.tokenize("Hello world")] == ["Hello", " world"]
    assert [piece for _, piece in await model.tokenize("🎉")] == ["bytes:\\xf0\\x9f", "bytes:\\x8e", "bytes:\\x89"]


async def test_a_schema_is_enforced(model: Client) -> None:
    completion = await model.complete(ask("Is the sky blue?", json_schema=ANSWERS, temperature=1.5, max_tokens=40))
    assert json.loads(completion.text)["a"] in ("yes", "no")


async def test_a_schema_that_is_none_is_refused_in_the_engines_words(model: Client) -> None:
    with pytest.raises(ModelRefused, match="bogus"):
        await model.complete(ask("x", json_schema={"type": "bogus"}))


async def test_a_prompt_longer_than_the_window_is_refused_with_both_counts(model: Client) -> None:
    with pytest.raises(ModelRefused, match=r"\d{4,} tokens.*8192 tokens") as caught:
        await model.complete(ask("word " * 9000))
    assert "Shorten" in caught.value.fix


@pytest.mark.long
async def test_a_prompt_may_be_longer_than_a_slots_share_of_the_window(model: Client) -> None:
    completion = await model.complete(ask("a " * 1050, max_tokens=2))
    assert completion.usage.prompt > 8192 / 8
    assert {slot["n_ctx"] for slot in await model.slots()} == {8192}


@pytest.mark.long
async def test_one_prompt_may_fill_the_window(model: Client) -> None:
    completion = await model.complete(ask("a " * 4000 + "b " * 3970, max_tokens=2))
    assert completion.usage.prompt >= 8000


async def test_cancelling_frees_the_slot(model: Client) -> None:
    started = asyncio.Event()
    task = asyncio.create_task(model.complete(ask("Tell me a long story.", max_tokens=4000), on_token=lambda token: started.set()))
    await asyncio.wait_for(started.wait(), 20)
    assert any(slot["is_processing"] for slot in await model.slots())
    task.cancel()
    cancelled = time.monotonic()
    with pytest.raises(asyncio.CancelledError):
        await task
    while any(slot["is_processing"] for slot in await model.slots()):
        assert time.monotonic() - cancelled < 20, "4,000 tokens take far longer"
        await asyncio.sleep(0.02)


async def test_many_at_once_all_arrive(model: Client) -> None:
    answers = await asyncio.gather(*(model.complete(ask("A name?", max_tokens=3), repetition=n) for n in range(24)))
    assert all(answer.finish for answer in answers)
    assert len({answer.text for answer in answers}) > 5


def test_a_client_may_be_used_from_another_event_loop(model: Client) -> None:
    """A run may live in another loop than the page."""

    async def elsewhere() -> str:
        completion = await model.complete(ask("Hi", max_tokens=2))
        await model._transport.close()
        return completion.finish

    assert asyncio.run(elsewhere())


@pytest.mark.long
async def test_the_catalogue_tells_what_the_model_can_do_and_a_probe_leaves_nothing_to_chance(
    model: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A schema lets a model write blanks between its signs: drawn by chance, four of 300 answers were nothing else to the end."""
    asked: list[dict[str, Any]] = []
    send = model.send

    async def kept(body: dict[str, Any]) -> Completion:
        asked.append(body)
        return await send(body)

    monkeypatch.setattr(model, "send", kept)
    assert await probe(model) == catalogue.find(catalogue.DEFAULT).abilities
    [with_schema] = [body for body in asked if "response_format" in body]
    assert with_schema["temperature"] == 0


async def test_an_endpoint_does_not_show_its_inside() -> None:
    client = Client(catalogue.endpoint("http://127.0.0.1:9/v1", "m"))
    with pytest.raises(ModelUnavailable, match="does not show"):
        await client.tokenize("x")
