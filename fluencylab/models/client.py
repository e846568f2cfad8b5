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
from dataclasses import dataclass, field
from typing import Any

from fluencylab import clock
from fluencylab.errors import AnswerCutOff, LabError, ModelRefused, ModelUnavailable
from fluencylab.models import addresses, catalogue, dialect, exchange, half_character, keys, listing, patience, refusals, vectors, wire
from fluencylab.models.catalogue import Entry
from fluencylab.models.engine import KEY, Engine
from fluencylab.models.exchange import Elsewhere, Lost, Refused, Silent
from fluencylab.models.one_reading import Answers, GatheredCall, OneReading
from fluencylab.models.patience import CannotNow, Patience
from fluencylab.models.refusals import NotTaken, Refusal
from fluencylab.models.stream import Answer, EndpointError, Lines, NotAStream
from fluencylab.models.transport import ENGINE_LIMITS, Limits, Marks, Transport
from fluencylab.models.types import Completion, Message, ModelCapabilities, ModelInfo, Request, Token, VocabularyToken, part_of_character
from fluencylab.settings import settings

TEXTS_AT_ONCE = 64
"""Texts sent to an endpoint for embeddings in one call, where it takes as many."""


@dataclass
class Exchanged:
    """What is noted of one exchange while it goes on."""

    address: str = ""
    made: float = 0.0
    wait: float = 0.0
    marks: Marks = field(default_factory=Marks)


