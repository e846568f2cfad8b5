"""Ask an endpoint what it takes and what it can do: once, when it is added, by the very bodies that labs will send.

    smollm2-135m   logprobs yes (49,152)  json schema yes  usage in stream yes  continues yes  filters yes  seed yes  tools no

First a call as a lab makes it, and down a ladder (`dialect.py`) until it is answered: one refusal after another names what to leave out,
and where none does, each setting is tried alone. Then one wish after another, each on top of what is taken. *Cannot* is what the endpoint
said to a correct request, or did not heed; a call that is lost or put off is made again.

One after another: answers written side by side differ in the last bits, and then no longer repeat themselves. What is looked at is
greedy or seeded: what an endpoint can do must not hang on a die.
"""

import json
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from fluencylab.errors import LabError, ModelUnavailable
from fluencylab.models import dialect, wire
from fluencylab.models.client import Client
from fluencylab.models.findings import STAGES
from fluencylab.models.refusals import NotTaken
from fluencylab.models.types import Completion, Message, ModelCapabilities, Request, ToolSpec

_RULE = Message(role="system", content="You are a friendly assistant.")
_HELLO = Message(role="user", content="Say hello.")
_COUNT = (Message(role="user", content="Count from 1 to 12."), Message(role="assistant", content="1, 2, 3, 4, 5, 6,"))
_WEATHER = Message(role="user", content="What is the weather in Paris?")
_TOOL = ToolSpec(
    name="get_weather",
    description="The weather of a city",
    parameters={"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"], "additionalProperties": False},
)
_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"probe": {"type": "string", "enum": ["heeded"]}},
    "required": ["probe"],
    "additionalProperties": False,
}
_AS_JSON = Message(role="user", content="Give me a JSON object whose only key is probe, with the value heeded.")
_WIDTHS = (50_000, 100, 20, 5, 1)
"""How many alternatives to ask for, until one is granted: engines of one's own give all, vLLM 20, some only 5."""
_SHORT, _ROOM = 16, 2048
"""Tokens of a small answer, and those in which a model that thinks gets to its first word."""
_SETTINGS: tuple[tuple[dict[str, Any], ...], ...] = (
    ({"length_field": "max_tokens"}, {"length_field": "max_completion_tokens"}),
    ({"temperature": "both", "top_p": True}, {"temperature": "alone"}),
    ({"stop": True},),
    ({"system": "system"}, {"system": "developer"}),
)
"""What is tried alone where no refusal says what it is about: of each line, the first that is taken."""
_BAREST = ModelCapabilities(length_field="", temperature="default", top_p=False, stop=False, system="")


class Progress(NamedTuple):
    """How far a test is. `stage`: what is asked now, of `findings.STAGES`; "" at its end. `read`, `written`: tokens, as it counts them."""

    stage: str
    can: ModelCapabilities
    calls: int
    read: int
    written: int


async def probe(client: Client, told: Callable[[Progress], None] = lambda progress: None) -> ModelCapabilities:
    """What the model behind `client` takes and can do. Raises what the plainest call raises: then it cannot be used at all."""
    asked = _Probe(client)
    found = await _in_turn(asked, lambda stage: told(asked.progress(stage)))
    told(asked.progress("")._replace(can=found))
    return found


async def _in_turn(asked: "_Probe", begins: Callable[[str], None]) -> ModelCapabilities:
    begins("answers")
    try:
        await asked.find_ground()
    except NotTaken as no:
        begins("embeddings")
        if await asked.vectors():
            return asked.can.model_copy(update={"writes": False})
        raise no.error from None
    turns = zip(list(STAGES)[1:], asked.wishes(), strict=True)
    for stage, wish in turns:
        begins(stage)
        await wish()
    return asked.can


