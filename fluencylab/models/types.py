"""What is asked of a language model and what comes back. Knows nothing of learners, pages or storage."""

import hashlib
import json
from collections.abc import Callable, Iterable
from copy import copy
from typing import Any, Literal, NamedTuple, Protocol

from pydantic import BaseModel, ConfigDict, Field, JsonValue


class ToolCall(BaseModel):
    """A call as the model wrote it: `arguments` is its own text, which may be no JSON at all, and `name` may be no tool."""

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    arguments: str


class ToolSpec(BaseModel):
    """A tool as an endpoint with native calls is told of it. `parameters`: JSON Schema of an object."""

    model_config = ConfigDict(frozen=True)

    name: str
    description: str
    parameters: dict[str, JsonValue]


class Message(BaseModel):
    """`tool_calls`: what the assistant called; `tool_call_id`: which of its calls a tool's message answers. Both only with native calls."""

    model_config = ConfigDict(frozen=True)

    role: Literal["system", "user", "assistant", "tool"]
    content: str
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str = ""

    def plain(self) -> dict[str, Any]:
        """As it goes over the wire."""
        told: dict[str, Any] = {"role": self.role, "content": self.content}
        if self.tool_calls:
            told["tool_calls"] = [
                {"id": one.id, "type": "function", "function": {"name": one.name, "arguments": one.arguments}} for one in self.tool_calls
            ]
        return told | ({"tool_call_id": self.tool_call_id} if self.tool_call_id else {})


SHORT = 32
"""Digits of a request's key that tell it from every other call of a run."""


class Request(BaseModel):
    """One model call. If the last message is the assistant's, the model goes on from it (needs `ModelCapabilities.continues`).

    `top_k` 0, `top_p` 1 and `min_p` 0 switch those filters off: by default the model's whole distribution is sampled.
    """

    model_config = ConfigDict(frozen=True)

    messages: tuple[Message, ...]
    temperature: float = 1.0
    top_p: float = 1.0
    top_k: int = 0
    min_p: float = 0.0
    max_tokens: int = 64
    seed: int = 1
    stop: tuple[str, ...] = ()
    top_logprobs: int = Field(0, description="Alternatives wanted for each token; 0 asks for no log-probabilities")
    json_schema: dict[str, JsonValue] | None = Field(
        None, description="The answer must match it; enforced by grammar where the endpoint can"
    )
    tools: tuple[ToolSpec, ...] = Field((), description="What the model may call; sent where the endpoint has native calls")
    template: bool = Field(True, description="False: the messages' text as it is, without the chat template (embedded models only)")
    adapter: float | None = Field(None, description="Strength of the engine's adapter: 0 the base model, 1 as trained; None: it has none")
    name: str = Field("", description="What its run calls it, where its answer has a place on the page; it is not sent")

    alike: int = Field(1, description="How many calls differ from this one by their seeds alone, and are made together with it; not sent")

    def call_id(self, repetition: int = 0) -> str:
        """The one id of this call within its run: on the wire, in the store and on the page. Its name; without one, its key's beginning."""
        own = self.name or self.key()[:SHORT]
        return f"{own}-{repetition}" if repetition else own

    def key(self) -> str:
        """The same for the same call, on every machine: SHA-256 of the canonical JSON."""
        told = self.model_dump(exclude={"messages", "tools", "name", "alike"}) | {
            "messages": [message.plain() for message in self.messages]
        }
        if self.template:
            told.pop("template")
        if self.tools:
            told["tools"] = [tool.model_dump() for tool in self.tools]
        if self.adapter is None:
            told.pop("adapter")
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


class Alternative(NamedTuple):
    text: str
    logprob: float


class Token(NamedTuple):
    """One written token. `logprob` is natural, before temperature and filters; None where the endpoint gives none.

    An empty text is the token that ends the answer. `whole` is False for a character that took several tokens (emoji, some
    Arabic letters) of which the engine tells only the last: then logprob and alternatives are those of its last piece. Not whole and
    without a text is a character of which the answer holds only the beginning.
    """

    text: str
    logprob: float | None = None
    alternatives: tuple[Alternative, ...] = ()
    whole: bool = True
    thought: bool = False
    """Of the thinking, not of the answer: told while it comes, and then no token of the completion"""


class Usage(BaseModel):
    prompt: int = 0
    completion: int = Field(0, description="Tokens it wrote and is paid for, the thinking among them")
    thinking: int = Field(0, description="Those of them that it thought with")
    cached: int = Field(0, description="Prompt tokens the engine had already read")


