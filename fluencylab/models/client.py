"""The only file that calls a model over HTTP: the embedded engine and every OpenAI-compatible endpoint.

client = Client(entry, Engine(entry))
completion = await client.complete(Request(messages=(Message(role="user", content="Capital of France?"),)))
completion.text       "The capital of France is Paris."
completion.timing     connect_ms=0.4 wait_ms=31 ttft_ms=33 ttlt_ms=121 tps=79.5 engine={"prompt_ms": …}
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from fluencylab import clock
from fluencylab.errors import LabError, ModelRefused, ModelUnavailable
from fluencylab.models import keys, wire
from fluencylab.models.catalogue import Entry
from fluencylab.models.engine import KEY, Engine
from fluencylab.models.stream import Answer, EndpointError, Lines, NotAStream
from fluencylab.models.transport import ENGINE_LIMITS, Limits, Transport, drain, library
from fluencylab.models.types import Completion, Message, ModelInfo, Request, Token, VocabularyToken, part_of_character

_RETRIES = 2
_PAUSE = 0.2  # seconds before an endpoint that hung up is asked again
_BROKE_OFF = "its answer broke off in the middle"


class _Lost(Exception):
    """The connection could not be made, or broke. `begun`: after the first token had come."""

    begun = False


class Client:
    """One model behind one address. Safe to share between tasks and event loops. `on_restart` is called when the engine
    died in the middle of a call: what `on_token` saw of it is void, and the answer begins anew.
    """

    def __init__(self, entry: Entry, engine: Engine | None = None, limits: Limits | None = None) -> None:
        self.entry = entry
        self.engine = engine
        self.limits = limits or (ENGINE_LIMITS if engine else Limits())
        self.on_restart: Callable[[], None] | None = None
        plain = engine is not None or entry.base_url.startswith("http://")
        self._transport = Transport(self.limits, plain=plain, engine=engine is not None)

    def __repr__(self) -> str:
        return f"Client({self.entry.slug!r})"

    @property
    def card(self) -> ModelInfo:
        return self.entry.card()

    async def complete(self, request: Request, *, repetition: int = 0, on_token: Callable[[Token], None] | None = None) -> Completion:
        """One answer, streamed. A lost engine is started again and asked again, twice at most; an endpoint that hung up before its
        first token is asked once more (one that serves many closes idle connections, now and then just as we speak).
        """
        body = wire.body(self.entry, request, repetition)
        return await self.send(body, on_token)

    async def send(self, body: dict[str, Any], on_token: Callable[[Token], None] | None = None) -> Completion:
        """A chat body as it is (it must ask for a stream): what `complete` does after building it, and `probe` directly."""
        for attempt in range(_RETRIES + 1):
            try:
                return await self._once(body, on_token)
            except _Lost as lost:
                if attempt == _RETRIES if self.engine else attempt or lost.begun:
                    raise self._unavailable(lost) from lost.__cause__
                if self.engine is None:
                    await asyncio.sleep(_PAUSE)
                elif self.on_restart:
                    self.on_restart()
        raise AssertionError("unreachable")

    async def _once(self, body: dict[str, Any], on_token: Callable[[Token], None] | None) -> Completion:
        key = KEY if self.engine else keys.read(self.entry)
        address = await self.base_url(body)
        api = self._transport.api(address, key)
        made, began = clock.now().timestamp(), time.perf_counter()
        marks = self._transport.mark()
        most = int(body.get("max_tokens") or 65536) * 2 + 64
        answer = Answer(began, time.perf_counter, most, on_token)
        try:
            async with self._translate_errors(key), self._open(api, body) as response:
                wait = time.perf_counter() - began
                await self._read(response, answer, Lines(*_sizes(body)))
        except _Lost as lost:
            lost.begun = answer.begun
            raise
        completion = answer.completion(marks.connected - marks.connecting, wait, body)
        completion.timing.began = made
        if self.engine:
            completion.timing.threads, completion.timing.calm_threads = self.engine.threads(address)
        return completion

    @asynccontextmanager
    async def _open(self, api: Any, body: dict[str, Any]) -> AsyncIterator[Any]:
        asked = "messages" if "messages" in body else "prompt"
        rest = {name: value for name, value in body.items() if name not in (asked, "model", "stream")}
        kind = api.chat.completions if asked == "messages" else api.completions
        call = kind.with_streaming_response.create(**{asked: body[asked]}, model=body["model"], stream=True, extra_body=rest)
        async with asyncio.timeout(self.limits.whole), call as response:
            yield response.http_response

    async def _read(self, response: Any, answer: Answer, lines: Lines) -> None:
        kind = response.headers.get("content-type", "").partition(";")[0]
        if kind != "text/event-stream":
            raise NotAStream(f"it answered with {kind or 'something unnamed'} instead of a stream")
        chunks = response.aiter_bytes()
        async for chunk in chunks:
            for payload in lines.feed(chunk):
                answer.take(payload)
            if answer.done:
                return await drain(chunks)
        if not answer.finish:
            if self.engine:
                raise _Lost("the stream broke off")
            raise wire.broke_off(self.entry) if answer.begun else NotAStream(_BROKE_OFF)

    @asynccontextmanager
    async def _translate_errors(self, key: str) -> AsyncIterator[None]:
        """Whatever goes wrong on the wire, as one of our errors."""
        openai, httpx2 = library("openai"), library("httpx2")
        try:
            yield
        except NotAStream as error:
            raise wire.not_a_stream(self.entry, str(error)) from None
        except EndpointError as error:
            raise wire.refused(self.entry, 400, str(error), key) from None
        except openai.APIStatusError as error:
            raise wire.refused(self.entry, error.status_code, wire.said(error.body or error.response.text), key) from None
        except (TimeoutError, openai.APITimeoutError, httpx2.TimeoutException):
            raise ModelUnavailable(
                f"{self.entry.name} stopped answering.",
                f"It was silent for longer than {self.limits.silence:.0f} seconds: try again later.",
            ) from None
        except (openai.APIConnectionError, httpx2.TransportError) as error:
            raise _Lost(str(error.__cause__ or error)) from error

    def _unavailable(self, lost: _Lost) -> LabError:
        if self.engine:
            return ModelUnavailable("The engine ended in the middle of the call, again and again.", "`fluency doctor` shows its log.")
        if lost.begun:
            return wire.broke_off(self.entry)
        return ModelUnavailable(
            f"{self.entry.name} does not answer at {self.entry.base_url} ({lost}).", "Is it started, and is the address right?"
        )

    async def base_url(self, body: dict[str, Any] | None = None) -> str:
        """Where this call goes, with /v1."""
        if self.engine is None:
            return self.entry.base_url
        return f"{await self.engine.ensure(steady=body is not None and _is_long(body))}/v1"

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """A vector for each text, in their order, by /v1/embeddings. Raises what `complete` raises."""
        key = KEY if self.engine else keys.read(self.entry)
        api = self._transport.api(await self.base_url(), key)
        name = self.entry.slug if self.entry.local else self.entry.model
        try:
            async with self._translate_errors(key), asyncio.timeout(self.limits.whole):
                answer = await api.embeddings.create(model=name, input=list(texts), encoding_format="float")
                found = [list(map(float, one.embedding)) for one in sorted(answer.data or [], key=lambda one: one.index)]
        except _Lost as lost:
            raise self._unavailable(lost) from lost.__cause__
        except (AttributeError, TypeError, ValueError):
            found = []
        if len(found) != len(texts) or len({len(one) for one in found}) != 1:
            raise ModelRefused(f"{self.entry.name} gave no embeddings that can be read.", "Does this model make embeddings, or only text?")
        return found

    async def slots(self) -> list[dict[str, Any]]:
        """What each slot of the embedded engine does now (of both thread counts)."""
        answers = [await self._ask(address, "/slots") for address in await self._engine().addresses()]
        return [slot for slots in answers for slot in slots]

    async def tokenize(self, text: str, *, special: bool = True) -> list[VocabularyToken]:
        """`special`: is `<|im_end|>` in the text that one token, or is it letters like any other?"""
        asked = {"content": text, "with_pieces": True, "parse_special": special}
        answer = await self._ask(await self._engine().ensure(), "/tokenize", asked)
        return [VocabularyToken(token["id"], _piece(token["piece"])) for token in answer["tokens"]]

    async def render(self, messages: tuple[Message, ...]) -> str:
        asked = {"messages": [message.plain() for message in messages]}
        return str((await self._ask(await self._engine().ensure(), "/apply-template", asked))["prompt"])

    async def end_of_answer(self) -> str:
        """The token with which the embedded model ends what it writes."""
        return str((await self._ask(await self._engine().ensure(), "/props"))["eos_token"])

    async def _ask(self, address: str, path: str, asked: dict[str, Any] | None = None) -> Any:
        http = self._transport.http()
        headers = {"Authorization": f"Bearer {KEY}"}
        try:
            async with self._translate_errors(KEY):
                answer = await http.request("POST" if asked else "GET", address + path, json=asked, headers=headers)
        except _Lost as lost:
            raise self._unavailable(lost) from lost.__cause__
        if answer.is_error:
            raise wire.refused(self.entry, answer.status_code, wire.said(answer.json()), KEY)
        return answer.json()

    def _engine(self) -> Engine:
        if self.engine is None:
            raise ModelUnavailable(f"{self.entry.name} does not show its inside.", "Choose the embedded model for this.")
        return self.engine

    async def close(self) -> None:
        """Close the connections made in this event loop, and let the engine go."""
        await self._transport.close()
        if self.engine:
            self.engine.release()


def _is_long(body: dict[str, Any]) -> bool:
    """About 2,000 tokens to read and write: too long to be caught on all cores when other work begins."""
    letters = len(body.get("prompt", "")) + sum(len(message["content"]) for message in body.get("messages", ()))
    return letters / 4 + int(body.get("max_tokens") or 0) > 2000


def _sizes(body: dict[str, Any]) -> tuple[int, int]:
    """The longest honest line and the longest honest answer to this request, in bytes."""
    line = (1 << 20) + 400 * int(body.get("top_logprobs") or 0)
    tokens = int(body.get("max_tokens") or 65536)
    return line, (4 << 20) + tokens * (4096 + 400 * int(body.get("top_logprobs") or 0))


def _piece(piece: str | list[int]) -> str:
    return piece if isinstance(piece, str) else part_of_character(piece)
