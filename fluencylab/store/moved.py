"""What older versions kept elsewhere. The migrations move it in a database, `actions/archive.py` in a backup that is brought back.

Until schema 0002 a row of `drafts` was not always a draft:

    repair/the-clerk/help    "2"                   ->  learner_state   {"hints": 2}
    debug/5f3c…              {"search": "91ab…"}   ->  learner_state   the same
"""

import json
import re
from pathlib import Path
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
        parsed = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return parsed if isinstance(parsed, dict) and all(isinstance(value, str) for value in parsed.values()) else None


def upgraded(schema: str, tables: dict[str, Any]) -> dict[str, Any]:
    """The tables of a backup of that schema as they are kept now. Rows that are none stay where they are, to be refused there."""
    if schema < "0003":
        tables = _with_states(tables)
    if schema < "0005":
        tables = _with_signs_renamed(tables)
    return _with_what_was_asked(tables) if schema < "0007" else tables


def _with_states(tables: dict[str, Any]) -> dict[str, Any]:
    drafts, kept = tables.get("drafts"), tables.get("learner_state", [])
    if not isinstance(drafts, list) or not isinstance(kept, list):
        return tables
    states = [(row, _state(row)) for row in drafts]
    moved = [{name: row[name] for name in row if name != "text"} | {"value": state} for row, state in states if state is not None]
    return tables | {"drafts": [row for row, state in states if state is None], "learner_state": [*kept, *moved]}


def _state(row: Any) -> dict[str, Any] | None:
    name, text = (row.get("name"), row.get("text")) if isinstance(row, dict) else (None, None)
    return learner_state(name, text) if isinstance(name, str) and isinstance(text, str) else None


# Until schema 0004 the hallucination lab's signs of confidence had names of our own.

SIGNS = {"odds": "mean_token_probability", "agreed": "self_consistency"}
LAB = "grounding"
SURER_HALF = {"daafcb3a3df854dc": "685ab940fd15c6b3"}
"""The hash of the one mission that names such facts, before and after: no word that a learner reads has changed."""
FACT = re.compile(r"(precision@\d+|ranked|sure_right|sure_wrong)@(odds|agreed)")
RENAMED = {"ranked": "auroc"}


def renamed_fact(name: str) -> str:
    """ "precision@50@odds" is "selective_accuracy@50@mean_token_probability" now; any other name is what it was."""
    match = FACT.fullmatch(name)
    if not match:
        return name
    what = RENAMED.get(match[1], match[1].replace("precision", "selective_accuracy"))
    return f"{what}@{SIGNS[match[2]]}"


def renamed_facts(value: Any) -> Any:
    """An answer with every such fact in it under its name of today."""
    if isinstance(value, dict):
        return {renamed_fact(name): renamed_facts(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [renamed_facts(inner) for inner in value]
    return renamed_fact(value) if isinstance(value, str) else value


def renamed_sign(data: Any) -> Any:
    """A step of the hallucination lab."""
    if not isinstance(data, dict) or "odds" not in data:
        return data
    return {SIGNS["odds"] if name == "odds" else name: value for name, value in data.items()}


def _with_signs_renamed(tables: dict[str, Any]) -> dict[str, Any]:
    runs = {row.get("id") for row in _rows(tables, "runs") if row.get("instrument") == LAB}
    steps = [{**row, "data": renamed_sign(row.get("data"))} if row.get("run_id") in runs else row for row in _rows(tables, "steps")]
    evidence = [
        {**row, "answer": renamed_facts(row.get("answer")), "content": SURER_HALF.get(str(row.get("content")), row.get("content"))}
        for row in _rows(tables, "evidence")
    ]
    changed = {"steps": steps, "evidence": evidence}
    whole = {name for name in changed if len(changed[name]) == len(tables.get(name) or ())}
    return tables | {name: rows for name, rows in changed.items() if name in whole and name in tables}


# Until schema 0006 evidence held the hash of every word of its exercise, also of options and explanations.

ASKED = Path(__file__).parent / "migrations" / "0007_asked.json"
"""That hash, for every exercise there was, and the hash of what it asks."""


def asked_hashes() -> dict[str, str]:
    found: dict[str, str] = json.loads(ASKED.read_bytes())
    return found


def _with_what_was_asked(tables: dict[str, Any]) -> dict[str, Any]:
    known, rows = asked_hashes(), _rows(tables, "evidence")
    if len(rows) != len(tables.get("evidence") or ()) or "evidence" not in tables:
        return tables
    return tables | {"evidence": [row | {"content": known.get(str(row.get("content")), row.get("content"))} for row in rows]}


def _rows(tables: dict[str, Any], name: str) -> list[dict[str, Any]]:
    found = tables.get(name)
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []
