"""JSON schemas: is this one, and does an answer match it? By `jsonschema-rs`, without going out to fetch anything.

schema_faults({"required": ["total"]}, '{"day": 2}')     "It does not match the schema: "total" is a required property."
"""

import importlib
import json
from collections.abc import Mapping
from typing import Any, NoReturn

from pydantic import JsonValue

_FENCE = "```"
LARGEST, DEEPEST = 20_000, 24
"""Characters of a schema as JSON, and levels in it: what is beyond is no form that anybody fills in."""
LONGEST_ENFORCED = 120
"""The greatest `maxLength` and `maxItems` that the embedded engine is held to: its grammar repeats what may be repeated, so that 2,000
take half a minute to compile and slow each token."""
_BACKTRACKS = 100_000
"""Steps after which a pattern in a schema is given up."""
_SHOWN = 3
_LONGEST = 160
"""Characters of a fault: it quotes what it found, however long that is."""


def schema_error(schema: Mapping[str, JsonValue]) -> str:
    """What is wrong with a schema; empty where it is one."""
    try:
        _validator(schema)
    except (ValueError, TypeError) as error:
        return f"this is no JSON schema: {str(getattr(error, 'message', error)).splitlines()[0]}"
    return ""


def oversized(schema: Mapping[str, JsonValue]) -> str:
    """Why a schema is too much to be held to; empty where it is not."""
    try:
        letters = len(json.dumps(schema))
    except (RecursionError, ValueError):
        letters = LARGEST + 1
    if letters > LARGEST:
        return f"the schema has more than {LARGEST:,} characters as JSON"
    return f"the schema has more than {DEEPEST} levels" if _levels(schema) > DEEPEST else ""


def _levels(value: Any) -> int:
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return 1 + max(map(_levels, inner), default=0) if isinstance(value, Mapping | list) else 0


def enforceable(schema: Any) -> Any:
    """The same schema as the embedded engine can be held to: without long limits, which a check of the answer looks at afterwards."""
    if isinstance(schema, list):
        return [enforceable(one) for one in schema]
    if not isinstance(schema, Mapping):
        return schema
    long = [name for name in ("maxLength", "minLength", "maxItems", "minItems") if _over(schema.get(name))]
    return {name: enforceable(value) for name, value in schema.items() if name not in long}


def _over(limit: Any) -> bool:
    return isinstance(limit, int | float) and limit > LONGEST_ENFORCED


def schema_faults(schema: Mapping[str, JsonValue], text: str) -> str:
    """What keeps an answer from matching, in sentences; empty where it matches."""
    if text.strip().startswith(_FENCE):
        return f"It stands in a code fence ({_FENCE}): a program that reads it as JSON stops there."
    try:
        value = json.loads(text, parse_constant=_refused)
    except ValueError:
        return "It is not JSON, or something stands around the JSON."
    except RecursionError:
        return "Its JSON lies too deep in itself to be read."
    faults = [_told(fault) for fault in _validator(schema).iter_errors(value)]
    more = f" and {len(faults) - _SHOWN} more" if len(faults) > _SHOWN else ""
    return f"It does not match the schema: {'; '.join(faults[:_SHOWN])}{more}." if faults else ""


def _validator(schema: Mapping[str, JsonValue]) -> Any:
    """Slow to load: not before the first schema."""
    library = importlib.import_module("jsonschema_rs")
    return library.validator_for(dict(schema), offline=True, pattern_options=library.FancyRegexOptions(backtrack_limit=_BACKTRACKS))


def _told(fault: Any) -> str:
    place = ".".join(map(str, fault.instance_path))
    told = f"{place}: {fault.message}" if place else str(fault.message)
    return told if len(told) <= _LONGEST else f"{told[:_LONGEST]}…"


def _refused(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")