class Client:
    """One model behind one address. Safe to share between tasks and event loops.

    `on_restart` is called when the engine died in the middle of a call: what `on_token` saw of it is void, and the answer begins anew.
    `patience.told` is called with a sentence when an endpoint asks to wait, and with "" when it answers again.
    """

    def __init__(self, entry: Entry, engine: Engine | None = None, limits: Limits | None = None) -> None:
        self.entry = entry
        self.engine = engine
        self.limits = limits or (ENGINE_LIMITS if engine else Limits())
        self.on_restart: Callable[[], None] | None = None
        self.patience = Patience(entry, self.limits.patience, engine=engine is not None)
        self.streamed = True
        """Whether the last answer came while it was written, and not in one piece"""
        self._transport = Transport(self.limits, "" if engine else entry.base_url)
        self._one_reading = OneReading(self._send_together, settings().engine_slots) if engine else None

    def __repr__(self) -> str:
        return f"Client({self.entry.slug!r})"

    @property
    def card(self) -> ModelInfo:
        return self.entry.card()

    async def complete(self, request: Request, *, repetition: int = 0, on_token: Callable[[Token], None] | None = None) -> Completion:
        """One answer. A lost engine is started again and asked again, twice at most; so is an endpoint that hung up before its first word.

        An endpoint that says “not now” is asked again when it said. One that refuses a parameter is asked without it, then and later.
        """
        can = self.entry.abilities
        for _ in range(dialect.MOST_STEPS):
            body = wire.body(self.entry.model_copy(update={"abilities": can}), request, repetition)
            try:
                answer = await self._shared(request, body, on_token)
                answer = answer or await self.send(body, on_token, () if wire.stops_itself(can) else request.stop)
            except NotTaken as no:
                found = dialect.adapted(can, body, no.refusal.told) if self.engine is None else None
                if found is None or no.refusal.status not in dialect.ADAPTABLE:
                    raise no.error from None
                can = found
            else:
                await self._learn(can)
                if self.engine and half_character.withheld(request, answer):
                    forced = await self.send(body | half_character.FORCED)
                    return half_character.with_chances(answer, forced, greedy=request.temperature == 0)
                return answer
        raise ModelRefused(f"{self.entry.name} refuses every form in which it was asked.", "Remove it, and add it again.")

    async def _shared(self, request: Request, body: dict[str, Any], on_token: Callable[[Token], None] | None) -> Completion | None:
        """The answer, where it was asked for with others in one call; None where it has to be asked for itself."""
        if self._one_reading is None or request.alike < 2 or "messages" not in body:
            return None
        return await self._one_reading.answer(body, request.alike, on_token)

    async def _learn(self, can: ModelCapabilities) -> None:
        """What it takes, now that an answer has shown it."""
        if can != self.entry.abilities:
            self.entry = self.entry.model_copy(update={"abilities": can})
            await asyncio.to_thread(catalogue.learn, self.entry)

    async def send(self, body: dict[str, Any], on_token: Callable[[Token], None] | None = None, stop: tuple[str, ...] = ()) -> Completion:
        """A chat body as it is: what `complete` does after building it, and `probe` directly. `stop`: where the answer is cut here.

        Raises NotTaken where the endpoint refused this body: with its words, and as the error that a person is told.
        """

        async def once() -> Completion:
            return await self._once(body, on_token, stop)

        guess = _letters(body) // 4 + wire.length_of(body) // 2
        try:
            completion = await self.patience.until_answered(once, self._restarted, guess)
        except Lost as lost:
            raise await self._unavailable(lost) from lost.__cause__
        self.patience.took(completion.usage.prompt + completion.usage.completion, guess)
        return completion

    def _restarted(self) -> None:
        if self.engine and self.on_restart:
            self.on_restart()

    async def _once(self, body: dict[str, Any], on_token: Callable[[Token], None] | None, stop: tuple[str, ...]) -> Completion:
        call = Exchanged()
        answer: list[Answer] = []

        def begun(at: float) -> Answer:
            answer.append(Answer(at, time.perf_counter, _most_tokens(body), on_token, stop))
            return answer[0]

        await self._exchange(body, begun, Lines(*_sizes(body)), call)
        return self._completion(call, answer[0], body)

    async def _send_together(self, calls: Sequence[GatheredCall]) -> None:
        """One call for several answers; each is told as soon as it is whole. A lost engine is started again, as in `send`."""
        body = calls[0].body | {"n": len(calls)}
        line, most = _sizes(body)

        async def once() -> None:
            call = Exchanged()
            answers: list[Answer] = []

            def begun(at: float) -> Answers:
                answers[:] = [Answer(at, time.perf_counter, _most_tokens(body), one.on_token) for one in calls]
                return Answers(answers, whole)

            def whole(number: int) -> None:
                if not calls[number].answer.done():
                    calls[number].tell(self._completion(call, answers[number], calls[number].body))

            await self._exchange(body, begun, Lines(line, most * len(calls)), call)
            for number in range(len(calls)):
                whole(number)

        try:
            await self.patience.until_answered(once, self._restarted)
        except Lost as lost:
            raise await self._unavailable(lost) from lost.__cause__

    async def _exchange(self, body: dict[str, Any], begun: Callable[[float], Answer | Answers], lines: Lines, call: Exchanged) -> None:
        """Send, and take in what comes. `begun`: what takes it in, made at the moment of the call."""
        key = KEY if self.engine else keys.read(self.entry)
        call.address = await self.base_url(body)
        path = "/chat/completions" if "messages" in body else "/completions"
        call.made, began = clock.now().timestamp(), time.perf_counter()
        call.marks = self._transport.mark()
        answer = begun(began)
        async with self._translate_errors(key, answer), self._post(call.address + path, body, key) as response:
            call.wait = time.perf_counter() - began
            self.patience.heard(response.headers)
            self.streamed = await exchange.read(response, answer, lines, self.limits)
            if not (answer.finish or answer.done):
                raise Lost("the stream broke off")

    def _completion(self, call: Exchanged, answer: Answer, body: dict[str, Any]) -> Completion:
        completion = answer.completion(call.marks.connected - call.marks.connecting, call.wait, body)
        completion.timing.began = call.made
        if self.engine:
            completion.timing.threads, completion.timing.calm_threads = self.engine.threads(call.address)
        return completion

    def _post(self, url: str, body: dict[str, Any], key: str) -> Any:
        headers = addresses.headers(key, self.entry.key_header)
        return exchange.post(self._transport, addresses.with_query(url, self.entry.query), body, headers)

    @asynccontextmanager
    async def _translate_errors(self, key: str, answer: Answer | Answers | None = None) -> AsyncIterator[None]:
        """Whatever goes wrong on the wire: as one of our errors, or as what `Patience` knows how to go on from."""
        try:
            yield
        except NotAStream as error:
            raise refusals.not_a_model(self.entry, str(error)) from None
        except EndpointError as error:
            raise self._not_taken(refusals.refusal(error.status or 200, error.said, key), key, {}, answer) from None
        except Refused as error:
            raise self._not_taken(refusals.refusal(error.status, error.body, key), key, error.headers, answer) from None
        except Elsewhere as error:
            raise ModelRefused(
                f"{self.entry.name} points to another address ({error}), and no key is carried there.", "Add that address, if you trust it."
            ) from None
        except Silent as error:
            kind = AnswerCutOff if self.patience.spend(self.limits.silence) else ModelUnavailable
            raise kind(f"{self.entry.name} stopped answering.", f"{error}: try again later.") from None
        except Lost as lost:
            lost.begun = answer is not None and answer.begun
            raise

    def _not_taken(self, no: Refusal, key: str, headers: Any, answer: Answer | Answers | None) -> Exception:
        if self.engine is None and patience.passes(no):
            wait = patience.wait_of(headers, no.words)
            return refusals.broke_off(self.entry) if answer is not None and answer.begun else CannotNow(no, wait)
        return NotTaken(no, refusals.refused(self.entry, no, key))

    async def _unavailable(self, lost: Lost) -> LabError:
        if self.engine:
            return ModelUnavailable("The engine ended in the middle of the call, again and again.", "`fluency doctor` shows its log.")
        if lost.begun:
            return refusals.broke_off(self.entry)
        why, fix = await exchange.why_lost(self.entry.base_url, lost)
        return ModelUnavailable(f"{self.entry.name} does not answer at {self.entry.base_url} ({why}).", fix)

    async def base_url(self, body: dict[str, Any] | None = None) -> str:
        """Where this call goes, with /v1."""
        if self.engine is None:
            return self.entry.base_url
        return f"{await self.engine.ensure(steady=body is not None and _is_long(body))}/v1"

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """A vector for each text, in their order, by /v1/embeddings. Raises what `complete` raises.

        An endpoint that refuses so many texts in one call is sent fewer, then and later.
        """
        found: list[list[float]] = []
        can, left = self.entry.abilities, list(texts)
        while left:
            some = left[: can.texts_a_call or TEXTS_AT_ONCE]
            try:
                found += await self._embed_some(some)
            except NotTaken as no:
                if len(some) == 1 or no.refusal.status not in (400, 413, 422, 500):
                    raise no.error from None
                can = can.model_copy(update={"texts_a_call": vectors.fewer(no.refusal.words, len(some))})
            else:
                left = left[len(some) :]
        await self._learn(can)
        if len({len(one) for one in found}) > 1:
            raise ModelRefused(f"{self.entry.name} gave vectors of different lengths.", "Ask who runs it; they cannot be compared.")
        return found

    async def _embed_some(self, texts: list[str]) -> list[list[float]]:
        body = {"model": self.entry.slug if self.entry.local else self.entry.model, "input": texts, "encoding_format": "float"}
        most = vectors.most_bytes(texts)

        async def once() -> list[list[float]]:
            key = KEY if self.engine else keys.read(self.entry)
            address = await self.base_url()
            async with self._translate_errors(key), self._post(f"{address}/embeddings", body, key) as response:
                return vectors.read(await exchange.whole(response, most), len(texts), self.entry.name)

        try:
            return await self.patience.until_answered(once)
        except NotTaken as no:
            if "encoding_format" in body and "encoding_format" in no.refusal.told:
                del body["encoding_format"]
                return await self.patience.until_answered(once)
            raise
        except Lost as lost:
            raise await self._unavailable(lost) from lost.__cause__

    async def offered(self) -> list[str]:
        """The names of the models that an endpoint says it has (/v1/models); [] where it does not say. Raises what `complete` raises."""
        key = keys.read(self.entry)
        address = addresses.with_query(f"{self.entry.base_url}/models", self.entry.query)
        try:
            headers = addresses.headers(key, self.entry.key_header)
            async with self._translate_errors(key), exchange.get(self._transport, address, headers) as response:
                return listing.names(await exchange.whole(response, listing.MOST_BYTES))
        except NotTaken as no:
            raise no.error from None
        except CannotNow as no:
            raise refusals.refused(self.entry, no.refusal, key) from None
        except Lost as lost:
            raise await self._unavailable(lost) from lost.__cause__

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
        try:
            async with self._translate_errors(KEY):
                return await exchange.ask_engine(self._transport, address + path, asked, KEY)
        except NotTaken as no:
            raise no.error from None
        except Lost as lost:
            raise await self._unavailable(lost) from lost.__cause__

    def _engine(self) -> Engine:
        if self.engine is None:
            raise ModelUnavailable(f"{self.entry.name} does not show its inside.", "Choose the embedded model for this.")
        return self.engine

    async def close(self) -> None:
        """Close the connections made in this event loop, and let the engine go."""
        await self._transport.close()
        if self.engine:
            self.engine.release()


def _most_tokens(body: dict[str, Any]) -> int:
    return (wire.length_of(body) or 65536) * 2 + 64


def _is_long(body: dict[str, Any]) -> bool:
    """About 2,000 tokens to read and write: too long to be caught on all cores when other work begins."""
    return _letters(body) / 4 + wire.length_of(body) > 2000


def _letters(body: dict[str, Any]) -> int:
    return len(body.get("prompt", "")) + sum(len(message["content"]) for message in body.get("messages", ()))


def _sizes(body: dict[str, Any]) -> tuple[int, int]:
    """The longest honest line and the longest honest answer to this request, in bytes."""
    line = (1 << 20) + 400 * int(body.get("top_logprobs") or 0)
    tokens = wire.length_of(body) or 65536
    return line, (4 << 20) + tokens * (4096 + 400 * int(body.get("top_logprobs") or 0))


def _piece(piece: str | list[int]) -> str:
    return piece if isinstance(piece, str) else part_of_character(piece)
