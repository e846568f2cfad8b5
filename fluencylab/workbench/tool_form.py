"""Tools for a model that has no calls of its own: they stand in the system prompt, and it is held to a form.

{"tool": "track_parcel", "arguments": {"order": "Q-1"}}      a call
{"answer": "It is in Oslo."}                                 the answer
"""

from collections.abc import Sequence
from typing import Any

from fluencylab.models.types import Message
from fluencylab.workbench.schemas import enforceable
from fluencylab.workbench.tools import Tool


def told(tools: Sequence[Tool]) -> str:
    """What the system prompt says of them."""
    lines = "\n".join([*(one.line() for one in tools), "answer: when no tool is needed any more"])
    return f"Write one tool call as JSON, or the answer.\nTools:\n{lines}"


def with_tools(messages: Sequence[Message], tools: Sequence[Tool]) -> tuple[Message, ...]:
    first, *rest = messages
    if first.role == "system":
        return (first.model_copy(update={"content": f"{first.content}\n\n{told(tools)}"}), *rest)
    return (Message(role="system", content=told(tools)), first, *rest)


def form(tools: Sequence[Tool], answer: Any = None) -> dict[str, Any]:
    """The schema of what it may write: a call of each tool, or the answer. `answer`: its own schema; else a text."""
    ways = [_object({"tool": {"const": one.name}, "arguments": enforceable({"type": "object", **one.parameters})}) for one in tools]
    return {"anyOf": [*ways, _object({"answer": answer or {"type": "string"}})]}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
