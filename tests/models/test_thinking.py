"""Thinking is kept apart from the answer, however it is told; a missing answer has a name; and no event of a stranger breaks anything."""

import json
import resource
import zlib
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluencylab.models.recorded import pack, unpack
from fluencylab.models.stream import Answer, EndpointError, NotAStream
from fluencylab.models.thinking import OPEN_CLOSE, Splitter, orphaned
from fluencylab.models.types import Completion, Token

THOUGHT = "The bill is meant, not the parcel."


def read(
    *deltas: dict[str, Any], finish: str | None = "stop", stop: tuple[str, ...] = (), usage: dict[str, Any] | None = None
) -> Completion:
    ticks = count(1)
    answer = Answer(0.0, lambda: float(next(ticks)), 1000, None, stop)
    for delta in deltas:
        answer.take(json.dumps({"choices": [{"index": 0, "delta": delta}]}).encode())
    answer.take(json.dumps({"choices": [{"delta": {}, "finish_reason": finish}], **({"usage": usage} if usage else {})}).encode())
    return answer.completion(0, 0, {})


def written(text: str, size: int) -> list[dict[str, Any]]:
    return [{"content": text[at : at + size]} for at in range(0, len(text), size)]


@pytest.mark.parametrize("opening", OPEN_CLOSE)
@pytest.mark.parametrize("size", [1, 3, 7, 1000])
def test_thinking_in_tags_is_no_part_of_the_answer(opening: str, size: int) -> None:
    found = read(*written(f"\n{opening}\n{THOUGHT}{OPEN_CLOSE[opening]}\n\nbilling, I say.", size))
    assert (found.thinking, found.text, found.state) == (THOUGHT, "billing, I say.", "answered")
    assert "".join(token.text for token in found.tokens) == found.text
    assert len(found.tokens) == len(found.timing.arrivals)
    assert 0 < found.usage.thinking < found.usage.completion or size == 1000
    assert 0 < found.timing.thought_ms <= found.timing.ttft_ms


@pytest.mark.parametrize("size", [1, 4, 1000])
def test_thinking_that_the_prompt_opened_is_found_by_its_end(size: int) -> None:
    found = read(*written(f"{THOUGHT}</think>\n\nbilling", size))
    assert (found.thinking, found.text) == (THOUGHT, "billing")
    assert found.timing.thought_ms < found.timing.ttft_ms or size == 1000


@pytest.mark.parametrize(
    "thought",
    [
        {"content": None, "reasoning_content": THOUGHT},
        {"reasoning": THOUGHT},
        {"content": [{"type": "thinking", "thinking": [{"type": "text", "text": THOUGHT}]}]},
        {"content": [{"type": "reasoning", "text": THOUGHT}]},
        {"reasoning_details": [{"type": "reasoning.text", "text": THOUGHT}]},
    ],
)
def test_thinking_in_a_field_of_its_own(thought: dict[str, Any]) -> None:
    found = read(thought, {"content": [{"type": "text", "text": "bill"}]}, {"content": "ing"})
    assert (found.thinking, found.text, len(found.tokens)) == (THOUGHT, "billing", 2)
    assert (found.timing.thought_ms, found.timing.ttft_ms) == (1000, 2000)
    assert (found.usage.completion, found.usage.thinking) == (3, 1)


def test_the_same_letters_within_an_answer_are_text() -> None:
    text = "Write <think> before you think and </ after."
    assert read(*written(text, 5)).text == text
    assert read({"content": "<thin"}, {"content": " line>"}).text == "<thin line>"
    assert read({"content": "<thi"}).text == "<thi"


def test_a_stop_text_ends_the_answer_and_not_the_thinking() -> None:
    found = read(*written("<think>one\ntwo</think>\n\nbilling\nBecause.", 4), stop=("\n",))
    assert (found.thinking, found.text, found.finish) == ("one\ntwo", "billing", "stop")


@pytest.mark.parametrize(
    ("delta", "finish", "state"),
    [
        ({"content": "billing"}, "stop", "answered"),
        ({"content": "billing and"}, "length", "answered"),
        ({"reasoning_content": THOUGHT}, "length", "length"),
        ({"content": "<think>" + THOUGHT}, "length", "length"),
        ({"content": " \n"}, "length", "length"),
        ({"content": ""}, "stop", "empty"),
        ({"content": "<think>" + THOUGHT + "</think>"}, "stop", "empty"),
        ({"content": "I would"}, "content_filter", "filtered"),
        ({"content": ""}, "SAFETY", "filtered"),
        ({"refusal": "I cannot help with that."}, "stop", "refused"),
        ({"content": ""}, "refusal", "refused"),
        ({"content": "half of"}, "network_error", "cut off"),
    ],
)
def test_a_missing_answer_has_a_name(delta: dict[str, Any], finish: str, state: str) -> None:
    found = read(delta, finish=finish)
    assert found.state == state
    assert unpack(pack(found)) == found


def test_a_completion_kept_before_there_was_thinking_can_still_be_read() -> None:
    old = zlib.compress(json.dumps(["Hi", [], {}, "stop", {}, {}, []]).encode())
    assert (unpack(old).text, unpack(old).thinking, unpack(old).state) == ("Hi", "", "answered")


