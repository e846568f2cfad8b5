"""Spans of traces, whoever recorded them: each trace becomes one row, with what was asked, what was done, and what was answered.

A span is read by its attributes, in the names of OpenTelemetry's GenAI conventions (today's `gen_ai.input.messages`, the events and the
numbered names before them) and of OpenInference (`llm.input_messages.0.message.content`).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from fluencylab.workbench.chats import answer_messages, chat_of, conversations
from fluencylab.workbench.found import Found, Role, Row, Tally, count
from fluencylab.workbench.turns import (
    Conversation,
    call_line,
    conversation,
    opened_messages,
    result_line,
    turns,
)
from fluencylab.workbench.values import object_in, opened_json, text_of

Kind = Literal["llm", "tool", "retriever", "other"]
KINDS: dict[str, Kind] = {
    **{"llm": "llm", "generation": "llm", "chat": "llm", "text_completion": "llm", "generate_content": "llm", "completion": "llm"},
    **{"tool": "tool", "execute_tool": "tool", "retriever": "retriever", "retrieval": "retriever"},
}
ALONE = ("input", "question", "query", "message", "text", "prompt", "user_input", "output", "answer", "response", "result", "content")
"""What the one thing that matters is called in the input or output of a chain."""
MOST_PASSAGES = 20
ROLES: dict[str, Role] = {"trace": "trace", "name": "ignore", "session": "ignore"}
LONGEST_TIME = 40
"""Figures or letters of a time: nanoseconds sort as numbers, and dates as they are written."""
LARGEST_INDEX = 10_000
"""Of a numbered attribute; a greater number names no message."""


class Span(NamedTuple):
    """`asked`, `answered`: messages of a model's call. `given`, `gave`: what went in and came out as text."""

    trace: str
    id: str
    parent: str
    name: str
    kind: Kind
    start: str
    asked: list[Any]
    answered: list[Any]
    given: str
    gave: str
    tool: str = ""
    session: str = ""
    further: Row = {}  # noqa: RUF012


def traces(
    kind: str, spans: Iterable[Span], title: str, tally: Tally, notes: Sequence[str] = (), roles: Mapping[str, Role] | None = None
) -> Found:
    """Raises Refused where no trace holds a question or an answer. `roles`: of what a trace has beside these."""
    by_trace: dict[str, list[Span]] = {}
    total = 0
    for span in spans:
        by_trace.setdefault(span.trace, []).append(span)
        total += 1
    told: list[tuple[str, Conversation, Row]] = []
    for trace, own in by_trace.items():
        own.sort(key=lambda span: span.start.zfill(LONGEST_TIME))
        one = _told(own, tally)
        if not any((one.asked, one.answer, one.steps)):
            tally["silent"] += 1
            continue
        root = _root(own)
        session = next((span.session for span in own if span.session), "")
        further: Row = {"trace": trace, "name": root.name, **({"session": session} if session else {}), **root.further}
        told.append((f"{title}, trace {trace}", one, further))
    says = f"{count(len(by_trace), 'trace')} with {count(total, 'span')} ({title})."
    return conversations(kind, says, told, tally, what="trace", roles={**ROLES, **(roles or {})}, notes=notes)


def _root(spans: Sequence[Span]) -> Span:
    """The span that none of the others is around."""
    ids = {span.id for span in spans}
    return next((span for span in spans if span.parent not in ids), spans[0])


def _told(spans: Sequence[Span], tally: Tally) -> Conversation:
    """What the whole trace was asked and said, where its outermost span says so in words; else what the last call of a model did."""
    root = _root(spans)
    calls = [span for span in spans if span.asked or span.answered]
    last = conversation(turns([*calls[-1].asked, *calls[-1].answered], tally)) if calls else Conversation("", "", "", "")
    outermost = root.kind != "llm" or not calls
    asked, answer = (root.given, root.gave) if outermost and root.given and root.gave else (last.asked, last.answer)
    asked, answer = asked or root.given, answer or root.gave
    done = [line for span in spans for line in _steps(span, tally)]
    return Conversation(last.system, asked, "\n".join(done) if done else last.steps, answer)


def _steps(span: Span, tally: Tally) -> list[str]:
    if span.kind == "tool":
        return [call_line(span.tool or span.name, span.given), *([result_line(span.gave, tally)] if span.gave else [])]
    if span.kind == "retriever":
        return [call_line(span.name or "search", span.given), *([result_line(span.gave, tally)] if span.gave else [])]
    return []


def spoken_value(value: Any, last: Literal["user", "assistant"]) -> str:
    """What a span was given or gave, in words: a text, the last message of a conversation, the one value that matters of an object."""
    value = opened_messages(value)
    if chat := chat_of(value):
        said = [turn for turn in turns(chat.messages, Tally()) if turn.role == last and turn.text]
        return said[-1].text if said else ""
    if last == "assistant" and (answers := answer_messages(value)):
        return spoken_value(answers, last)
    if isinstance(value, dict):
        named = [name for name in ALONE if isinstance(value.get(name), str)]
        if len(named) == 1 or (named and len(value) == len(named)):
            return text_of(value[named[0]])
    return text_of(value)