class Timing(BaseModel):
    """One call on the wall clock, in milliseconds from the moment it was made."""

    connect_ms: float = Field(0, description="Until the connection stood; 0 when an open one was used again")
    wait_ms: float = Field(0, description="Until the server answered with its headers")
    thought_ms: float = Field(0, description="Time to the first token of its thinking; 0 where none was seen")
    ttft_ms: float = Field(0, description="Time to first token of the answer")
    ttlt_ms: float = Field(0, description="Time to last token")
    tps: float = Field(0, description="Tokens a second after the first")
    began: float = Field(0, description="When it was made, in seconds since 1970: which calls were really made together")
    arrivals: tuple[float, ...] = Field((), description="When each token came")
    engine: dict[str, float] = Field(default_factory=dict, description="The engine's own timings: prompt_ms, predicted_ms, cache_n …")
    threads: int = Field(0, description="Threads the engine worked with; 0 where nobody knows")
    calm_threads: int = Field(0, description="Threads it takes when nothing else works on the machine")


AnswerState = Literal["answered", "length", "empty", "filtered", "refused", "cut off"]
"""Whether there is an answer at all. `length`: the limit was reached before its first word; `cut off`: the connection was lost."""
MISSING: dict[AnswerState, str] = {
    "length": "limit reached before the first word",
    "empty": "ended without a word",
    "filtered": "held back by the endpoint's content filter",
    "refused": "refused by the endpoint",
    "cut off": "broken off on the way",
}
"""What is said of a call without an answer."""
_ENDINGS: dict[str, AnswerState] = {
    **dict.fromkeys(("content_filter", "safety", "recitation", "blocklist", "prohibited_content", "spii", "sensitive"), "filtered"),
    **dict.fromkeys(("refusal", "refused"), "refused"),
    **dict.fromkeys(("cut off", "error", "network_error", "insufficient_system_resource"), "cut off"),
}
"""How an endpoint says that what it wrote is not the answer, whatever came before. Azure, Gemini, GLM; Claude; DeepSeek, GLM."""
LENGTHS = ("length", "max_tokens", "model_context_window_exceeded")


class Completion(BaseModel):
    """One answer, or what there is instead: look at `state` before anything is read out of `text`."""

    text: str
    thinking: str = Field("", description="What it thought before it answered, where the endpoint shows it")
    said: str = Field("", description="The endpoint's own words, where it refused")
    tokens: tuple[Token, ...] = ()
    usage: Usage = Usage()
    finish: str = Field("", description="Why it ended: stop, length, tool_calls, …")
    tool_calls: tuple[ToolCall, ...] = Field((), description="What it called, where the endpoint has native calls")
    timing: Timing = Timing()
    sent: dict[str, Any] = Field(
        default_factory=dict,
        description="The exact body that went over the wire; of several asked for as one, what asks for this answer alone",
    )

    @property
    def state(self) -> AnswerState:
        """What stands in `text` is an answer only where this is `answered`; nothing may be counted from it where it is not."""
        if self.finish in _ENDINGS:
            return _ENDINGS[self.finish]
        if self.text.strip() or self.tool_calls:
            return "answered"
        return "length" if self.finish in LENGTHS else "empty"


class ModelCapabilities(BaseModel):
    """What an endpoint takes and can do, found by asking it when it is added; a lab that lacks one says so in words.

    The defaults are those of the OpenAI interface as most servers speak it, the embedded engine among them.
    """

    model_config = ConfigDict(frozen=True)

    writes: bool = Field(True, description="Answers in words; an endpoint for embeddings alone does not")
    logprobs: bool = False
    top_logprobs: int = Field(0, description="Most alternatives it gives for one token")
    tools: bool = False
    json_schema: bool = False
    usage_in_stream: bool = False
    continues: bool = Field(False, description="Goes on from a last message of the assistant's; branching needs it")
    filters: bool = Field(False, description="Knows top_k and min_p")
    seed: bool = False
    embeddings: bool = Field(False, description="Turns texts into vectors (/v1/embeddings)")

    streams: bool = Field(True, description="Sends its answer while it writes; else in one piece, and waits cannot be taken apart")
    length_field: Literal["max_tokens", "max_completion_tokens", ""] = Field("max_tokens", description="How it is told where to end")
    least_tokens: int = Field(0, description="The smallest limit it takes")
    most_tokens: int = Field(0, description="The largest limit it takes; 0 where none is known")
    temperature: Literal["both", "alone", "default"] = Field(
        "both", description="Takes temperature and top_p together, one of them, or only its own default temperature"
    )
    least_temperature: float = 0.0
    most_temperature: float = Field(0.0, description="0 where none is known")
    top_p: bool = True
    system: Literal["system", "developer", ""] = Field(
        "system", description="The role of a system prompt; where there is none, its text stands before the first message"
    )
    stop: bool = Field(True, description="Ends at a text it is given; else the answer is cut there when it has come")
    strict_schema: bool = Field(True, description="Takes a schema with `strict`")
    json_object: bool = Field(False, description="Writes JSON when asked, of no given form")
    reasoning: bool = Field(False, description="Thinks before it answers: limits leave room for that")
    reasoning_effort: str = Field("", description="How little it can be told to think; empty where it takes no such word")
    texts_a_call: int = Field(0, description="Most texts it turns into vectors in one call; 0 where no limit was met")


