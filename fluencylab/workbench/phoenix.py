"""Spans as Phoenix gives them out: as JSON, or as a table with a column for each attribute.

{"context": {"trace_id": "3fa9", "span_id": "01"}, "span_kind": "LLM", "attributes": {"llm.input_messages.0.message.role": "user", ...}}
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from fluencylab.workbench.spans import Span, span_of_attributes
from fluencylab.workbench.values import object_in, objects_in, opened_json, text_of

PREFIX = "attributes."


def is_phoenix(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    context = opened_json(value.get("context"))
    nested = isinstance(context, dict) and "trace_id" in context and "span_id" in context
    return nested or ("context.trace_id" in value and ("span_kind" in value or any(name.startswith(PREFIX) for name in value)))


def spans(values: Iterable[Any]) -> Iterator[Span]:
    for value in values:
        if is_phoenix(value):
            yield _span(value)


def _span(value: Mapping[str, Any]) -> Span:
    context = object_in(opened_json(value.get("context")))
    flat = dict(_flat(object_in(opened_json(value.get("attributes")))))
    flat |= {name.removeprefix(PREFIX): one for name, one in value.items() if name.startswith(PREFIX) and one not in ("", None)}
    if kind := value.get("span_kind"):
        flat.setdefault("openinference.span.kind", kind)
    return span_of_attributes(
        text_of(context.get("trace_id") or value.get("context.trace_id")),
        text_of(context.get("span_id") or value.get("context.span_id")),
        text_of(value.get("parent_id") or value.get("parent_span_id")),
        text_of(value.get("name")),
        text_of(value.get("start_time")),
        flat,
        [(text_of(one.get("name")), object_in(one.get("attributes"))) for one in objects_in(opened_json(value.get("events")))],
    )


def _flat(attributes: Mapping[str, Any], within: str = "") -> Iterator[tuple[str, Any]]:
    """Attributes by dotted names, whether they were given so or as objects within objects."""
    for name, one in attributes.items():
        if isinstance(one, dict) and one:
            yield from _flat(one, f"{within}{name}.")
        else:
            yield f"{within}{name}", one
