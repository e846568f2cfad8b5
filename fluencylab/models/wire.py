"""What is sent, and what a refusal means: the OpenAI interface in words and bodies. Pure."""

import re
from typing import Any

from fluencylab.errors import AnswerCutOff, CallRefused, LabError, ModelRefused, ModelUnavailable
from fluencylab.models import keys
from fluencylab.models.catalogue import Entry
from fluencylab.models.types import Request


def body(entry: Entry, request: Request, repetition: int = 0) -> dict[str, Any]:
    """The exact JSON of a call. To the engine every sampling setting is sent, so that none of its own defaults apply.

    (llama.cpp would otherwise use top_k 40, top_p 0.95, min_p 0.05 and a seed of its own.)
    """
    can = entry.abilities
    sent: dict[str, Any] = {
        "model": entry.slug if entry.local else entry.model,
        "messages": [message.plain() for message in request.messages],
        "stream": True,
        "temperature": request.temperature,
        "top_p": request.top_p,
        "max_tokens": request.max_tokens,
    }
    if can.filters:
        sent |= {"top_k": request.top_k, "min_p": request.min_p}
    if can.seed:
        sent["seed"] = request.seed + repetition
    if request.stop:
        sent["stop"] = list(request.stop)
    if can.usage_in_stream:
        sent["stream_options"] = {"include_usage": True}
    if can.logprobs and request.top_logprobs:
        sent |= {"logprobs": True, "top_logprobs": min(request.top_logprobs, can.top_logprobs)}
    if can.json_schema and request.json_schema is not None:
        schema = {"name": "answer", "strict": True, "schema": request.json_schema}
        sent["response_format"] = {"type": "json_schema", "json_schema": schema}
    if can.tools and request.tools:
        sent["tools"] = [{"type": "function", "function": tool.model_dump()} for tool in request.tools]
    if entry.adapter and request.adapter is not None:
        sent["lora"] = [{"id": 0, "scale": request.adapter}]
    if entry.local:
        sent |= {"cache_prompt": True, "reasoning_format": "none"}
    return sent if request.template else bare(sent)


def bare(sent: dict[str, Any]) -> dict[str, Any]:
    """The same call for `/v1/completions`: the messages' text as one prompt, and no template around it."""
    rest = {name: value for name, value in sent.items() if name not in ("messages", "reasoning_format")}
    return {**rest, "prompt": "\n\n".join(message["content"] for message in sent["messages"])}


def refused(entry: Entry, status: int, said: str, key: str) -> LabError:
    """A status of 400 and above, in words, with the next step. The endpoint's own words are kept; the key never is."""
    said = _clean(said, key)
    quoted = f": {said}" if said else "."
    if status in (401, 403):
        read = f"The key was read from {keys.source(entry)}." if key else "No key was sent."
        return ModelRefused(f"{entry.name} refused the key ({status}){quoted}", f"{read} Check it, and that it may use this model.")
    if status == 404:
        return ModelRefused(
            f"{entry.name} was not found at {entry.base_url} (404){quoted}", "Check the address (most end in /v1) and the model's name."
        )
    if status == 429:
        return ModelRefused(f"{entry.name} takes no more calls now (429){quoted}", "Wait, or look at the limits of your account.")
    if status >= 500:
        return ModelUnavailable(f"{entry.name} failed with status {status}{quoted}", "The fault is on its side: try again later.")
    if re.search(r"content.?(filter|policy|management)|safety|moderat|ResponsibleAI", said, re.IGNORECASE):
        return CallRefused(
            f"The endpoint's content filter refused this{quoted}", "Say it in other words, or ask a model without one.", "filtered"
        )
    if re.search(r"context|too long|maximum.*tokens", said, re.IGNORECASE):
        return CallRefused(f"The model refused: {said}", "Shorten the prompt, or choose a model with a larger window.")
    return CallRefused(f"The model refused ({status}){quoted}", "Its own words say what to change.")


def broke_off(entry: Entry) -> AnswerCutOff:
    return AnswerCutOff(f"{entry.name} broke off in the middle of an answer.", "The connection was lost, or its server was: try again.")


def not_a_stream(entry: Entry, clause: str) -> ModelUnavailable:
    return ModelUnavailable(
        f"{entry.name} does not behave like a model: {clause}.",
        f"Check that {entry.base_url or 'its address'} is an OpenAI-compatible endpoint.",
    )


def said(answer: object) -> str:
    """The human words in an error body, whatever its shape."""
    if isinstance(answer, dict):
        inner = answer.get("error", answer)
        if isinstance(inner, dict):
            return str(inner.get("message") or inner.get("detail") or "")
        return str(inner)
    return str(answer or "")


def _clean(said: str, key: str) -> str:
    """Short, on one line, without markup and without the key."""
    if key:
        said = said.replace(key, "…")
    if said.lstrip()[:1] == "<":
        return "it sent a web page"
    return " ".join(said.split())[:400]
