"""Ways to give a model its tools, and how what it writes is read as a call.

    list      the tools, one in a line; JSON enforced        {"tool": "find_order", "arguments": {"order": "Q-1234"}}
    example   the same, with one example call                 {"tool": "refund", "arguments": {"order": "Q-1234", "euros": 20}}
    turns     earlier turns of a chat, one for each tool      {"tool": "track_parcel", "arguments": {"order": "Q-4821"}}
    native    the endpoint's own tool calls

Whoever enforces a form enforces a form: which order stands in it, and whether any call was needed, is the model's to get wrong.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from fluencylab.labs.tools.params import Way
from fluencylab.labs.tools.shop_tools import TOOLS, Tool, ToolError, checked
from fluencylab.models.types import Completion, Message, ToolCall, ToolSpec

SYSTEM = "You work for the shop Quillby. For each message write one tool call as JSON."
SHORT = "You turn messages into tool calls."
NATIVE = (
    "You work for the online shop Quillby and answer one customer. Call a tool when one is needed, and only then. "
    "Answer in one short sentence. Order numbers look like Q-1234."
)
EXAMPLE = {"tool": "refund", "arguments": {"order": "Q-1234", "euros": 20}}
TURNS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("What is in order Q-1234?", {"tool": "find_order", "arguments": {"order": "Q-1234"}}),
    ("Where is the parcel of Q-1357?", {"tool": "track_parcel", "arguments": {"order": "Q-1357"}}),
    ("I want 20 euros back for Q-1472.", {"tool": "refund", "arguments": {"order": "Q-1472", "euros": 20}}),
    ("Send Q-1590 to 2 Main Street, Oslo.", {"tool": "change_address", "arguments": {"order": "Q-1590", "address": "2 Main Street, Oslo"}}),
    ("How do I return an item?", {"tool": "search_help", "arguments": {"query": "return an item"}}),
    (
        "Mail bo@example.org that it is done.",
        {"tool": "send_email", "arguments": {"to": "bo@example.org", "subject": "Done", "body": "It is done."}},
    ),
    ("How much is 2 times 7?", {"tool": "calculator", "arguments": {"expression": "2*7"}}),
    ("Thank you!", {"answer": "You are welcome."}),
)
SHOWN: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("find_order", {"order": "Q-1234", "state": "sent", "items": ["2 × Blue-black ink"]}, "Two bottles of ink."),
    ("change_address", TURNS[3][1]["arguments"], "It goes to Oslo."),
    ("refund", {"order": "Q-1472", "refunded": 20}, "20 euros are paid back."),
)
"""Calls with their result and the answer: what a whole conversation is shown as."""
LONGEST = {"address": 60, "query": 60, "to": 50, "subject": 40, "body": 90, "expression": 30}
"""Characters that the enforced schema lets a model write: a call that fills the whole answer is cut off and is no JSON."""
ANSWER = 120
MOST = 4_000
"""Characters of a call's arguments that are kept and sent back: what is longer was refused anyway."""


class ParsedCall(NamedTuple):
    """What a model wrote: a call that can be carried out, an answer, or neither, and then why not in a sentence."""

    tool: str = ""
    arguments: Mapping[str, Any] = MappingProxyType({})
    answer: str = ""
    problem: str = ""
    call: ToolCall | None = None
    """As the endpoint gave it, for the turn that answers it"""

    @property
    def called(self) -> str:
        """The tool it chose, or "none"."""
        return self.tool or "none"


def compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def before(way: Way, tools: Sequence[Tool], follow_up: bool = False) -> tuple[Message, ...]:
    """What stands before the customer's message. `follow_up`: the turns also show how a result is answered."""
    if way == "native":
        return (Message(role="system", content=NATIVE),)
    if way == "turns":
        return (Message(role="system", content=SHORT), *(_conversations() if follow_up else _turns(TURNS)))
    lines = "\n".join([tool.line() for tool in tools] + ["answer: no tool is needed"])
    example = f"\nExample: {compact(EXAMPLE)}" if way == "example" else ""
    return (Message(role="system", content=f"{SYSTEM}\nTools:\n{lines}{example}"),)


def _turns(shown: Iterable[tuple[str, dict[str, Any]]]) -> list[Message]:
    return [
        message
        for asked, written in shown
        for message in (Message(role="user", content=asked), Message(role="assistant", content=compact(written)))
    ]


