"""Messages of a conversation as a person reads them: who said what, with calls of tools folded into a line each.

    {"role": "assistant", "tool_calls": [{"function": {"name": "find_order", "arguments": "{\\"id\\": 7}"}}]}     → find_order(id: 7)
    {"role": "tool", "content": "{\\"status\\": \\"sent\\"}"}                                                       ← status: sent

Forms of a message that are understood: OpenAI (chat and responses), Anthropic, Gemini, OpenTelemetry's GenAI conventions, OpenInference,
LangChain and ShareGPT.
"""

import ast
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from fluencylab.workbench.found import Tally
from fluencylab.workbench.values import object_in, objects_in, opened_json, text_of

ROLES = {
    **{"system": "system", "developer": "system"},
    **{"user": "user", "human": "user", "customer": "user"},
    **{"assistant": "assistant", "ai": "assistant", "model": "assistant", "gpt": "assistant", "bot": "assistant", "agent": "assistant"},
    **{"tool": "tool", "function": "tool", "function_call_output": "tool", "function_call": "assistant"},
}
SAID_AS = {"system": "System", "user": "User", "assistant": "Assistant"}
THINKING = ("thinking", "reasoning", "redacted_thinking")
MEDIA = ("image", "audio", "video", "file", "blob", "uri", "document")
LONGEST_LITERAL = 200_000
LONGEST_RESULT = 2_000
"""Letters of what a tool returned: a list of a thousand orders is read by nobody."""


class Turn(NamedTuple):
    """`steps`: lines for the calls that an assistant makes, or for what a tool returned."""

    role: str
    text: str
    steps: tuple[str, ...] = ()


class Conversation(NamedTuple):
    """`asked`: the user's one message, or all that was said up to the last one. `steps`: what was done between that and the answer."""

    system: str
    asked: str
    steps: str
    answer: str