class ModelInfo(BaseModel):
    """Which model this is, as it stands in the conditions of every result."""

    model_config = ConfigDict(frozen=True)

    slug: str
    name: str
    kind: Literal["embedded", "file", "endpoint", "scripted"]
    sha256: str = Field("", description="Of the weights; empty where nobody can know (an endpoint)")
    window: int = Field(0, description="Context window in tokens; 0 when unknown")
    abilities: ModelCapabilities = ModelCapabilities()
    adapter: str = Field("", description="Name of the adapter that is loaded beside the weights")
    adapter_sha256: str = ""
    place: str = Field("", description="Of an endpoint: a hash of its address and of the model's name there; empty for others")

    price_in: float | None = Field(None, ge=0, allow_inf_nan=False, description="US dollars for a million tokens read, as typed with it")
    price_out: float | None = Field(None, ge=0, allow_inf_nan=False, description="The same for tokens written")

    @property
    def shows_inside(self) -> bool:
        """Can its tokenizer and its chat template be asked? An endpoint's cannot."""
        return self.kind != "endpoint"


BYTES = "bytes:"
"""How a token begins that is no whole character."""


def part_of_character(raw: Iterable[int]) -> str:
    """A token that is no whole character, written as its bytes: `bytes:\\xf0\\x9f`."""
    return BYTES + "".join(f"\\x{byte:02x}" for byte in raw)


def bytes_of(token: str) -> bytes:
    return bytes.fromhex(token.removeprefix(BYTES).replace("\\x", "")) if token.startswith(BYTES) else token.encode()


class VocabularyToken(NamedTuple):
    """One token of a text that was cut: its number in the vocabulary, and its text (or `bytes:\\xf0\\x9f`, part of a character)."""

    id: int
    text: str


class Model(Protocol):
    """Anything that completes a request: a live engine or endpoint, a recording, a script."""

    @property
    def card(self) -> ModelInfo: ...

    async def complete(self, request: Request, *, repetition: int = 0, on_token: Callable[[Token], None] | None = None) -> Completion:
        """One answer. `repetition` tells calls with the same request apart: it is added to the seed that is sent.

        `on_token` sees each token as it comes. Cancelling the task closes the request.

        Raises ModelUnavailable (nobody answers), ModelRefused (it said no; its own words are in the message).
        """
        ...

    async def tokenize(self, text: str) -> list[VocabularyToken]:
        """How the model cuts a text. Raises ModelUnavailable where `card.shows_inside` is False."""
        ...

    async def render(self, messages: tuple[Message, ...]) -> str:
        """The one text the model really reads: its chat template applied to the messages. Raises as `tokenize` does."""
        ...


class ModelWrapper:
    """A Model over another one, which passes everything on; what watches or remembers overrides `complete`."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def rewrap(self, model: Model) -> "ModelWrapper":
        """The same watching and remembering, over another model at the bottom."""
        other = copy(self)
        other.model = self.model.rewrap(model) if isinstance(self.model, ModelWrapper) else model
        return other

    @property
    def card(self) -> ModelInfo:
        return self.model.card

    async def complete(self, request: Request, *, repetition: int = 0, on_token: Callable[[Token], None] | None = None) -> Completion:
        return await self.model.complete(request, repetition=repetition, on_token=on_token)

    async def tokenize(self, text: str) -> list[VocabularyToken]:
        return await self.model.tokenize(text)

    async def render(self, messages: tuple[Message, ...]) -> str:
        return await self.model.render(messages)