@pytest.mark.parametrize(
    ("usage", "completion", "thinking"),
    [
        ({"completion_tokens": 301, "completion_tokens_details": {"reasoning_tokens": 300}}, 301, 300),
        (
            {"prompt_tokens": 5, "completion_tokens": 1, "total_tokens": 306, "completion_tokens_details": {"reasoning_tokens": 300}},
            301,
            300,
        ),
        ({"completion_tokens": 9, "reasoning_tokens": 8}, 9, 8),
        ({"completion_tokens": 9}, 9, 0),
        ({"completion_tokens": float("nan"), "prompt_tokens": -3}, 1, 0),
        ({"completion_tokens": "7"}, 7, 0),
    ],
)
def test_what_was_thought_is_paid_for(usage: dict[str, Any], completion: int, thinking: int) -> None:
    found = read({"content": "billing"}, usage=usage)
    assert (found.usage.completion, found.usage.thinking) == (completion, thinking)
    assert found.usage.prompt >= 0


@given(st.lists(st.sampled_from(["<think>", "</think>", "<", "th", "a", " ", "\n", "[THINK]", "[/THINK]", "</"]), max_size=12))
def test_however_it_is_cut_it_is_read_the_same(pieces: list[str]) -> None:
    def parts(texts: list[str]) -> tuple[str, str]:
        splitter = Splitter()
        found = [part for text in texts for part in splitter.feed(text)] + splitter.finish()
        return "".join(p.text for p in found if p.thought), "".join(p.text for p in found if not p.thought)

    whole = "".join(pieces)
    assert parts(pieces) == parts([whole]) == parts(list(whole))
    assert len(orphaned(whole)[1]) <= len(whole)


# Events of a stranger

ODD: tuple[Any, ...] = (
    None, True, 5, -5, 10**30, 1.5, float("nan"), float("inf"), "x", "", "\ud800", "a\0b", "9" * 5000, [], [1], [None], ["x"], {}, {"a": 1},
    [[1]], {"text": ["x"]}, [{"type": "text"}], [{"type": None, "text": 5}], [{"thinking": [{"text": [1]}]}],
)  # fmt: skip
PLACES = (
    "choices", "choices.0", "choices.0.delta", "choices.0.message", "choices.0.delta.content", "choices.0.text", "choices.0.finish_reason",
    "choices.0.delta.reasoning_content", "choices.0.delta.reasoning", "choices.0.delta.reasoning_details", "choices.0.delta.refusal",
    "choices.0.delta.tool_calls", "choices.0.delta.tool_calls.0", "choices.0.delta.tool_calls.0.index", "choices.0.delta.tool_calls.0.id",
    "choices.0.delta.tool_calls.0.function", "choices.0.delta.tool_calls.0.function.name",
    "choices.0.delta.tool_calls.0.function.arguments", "choices.0.logprobs", "choices.0.logprobs.content",
    "choices.0.logprobs.content.0", "choices.0.logprobs.content.0.token", "choices.0.logprobs.content.0.logprob",
    "choices.0.logprobs.content.0.bytes", "choices.0.logprobs.content.0.id", "choices.0.logprobs.content.0.top_logprobs",
    "choices.0.logprobs.content.0.top_logprobs.0", "choices.0.logprobs.content.0.top_logprobs.0.token",
    "choices.0.logprobs.content.0.top_logprobs.0.logprob", "choices.0.logprobs.content.0.top_logprobs.0.bytes",
    "choices.0.logprobs.content.0.top_logprobs.0.id", "usage", "usage.prompt_tokens", "usage.completion_tokens", "usage.total_tokens",
    "usage.prompt_tokens_details", "usage.prompt_tokens_details.cached_tokens", "usage.completion_tokens_details",
    "usage.completion_tokens_details.reasoning_tokens", "timings", "timings.prompt_ms", "error", "error.message", "error.code",
)  # fmt: skip


def event(place: str, odd: Any) -> dict[str, Any]:
    alternative = {"token": "x", "logprob": -1.0, "bytes": [120], "id": 3}
    call = {"index": 0, "id": "a", "function": {"name": "f", "arguments": "{}"}}
    logprobs = {"content": [{**alternative, "top_logprobs": [alternative]}]}
    told: Any = {
        "choices": [{"delta": {"content": "x", "tool_calls": [call]}, "logprobs": logprobs}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "completion_tokens_details": {}, "prompt_tokens_details": {}},
        "timings": {},
    }  # fmt: skip
    at, *_ = [told]
    *way, last = place.split(".")
    for step in way:
        at = at[int(step)] if step.isdigit() else at.setdefault(step, {})
    at[int(last) if last.isdigit() else last] = odd
    return told  # type: ignore[no-any-return]


@pytest.mark.parametrize("place", PLACES)
def test_whatever_stands_in_an_event_is_an_answer_or_a_sentence(place: str) -> None:
    for odd in ODD:
        answer = Answer(0.0, lambda: 1.0, 100, None)
        try:
            answer.take(json.dumps(event(place, odd)).encode())
        except (NotAStream, EndpointError):
            continue
        found = answer.completion(0, 0, {})
        assert json.dumps(found.model_dump(), allow_nan=False, ensure_ascii=False).encode(), (place, odd)  # no half character, no NaN
        assert unpack(pack(found)) == found


def test_an_emoji_in_two_halves_is_whole_and_half_an_emoji_is_marked() -> None:
    assert read({"content": "a\ud83d"}, {"content": "\ude00b"}).text == "a😀b"
    assert read({"content": "a\ud83d"}).text == "a\ufffd"
    assert read({"content": "\ude00 hi"}).text == "\ufffd hi"


def test_a_number_where_bytes_belong_takes_no_memory() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    told = {"content": [{"token": "x", "logprob": -1, "bytes": 2_000_000_000}]}
    answer = Answer(0.0, lambda: 1.0, 100, None)
    answer.take(json.dumps({"choices": [{"delta": {"content": "x"}, "logprobs": told}]}).encode())
    assert answer.completion(0, 0, {}).tokens == (Token("x", -1.0),)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # kilobytes
