"""OTLP as JSON, what an OpenTelemetry collector writes into a file, whole or one object a line.

{"resourceSpans": [{"scopeSpans": [{"spans": [{"traceId": "3fa9", "attributes": [{"key": "gen_ai.input.messages", "value": ...}]}]}]}]}
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from fluencylab.workbench.spans import Span, span_of_attributes
from fluencylab.workbench.values import object_in, objects_in, text_of

DEEPEST = 30
"""Values within values of an attribute; a conversation has a tenth of that."""


def is_otlp(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("resourceSpans", value.get("resource_spans")), list)


def spans(values: Iterable[Any]) -> Iterator[Span]:
    for value in values:
        for resource in _objects(value, "resourceSpans", "resource_spans"):
            for scope in _objects(resource, "scopeSpans", "scope_spans", "instrumentationLibrarySpans"):
                for span in _objects(scope, "spans"):
                    yield _span(span)


def _span(span: Mapping[str, Any]) -> Span:
    events = [(text_of(event.get("name")), _attributes(event)) for event in _objects(span, "events")]
    return span_of_attributes(
        text_of(span.get("traceId") or span.get("trace_id")),
        text_of(span.get("spanId") or span.get("span_id")),
        text_of(span.get("parentSpanId") or span.get("parent_span_id")),
        text_of(span.get("name")),
        text_of(span.get("startTimeUnixNano") or span.get("start_time_unix_nano")),
        _attributes(span),
        events,
    )


def _attributes(of: Mapping[str, Any]) -> dict[str, Any]:
    return {text_of(one.get("key")): plain(one.get("value")) for one in _objects(of, "attributes")}


def plain(value: Any, depth: int = DEEPEST) -> Any:
    """{"stringValue": "a"} is "a", and lists and objects are what they hold."""
    if not isinstance(value, dict) or depth == 0:
        return value
    for name in ("stringValue", "intValue", "doubleValue", "boolValue", "bytesValue"):
        if name in value:
            return value[name]
    if "arrayValue" in value:
        return [plain(one, depth - 1) for one in _objects(value["arrayValue"], "values")]
    if "kvlistValue" in value:
        return {text_of(one.get("key")): plain(one.get("value"), depth - 1) for one in _objects(value["kvlistValue"], "values")}
    return None


def _objects(value: Any, *names: str) -> list[dict[str, Any]]:
    """The objects of the first of these lists that there is."""
    return next((found for name in names if (found := objects_in(object_in(value).get(name)))), [])
