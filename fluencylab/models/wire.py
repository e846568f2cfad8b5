"""What is sent: the JSON body of a call, in the form its endpoint takes. Pure.

The embedded engine is sent every sampling setting. A hosted model is sent what it was found to take; what it does not take is left out, and
`in_force.py` says so beside the numbers.
"""

from collections.abc import Sequence
from typing import Any

from fluencylab.models.catalogue import Entry
from fluencylab.models.types import Message, ModelCapabilities, Request

THINKING_ROOM = 4096
"""Tokens added to a limit where a model thinks first: the limit is meant for the answer."""


def body(entry: Entry, request: Request, repetition: int = 0) -> dict[str, Any]:
    """The exact JSON of a call. To the engine every sampling setting is sent, so that none of its own defaults apply.

    (llama.cpp would otherwise use top_k 40, top_p 0.95, min_p 0.05 and a seed of its own.)
    """
    can = entry.abilities
    sent: dict[str, Any] = {
        "model": entry.slug if entry.local else entry.model,
        "messages": [message.plain() for message in spoken(request.messages, can.system)],
        "stream": can.streams,
        **sampling(can, request),
        **limit(can, request.max_tokens),
    }
    if can.filters:
        sent |= {"top_k": request.top_k, "min_p": request.min_p}
    if can.seed:
        sent["seed"] = request.seed + repetition
    if request.stop and stops_itself(can):
        sent["stop"] = list(request.stop)
    if can.usage_in_stream and can.streams:
        sent["stream_options"] = {"include_usage": True}
    if can.logprobs and request.top_logprobs:
        sent |= {"logprobs": True, "top_logprobs": min(request.top_logprobs, can.top_logprobs)}
    if form := _response_format(entry, request):
        sent["response_format"] = form
    if can.tools and request.tools:
        sent["tools"] = [{"type": "function", "function": tool.model_dump()} for tool in request.tools]
    if can.reasoning and can.reasoning_effort:
        sent["reasoning_effort"] = can.reasoning_effort
    if entry.adapter and request.adapter is not None:
        sent["lora"] = [{"id": 0, "scale": request.adapter}]
    if entry.local:
        sent |= {"cache_prompt": True, "reasoning_format": "none"}
    return sent if request.template else bare(sent)


def sampling(can: ModelCapabilities, request: Request) -> dict[str, float]:
    """temperature and top_p, as far as they are taken. Where only one of them is, a top_p of 1 says nothing and is left out."""
    told: dict[str, float] = {}
    if can.temperature != "default":
        highest = min(request.temperature, can.most_temperature or request.temperature)
        told["temperature"] = max(highest, can.least_temperature)
    if can.top_p and (can.temperature == "both" or request.top_p != 1):
        told["top_p"] = request.top_p
    if can.temperature == "alone" and len(told) == 2:
        del told["temperature" if request.temperature == 1 else "top_p"]
    return told


def limit(can: ModelCapabilities, tokens: int) -> dict[str, int]:
    """How long the answer may be, with room for the thinking before it."""
    if not can.length_field:
        return {}
    most = max(tokens + (THINKING_ROOM if can.reasoning else 0), can.least_tokens)
    return {can.length_field: min(most, can.most_tokens or most)}


def length_of(sent: dict[str, Any]) -> int:
    """The limit of a body, whatever its field is called; 0 where it has none."""
    return int(sent.get("max_tokens") or sent.get("max_completion_tokens") or 0)


def stops_itself(can: ModelCapabilities) -> bool:
    """Whether stop texts are sent. A model that thinks must not end in its thinking: its answer is cut at them when it has come."""
    return can.stop and not can.reasoning


def spoken(messages: Sequence[Message], system: str) -> list[Message]:
    """The messages with the system prompt in the role an endpoint knows; where it knows none, before the next text of the user's."""
    if system == "system":
        return list(messages)
    if system:
        return [Message.model_construct(**{**dict(one), "role": system}) if one.role == "system" else one for one in messages]
    found: list[Message] = []
    rules: list[str] = []
    for one in messages:
        if one.role == "system":
            rules.append(one.content)
        elif one.role == "user":
            _say(found, "\n\n".join([*filter(None, rules), one.content]))
            rules = []
        else:
            found.append(one)
    if any(rules):
        _say(found, "\n\n".join(filter(None, rules)))
    return found


def _say(found: list[Message], text: str) -> None:
    """Templates without a system role want the turns to alternate: two in a row of the user's become one."""
    if found and found[-1].role == "user":
        found[-1] = Message(role="user", content=f"{found[-1].content}\n\n{text}")
    else:
        found.append(Message(role="user", content=text))


def _response_format(entry: Entry, request: Request) -> dict[str, Any] | None:
    can, schema = entry.abilities, request.json_schema
    if schema is None:
        return None
    if can.json_schema:
        return held_to(schema, can, entry.local)
    asks = any("json" in message.content.lower() for message in request.messages)  # some refuse this form where nobody speaks of JSON
    return {"type": "json_object"} if can.json_object and asks else None


def held_to(schema: dict[str, Any], can: ModelCapabilities, local: bool) -> dict[str, Any]:
    """The form of an answer that must match a schema."""
    told = {"name": "answer", **({"strict": True} if can.strict_schema else {}), "schema": schema if local else typed(schema)}
    return {"type": "json_schema", "json_schema": told}


def typed(schema: Any) -> Any:
    """The same JSON schema with a type wherever one follows from the allowed values: some endpoints refuse a property without."""
    if isinstance(schema, list):
        return [typed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    told = {name: _typed_in(name, value) for name, value in schema.items()}
    values = schema.get("enum") or ([schema["const"]] if "const" in schema else [])
    if values and "type" not in schema and not isinstance(values, dict):
        kinds = list(dict.fromkeys(_TYPES.get(type(value), "object") for value in values))
        told = {"type": kinds[0] if len(kinds) == 1 else kinds, **told}
    return told


def _typed_in(name: str, value: Any) -> Any:
    if name in ("properties", "$defs") and isinstance(value, dict):
        return {key: typed(one) for key, one in value.items()}
    return value if name in _VALUES else typed(value)


_VALUES = ("enum", "const", "default", "examples", "required")
_TYPES: dict[type, str] = {str: "string", bool: "boolean", int: "integer", float: "number", list: "array", type(None): "null"}


def bare(sent: dict[str, Any]) -> dict[str, Any]:
    """The same call for `/v1/completions`: the messages' text as one prompt, and no template around it."""
    rest = {name: value for name, value in sent.items() if name not in ("messages", "reasoning_format")}
    return {**rest, "prompt": "\n\n".join(message["content"] for message in sent["messages"])}
