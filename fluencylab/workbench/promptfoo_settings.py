"""What a promptfoo configuration says of the model and of how it is asked, as far as a version has such parts.

providers: [{id: openai:gpt-4o-mini, config: {temperature: 0.2, max_tokens: 300}}]
    ({"model": "openai:gpt-4o-mini", "temperature": 0.2, "max_tokens": 300}, ())
"""

import math
from collections.abc import Mapping
from typing import Any

from fluencylab.workbench.found import count
from fluencylab.workbench.schemas import oversized, schema_error
from fluencylab.workbench.values import object_in, text_of

LENGTHS = ("max_tokens", "max_completion_tokens", "max_output_tokens", "maxTokens")
HOTTEST, LONGEST = 2, 4096
"""What a version takes."""
FILE = "file://"
NUMBERS = {
    *("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties", "minimum", "maximum", "multipleOf"),
    *("exclusiveMinimum", "exclusiveMaximum"),
}
SWITCHES = {"additionalProperties", "uniqueItems", "unevaluatedProperties"}
"""Keywords of a schema whose values are numbers, or yes and no."""


def settings(value: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Of the first of its providers; and a sentence for each thing that a version does not take over."""
    providers = _listed(value.get("providers") or value.get("targets"))
    prompts = _listed(value.get("prompts"))
    first = _provider(providers[0]) if providers else ("", {})
    asked = object_in(prompts[0].get("config")) if prompts and isinstance(prompts[0], dict) else {}
    config = {**first[1], **asked}
    found: dict[str, Any] = {"model": first[0]} if first[0] else {}
    notes: list[str] = []
    if len(providers) > 1:
        notes.append(f"{count(len(providers) - 1, 'further model')} left out: a version runs on one.")
    heat = _number(config.get("temperature"))
    if heat is not None and 0 <= heat <= HOTTEST:
        found["temperature"] = heat
    longest = next((most for name in LENGTHS if (most := _number(config.get(name))) is not None), 0)
    if 1 <= longest <= LONGEST:
        found["max_tokens"] = int(longest)
    schema = _schema(config.get("response_format"), notes)
    if schema is not None:
        found["json_schema"] = schema
    if config.get("tools"):
        notes.append("The tools that the model may call were left out.")
    return found, tuple(notes)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []


def _provider(one: Any) -> tuple[str, dict[str, Any]]:
    """`openai:gpt-4o`, `{id: openai:gpt-4o, config: …}` or `{openai:gpt-4o: {config: …}}`."""
    if not isinstance(one, dict):
        return text_of(one), {}
    if "id" in one:
        return text_of(one["id"]), object_in(one.get("config"))
    name = next(iter(one), "")
    return str(name), object_in(object_in(one.get(name)).get("config"))


def _schema(form: Any, notes: list[str]) -> dict[str, Any] | None:
    """Of `{type: json_schema, json_schema: {schema: …}}`, or the same without its inner object."""
    if isinstance(form, str) and form.startswith(FILE):
        notes.append(f"The form of its answers stands in a file that is not part of it: {form.removeprefix(FILE)[:80]}.")
    told = object_in(form)
    drawn = object_in(told.get("json_schema")).get("schema") or told.get("schema")
    if isinstance(drawn, str) and drawn.startswith(FILE):
        notes.append(f"The schema of its answers stands in a file that is not part of it: {drawn.removeprefix(FILE)[:80]}.")
    if not isinstance(drawn, dict):
        return None
    drawn = {str(name): _keyword(str(name), one) for name, one in drawn.items()}
    if wrong := oversized(drawn) or schema_error(drawn):
        notes.append(f"The schema of its answers was left out: {wrong}.")
        return None
    return drawn


def _typed(value: Any) -> Any:
    """Of YAML every value was read as text; what a schema wants as a number or as yes and no is one again."""
    if isinstance(value, list):
        return [_typed(one) for one in value]
    return {str(name): _keyword(str(name), one) for name, one in value.items()} if isinstance(value, dict) else value


def _keyword(name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return _typed(value)
    if name in SWITCHES and value in ("true", "false"):
        return value == "true"
    number = _number(value) if name in NUMBERS else None
    return value if number is None else int(number) if number.is_integer() else number


def _number(value: Any) -> float | None:
    """Also one that was read as text, as YAML's values are."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = float(value)
    except ValueError:
        return None
    return found if math.isfinite(found) else None