def _conversations() -> list[Message]:
    """Thanks first, then calls alone, then calls with what followed: a small model does what it read last."""
    asked = {written.get("tool", ""): (message, written) for message, written in TURNS}
    told = _turns(asked[name] for name in ("", "search_help", "send_email", "calculator", "track_parcel"))
    for name, found, answer in SHOWN:
        told += [*_turns([asked[name]]), result(found), Message(role="assistant", content=compact({"answer": answer}))]
    return told


def result(told: Mapping[str, Any], call: ToolCall | None = None) -> Message:
    """A tool's result as the model gets it: as a tool's message with native calls; else pasted into a user's, as many products do."""
    if call:
        return Message(role="tool", content=compact(told), tool_call_id=call.id)
    lines = [f"{name}: {', '.join(map(str, value)) if isinstance(value, list) else value}" for name, value in told.items()]
    return Message(role="user", content="\n".join(["Result", *lines]))


def as_if(way: Way, tool: str, arguments: Mapping[str, Any]) -> ParsedCall:
    """A call of the product's own, in the form in which the model would have written it."""
    return ParsedCall(
        tool, arguments, call=ToolCall(id="opening", name=tool, arguments=compact(dict(arguments))) if way == "native" else None
    )


def said(completion: Completion, read: ParsedCall) -> Message:
    """The model's own turn, as it goes back to it."""
    if read.call:
        short = read.call if len(read.call.arguments) <= MOST else read.call.model_copy(update={"arguments": "{}"})
        return Message(role="assistant", content="", tool_calls=(short,))
    return Message(role="assistant", content=completion.text)


def schema(tools: Sequence[Tool]) -> dict[str, Any]:
    """One tool's call, or an answer; what is enforced where a model has no calls of its own."""
    ways: list[dict[str, Any]] = [_object({"tool": {"const": tool.name}, "arguments": _bounded(tool.schema())}) for tool in tools]
    return {"anyOf": [*ways, _object({"answer": {"type": "string", "maxLength": ANSWER}})]}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _bounded(drawn: dict[str, Any]) -> dict[str, Any]:
    """What grammars and strict modes alike can enforce: types, patterns, and short texts."""
    kept = {name: {key: value for key, value in one.items() if key in ("type", "pattern")} for name, one in drawn["properties"].items()}
    return _object({name: {**one, "maxLength": LONGEST[name]} if name in LONGEST else one for name, one in kept.items()})


def specs(tools: Sequence[Tool]) -> tuple[ToolSpec, ...]:
    return tuple(ToolSpec(name=tool.name, description=tool.says, parameters=tool.schema()) for tool in tools)


def read(way: Way, completion: Completion) -> ParsedCall:
    if way != "native" and not completion.tool_calls:
        return _written(completion.text, completion.finish)
    if not completion.tool_calls:
        return ParsedCall(answer=completion.text.strip())
    call = completion.tool_calls[0]
    try:
        arguments = json.loads(call.arguments or "{}")
    except (ValueError, RecursionError):
        return ParsedCall(tool=_known(call.name), problem=f"The arguments of {call.name[:40]} are not JSON.", call=call)
    return _tried(call.name, arguments, call)


def _written(text: str, finish: str) -> ParsedCall:
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError):
        cut = " It was cut off at the token limit." if finish == "length" else ""
        return ParsedCall(problem=f"What the model wrote is not JSON.{cut}")
    if not isinstance(parsed, dict):
        return ParsedCall(problem="What the model wrote is JSON, but not an object.")
    if isinstance(parsed.get("answer"), str):
        return ParsedCall(answer=parsed["answer"].strip())
    if not isinstance(parsed.get("tool"), str):
        return ParsedCall(problem="What the model wrote names no tool.")
    return _tried(parsed["tool"], parsed.get("arguments", {}), None)


def _tried(name: str, arguments: object, call: ToolCall | None) -> ParsedCall:
    told = {str(key): value for key, value in arguments.items()} if isinstance(arguments, dict) else {}
    told = told if len(compact(told)) <= MOST else {}
    try:
        told = checked(name, arguments).model_dump()
    except ToolError as error:
        return ParsedCall(_known(name), told, problem=str(error), call=call)
    return ParsedCall(name, told, call=call)


def _known(name: str) -> str:
    return name if name in TOOLS else "unknown"
