"""A bundle as promptfoo reads it: its configuration, and each check as an assertion with the same verdict.

assertion(Latency(most=2))      {"type": "latency", "threshold": 2000}
assertion(Contains(...))        {"type": "javascript", "value": "file://checks/checks.mjs:check"}

What promptfoo's own `contains` and `regex` read differs from ours in capitals, blanks and forms of one letter: so those are JavaScript.
"""

from collections.abc import Iterator
from typing import Any

import yaml

from fluencylab.workbench.bundle.asking import beyond
from fluencylab.workbench.bundle.contents import BundleCheck, Contents
from fluencylab.workbench.bundle.patterns_in_js import in_javascript
from fluencylab.workbench.checks import Check, Contains, Cost, Equals, Latency, Length, Number, Pattern, Schema

JAVASCRIPT = {"type": "javascript", "value": "file://checks/checks.mjs:check"}
PYTHON = {"type": "python", "value": "file://checks/checks.py"}
ALIKE = frozenset(
    [
        "type",
        "properties",
        "required",
        "enum",
        "const",
        "items",
        "additionalProperties",
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "minLength",
        "maxLength",
        "minItems",
        "maxItems",
        "uniqueItems",
        "minProperties",
        "maxProperties",
        "anyOf",
        "allOf",
        "oneOf",
        "not",
        "title",
        "description",
    ]
)
"""Words of a JSON schema that mean the same in every draft: with others promptfoo's reader and ours may differ."""
_SCHEMAS = ("items", "additionalProperties", "not")
_LISTS = ("anyOf", "allOf", "oneOf")
PROVIDER = 'openai:chat:{{ env.MODEL | default("your-model") }}'
OWN = "file://asking/asking.mjs"
SETTINGS = {"maxConcurrency": 1, "cache": False}


def assertion(check: Check) -> dict[str, Any]:
    match check:
        case Latency():
            return {"type": "latency", "threshold": round(check.most * 1000, 3)}
        case Schema() if alike(check.value):
            return {"type": "is-json", "value": check.value}
        case Equals() | Contains() | Number() | Length() | Cost():
            return dict(JAVASCRIPT)
        case Pattern() if script(check) is not None:
            return dict(JAVASCRIPT)
    return dict(PYTHON)


def script(check: Check) -> str | None:
    """The pattern of a check in JavaScript. One with {{places}} differs from case to case, and is left to Python."""
    return in_javascript(check.value) if isinstance(check, Pattern) and "{{" not in check.value else None


def alike(schema: Any) -> bool:
    """Does it use only words that mean the same to every reader?"""
    if isinstance(schema, bool):
        return True
    if not isinstance(schema, dict) or not schema.keys() <= ALIKE or not isinstance(schema.get("type", ""), str):
        return False
    properties = schema.get("properties", {})
    within = [*properties.values(), *(schema[name] for name in _SCHEMAS if name in schema)]
    within += [one for name in _LISTS for one in schema.get(name, ())]
    return all(map(alike, within))


def in_python(checks: tuple[BundleCheck, ...]) -> list[BundleCheck]:
    """Those that promptfoo asks Python for."""
    return [one for one in checks if assertion(one.check)["type"] == "python"]


def configuration(contents: Contents) -> str:
    """promptfooconfig.yaml. No address and no key: promptfoo takes both from the environment."""
    told = {
        "description": untemplated(" ".join(contents.name.split())),
        "prompts": [
            {
                "id": f"file://promptfoo/version-{one.number}.json",
                "label": f"version {one.number}",
                "config": one.content.model_dump(mode="json", include={"temperature", "max_tokens"}),
            }
            for one in contents.versions
        ],
        "providers": list(_providers(contents)),
        "tests": "file://promptfoo/tests.mjs",
        "evaluateOptions": SETTINGS,
    }
    text: str = yaml.safe_dump(told, allow_unicode=True, sort_keys=False, width=120)
    return f"{_HEAD}{text}"


def _providers(contents: Contents) -> Iterator[dict[str, Any]]:
    """promptfoo's own where a call is all that a version is; ours for each version that is more."""
    if plain := [f"version {one.number}" for one in contents.versions if not beyond(one)]:
        yield {"id": PROVIDER, "config": {"seed": 1}, "prompts": plain}
    for one in contents.versions:
        if beyond(one):
            label = f"version {one.number}"
            yield {
                "id": OWN,
                "label": f"{label}, asked whole",
                "config": {"version": one.number},
                "prompts": [label],
            }


_HEAD = """\
# promptfoo eval --no-cache
#
# Set OPENAI_BASE_URL and OPENAI_API_KEY to the endpoint that is to answer, and MODEL to the name that it knows its model by.
# Answers come one at a time, so that nothing but the prompt decides them. Cases and checks are read from cases.jsonl and checks.json.
"""


def untemplated(text: str) -> str:
    """promptfoo fills templates in its configuration, with what stands in the environment too: no text of ours is one."""
    return text.replace("{{", "{ {").replace("{%", "{ %").replace("{#", "{ #")
