"""A conversation with a model that may call tools, each of which answers what was written down for it beforehand.

    customer  Where is parcel Q-1?
    model     track_parcel(order: Q-1)          read as a call; the tool's own answer goes back: {"where": "Oslo"}
    model     It is in Oslo.                    the output

By the endpoint's own calls where it has them. Where it has none, the tools stand in the system prompt, and the model is held to a form: one
call, or the answer.
"""

import json
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from fluencylab.instruments.missing import missing
from fluencylab.models.types import Completion, Message, Model, ModelCapabilities, Request, ToolCall, Usage
from fluencylab.workbench.tool_form import form, with_tools
from fluencylab.workbench.tools import MOST_CALLS, NO_JSON, UNKNOWN, Tool, answer

ENDED = "calls"
"""How the output of such a conversation ended."""
LONGEST = 4_000
"""Characters of a call's arguments that are kept."""
LONGEST_NAME = 100


class Conversation(NamedTuple):
    """`last`: the completion that the output is read from. `calls`: each with what it was told. `usage`, `seconds`: of all of it."""

    last: Completion
    text: str
    calls: list[dict[str, str]]
    usage: Usage
    seconds: float


class _Call(NamedTuple):
    name: str
    arguments: str
    given: ToolCall | None


def can_call(can: ModelCapabilities) -> bool:
    return can.tools or can.json_schema


async def converse(model: Model, request: Request, tools: Sequence[Tool], inputs: Mapping[str, str]) -> Conversation:
    """Until it answers, or has called six times. A completion without an answer ends it, and is its last."""
    native, name, known = model.card.abilities.tools, request.name, {one.name: one for one in tools}
    asked = _native(request, tools) if native else _formed(request, tools)
    calls: list[dict[str, str]] = []
    prompt = completion = 0
    seconds = 0.0
    while True:
        last = await model.complete(asked)
        prompt, completion, seconds = prompt + last.usage.prompt, completion + last.usage.completion, seconds + last.timing.ttlt_ms / 1000
        made, text = _read(last, native)
        ended = not made or len(calls) + len(made) > MOST_CALLS or missing("output", {}, last) is not None
        if ended:
            last = last.model_copy(update={"finish": ENDED}) if made else last
            usage = last.usage.model_copy(update={"prompt": prompt, "completion": completion})
            return Conversation(last, "" if made else text, calls, usage, seconds)
        told = [_result(one, known, inputs) for one in made]
        calls += [
            {"tool": one.name, "arguments": one.arguments[:LONGEST], "result": result} for one, result in zip(made, told, strict=True)
        ]
        back = _back(last, made, told)
        asked = asked.model_copy(update={"messages": (*asked.messages, *back), "name": f"{name}/{len(calls)}"})


def _told(call: _Call, result: str) -> dict[str, str]:
    return {"tool": call.name[:LONGEST_NAME], "arguments": call.arguments[:LONGEST], "result": result}


def _native(request: Request, tools: Sequence[Tool]) -> Request:
    return request.model_copy(update={"tools": tuple(one.spec for one in tools)})


def _formed(request: Request, tools: Sequence[Tool]) -> Request:
    update = {"messages": with_tools(request.messages, tools), "json_schema": form(tools, request.json_schema)}
    return request.model_copy(update=update)


def _read(completion: Completion, native: bool) -> tuple[list[_Call], str]:
    """What it calls, and what it says where it calls nothing."""
    if completion.tool_calls:
        return [_Call(one.name, one.arguments, one) for one in completion.tool_calls], completion.text
    if native:
        return [], completion.text
    try:
        parsed = json.loads(completion.text)
    except (ValueError, RecursionError):
        return [], completion.text
    if not isinstance(parsed, dict) or not isinstance(parsed.get("tool"), str):
        said = parsed.get("answer", completion.text) if isinstance(parsed, dict) else completion.text
        return [], said if isinstance(said, str) else json.dumps(said, ensure_ascii=False)
    return [_Call(parsed["tool"], json.dumps(parsed.get("arguments", {}), ensure_ascii=False), None)], ""


def _result(call: _Call, known: Mapping[str, Tool], inputs: Mapping[str, str]) -> str:
    tool = known.get(call.name)
    if tool is None:
        return UNKNOWN
    try:
        arguments = json.loads(call.arguments or "{}")
    except (ValueError, RecursionError):
        return NO_JSON
    return answer(tool, arguments, inputs) if isinstance(arguments, dict) else NO_JSON


def _back(said: Completion, made: Sequence[_Call], told: Sequence[str]) -> tuple[Message, ...]:
    """The model's turn and what came back, as it is told."""
    given = tuple(one.given for one in made if one.given)
    if given:
        results = (Message(role="tool", content=text, tool_call_id=call.id) for call, text in zip(given, told, strict=True))
        return (Message(role="assistant", content=said.text, tool_calls=given), *results)
    return (Message(role="assistant", content=said.text), Message(role="user", content=f"Result\n{told[0]}"))
