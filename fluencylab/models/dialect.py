"""From a refusal to the next thing to try: which parameter its words are about, and what takes its place. Pure.

    "max_tokens cannot be used with this model; max_completion_tokens takes its place"     length_field "max_completion_tokens"
    "Give temperature or top_p, not both"                                                  temperature "alone"
    "temperature: only the default value 1 is possible"                                    temperature "default"
    "The chat template of this model knows no system role"                                 system ""

`adapted` is asked when an endpoint is added, and again when a call in a lab is refused: what it finds is remembered.
"""

import re
from collections.abc import Callable
from typing import Any

from fluencylab.models.types import ModelCapabilities

Change = dict[str, Any]
"""Fields of `ModelCapabilities`, and what they become."""
ADAPTABLE = (200, 400, 422)
"""Statuses with which an endpoint refuses a parameter."""
WIDELY = (*ADAPTABLE, 404, 415, 500, 501)
"""What some answer instead, where a chat template fails. Looked at only while it is asked what it can do: else they may mean anything."""
MOST_STEPS = 12
_LEAST = r"(?:at least|minimum|below min\w*|greater than(?: or equal to)?|larger than|more than|>=?|≥)\D{0,40}?(\d+(?:\.\d+)?)"
_MOST = (
    r"(?:at most|maximum|above max\w*|less than(?: or equal to)?|smaller than|no more than|not exceed|up to|limit\w*|<=?|≤)"
    r"\D{0,40}?(\d+(?:\.\d+)?)"
)
_RANGE = r"(\d+(?:\.\d+)?)\s*(?:,|-|–|to|and|\.\.\.?|…)\s*(\d+(?:\.\d+)?)"


def adapted(can: ModelCapabilities, sent: dict[str, Any], told: str) -> ModelCapabilities | None:
    """What the endpoint takes, now that it refused `sent` with these words; None where they name nothing that could be sent otherwise."""
    if re.search(r"context.{0,12}(length|window|size)", told, re.IGNORECASE):
        return None  # names a limit of the prompt's, and often max_tokens beside it
    told = _bounds(told)
    for names, lower in _LADDER:
        if re.search(names, told, re.IGNORECASE) and (change := lower(can, sent, told)):
            return can.model_copy(update=change)
    return None


def names_a_parameter(told: str) -> bool:
    return any(re.search(names, told, re.IGNORECASE) for names, _ in _LADDER)


def _length(can: ModelCapabilities, sent: dict[str, Any], told: str) -> Change:
    field = can.length_field
    if not field or field not in sent:
        return {}
    limit = int(sent[field])
    if (low := _number(_LEAST, told)) and limit < low <= 100_000:
        return {"least_tokens": int(low)}
    if (high := _number(_MOST, told)) and 1 <= high < limit:
        return {"most_tokens": int(high)}
    return {"length_field": "max_completion_tokens" if field == "max_tokens" else ""}


def _temperature(can: ModelCapabilities, sent: dict[str, Any], told: str) -> Change:
    heat = sent.get("temperature")
    if heat is not None and "top_p" in sent and re.search(r"top.?p|both|together|only one|either", told, re.IGNORECASE):
        return {"temperature": "alone"}
    if heat is None:
        return {}
    if re.search(r"default|unsupported|not support|does not (take|accept)|deprecat", told, re.IGNORECASE):
        return {"temperature": "default"}
    if heat > 1 and (high := _highest(told)) and high < heat:
        return {"most_temperature": high}
    if heat > 1:
        return {"most_temperature": 1.0}
    if heat == 0 and can.least_temperature == 0:
        return {"least_temperature": 0.01}
    return {"temperature": "default"}


def _top_p(can: ModelCapabilities, sent: dict[str, Any], told: str) -> Change:
    return {"top_p": False} if "top_p" in sent else {}


