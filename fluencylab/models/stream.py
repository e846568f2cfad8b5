"""Bytes of a streamed answer in, tokens out. Pure: no network, no clock but the one it is handed.

    data: {"choices":[{"delta":{"content":" Paris"},"logprobs":{"content":[{"token":" Paris","logprob":-0.09,…}]}}]}
    data: {"choices":[{"delta":{},"finish_reason":"stop"}],"usage":{…},"timings":{…}}
    data: [DONE]

Parsed by hand: one token may bring the whole vocabulary along (49,152 alternatives, 4.7 MB in one line), for which the
openai client's validated models take seconds.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from fluencylab.models import event_values as values
from fluencylab.models.event_values import EndpointError, NotAStream
from fluencylab.models.thinking import Part, Splitter, orphaned, tidy
from fluencylab.models.tool_calls import Calls
from fluencylab.models.types import Completion, Timing, Token, Usage

__all__ = ["Answer", "EndpointError", "Lines", "NotAStream"]


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
    """Folds the events of one call into a Completion. `stop`: where the answer ends, for a model whose thinking must not end there."""

    def __init__(
        self,
        began: float,
        clock: Callable[[], float],
        most_tokens: int,
        on_token: Callable[[Token], None] | None,
        stop: tuple[str, ...] = (),
    ) -> None:
        self.began, self.clock, self.most_tokens, self.on_token, self.stop = began, clock, most_tokens, on_token, stop
        self.tokens: list[Token] = []
        self.thinking: list[str] = []
        self.thoughts = 0
        """Pieces of thinking that came: about its tokens, where nobody counts them."""
        self.splitter = Splitter()
        self.waiting: list[tuple[Token, float]] = []
        """Tokens of which it is not known yet whether they open the thinking, and when each came."""
        self.usage = Usage()
        self.finish = self.said = ""
        self.first = self.first_thought = self.last = 0.0
        self.arrivals: list[float] = []
        self.engine: dict[str, float] = {}
        self.done = False
        self.half = ""
        self.piece = b""
        self.pieces: list[Token] = []
        self.calls = Calls()

    @property
    def begun(self) -> bool:
        """Something of it has been seen: it cannot be asked for again without saying so."""
        return self.last > 0

    def take(self, payload: bytes) -> None:
        if payload == b"[DONE]":
            self.done = True
            return
        self.take_event(values.event_of(payload))

    def take_event(self, event: dict[str, Any]) -> None:
        if isinstance(event.get("timings"), dict):
            self.engine = values.timings(event["timings"])
        if isinstance(event.get("usage"), dict):
            self.usage = values.usage(event["usage"])
        choices = event.get("choices")
        if isinstance(choices, list) and choices and isinstance(choices[0], dict):
            self._choice(choices[0])

    def _choice(self, choice: dict[str, Any]) -> None:
        self.finish = values.finish(choice.get("finish_reason")) or self.finish
        delta = choice.get("delta", choice.get("message"))
        delta = delta if isinstance(delta, dict) else {}
        content = choice["text"] if "text" in choice else delta.get("content")
        if not isinstance(content, str | list | None):
            raise NotAStream(values.NO_ANSWER)
        if delta.get("tool_calls"):
            self.calls.take(delta["tool_calls"])
            self._marked()
        if thought := values.thought_of(delta):
            self._thinks(values.clean(thought))
        if isinstance(refusal := delta.get("refusal"), str):
            self.said += values.clean(refusal)
        if "message" in choice:
            self._call_of_old(delta)
        self._writes(values.text_of(content), values.logprobs_of(choice))

    def _call_of_old(self, message: dict[str, Any]) -> None:
        """The interface before `tool_calls`, which some gateways still speak when they answer in one piece."""
        if isinstance(called := message.get("function_call"), dict):
            self.calls.take([{"index": 0, "function": called}])

    def _writes(self, text: str, told: list[object]) -> None:
        text = self._joined_halves(text)
        if not text and not told:
            return
        self.last = self.clock()
        for token in self._joined(told) if told else [Token(text)]:
            self.waiting.append((token, self.last))
            self._split(self.splitter.feed(token.text))

    def _split(self, parts: list[Part]) -> None:
        """Give out the tokens that waited, as what they turned out to be. An opening or a closing tag is nobody's text."""
        if self.splitter.held and not self.splitter.close:
            return
        waited, self.waiting = self.waiting, []
        answer = [part for part in parts if not part.thought]
        for part in (part for part in parts if part.thought):
            self._thinks(part.text, waited[0][1] if waited else None)
        if not any(part.thought for part in parts) and "".join(part.text for part in answer) == "".join(token.text for token, _ in waited):
            for token, came in waited:
                self._add(token, came)
        elif answer:  # what follows a closing tag within its token
            self._add(waited[-1][0]._replace(text=answer[-1].text), waited[-1][1])

    def _joined_halves(self, text: str) -> str:
        """Half an emoji at the end of one event waits for its other half in the next."""
        text, self.half = self.half + text, ""
        if text and "\ud800" <= text[-1] <= "\udbff":
            text, self.half = text[:-1], text[-1]
        return values.clean(text)

    def _thinks(self, text: str, came: float | None = None) -> None:
        self.last = came or self.clock()
        self.first_thought = self.first_thought or self.last
        self.thinking.append(text)
        self.thoughts += 1
        self._bounded()
        if self.on_token:
            self.on_token(Token(text, thought=True))

    def _add(self, token: Token, came: float) -> None:
        self.first = self.first or came
        self.tokens.append(token)
        self.arrivals.append(round((came - self.began) * 1000, 1))
        self._bounded()
        if self.on_token:
            self.on_token(token)

    def _marked(self) -> None:
        self.last = self.clock()
        self.first = self.first or self.last

    def _bounded(self) -> None:
        if len(self.tokens) + self.thoughts > self.most_tokens:
            raise NotAStream(f"it was asked for fewer than {self.most_tokens} tokens and did not stop")

    def _joined(self, rows: list[object]) -> Iterator[Token]:
        """A character told in several pieces (some endpoints do) becomes one token with the product of their probabilities."""
        for item in rows:
            token = values.token(item)
            assert isinstance(item, dict)  # or `token` has refused it
            self.piece += values.raw_bytes(item) or token.text.encode()
            self.pieces.append(token)
            try:
                text = self.piece.decode()
            except UnicodeDecodeError:
                if len(self.piece) < 8:
                    continue
                text = self.piece.decode(errors="replace")
            if len(self.pieces) == 1:
                yield token._replace(text=values.clean(text))
            else:
                total = sum(piece.logprob or 0.0 for piece in self.pieces)
                yield Token(values.clean(text), total, self.pieces[0].alternatives)
            self.piece, self.pieces = b"", []

    def _add_half_character(self) -> None:
        """What was told of a character whose last piece never came: it has chances, and no text."""
        if self.pieces:
            logprobs = [piece.logprob for piece in self.pieces]
            total = None if None in logprobs else sum(one for one in logprobs if one is not None)
            self._add(Token("", total, self.pieces[0].alternatives, whole=False), self.last)
            self.piece, self.pieces = b"", []

    def completion(self, connect: float, wait: float, sent: dict[str, Any]) -> Completion:
        if self.half:
            half, self.half = self.half, ""
            self._writes(values.clean(half), [])  # the other half never came
        self._split(self.splitter.finish())
        self._add_half_character()
        thinking, text = self._parted()
        text, cut = self._until_stop(text)
        thoughts = self.thoughts
        usage = self.usage
        if not usage.completion:
            usage = usage.model_copy(update={"completion": len(self.tokens) + thoughts + self.calls.pieces})
        if thinking and not usage.thinking:
            usage = usage.model_copy(update={"thinking": min(max(thoughts, 1), usage.completion)})
        began = min(filter(None, (self.first, self.first_thought)), default=0.0)
        seconds = self.last - began
        seen = usage.completion if thinking else usage.completion - usage.thinking
        timing = Timing(
            connect_ms=connect * 1000,
            wait_ms=wait * 1000,
            thought_ms=(self.first_thought - self.began) * 1000 if self.first_thought else 0,
            ttft_ms=(self.first - self.began) * 1000 if self.first else 0,
            ttlt_ms=(self.last - self.began) * 1000 if began else 0,
            tps=(seen - 1) / seconds if seconds > 0 and seen > 1 else 0,
            arrivals=tuple(self.arrivals),
            engine=self.engine,
        )
        return Completion(
            text=text,
            thinking=thinking,
            said=self.said,
            tokens=tuple(self.tokens),
            usage=usage,
            finish="refusal" if self.said and not text else "stop" if cut else self.finish,
            timing=timing,
            sent=sent,
            tool_calls=self.calls.whole(),
        )

    def _parted(self) -> tuple[str, str]:
        """The thinking and the answer. Where the prompt opened the thinking, both came as answer: its tokens are thought, up to the tag."""
        text = "".join(token.text for token in self.tokens)
        thinking = tidy("".join(self.thinking))
        if thinking or not (told := orphaned(text)[0]):
            return thinking, text
        answer, left = orphaned(text)[1], len(orphaned(text)[1])
        kept = 0
        while kept < len(self.tokens) and left > 0:
            kept += 1
            left -= len(self.tokens[-kept].text)
        self.thoughts = len(self.tokens) - kept
        self.first_thought, came = self.first, self.arrivals[len(self.arrivals) - kept :]
        self.first = self.began + came[0] / 1000 if came else 0.0
        self.tokens, self.arrivals = self.tokens[len(self.tokens) - kept :], came
        return told, answer

    def _until_stop(self, text: str) -> tuple[str, bool]:
        """The answer up to the first of the stop texts, with its tokens; and whether there was one."""
        found = re.search("|".join(map(re.escape, self.stop)), text) if self.stop else None
        if not found:
            return text, False
        size = 0
        for place, token in enumerate(self.tokens):
            size += len(token.text)
            if size >= found.start():
                self.tokens, self.arrivals = self.tokens[: place + 1], self.arrivals[: place + 1]
                break
        return text[: found.start()], True