class _Probe:
    """`can`: what is known so far. Each wish changes it."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.can = ModelCapabilities()
        self.calls = self.read = self.written = 0
        self.thinking = 0
        """Tokens that it was seen to think with, where it shows no more of it than their number"""

    def progress(self, stage: str) -> Progress:
        return Progress(stage, self.can, self.calls, self.read, self.written)

    def wishes(self) -> list[Callable[[], Awaitable[object]]]:
        """One for each stage after the first, in the order of `findings.STAGES`."""
        further = [self.logprobs, self.schema, self.filters, self.seed, self.continues, self.tools, self.vectors]
        return [self.find_temperatures, *further]

    async def send(self, body: dict[str, Any]) -> Completion:
        self.calls += 1
        answer = await self.client.send(body)
        self.read, self.written = self.read + answer.usage.prompt, self.written + answer.usage.completion
        return answer

    # what it takes

    async def find_ground(self) -> None:
        """The form in which a plain call of a lab is answered. Raises NotTaken where there is none."""
        request = Request(messages=(_RULE, _HELLO), temperature=0.7, max_tokens=_SHORT, stop=("\n\n\n\n",))
        try:
            answer = await self.descend(request)
        except NotTaken as no:
            await self._isolate(request, no)
            answer = await self.descend(request)
        self.keep(streams=self.can.streams and self.client.streamed)
        await self.usage()
        if answer.thinking or answer.state == "length" or self.thinking:
            await self._thinks(request, answer)

    async def descend(self, request: Request, **wish: Any) -> Completion:
        """The answer, however far down the ladder it lies; what is found is kept. `wish`: further fields of the body."""
        can = self.can
        for _ in range(dialect.MOST_STEPS):
            body = self._body(can, request) | wish
            try:
                answer = await self.send(body)
            except NotTaken as no:
                found = None if no.refusal.status not in dialect.WIDELY else dialect.adapted(can, body, no.refusal.told)
                if found is None or found == can:
                    raise
                can = found
            else:
                self.can = can
                return answer
        raise no_form(self.client.entry.name)

    def _body(self, can: ModelCapabilities, request: Request) -> dict[str, Any]:
        return wire.body(self.client.entry.model_copy(update={"abilities": can}), request)

    async def _isolate(self, request: Request, first: NotTaken) -> None:
        """Nothing named: from the barest call up, one setting at a time. Raises the first refusal where not even that is answered."""
        starts = (_BAREST, _BAREST.model_copy(update={"length_field": "max_tokens"}), _BAREST.model_copy(update={"streams": False}))
        for start in starts if first.refusal.status in dialect.WIDELY and first.refusal.status != 404 else ():
            if await self._taken(start, request):
                break
        else:
            raise first
        self.can = start
        for alternatives in _SETTINGS:
            for change in alternatives:
                richer = self.can.model_copy(update=change)
                no_o1 = richer.system == "developer" and richer.length_field != "max_completion_tokens"
                if richer == self.can or (not no_o1 and await self._taken(richer, request)):
                    self.can = richer
                    break
        await self._top_p_alone(request)

    async def _top_p_alone(self, request: Request) -> None:
        """They are not taken both together: is top_p without a temperature?"""
        if self.can.temperature != "both":
            alone = self.can.model_copy(update={"top_p": True})
            if await self._taken(alone, request.model_copy(update={"temperature": 1.0, "top_p": 0.9})):
                self.can = alone
            elif self.can.temperature == "alone":
                self.can = self.can.model_copy(update={"temperature": "both"})

    async def _taken(self, can: ModelCapabilities, request: Request) -> bool:
        try:
            await self.send(self._body(can, request))
        except NotTaken:
            return False
        return True

    async def _thinks(self, request: Request, seen: Completion) -> None:
        """No word within a small limit, or thinking beside it: does it answer when there is room?"""
        room = request.model_copy(update={"max_tokens": _ROOM})
        answer = await self.descend(room)
        if answer.thinking or answer.usage.thinking or self.thinking or (seen.state == "length" and answer.state == "answered"):
            self.can = self.can.model_copy(update={"reasoning": True})
            for effort in ("low", "minimal"):
                less = self.can.model_copy(update={"reasoning_effort": effort})
                if await self._taken(less, request):
                    self.can = less
                    return

    async def find_temperatures(self) -> None:
        """Both ends of what labs ask for. Where they are refused without a word that is known, the range between is kept to."""
        for heat, kept in ((2.0, {"most_temperature": 1.0}), (0.0, {"least_temperature": 0.01})):
            if self.can.temperature != "default":
                request = Request(messages=(_HELLO,), temperature=heat, max_tokens=_SHORT)
                try:
                    await self.descend(request)
                except NotTaken:
                    self.can = self.can.model_copy(update=kept)
                except ModelUnavailable:
                    continue

    # what it can do

    async def wish(self, request: Request, granted: dict[str, Any], **further: Any) -> Completion | None:
        """The answer to a call with this wish; None where it was refused. `granted`: what is taken to be, while it is asked."""
        before = self.can
        self.can = before.model_copy(update=granted)
        try:
            answer = await self.descend(request, **further)
        except NotTaken:
            self.can = before
            return None
        except LabError:
            self.can = before
            await self._is_there()
            return None
        granted_still = all(getattr(self.can, name) == value for name, value in granted.items() if isinstance(value, bool))
        self.keep(**{name: getattr(before, name) for name in granted})
        return answer if granted_still else None

    async def _is_there(self) -> None:
        """An answer that cannot be read, or a server that falls over a wish, is a “cannot”; a server that is gone has said nothing.

        Raises ModelUnavailable then.
        """
        await self.descend(Request(messages=(_HELLO,), max_tokens=_SHORT))

    def keep(self, **found: Any) -> None:
        self.can = self.can.model_copy(update=found)

    async def usage(self) -> None:
        if self.can.streams:
            answer = await self.wish(Request(messages=(_HELLO,), max_tokens=_SHORT), {"usage_in_stream": True})
            self.keep(usage_in_stream=bool(answer and answer.usage.prompt))
            self.thinking = answer.usage.thinking if answer else 0

    async def logprobs(self) -> None:
        for width in _WIDTHS:
            request = Request(messages=(_HELLO,), temperature=0, max_tokens=1, top_logprobs=width)
            answer = await self.wish(request, {"logprobs": True, "top_logprobs": width})
            if answer and answer.tokens and answer.tokens[0].logprob is not None:
                return self.keep(logprobs=True, top_logprobs=len(answer.tokens[0].alternatives))

    async def schema(self) -> None:
        """Greedy: drawn by chance, blanks may fill it all. Where a schema is refused, JSON of no given form may be had."""
        request = Request(messages=(_AS_JSON,), temperature=0, max_tokens=64, json_schema=_SCHEMA)
        for strict in (True, False):
            answer = await self.wish(request, {"json_schema": True, "strict_schema": strict})
            if answer and _json(answer.text) == {"probe": "heeded"}:
                return self.keep(json_schema=True, strict_schema=strict)
        answer = await self.wish(request, {"json_object": True})
        self.keep(json_object=answer is not None and isinstance(_json(answer.text), dict))

    async def filters(self) -> None:
        """At a high temperature answers differ; with only the likeliest token left by top_k, or by min_p, they do not."""
        hot = [Request(messages=(_HELLO,), temperature=2.0, max_tokens=6, seed=seed) for seed in (1, 2)]
        sent = {"filters": True, "seed": True}
        self.keep(
            filters=not await self._same(hot, sent)
            and await self._same([one.model_copy(update={"top_k": 1}) for one in hot], sent)
            and await self._same([one.model_copy(update={"min_p": 1.0}) for one in hot], sent)
        )

    async def seed(self) -> None:
        hot = [Request(messages=(_HELLO,), temperature=1.5, max_tokens=6, seed=seed) for seed in (7, 7, 1, 2, 3)]
        sent = {"seed": True}
        self.keep(seed=await self._same(hot[:2], sent) and not await self._same(hot[2:], sent))

    async def _same(self, requests: list[Request], granted: dict[str, Any]) -> bool:
        texts = set()
        for request in requests:
            answer = await self.wish(request, granted)
            if answer is None:
                return False
            texts.add(answer.text)
        return len(texts) == 1

    async def continues(self) -> None:
        answer = await self.wish(Request(messages=_COUNT, max_tokens=6, temperature=0), {})
        self.keep(continues=bool(answer and answer.text.strip().startswith("7")))

    async def tools(self) -> None:
        """A call that came is a call, whatever the reason given for its end; and who need not be forced need not know how to be."""
        request = Request(messages=(_WEATHER,), max_tokens=64, temperature=0, tools=(_TOOL,))
        for choice in ({}, {"tool_choice": "required"}):
            answer = await self.wish(request, {"tools": True}, **choice)
            if answer and answer.tool_calls and answer.tool_calls[0].name == _TOOL.name:
                return self.keep(tools=True)

    async def vectors(self) -> bool:
        self.calls += 1
        try:
            found = len(await self.client.embed(["hello", "goodbye"])) == 2
        except LabError:
            found = False
        self.keep(embeddings=found, texts_a_call=self.client.entry.abilities.texts_a_call if found else 0)
        return found


def _json(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def no_form(name: str) -> ModelUnavailable:
    return ModelUnavailable(f"{name} refuses every form in which it was asked.", "Its documentation says what it takes; ask who runs it.")
