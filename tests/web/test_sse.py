"""The wire of server-sent events."""

import json
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluencylab.errors import BadInput
from fluencylab.runs.feed import QUIET, Event
from fluencylab.web import sse


def read(wire: bytes) -> dict[str, str]:
    """As the HTML standard says a browser reads it: lines end at CR, LF or both, and at nothing else."""
    text = wire.decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    assert text.endswith("\n\n") and "\n\n" not in text[:-2], "exactly one event"
    fields: dict[str, str] = {}
    for line in text[:-2].split("\n"):
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        fields[name] = f"{fields[name]}\n{value}" if name in fields else value
    return fields


@pytest.mark.parametrize(
    "text",
    [
        "one\ntwo",
        "one\r\ntwo\rthree",
        "\n\n\ndata: forged\n\nid: 7\n\n",
        "مرحبا بالعالم",
        "\0",
        "a\u2028b\u2029c",
        "\x85\x0b\x0c\x1c",
        "🫖👩🏽‍🔬",
        "<img src=x onerror=alert(1)>",
        "\ufeff",
        "",
    ],
)
def test_whatever_is_in_an_answer_arrives_to_the_letter(text: str) -> None:
    fields = read(sse.encode(Event("step", {"text": text}, 3)))
    assert set(fields) == {"event", "data", "id"}
    assert (fields["event"], fields["id"]) == ("step", "3")
    assert json.loads(fields["data"]) == {"text": text}


@given(st.text())
def test_any_text_at_all_arrives_to_the_letter(text: str) -> None:
    assert json.loads(read(sse.encode(Event("partial", {"text": text})))["data"]) == {"text": text}


def test_half_a_character_does_not_break_the_line() -> None:
    assert json.loads(read(sse.encode(Event("step", {"text": "a\ud83d"}, 1)))["data"]) == {"text": "a?"}


def test_only_steps_carry_an_id() -> None:
    assert "id" not in read(sse.encode(Event("state", {})))
    assert "id" not in read(sse.encode(Event("partial", {"answers": []})))


def test_an_event_is_encoded_once_for_all_who_watch() -> None:
    event = Event("step", {"text": "x"}, 1)
    assert sse.encode(event) is sse.encode(event)


def test_silence_is_a_comment_every_fifteen_seconds() -> None:
    assert QUIET == 15
    wire = sse.encode(Event("quiet", {}))
    assert wire.startswith(b":") and wire.endswith(b"\n\n")


@pytest.mark.parametrize(("header", "number"), [(None, 0), ("", 0), ("0", 0), ("7", 7), ("007", 7), ("999999999", 999_999_999)])
def test_the_last_id_seen_is_read(header: str | None, number: int) -> None:
    assert sse.last_seen(header) == number


@pytest.mark.parametrize(
    "header",
    ["-1", "+1", "1.0", "1e3", " 1", "1 ", "1_000", "0x1", "٣", "²", "x", "1\n2", "\0", "9" * 10, "9" * 5000, "1; DROP TABLE steps"],
)
def test_what_is_no_number_of_a_step_is_refused_with_a_sentence(header: str) -> None:
    with pytest.raises(BadInput) as refused:
        sse.last_seen(header)
    assert refused.value.status == 422
    assert refused.value.fix


async def test_a_run_that_cannot_be_looked_at_ends_the_stream_without_an_error() -> None:
    async def news() -> AsyncIterator[list[Event]]:
        yield [Event("step", {}, 1), Event("state", {})]
        raise ConnectionAbortedError

    chunks = [chunk async for chunk in sse.stream(news()).body_iterator]
    assert len(chunks) == 1, "all that is new goes out in one write"
    assert isinstance(chunks[0], bytes) and chunks[0].count(b"\n\n") == 2
