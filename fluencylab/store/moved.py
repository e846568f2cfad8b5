"""What older versions kept elsewhere. The migrations move it in a database, `actions/archive.py` in a backup that is brought back.

Until schema 0002 a row of `drafts` was not always a draft:

    repair/the-clerk/help    "2"                   ->  learner_state   {"hints": 2}
    debug/5f3c…              {"search": "91ab…"}   ->  learner_state   the same
"""

import json
from typing import Any


def learner_state(name: str, text: str) -> dict[str, Any] | None:
    """The state that a draft of schema 0002 held; None where it was text that somebody typed, or nobody can read it."""
    match name.split("/"):
        case ["repair", _, "tried"]:
            return {"run": text}
        case ["repair", _, "help"]:
            return {"debrief": True} if text == "all" else _hints(text)
        case ["debug" | "lab", _]:
            return _words(text)
    return None


def _hints(text: str) -> dict[str, Any] | None:
    return {"hints": int(text)} if text.isascii() and text.isdigit() and len(text) < 4 else None


def _words(text: str) -> dict[str, Any] | None:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and all(isinstance(value, str) for value in found.values()) else None


def upgraded(schema: str, tables: dict[str, Any]) -> dict[str, Any]:
    """The tables of a backup of that schema as they are kept now. Rows that are none stay where they are, to be refused there."""
    drafts, kept = tables.get("drafts"), tables.get("learner_state", [])
    if schema >= "0003" or not isinstance(drafts, list) or not isinstance(kept, list):
        return tables
    states = [(row, _state(row)) for row in drafts]
    moved = [{name: row[name] for name in row if name != "text"} | {"value": state} for row, state in states if state is not None]
    return tables | {"drafts": [row for row, state in states if state is None], "learner_state": [*kept, *moved]}


def _state(row: Any) -> dict[str, Any] | None:
    name, text = (row.get("name"), row.get("text")) if isinstance(row, dict) else (None, None)
    return learner_state(name, text) if isinstance(name, str) and isinstance(text, str) else None
