"""Bytes of a streamed answer in, tokens out. Pure: no network, no clock but the one it is handed.

    data: {"choices":[{"delta":{"content":" Paris"},"logprobs":{"content":[{"token":" Paris","logprob":-0.09,…}]}}]}
    data: {"choices":[{"delta":{},"finish_reason":"stop"}],"usage":{…},"timings":{…}}
    data: [DONE]

Parsed by hand: one token may bring the whole vocabulary along (49,152 alternatives, 4.7 MB in one line), for which the
openai client's validated models take seconds.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

from fluencylab.models.types import Alternative, Completion, Timing, Token, ToolCall, Usage, part_of_character

MOST_CALLS = 16
MOST_ARGUMENTS = 64_000
"""Calls in one answer, and characters of their arguments together: beyond that nobody means them."""


class NotAStream(Exception):
    """What came cannot be read as a streamed answer; the message is a clause for a person."""


class EndpointError(Exception):
    """The endpoint reported an error inside the stream."""


class Lines:
    """Cuts bytes into the payloads of server-sent events. Knows where to stop."""

    def __init__(self, longest: int, most: int) -> None:
        self.longest, self.most = longest, most
        self.buffer = bytearray()
        self.total = 0

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        self.total += len(chunk)
        if self.total > self.most:
            raise NotAStream(f"it sent more than {self.most / 1e6:,.0f} MB and did not stop")
        searched = len(self.buffer)
        self.buffer += chunk
        begin = 0
        while (end := self.buffer.find(b"\n", max(begin, searched))) >= 0:
            line = bytes(self.buffer[begin:end]).rstrip(b"\r")
            begin = end + 1
            if line.startswith(b"data:"):
                yield line[5:].strip()
        del self.buffer[:begin]
        if len(self.buffer) > self.longest:
            raise NotAStream(f"it sent a line of more than {self.longest / 1e6:,.0f} MB")


class Answer:
    """Folds the events of one call into a Completion."""

    def __init__(self, began: float, clock: Callable[[], float], most_tokens: int, on_token: Callable[[Token], None] | None) -> None:
        self.began, self.clock, self.most_tokens, self.on_token = began, clock, most_tokens, on_token
        self.text: list[str] = []
        self.tokens: list[Token] = []
        self.usage = Usage()
        self.finish = ""
        self.first = self.last = 0.0
        self.arrivals: list[float] = []
        self.engine: dict[str, float] = {}
        self.done = False
        self.piece = b""
        self.pieces: list[Token] = []
        self.calls = Calls()

    def take(self, payload: bytes) -> None:
        if payload == b"[DONE]":
            self.done = True
            return
        event = _event(payload)
        if isinstance(event.get("timings"), dict):
            self.engine = {name: float(value) for name, value in event["timings"].items() if isinstance(value, int | float)}
        if isinstance(event.get("usage"), dict):
            self.usage = _usage(event["usage"])
        choices = event.get("choices")
        if isinstance(choices, list) and choices and isinstance(choices[0], dict):
            self._choice(choices[0])

    def _choice(self, choice: dict[str, Any]) -> None:
        self.finish = str(choice.get("finish_reason") or self.finish)
        delta = choice.get("delta") or {}
        content = choice["text"] if "text" in choice else delta.get("content")
        if delta.get("tool_calls"):
            self.calls.take(delta["tool_calls"])
            self.last = self.clock()
            self.first = self.first or self.last
        told = (choice.get("logprobs") or {}).get("content") or []
        if not isinstance(content, str | None) or not isinstance(told, list):
            raise NotAStream("its answer is not in the form of the OpenAI interface")
        if not content and not told:
            return
        self.last = self.clock()
        self.first = self.first or self.last
        self.text.append(content or "")
        for token in self._joined(told) if told else [Token(content or "")]:
            self._add(token)

    def _add(self, token: Token) -> None:
        self.tokens.append(token)
        self.arrivals.append(round((self.last - self.began) * 1000, 1))
        if len(self.tokens) > self.most_tokens:
            raise NotAStream(f"it was asked for fewer than {self.most_tokens} tokens and did not stop")
        if self.on_token:
            self.on_token(token)

    def _joined(self, rows: list[dict[str, Any]]) -> Iterator[Token]:
        """A character told in several pieces (some endpoints do) becomes one token with the product of their probabilities."""
        for item in rows:
            token = _token(item)
            raw = item.get("bytes")
            self.piece += bytes(raw) if raw else token.text.encode()
            self.pieces.append(token)
            try:
                text = self.piece.decode()
            except UnicodeDecodeError:
                if len(self.piece) < 8:
                    continue
                text = self.piece.decode(errors="replace")
            if len(self.pieces) == 1:
                yield token._replace(text=text)
            else:
                total = sum(piece.logprob or 0.0 for piece in self.pieces)
                yield Token(text, total, self.pieces[0].alternatives)
            self.piece, self.pieces = b"", []

    def completion(self, connect: float, wait: float, sent: dict[str, Any]) -> Completion:
        written = len(self.tokens) + self.calls.pieces
        usage = self.usage if self.usage.completion else self.usage.model_copy(update={"completion": written})
        seconds = self.last - self.first
        timing = Timing(
            connect_ms=connect * 1000,
            wait_ms=wait * 1000,
            ttft_ms=(self.first - self.began) * 1000 if self.first else 0,
            ttlt_ms=(self.last - self.began) * 1000 if self.first else 0,
            tps=(usage.completion - 1) / seconds if seconds > 0 and usage.completion > 1 else 0,
            arrivals=tuple(self.arrivals),
            engine=self.engine,
        )
        return Completion(
            text="".join(self.text),
            tokens=tuple(self.tokens),
            usage=usage,
            finish=self.finish,
            timing=timing,
            sent=sent,
            tool_calls=self.calls.whole(),
        )


class Calls:
    """Tool calls out of their pieces: the name comes first, the arguments' text follows in as many as there are.

    Which call a piece belongs to is told by its index; some endpoints leave that out, and some count every call as 0 and tell them
    apart by their id alone.
    """

    def __init__(self) -> None:
        self.found: list[dict[str, str]] = []
        self.places: dict[int, int] = {}
        self.pieces = 0
        self.size = 0

    def take(self, told: object) -> None:
        if not isinstance(told, list):
            raise NotAStream("its tool calls are not in the form of the OpenAI interface")
        for piece in told:
            function = piece.get("function") if isinstance(piece, dict) else None
            if not isinstance(function, dict):
                raise NotAStream("its tool calls are not in the form of the OpenAI interface")
            call = self._call(piece, str(function.get("name") or ""))
            arguments = function.get("arguments")
            call["name"] = call["name"] or str(function.get("name") or "")[:200]
            call["arguments"] += arguments if isinstance(arguments, str) else "" if arguments is None else json.dumps(arguments)
            self.pieces += 1
            self.size += len(arguments) if isinstance(arguments, str) else 0
            if self.size > MOST_ARGUMENTS or len(call["arguments"]) > MOST_ARGUMENTS:
                raise NotAStream(f"it wrote more than {MOST_ARGUMENTS:,} characters of arguments for its tool calls")

    def _call(self, piece: dict[str, Any], name: str) -> dict[str, str]:
        index, own = piece.get("index"), str(piece.get("id") or "")[:200]
        index = index if isinstance(index, int) else max(len(self.found) - (not (own or name)), 0)
        place = self.places.get(index)
        if place is None or (name and own and own != self.found[place]["id"]):
            if len(self.found) == MOST_CALLS:
                raise NotAStream(f"it made more than {MOST_CALLS} tool calls in one answer")
            self.places[index] = place = len(self.found)
            self.found.append({"id": own, "name": "", "arguments": ""})
        return self.found[place]

    def whole(self) -> tuple[ToolCall, ...]:
        """With an id for each, also where the endpoint gives none."""
        return tuple(ToolCall(**{**call, "id": call["id"] or f"call_{number}"}) for number, call in enumerate(self.found))


def _event(payload: bytes) -> dict[str, Any]:
    try:
        event = json.loads(payload)
    except (ValueError, RecursionError):
        raise NotAStream("its answer is not in the form of the OpenAI interface") from None
    if not isinstance(event, dict):
        raise NotAStream("its answer is not in the form of the OpenAI interface")
    if error := event.get("error"):
        raise EndpointError(str(error.get("message") or error) if isinstance(error, dict) else str(error))
    return event


def _usage(told: dict[str, Any]) -> Usage:
    details = told.get("prompt_tokens_details")
    cached = details.get("cached_tokens") if isinstance(details, dict) else 0
    return Usage(prompt=told.get("prompt_tokens") or 0, completion=told.get("completion_tokens") or 0, cached=cached or 0)


def _token(item: dict[str, Any]) -> Token:
    """`whole` compares with the alternatives: llama.cpp joins a character's pieces, and lists the last one alone there."""
    told = item.get("top_logprobs") or ()
    alternatives = tuple([Alternative(_text(a), a["logprob"]) for a in told])
    number = item.get("id")
    mine = next((a for a in told if a.get("id") == number), None) if number is not None else None
    return Token(str(item.get("token", "")), item.get("logprob"), alternatives, mine is None or mine["bytes"] == item["bytes"])


def _text(alternative: dict[str, Any]) -> str:
    """Part of a character reads as its bytes, so that two different parts differ."""
    text: str = alternative["token"]
    if "\ufffd" in text and (raw := alternative.get("bytes")):
        return part_of_character(raw)
    return text
