"""What Langfuse gives out: observations, traces, one trace with its observations, and the items of a dataset; as JSON, JSONL or CSV."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from fluencylab.workbench.chats import answer_messages, chat_of, conversations
from fluencylab.workbench.found import Found, Role, Row, Tally, count
from fluencylab.workbench.json_items import Item
from fluencylab.workbench.spans import KINDS, Span, spoken_value, traces
from fluencylab.workbench.turns import Conversation, conversation, opened_messages, turns
from fluencylab.workbench.values import flat, objects_in, text_of

TYPES = ("SPAN", "GENERATION", "EVENT", "AGENT", "TOOL", "CHAIN", "RETRIEVER", "EVALUATOR", "EMBEDDING", "GUARDRAIL")
OF_TRACES = {
    "user_id",
    "session_id",
    "release",
    "public",
    "bookmarked",
    "html_path",
    "observations",
    "scores",
    "total_cost",
    "environment",
    "trace_tags",
}
"""Names that a trace of Langfuse has and a list of cases does not."""
OF_ITEMS = {"dataset_id", "dataset_name", "source_trace_id", "source_observation_id", "dataset_item_id"}
KEPT = ("tags", "metadata", "comments")
ITEM_ROLES: dict[str, Role] = {"input": "input", "reference": "reference"}


def kind_of(value: Any) -> str:
    """ "observation", "trace", "item" of a dataset, or ""."""
    if not isinstance(value, dict):
        return ""
    names = {snake(name) for name in value}
    if "trace_id" in names and str(value.get("type", "")).upper() in TYPES and ("id" in names or "span_id" in names):
        return "observation"
    if {"input", "expected_output"} <= names and names & OF_ITEMS:
        return "item"
    if {"id", "input", "output"} <= names and ("timestamp" in names or "name" in names):
        few = (
            {"timestamp", "name"} <= names
            and bool(names & OF_TRACES)
            and any(_is_structured(value.get(one)) for one in ("input", "output"))
        )
        return "trace" if few or len(names & OF_TRACES) >= 2 else ""
    return ""


def _is_structured(value: Any) -> bool:
    """Messages, and no text: nobody writes a list of cases so."""
    return isinstance(value, dict | list)


def snake(name: str) -> str:
    """traceId and "Trace ID" as trace_id: a file from the page has the one, from storage the other."""
    parts = "".join(f"_{letter}" if letter.isupper() and at and not name[at - 1].isupper() else letter for at, letter in enumerate(name))
    return "_".join(parts.lower().replace("_", " ").split())


def langfuse(items: Sequence[Item], title: str, tally: Tally, notes: Sequence[str] = ()) -> Found:
    """Of one kind all; the kind of the first decides. Raises Refused."""
    values = [({snake(name): one for name, one in item.value.items()}, item.place) for item in items if isinstance(item.value, dict)]
    kind = next((kind_of(value) for value, _ in values if kind_of(value)), "trace")
    if kind == "observation":
        return traces("langfuse", (_span(value) for value, _ in values), title, tally, notes)
    if kind == "trace" and any(isinstance(value.get("observations"), list) and objects_in(value["observations"]) for value, _ in values):
        spans = _with_observations(value for value, _ in values)
        return traces("langfuse", spans, title, tally, notes, _by_people(value for value, _ in values))
    told = [(place, _conversation(value, kind, tally), _further(value, kind)) for value, place in values]
    says = (
        f"{count(len(told), 'trace' if kind == 'trace' else 'item')} of a Langfuse {'project' if kind == 'trace' else 'dataset'} ({title})."
    )
    roles: dict[str, Role] = {"trace": "trace"} if kind == "trace" else {"reference": "reference", "id": "trace"}
    roles |= _by_people(value for value, _ in values)
    return conversations("langfuse", says, told, tally, what=kind, roles=roles, notes=notes)


def _with_observations(values: Iterable[Mapping[str, Any]]) -> Iterator[Span]:
    """The trace itself is the outermost span."""
    for value in values:
        trace = text_of(value.get("id"))
        own = {"id": trace, "trace_id": trace, "type": "SPAN", "start_time": "", **value}
        yield _span(own)._replace(further=_further(value, "trace"), parent="")
        for one in objects_in(value.get("observations")):
            span = _span({"trace_id": trace, **{snake(name): inner for name, inner in one.items()}})
            yield span._replace(parent=span.parent or trace)


def _span(value: Mapping[str, Any]) -> Span:
    given, gave = value.get("input"), value.get("output")
    kind = KINDS.get(text_of(value.get("type")).lower(), "other")
    chat = chat_of(opened_messages(given)) if kind == "llm" else None
    answered = answer_messages(gave) if kind == "llm" else []
    if kind == "llm" and not answered and gave:
        answered = [{"role": "assistant", "content": spoken_value(gave, "assistant")}]
    if kind == "llm" and chat is None and given:
        asked = [{"role": "user", "content": spoken_value(given, "user")}]
    else:
        asked = chat.messages if chat else []
    is_step = kind in ("tool", "retriever")
    return Span(
        text_of(value.get("trace_id")),
        text_of(value.get("id") or value.get("span_id")),
        text_of(value.get("parent_observation_id") or value.get("parent_span_id")),
        text_of(value.get("name") or value.get("trace_name")),
        kind,
        text_of(value.get("start_time")),
        asked,
        answered,
        text_of(given) if is_step else spoken_value(given, "user"),
        text_of(gave) if is_step else spoken_value(gave, "assistant"),
        text_of(value.get("name")),
        text_of(value.get("session_id")),
    )


def _conversation(value: Mapping[str, Any], kind: str, tally: Tally) -> Conversation:
    given, gave = opened_messages(value.get("input")), value.get("output") if kind == "trace" else None
    answer = spoken_value(gave, "assistant") if gave else ""
    if chat := chat_of(given):
        return conversation(
            [*turns(chat.messages, tally), *turns(answer_messages(gave) or [{"role": "assistant", "content": answer}], tally)]
        )
    return Conversation("", spoken_value(given, "user"), "", answer)


def _scores(value: Mapping[str, Any]) -> list[dict[str, Any]]:
    return objects_in(opened_messages(value.get("scores")))


def _by_people(values: Iterable[Mapping[str, Any]]) -> dict[str, Role]:
    """Scores that a person gave are labels; those of a program are not."""
    return {f"score.{one.get('name')}": "label" for value in values for one in _scores(value) if one.get("source") == "ANNOTATION"}


def _further(value: Mapping[str, Any], kind: str) -> Row:
    kept = {name: opened_messages(value[name]) for name in KEPT if value.get(name) not in (None, "", [], {})}
    scores = {f"score.{one.get('name')}": one.get("value", one.get("stringValue")) for one in _scores(value)}
    comments = [text_of(one.get("comment")) for one in _scores(value) if one.get("comment")]
    row = flat({**kept, **scores, **({"comment": "; ".join(comments)} if comments else {})})
    if kind == "item":
        return {"reference": spoken_value(value.get("expected_output"), "assistant"), "id": text_of(value.get("id")), **row}
    return {"trace": text_of(value.get("id")), **row}
