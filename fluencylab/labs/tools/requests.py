"""Requests whose right call is known: Quillby's 48, or your own as CSV or JSON lines.

    text,customer,tool,order,euros
    "I sent the lamp of Q-4107 back. Please refund the 54.50 euros.",C-01,refund,Q-4107,54.5
    "Thanks, that is all!",C-01,none,,

An argument whose column is empty is not judged: a search may be worded in many ways. The table is read by `testset.rows`.
"""

import math
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from fluencylab.curriculum.loader import CONTENT
from fluencylab.instruments import testset
from fluencylab.labs.tools.shop import same, seed
from fluencylab.labs.tools.shop_tools import TOOLS, ToolError, calculate

NONE = "none"


class Wanted(NamedTuple):
    """A request, whose it is, the tool that it needs ("none"), and the arguments that are judged."""

    text: str
    customer: str
    tool: str
    arguments: dict[str, Any]


@cache
def bundled() -> tuple[Wanted, ...]:
    return parse((CONTENT / "sets" / "tool-requests.csv").read_text(encoding="utf-8"))


def parse(given: str) -> tuple[Wanted, ...]:
    """Raises ValueError, in words that end the sentence "“cases” cannot be used: …"."""
    rows = testset.rows(given, least=4)
    if any(not isinstance(row.get("tool"), str) for row in rows):
        raise ValueError("each row needs a “text” and, in a column called “tool”, the tool it needs or “none”")
    unknown = sorted({row["tool"] for row in rows} - {NONE, *TOOLS})
    if unknown:
        raise ValueError(f"there is no tool called “{unknown[0][:40]}”; the tools are {', '.join(TOOLS)} and none")
    people = {one["id"] for one in seed()["customers"]}
    stranger = next((str(row["customer"]) for row in rows if row.get("customer") and row["customer"] not in people), None)
    if stranger:
        raise ValueError(f"there is no customer “{stranger[:40]}”; they are C-01 to C-08")
    return tuple(_wanted(row) for row in rows)


def _wanted(row: Mapping[str, Any]) -> Wanted:
    names = TOOLS[row["tool"]].arguments.model_fields if row["tool"] in TOOLS else {}
    judged = {name: row[name] for name in names if row.get(name) not in (None, "")}
    return Wanted(row["text"], row.get("customer") or "C-01", row["tool"], judged)


def spread(all_of_them: Sequence[Wanted], most: int) -> tuple[Wanted, ...]:
    """So many of them, in their order, evenly: the kinds keep their shares."""
    count = min(most, len(all_of_them))
    return tuple(all_of_them[(2 * i + 1) * len(all_of_them) // (2 * count)] for i in range(count))


def right(wanted: Wanted, arguments: Mapping[str, Any]) -> bool:
    """Is each judged argument as it should be? Numbers by value, sums by what they come to, texts but for capitals and signs."""
    return all(name in arguments and _equal(name, value, arguments[name]) for name, value in wanted.arguments.items())


def _equal(name: str, want: object, got: object) -> bool:
    if name == "expression":
        try:
            return math.isclose(calculate(str(want)), calculate(str(got)), abs_tol=0.005)
        except ToolError:
            return False
    try:
        return math.isclose(float(str(want)), float(str(got)), abs_tol=0.005)
    except ValueError:
        return same(want, got)
