"""JSON schemas: is this one, and does an answer match it? By `jsonschema-rs`, without going out to fetch anything.

schema_faults({"required": ["total"]}, '{"day": 2}')     "It does not match the schema: "total" is a required property."
"""

import importlib
import json
from collections.abc import Mapping
from typing import Any, NoReturn

from pydantic import JsonValue

_FENCE = "```"
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