def _system(can: ModelCapabilities, sent: dict[str, Any], told: str) -> Change:
    """Models that think call it `developer`, and what they take otherwise tells them from a template that has no such role at all."""
    if not can.system or not any(message.get("role") == can.system for message in sent.get("messages", ())):
        return {}
    like_o1 = can.length_field == "max_completion_tokens" or can.temperature == "default" or re.search("developer", told, re.IGNORECASE)
    return {"system": "developer" if can.system == "system" and like_o1 else ""}


def _logprobs(can: ModelCapabilities, sent: dict[str, Any], told: str) -> Change:
    asked = int(sent.get("top_logprobs") or 0)
    if (high := _highest(told)) and 1 <= high < asked:
        return {"top_logprobs": int(high)}
    return {"logprobs": False, "top_logprobs": 0} if "logprobs" in sent else {}


def _schema(can: ModelCapabilities, sent: dict[str, Any], told: str) -> Change:
    form = sent.get("response_format") or {}
    if form.get("type") == "json_object":
        return {"json_object": False}
    if form and can.strict_schema and re.search("strict", told, re.IGNORECASE):
        return {"strict_schema": False}
    return {"json_schema": False} if form else {}


def _without(field: str, *names: str) -> Callable[[ModelCapabilities, dict[str, Any], str], Change]:
    def lower(can: ModelCapabilities, sent: dict[str, Any], told: str) -> Change:
        return {field: type(getattr(can, field))()} if any(name in sent for name in names) else {}

    return lower


def _stream(can: ModelCapabilities, sent: dict[str, Any], told: str) -> Change:
    return {"streams": False, "usage_in_stream": False} if sent.get("stream") else {}


_LADDER: tuple[tuple[str, Callable[[ModelCapabilities, dict[str, Any], str], Change]], ...] = (
    (r"stream_options|include_usage", _without("usage_in_stream", "stream_options")),
    (r"reasoning.?effort", _without("reasoning_effort", "reasoning_effort")),
    (r"max_(completion_|output_|new_)?tokens|maxOutputTokens", _length),
    (r"temperature", _temperature),
    (r"top.?p\b", _top_p),
    (r"system.{0,20}(role|messages?|prompts?|instructions?)|role.{0,60}system|['\"`]system|developer.{0,12}instruction", _system),
    (r"['\"`]?developer['\"`]?|roles? must alternate|role.{0,40}(unknown|invalid|unsupported|not support)", _system),
    (r"logprobs", _logprobs),
    (r"response.?format|json.?schema|structured", _schema),
    (r"\bstop\b.{0,30}(sequence|param|support|argument|permit|allow|field|unknown)|^stop\b|\.stop\b", _without("stop", "stop")),
    (r"(param|argument|unknown|unsupported).{0,30}\bstop\b", _without("stop", "stop")),
    (r"\bseed\b", _without("seed", "seed")),
    (r"top.?k\b|min.?p\b", _without("filters", "top_k", "min_p")),
    (r"\btools?\b|function.?call", _without("tools", "tools")),
    (r"\bstream\w*\W.{0,40}(support|allow|enabl|permit|verified|must)", _stream),
    (r"(unknown|unsupported|unrecogni|invalid|extra).{0,40}\bstream|^stream\b", _stream),
)  # fmt: skip


def _bounds(told: str) -> str:
    """“must not be greater than 5” is an upper bound, however it is said."""
    told = re.sub(r"(not|n't|cannot) (be )?(larger|greater|more|higher|bigger) than( or equal to)?", "at most", told, flags=re.IGNORECASE)
    return re.sub(r"(not|n't|cannot) (be )?(smaller|less|lower|fewer) than( or equal to)?", "at least", told, flags=re.IGNORECASE)


def _number(pattern: str, told: str) -> float | None:
    found = re.search(pattern, told, re.IGNORECASE)
    return float(found[1]) if found else None


def _highest(told: str) -> float | None:
    """The upper end of a range that is told in words: “at most 5”, “between 0 and 1”, “[0, 20]”."""
    if span := re.search(_RANGE, told):
        return float(span[2])
    return _number(_MOST, told)
