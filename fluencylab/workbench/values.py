"""Values as text: what JSON holds becomes what a cell of a table would say.

flat({"vars": {"plan": "pro"}, "tags": ["a", "b"], "ok": True})     {"vars.plan": "pro", "tags": "a, b", "ok": "true"}
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from fluencylab.workbench.found import Row, Tally

DEEPEST = 3
"""Objects within objects become columns of their own to this depth, and JSON in one cell beyond it."""
UNKEPT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
"""What no database or page keeps: marks that control a machine, halves of characters, and places that Unicode leaves empty."""


def kept(text: str, tally: Tally) -> str:
    """The text with one kind of line end and without what cannot be kept, which is counted."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    whole, left_out = UNKEPT.subn("", text)
    tally["control"] += left_out
    return whole


def text_of(value: Any) -> str:
    """A value as a reader would write it; lists of words with commas, objects as JSON."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and value and all(_is_word(one) for one in value):
        return ", ".join(map(text_of, value))
    return json.dumps(value, ensure_ascii=False)


def _is_word(value: Any) -> bool:
    return isinstance(value, int | float) or (isinstance(value, str) and not set(",\n") & set(value))


def flat(value: Mapping[str, Any], *, within: str = "", depth: int = DEEPEST) -> dict[str, str]:
    """Each value by its path. Of two that come to the same path, as "a.b" and b in a, the second is numbered."""
    found: dict[str, str] = {}
    for name, one in value.items():
        path = f"{within}{name}"
        if isinstance(one, dict) and one and depth > 1:
            for inner, text in flat(one, within=f"{path}.", depth=depth - 1).items():
                found[numbered(inner, found)] = text
        else:
            found[numbered(path, found)] = text_of(one)
    return found


def numbered(name: str, taken: Mapping[str, Any]) -> str:
    """The name, or "name (2)" where it is taken."""
    times, fresh = 1, name
    while fresh in taken:
        times += 1
        fresh = f"{name} ({times})"
    return fresh


def variable(name: str) -> str:
    """A column's name as that of a variable: "Customer question" is {{Customer_question}}, and "item.text" of OpenAI's Evals {{text}}."""
    word = re.sub(r"\W+", "_", re.sub(r"^(item|vars)\.", "", name)).strip("_") or "input"
    return f"_{word}" if word[0].isdigit() else word


def object_in(value: Any) -> dict[str, Any]:
    """An object, or an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def objects_in(value: Any) -> list[dict[str, Any]]:
    """The objects of a list; none of anything else."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def opened_json(value: Any) -> Any:
    """What a text holds that is JSON written into a cell; else the value as it is."""
    if isinstance(value, str) and value.lstrip()[:1] in ('{"["' if value else ""):
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    return value


def even(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Every row with every column, in the order in which they first appear."""
    names = dict.fromkeys(name for row in rows for name in row)
    return tuple({name: row.get(name, "") for name in names} for row in rows)
