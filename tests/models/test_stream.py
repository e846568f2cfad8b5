"""Bytes in, tokens out: the wire cut anywhere, characters in pieces, and answers that are none."""

import json
from itertools import count
from typing import Any

import pytest

from fluencylab.models.recorded import pack, unpack
from fluencylab.models.stream import Answer, EndpointError, Lines, NotAStream
from fluencylab.models.types import Completion, Token

from .conftest import event


def fold(payload: bytes, cut: int = 1 << 20, most: int = 100) -> Completion:
    ticks = count(1)
    answer, lines = Answer(0.0, lambda: float(next(ticks)), most, None), Lines(1 << 20, 1 << 24)
    for begin in range(0, len(payload), cut):
        for line in lines.feed(payload[begin : begin + cut]):
            answer.take(line)
    return answer.completion(0, 0, {"model": "m"})


def told(*pieces: tuple[bytes, float]) -> dict[str, Any]:
    """Log-probabilities as OpenAI tells them: a character in pieces, each with its bytes."""
    content = [{"token": raw.decode(errors="replace"), "bytes": list(raw), "logprob": p, "top_logprobs": []} for raw, p in pieces]
    return {"content": content}


ANSWER = event("مر") + event("حبا 🎉") + event(None, finish_reason="stop") + b"data: [DONE]\r\n\r\n"


@pytest.mark.parametrize("cut", [1, 2, 3, 7, 64, 10_000])
def test_it_does_not_matter_where_the_network_cuts(cut: int) -> None:
    completion = fold(ANSWER, cut)
    assert (completion.text, completion.finish) == ("مرحبا 🎉", "stop")
    assert completion.tokens == (Token("مر"), Token("حبا 🎉"))


def test_a_character_told_in_pieces_is_one_token_with_the_product_of_their_probabilities() -> None:
    emoji = "🎉".encode()
    completion = fold(event("🎉", logprobs=told((emoji[:2], -1.0), (emoji[2:3], -0.5), (emoji[3:], -0.25))))
    assert completion.tokens == (Token("🎉", -1.75),)


def test_a_character_of_which_only_the_last_piece_is_told_is_marked() -> None:
    told = {"content": [{"id": 7, "token": "🎉", "bytes": list("🎉".encode()), "logprob": -0.1}]}
    told["content"][0]["top_logprobs"] = [{"id": 7, "token": "\ufffd", "bytes": [137], "logprob": -0.1}]
    (token,) = fold(event("🎉", logprobs=told)).tokens
    assert not token.whole
    assert token.alternatives[0].text == "bytes:\\x89"


def test_a_part_of_a_character_among_the_alternatives_is_its_bytes_and_never_the_end_of_the_answer() -> None:
    told = {"content": [{"id": 57, "token": "I", "bytes": [73], "logprob": -2.9}]}
    parts = [{"id": 4300, "token": "", "bytes": [224, 164], "logprob": -3.0}, {"id": 2, "token": "", "bytes": [], "logprob": -4.0}]
    told["content"][0]["top_logprobs"] = parts
    (token,) = fold(event("I", logprobs=told)).tokens
    assert [one.text for one in token.alternatives] == ["bytes:\\xe0\\xa4", ""]


def test_a_character_whose_last_piece_never_comes_still_tells_its_chances() -> None:
    logprobs = told((b"\xd8", -0.5))
    logprobs["content"][0]["top_logprobs"] = [{"token": "\ufffd", "bytes": [216], "logprob": -0.5}]
    completion = fold(event("", logprobs=logprobs) + event(None, finish_reason="length"))
    (token,) = completion.tokens
    assert (completion.text, token.text, token.logprob, token.whole) == ("", "", -0.5, False)
    assert token.alternatives[0].text == "bytes:\\xd8"


def test_timing_counts_from_the_first_token_to_the_last() -> None:
    usage = b'data: {"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":3,"prompt_tokens_details":{"cached_tokens":4}}}\n'
    completion = fold(event("a") + event("b") + event("c") + usage)
    assert (completion.timing.ttft_ms, completion.timing.ttlt_ms, completion.timing.tps) == (1000, 3000, 1.0)
    assert (completion.usage.prompt, completion.usage.cached) == (9, 4)


def test_an_error_inside_the_stream_is_said() -> None:
    with pytest.raises(EndpointError, match="overloaded"):
        fold(b'data: {"error":{"message":"overloaded"}}\n')


@pytest.mark.parametrize(
    "payload",
    [b"data: {nonsense\n", b"data: [1]\n", b"data: " + b"[" * 100_000 + b"\n", event("x", logprobs={"content": 3})],
    ids=range(4),
)
def test_nonsense_is_not_a_stream(payload: bytes) -> None:
    with pytest.raises(NotAStream):
        fold(payload)


def test_an_answer_that_does_not_stop_is_cut_off() -> None:
    with pytest.raises(NotAStream, match="did not stop"):
        fold(event("a") * 200)


def test_a_line_without_end_is_cut_off() -> None:
    with pytest.raises(NotAStream, match="a line of more than"):
        fold(b"data: " + b"a" * (2 << 20), cut=4096)


def test_packing_keeps_everything() -> None:
    called = json.dumps({"choices": [{"delta": {"tool_calls": [{"index": 0, "id": "a", "function": {"name": "f", "arguments": "{"}}]}}]})
    completion = fold(ANSWER + event("x", logprobs=json.loads(json.dumps(told((b"x", -0.5))))) + f"data: {called}\n\n".encode())
    assert completion.tool_calls
    assert unpack(pack(completion)) == completion


def calls(*deltas: object) -> list[tuple[str, str, str]]:
    answer = Answer(0, lambda: 1.0, 100, None)
    for delta in deltas:
        answer.take(json.dumps({"choices": [{"delta": {"tool_calls": delta}}]}).encode())
    answer.take(b'{"choices": [{"delta": {}, "finish_reason": "tool_calls"}]}')
    return [(call.id, call.name, call.arguments) for call in answer.completion(0, 0, {}).tool_calls]


def test_a_tool_call_is_put_together_from_its_pieces() -> None:
    begin = [{"index": 0, "id": "a", "function": {"name": "refund", "arguments": ""}}]
    assert calls(begin, [{"index": 0, "function": {"arguments": '{"or'}}], [{"index": 0, "function": {"arguments": 'der": 1}'}}]) == [
        ("a", "refund", '{"order": 1}')
    ]


def test_two_calls_are_told_apart_by_index_by_id_or_by_their_name() -> None:
    def piece(arguments: object = "{}", **told: object) -> list[dict[str, object]]:
        return [{**told, "function": {"name": "f", "arguments": arguments}}]

    assert calls(piece(index=0), piece(index=1)) == [("call_0", "f", "{}"), ("call_1", "f", "{}")]
    assert calls(piece(index=0, id="a"), piece(index=0, id="b")) == [("a", "f", "{}"), ("b", "f", "{}")]
    assert calls(piece(), piece({"x": 1})) == [("call_0", "f", "{}"), ("call_1", "f", '{"x": 1}')]


@pytest.mark.parametrize(
    ("delta", "words"),
    [
        ("refund", "not in the form"),
        ([7], "not in the form"),
        ([{"function": None}], "not in the form"),
        ([{"index": 0, "function": {"name": "f", "arguments": "x" * 1_000_000}}], "more than 64,000 characters of arguments"),
        ([{"index": i, "function": {"name": "f"}} for i in range(99)], "more than 16 tool calls"),
    ],
)
def test_tool_calls_that_are_none_are_said(delta: object, words: str) -> None:
    with pytest.raises(NotAStream, match=words):
        calls(delta)