def span_of_attributes(trace: str, id: str, parent: str, name: str, start: str, flat: Mapping[str, Any], events: Sequence[Any]) -> Span:
    """`flat`: attributes by their dotted names. `events`: of a span, each a name and its attributes."""
    nested = _nested(flat)
    said = text_of(flat.get("openinference.span.kind") or flat.get("gen_ai.operation.name") or flat.get("traceloop.span.kind"))
    asked, answered = _messages(flat, nested, events)
    kind = KINDS.get(said.lower(), "llm" if asked or answered else "other")
    given = (
        flat.get("input.value")
        or flat.get("gen_ai.tool.call.arguments")
        or flat.get("traceloop.entity.input")
        or flat.get("tool.parameters")
    )
    gave = flat.get("output.value") or flat.get("gen_ai.tool.call.result") or flat.get("traceloop.entity.output")
    gave = _passages(nested) or gave if kind == "retriever" else gave
    return Span(
        trace,
        id,
        parent,
        name,
        kind,
        start,
        asked,
        answered,
        text_of(given) if kind in ("tool", "retriever") else spoken_value(given, "user"),
        text_of(gave) if kind in ("tool", "retriever") else spoken_value(gave, "assistant"),
        text_of(flat.get("tool.name") or flat.get("gen_ai.tool.name")),
        text_of(flat.get("session.id") or flat.get("gen_ai.conversation.id")),
    )


def _messages(flat: Mapping[str, Any], nested: Mapping[str, Any], events: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    """What a model was sent and what it answered, by whichever names they stand under."""
    llm, gen_ai = _object(nested, "llm"), _object(nested, "gen_ai")
    asked = _listed(flat.get("gen_ai.input.messages") or _object(gen_ai, "input").get("messages"))
    answered = _listed(flat.get("gen_ai.output.messages") or _object(gen_ai, "output").get("messages"))
    system = opened_json(flat.get("gen_ai.system_instructions"))
    if system:
        asked = [{"role": "system", "parts": system if isinstance(system, list) else [system]}, *asked]
    asked = asked or _listed(llm.get("input_messages")) or _listed(gen_ai.get("prompt"))
    answered = answered or _listed(llm.get("output_messages")) or _listed(gen_ai.get("completion"))
    if not asked and not answered:
        return _from_events(events)
    return asked, answered


def _from_events(events: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    """The older form: a message an event, `gen_ai.user.message`, and the answer as `gen_ai.choice`."""
    asked: list[Any] = []
    answered: list[Any] = []
    for name, attributes in events:
        if name == "gen_ai.client.inference.operation.details":
            more = _messages(attributes, _nested(attributes), ())
            asked += more[0]
            answered += more[1]
        elif name == "gen_ai.choice":
            message = opened_json(attributes.get("message") or attributes.get("gen_ai.event.content") or attributes)
            message = opened_json(message.get("message", message)) if isinstance(message, dict) else {"content": message}
            answered.append({"role": "assistant", **message} if isinstance(message, dict) else {"role": "assistant", "content": message})
        elif name.startswith("gen_ai.") and name.endswith(".message"):
            content = opened_json(attributes.get("gen_ai.event.content"))
            message = content if isinstance(content, dict) else attributes
            calls = opened_json(message.get("tool_calls"))
            asked.append({"role": name.split(".")[1], **message, **({"tool_calls": calls} if calls else {})})
        elif name == "gen_ai.content.prompt":
            asked += _listed(attributes.get("gen_ai.prompt"))
        elif name == "gen_ai.content.completion":
            answered += _listed(attributes.get("gen_ai.completion"))
    return asked, answered


def _passages(nested: Mapping[str, Any]) -> str:
    documents = _object(nested, "retrieval").get("documents")
    found = []
    for one in documents if isinstance(documents, list) else []:
        inner = one.get("document", one) if isinstance(one, dict) else {}
        found.append(text_of(inner.get("content") or inner.get("document.content") or ""))
    more = f"\n[{len(found) - MOST_PASSAGES:,} more passages]" if len(found) > MOST_PASSAGES else ""
    return "\n".join(f"[{number}] {text}" for number, text in enumerate(filter(None, found[:MOST_PASSAGES]), 1)) + more


def _object(value: Mapping[str, Any], name: str) -> dict[str, Any]:
    return object_in(opened_json(value.get(name)))


def _listed(value: Any) -> list[Any]:
    value = opened_messages(value)
    if isinstance(value, dict):
        value = [value]
    return [one for one in map(opened_json, value) if isinstance(one, dict)] if isinstance(value, list) else []


def _nested(flat: Mapping[str, Any]) -> dict[str, Any]:
    """{"a.0.b": 1} as {"a": [{"b": 1}]}. Where a name stands both for a value and for what lies in it, what lies in it is taken."""
    tree: dict[str, Any] = {}
    for path, value in flat.items():
        place = tree
        *names, last = path.split(".")
        for name in names:
            inner = place.get(name)
            if not isinstance(inner, dict):
                inner = place[name] = {}
            place = inner
        if not isinstance(place.get(last), dict):
            place[last] = value
    return {name: _lists(one) for name, one in tree.items()}


def _lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {name: _lists(one) for name, one in value.items()}
    numbers = [int(name) for name in inner if name.isascii() and name.isdigit() and len(name) < 6]
    if inner and len(numbers) == len(inner) and max(numbers) < LARGEST_INDEX:
        return [inner[name] for name in sorted(inner, key=int)]
    return inner
