"""Ways to get an answer in a form that a program can read, on messages whose right values are known.

"Answer in JSON with the keys guests and day."        0 of 6 valid
the same and three examples, as earlier turns         6 of 6 valid, 6 of 6 right
the same three examples, pasted into one message      6 of 6 valid, 1 of 6 right: it copied an example
"""

import json
from collections.abc import Sequence
from typing import Any

from fluencylab.errors import BadInput
from fluencylab.instruments.base import Step
from fluencylab.instruments.calls import CallSpec, messages
from fluencylab.labs.prompting.params import Form, Params
from fluencylab.models.types import Message, ModelInfo, Request
from fluencylab.stats import Measure, estimate, share
from fluencylab.text.written import percent

Row = dict[str, Any]
NAMES: dict[Form, str] = {
    "free": "in plain words",
    "json": "“answer in JSON”",
    "one": "one example",
    "three": "three examples",
    "pasted": "three, pasted in one message",
    "schema": "JSON schema enforced",
}
KINDS = {int: "integer", float: "number", bool: "boolean", str: "string"}


def asks(params: Params, first_seed: int, card: ModelInfo | None) -> list[CallSpec]:
    possible = [form for form in params.forms if form != "schema" or card is None or card.abilities.json_schema]
    if card and not possible:
        raise BadInput(f"{card.name} does not enforce a JSON schema.", "Leave “schema” out, or choose a model that does.")
    rows, examples = params.message_rows(), params.example_rows()
    schema = schema_of([*rows, *examples], params.may_be_empty)
    told = [(number, row, form) for number, row in enumerate(rows) for form in possible]
    found = []
    for place, (number, row, form) in enumerate(told):
        wanted = {key: value for key, value in row.items() if key != "text"}
        for i in range(params.samples):
            request = Request(
                messages=messages_of(form, params.task, row, examples),
                temperature=params.temperature,
                max_tokens=params.max_tokens,
                seed=first_seed + place * params.samples + i,
                json_schema=schema if form == "schema" else None,
            )
            about = {"form": form, "number": number, "message": row["text"], "wanted": wanted, "i": i}
            found.append(CallSpec("form", about, request, _judge(form, wanted, schema)))
    return found


def messages_of(form: Form, task: str, row: Row, examples: Sequence[Row]) -> tuple[Message, ...]:
    """The architectures compared: where the instruction stands, and where the examples do."""
    keys = [key for key in row if key != "text"]
    asked = task if form == "free" else f"{task} Answer in JSON with the {'key' if len(keys) == 1 else 'keys'} {_listed(keys)}."
    if form == "pasted":
        shown = "".join(f"\nMessage: {one['text']}\nAnswer: {_json(one)}" for one in examples[:3])
        return messages("", f"{asked}{shown}\nMessage: {row['text']}\nAnswer:")
    turns = [(one["text"], _json(one)) for one in examples[: {"one": 1, "three": 3}.get(form, 0)]]
    return messages(asked, row["text"], turns)


def _listed(keys: Sequence[str]) -> str:
    quoted = [f'"{key}"' for key in keys]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"


def _json(row: Row) -> str:
    return json.dumps({key: value for key, value in row.items() if key != "text"}, ensure_ascii=False)


def schema_of(rows: Sequence[Row], may_be_empty: bool) -> Row:
    """The JSON schema that the known values fit; with `may_be_empty`, every value may also be null."""
    properties: Row = {}
    for key in (key for key in rows[0] if key != "text"):
        kinds = sorted({KINDS[type(row[key])] for row in rows if row[key] is not None}) or ["string"]
        kinds = ["string"] if len(kinds) > 1 else kinds
        properties[key] = {"type": [*kinds, "null"] if may_be_empty else kinds[0]}
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _judge(form: Form, wanted: Row, schema: Row) -> Any:
    def judge(text: str) -> Row:
        given = read(text, schema)
        right = said(text, wanted) if form == "free" else given is not None and same(given, wanted)
        return {"valid": given is not None, "correct": right}

    return judge


def read(text: str, schema: Row) -> Row | None:
    """The object in the answer, if it is nothing else and fits; a wrong value fits as well as a right one."""
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        return None
    properties: Row = schema["properties"]
    if not isinstance(given, dict) or set(given) != set(properties):
        return None
    return given if all(_is(given[key], rule["type"]) for key, rule in properties.items()) else None


def _is(value: Any, told: str | list[str]) -> bool:
    kinds = told if isinstance(told, list) else [told]
    kind = "null" if value is None else KINDS.get(type(value), "")
    return kind in kinds or (kind == "integer" and "number" in kinds)


def same(given: Row, wanted: Row) -> bool:
    return all(_plain(given[key]) == _plain(value) for key, value in wanted.items())


def said(text: str, wanted: Row) -> bool:
    """Plain words have no form to read: do all the right values stand somewhere in them?"""
    return all(str(value).casefold() in text.casefold() for value in wanted.values() if value is not None)


def _plain(value: Any) -> Any:
    return value.strip().casefold() if isinstance(value, str) else value


def facts(params: Params) -> list[str]:
    return [f"{kind}@{form}" for form in params.forms for kind in ("valid", "correct", "wrong_but_valid", "tokens_in", "tokens_out")]


def measures(steps: Sequence[Step]) -> dict[str, Measure]:
    """For each form, shares of its answers: valid, correct, wrong_but_valid (no parser notices it); and mean tokens read and written."""
    found: dict[str, Measure] = {}
    for form in NAMES:
        mine = [step.data for step in steps if step.data["form"] == form]
        if not mine:
            continue
        found[f"valid@{form}"] = share(sum(one["valid"] for one in mine), len(mine))
        found[f"correct@{form}"] = share(sum(one["correct"] for one in mine), len(mine))
        found[f"wrong_but_valid@{form}"] = share(sum(one["valid"] and not one["correct"] for one in mine), len(mine))
        for fact, kind in (("tokens_in", "prompt"), ("tokens_out", "completion")):
            counts = [float(one["usage"][kind]) for one in mine]
            found[f"{fact}@{form}"] = estimate(counts, rounds=300)
    return found


def says(measures: dict[str, Measure]) -> str:
    told = []
    for form, name in NAMES.items():
        valid, correct = measures.get(f"valid@{form}"), measures.get(f"correct@{form}")
        if valid and correct:
            told.append(f"{name}: {percent(valid.value)} valid, {percent(correct.value)} right")
    text = "; ".join(told)
    return f"{text[:1].upper()}{text[1:]}." if text else ""