def is_message(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    role = _role(_bare(value))
    return role in ROLES and any(name in _bare(value) for name in ("content", "parts", "value", "tool_calls", "output", "name", "contents"))


def is_conversation(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(map(is_message, value))


def turns(messages: Iterable[Any], tally: Tally) -> list[Turn]:
    return [turn for message in messages if isinstance(message, dict) and (turn := _turn(_bare(message), tally))]


def conversation(said: Sequence[Turn]) -> Conversation:
    """The parts of a conversation that a case is made of."""
    start = next((at for at, turn in enumerate(said) if turn.role != "system"), len(said))
    system = "\n\n".join(turn.text for turn in said[:start])
    rest = said[start:]
    users = [at for at, turn in enumerate(rest) if turn.role == "user"]
    asked, after = (rest[: users[-1] + 1], rest[users[-1] + 1 :]) if users else ((), rest)
    answers = [at for at, turn in enumerate(after) if turn.role == "assistant" and turn.text]
    last = answers[-1] if answers and not any(turn.role == "tool" for turn in after[answers[-1] + 1 :]) else -1
    steps = [line for at, turn in enumerate(after) for line in _lines(turn, without_text=at == last)]
    question = asked[0].text if len(asked) == 1 else transcript(asked)
    return Conversation(system, question, "\n".join(steps), after[last].text if last >= 0 else "")


def transcript(said: Iterable[Turn]) -> str:
    return "\n\n".join("\n".join(_lines(turn)) for turn in said)


def _lines(turn: Turn, without_text: bool = False) -> list[str]:
    named = [f"{SAID_AS[turn.role]}: {turn.text}"] if turn.text and not without_text and turn.role in SAID_AS else []
    return [*named, *turn.steps]


def _bare(message: Mapping[str, Any]) -> dict[str, Any]:
    """Without the prefixes of OpenInference: "message.role", or one "message" around it all; and without a LangChain envelope."""
    inner = message.get("message")
    if isinstance(inner, dict) and "role" not in message:
        message = inner
    if isinstance(message.get("kwargs"), dict) and "id" in message:  # how LangChain writes a message down
        message = {"type": str(message["id"][-1]).removesuffix("Message").lower() if message["id"] else "", **message["kwargs"]}
    return {str(name).removeprefix("message."): value for name, value in message.items()}


def _role(message: Mapping[str, Any]) -> str:
    said = message.get("role") or message.get("from") or message.get("type") or ""
    return said.lower() if isinstance(said, str) else ""


def _turn(message: Mapping[str, Any], tally: Tally) -> Turn | None:
    role = ROLES.get(_role(message))
    if role is None:
        tally["thinking"] += _role(message) in THINKING
        return None
    words: list[str] = []
    steps: list[str] = []
    content = next((message[name] for name in ("content", "contents", "parts", "value", "output") if message.get(name)), "")
    for part in content if isinstance(content, list) else [content]:
        _take(part, words, steps, tally)
    steps += [_call(one) for one in objects_in(opened_json(message.get("tool_calls")))]
    if isinstance(message.get("function_call"), dict):
        steps.append(_call(message["function_call"]))
    if _role(message) == "function_call":
        steps.append(_call(message))
    text = "\n".join(filter(None, words)).strip()
    if role == "tool":
        return Turn("tool", "", (*steps, *([_returned(text, tally)] if text else [])))
    if not text and steps and all(step.startswith("←") for step in steps):
        return Turn("tool", "", tuple(steps))  # Anthropic gives a tool's result in the user's name
    return Turn(role, text, tuple(steps)) if text or steps else None


def _take(part: Any, words: list[str], steps: list[str], tally: Tally) -> None:
    """One part of a message: words, a call, what came of one, a picture."""
    if isinstance(part, str):
        words.append(part)
        return
    if not isinstance(part, dict):
        words.append(text_of(part))
        return
    part = {str(name).removeprefix("message_content."): value for name, value in (part.get("message_content") or part).items()}
    kind = str(part.get("type", "text"))
    call = part.get("functionCall") or part.get("function_call")
    result = part.get("functionResponse") or part.get("function_response")
    if kind in ("tool_use", "tool_call", "function_call", "server_tool_call") or isinstance(call, dict):
        steps.append(_call(call if isinstance(call, dict) else part))
    elif kind in ("tool_result", "tool_call_response", "server_tool_call_response") or isinstance(result, dict):
        said = result if isinstance(result, dict) else part
        steps.append(_returned(_result(said), tally))
    elif kind in THINKING or part.get("thought") is True:
        tally["thinking"] += 1
    elif kind.startswith(MEDIA) or (kind.startswith("input_") and kind != "input_text"):
        tally["media"] += 1
        words.append(f"[{part.get('filename') or part.get('name') or kind.removeprefix('input_').removesuffix('_url')}]")
    else:
        words.append(text_of(next((part[name] for name in ("text", "content", "refusal", "value") if part.get(name)), "")))


def _result(said: Mapping[str, Any]) -> str:
    value = next((said[name] for name in ("response", "result", "content", "output") if said.get(name) is not None), "")
    if isinstance(value, list) and all(isinstance(one, dict) and "text" in one for one in value):
        return "\n".join(text_of(one["text"]) for one in value)
    return text_of(value)


def _call(call: Mapping[str, Any]) -> str:
    call = object_in(call.get("tool_call", call))
    bare = {str(name).removeprefix("tool_call."): value for name, value in call.items()}
    function = object_in(bare.get("function"))
    name = function.get("name") or bare.get("function.name") or bare.get("name") or "a tool"
    given = next(
        (place[key] for place in (function, bare) for key in ("arguments", "function.arguments", "input", "args") if key in place), None
    )
    return call_line(text_of(name), given)


def call_line(name: str, given: Any) -> str:
    return f"→ {name}({spoken(given)})"


def result_line(value: Any, tally: Tally) -> str:
    return _returned(text_of(value), tally)


def _returned(text: str, tally: Tally) -> str:
    said = spoken(text)
    if len(said) > LONGEST_RESULT:
        tally["cut"] += 1
        said = f"{said[:LONGEST_RESULT].rstrip()} … ({len(said) - LONGEST_RESULT:,} more characters)"
    return f"← {said}"


def spoken(value: Any) -> str:
    """Arguments or a result without the brackets of JSON: id: 7, colour: red."""
    value = opened_json(value)
    if isinstance(value, dict):
        return ", ".join(f"{name}: {text_of(one)}" for name, one in value.items())
    return text_of(value)


def opened_messages(value: Any) -> Any:
    """Messages that were written into a cell as JSON, or as Python shows a list."""
    value = opened_json(value)
    if isinstance(value, str) and len(value) < LONGEST_LITERAL and value.lstrip().startswith(("[{'", "{'")):
        try:
            return ast.literal_eval(value)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            return value
    return value
