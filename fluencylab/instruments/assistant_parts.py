"""What can be seen inside Quillby's assistant: the search, the prompt as the model reads it, the tokens, one call from end to end."""

import asyncio
from collections.abc import Sequence
from typing import Any, NamedTuple

from fluencylab.instruments.assistant_params import TURN, Params
from fluencylab.instruments.base import Step
from fluencylab.instruments.helpcentre import article
from fluencylab.instruments.sentences import FoundSentence, find, sentences
from fluencylab.instruments.token_window import TokenCounter
from fluencylab.models.types import Message, Model

SHOWN = 4
"""Sentences a search shows; the model is given the first."""
DOCUMENT = "\n\nHelp article:\n"


class AssembledCall(NamedTuple):
    """A call as it is sent. `dropped`: messages that did not fit into the window, the oldest first."""

    messages: tuple[Message, ...]
    dropped: tuple[Message, ...] = ()


async def searched(params: Params) -> Step:
    """Of kind "search". Without retrieval there are no hits; of those there are, the first is what the model was given."""
    found = await _found(params) if params.retrieval and not params.given else []
    hits = [{"id": one.id, "text": one.text, "score": one.score, "updated": _updated(one.id)} for one in found]
    data = {"query": _query(params), "hits": hits, "indexed": params.indexed, "retrieval": params.retrieval, "given": params.given}
    return Step(kind="search", data=data)


async def _found(params: Params) -> list[FoundSentence]:
    return await asyncio.to_thread(find, _query(params), params.held, SHOWN)


def _query(params: Params) -> str:
    if params.query == "question":
        return params.question
    said = [line.partition(": ")[2] for line in params.history if line.startswith("customer: ")]
    return " ".join([*said, params.question])


def _updated(id: str) -> str:
    found = article(id.partition("/")[0])
    return found.updated.isoformat() if found else ""


async def asked(model: Model, params: Params) -> AssembledCall:
    """The messages of a call, less what does not fit."""
    document = sentences().get(params.given, params.given)
    if not document and params.retrieval:
        hits = await _found(params)
        document = hits[0].text if hits else ""
    system = params.system + (DOCUMENT + document if document else "") + (f"\n\n{params.notice}" if params.notice else "")
    told = [Message(role="system", content=system)] if system else []
    told += [*turns(params.examples), *turns(params.history), Message(role="user", content=params.question)]
    return await _fitted(model, told, params.window) if params.window else AssembledCall(tuple(told))


def turns(lines: Sequence[str]) -> list[Message]:
    parts = [found.groups() for found in map(TURN.match, lines) if found]
    return [Message(role="user" if who == "customer" else "assistant", content=said.replace("\\n", "\n")) for who, said in parts]


async def _fitted(model: Model, messages: list[Message], window: int) -> AssembledCall:
    """As many careless products do it: the oldest message goes first, and the system prompt is the oldest."""
    ruler, kept = TokenCounter(model), list(messages)
    while len(kept) > 1 and await ruler.total(kept) > window:
        kept.pop(0)
    return AssembledCall(tuple(kept), tuple(messages[: len(messages) - len(kept)]))


def marking(params: Params, messages: Sequence[Message], said: str) -> list[Message]:
    """The call of a judge: the same document, an answer, and whether it is right."""
    document = messages[0].content.partition(DOCUMENT)[2] if messages and messages[0].role == "system" else ""
    article = f"Help article:\n{document}\n\n" if document else ""
    asked = f"{article}Question: {params.question}\nAnswer: {said}\n\nIs the answer right? Reply yes or no."
    return [Message(role="system", content=params.system), Message(role="user", content=asked)]


def _sent(params: Params, asked: AssembledCall) -> list[Message]:
    return marking(params, asked.messages, params.marking[0]) if params.marking else list(asked.messages)


async def read(model: Model, params: Params, asked: AssembledCall) -> Step:
    """Of kind "prompt": the one text the model reads. `text` is None where the model does not show it; its messages are there always."""
    messages = _sent(params, asked)
    text: str | None = None
    if not params.template:
        text = "\n\n".join(message.content for message in messages)
    elif model.card.shows_inside:
        text = await model.render(tuple(messages))
    ruler = TokenCounter(model)
    tokens = await ruler.total(messages) if params.template else (await ruler.cut(text or "")).tokens
    data = {"text": text, "messages": [message.model_dump() for message in messages], "prompt_tokens": tokens, "template": params.template}
    return Step(kind="prompt", data=data)


async def counted(model: Model, params: Params, asked: AssembledCall, call: dict[str, Any]) -> Step:
    """Of kind "tokens": each message's share of the prompt, and what was written."""
    ruler, sent = TokenCounter(model), _sent(params, asked)
    tokens = [(await ruler.cut(one.content)).tokens for one in sent]
    rows = [{"who": one.role, "begins": one.content[:70], "tokens": n} for one, n in zip(sent, tokens, strict=True)]
    written = call["usage"]["completion"]
    read_ = call["usage"]["prompt"] or sum(tokens)
    data = {"rows": rows, "prompt_tokens": read_, "written": written, "finish": call["finish"], "window": params.window}
    return Step(kind="tokens", data=data)


async def traced(model: Model, params: Params, asked: AssembledCall, call: dict[str, Any]) -> Step:
    """Of kind "trace": what went in, what the model wrote, and what the shop made of it."""
    found = await searched(params)
    first = next(iter(found.data["hits"]), None)
    data = {
        "query": found.data["query"] if params.retrieval and not params.given else None,
        "found": first["id"] if first else None,
        "prompt_tokens": call["usage"]["prompt"],
        "written": call["text"],
        "finish": call["finish"],
        "tool": params.tool,
        "arguments": params.arguments,
        "marked": call.get("marked"),
    }
    return Step(kind="trace", data=data)
