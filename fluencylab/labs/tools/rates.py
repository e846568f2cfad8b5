"""How often is a call right? The same labelled requests, with the tools given in several ways.

    list       16 of 16 calls are valid,  5 name the right tool, and every “hello” gets a call
    example    16 of 16 are valid,        2: it copies the example, order number and all
    turns      15 of 16 are valid,        4, and 8 of 13 needed calls are missed

Right tool: the one the request needs, or none where it needs none. Right arguments: of requests that need a tool, those with the right tool
and every judged argument. Needless: a call where none was needed. Missed: none where one was.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from fluencylab.instruments.base import Step
from fluencylab.instruments.missing import missing, thought
from fluencylab.labs.tools import forms, requests
from fluencylab.labs.tools.loop import request
from fluencylab.labs.tools.params import WAY_NAMES, WAYS, Params, Way
from fluencylab.labs.tools.requests import NONE, Wanted
from fluencylab.labs.tools.shop_tools import TOOLS
from fluencylab.models.types import Message, Model, ModelInfo
from fluencylab.stats import Measure, gain, share

OF_EACH = ("right_tool", "right_arguments", "needless", "missed", "valid", "valid_and_wrong")


def lacks(way: Way, card: ModelInfo) -> str:
    return f"{card.name} has no tool calls of its own" if way == "native" and not card.abilities.tools else ""


async def labelled(model: Model, params: Params, way: Way, number: int, wanted: Wanted) -> Step:
    told = (*forms.before(way, tuple(TOOLS.values())), Message(role="user", content=wanted.text))
    completion = await model.complete(request(params, way, told))
    if lost := missing("right", {"way": way, "number": number, "message": wanted.text}, completion):
        return lost
    read = forms.read(way, completion)
    data = {
        "way": way,
        "number": number,
        "message": wanted.text,
        "want": {"tool": wanted.tool, "arguments": wanted.arguments},
        "tool": read.called,
        "arguments": dict(read.arguments),
        "answer": read.answer,
        "problem": read.problem,
        "text": completion.text[:1_000],
        **judge(wanted, read),
        "usage": completion.usage.model_dump(),
        **thought(completion),
        "ms": round(completion.timing.ttlt_ms),
    }
    return Step(kind="right", data=data)


def judge(wanted: Wanted, read: forms.ParsedCall) -> dict[str, bool]:
    """What is not valid is never right: nothing would be carried out."""
    valid = not read.problem
    tool = valid and read.called == wanted.tool
    return {
        "valid": valid,
        "right_tool": tool,
        "right_arguments": tool and wanted.tool != NONE and requests.right(wanted, read.arguments),
        "needless": wanted.tool == NONE and bool(read.tool),
        "missed": wanted.tool != NONE and not read.tool,
        "valid_and_wrong": valid and not (tool and requests.right(wanted, read.arguments)),
    }


def facts(params: Params) -> list[str]:
    """Each rate for each way; without a way, those of the first."""
    needing = any(one.tool != NONE for one in params.wanted)
    free = any(one.tool == NONE for one in params.wanted)
    kept = [name for name in OF_EACH if _applies(name, needing, free)]
    ways = [way for way in WAYS if way in params.ways]
    return [*kept, *(f"{name}@{way}" for way in ways for name in kept), *(f"gain@{way}" for way in ways[1:])]


def _applies(name: str, needing: bool, free: bool) -> bool:
    return needing if name in ("right_arguments", "missed") else free if name == "needless" else True


def measures(steps: Iterable[Step]) -> dict[str, Measure]:
    by_way: dict[str, list[dict[str, Any]]] = {}
    for step in steps:
        by_way.setdefault(step.data["way"], []).append(step.data)
    ways = [way for way in WAYS if way in by_way]
    found = {f"{name}@{way}": measure for way in ways for name, measure in _of(by_way[way]).items()}
    bare = {name: found[f"{name}@{ways[0]}"] for name in OF_EACH if ways and f"{name}@{ways[0]}" in found}
    gains = {f"gain@{way}": _gain(by_way[ways[0]], by_way[way]) for way in ways[1:]}
    return {**bare, **found, **gains}


def _of(rows: Sequence[dict[str, Any]]) -> dict[str, Measure]:
    needing, free = [one for one in rows if one["want"]["tool"] != NONE], [one for one in rows if one["want"]["tool"] == NONE]
    special = {"right_arguments": needing, "missed": needing, "needless": free}
    over = {name: special.get(name, rows) for name in OF_EACH}
    return {name: share(sum(one[name] for one in those), len(those)) for name, those in over.items() if those}


def _gain(first: Sequence[dict[str, Any]], other: Sequence[dict[str, Any]]) -> Measure:
    """Right tools of the other less those of the first, request by request."""
    before = {one["number"]: one["right_tool"] for one in first}
    both = [(before[one["number"]], one["right_tool"]) for one in other if one["number"] in before]
    return gain(both)


def says(measures: dict[str, Measure]) -> str:
    ways = [way for way in WAYS if f"right_tool@{way}" in measures]
    if not ways:
        return ""
    best = max(ways, key=lambda way: measures[f"right_tool@{way}"].value)
    valid, tool = measures[f"valid@{best}"], measures[f"right_tool@{best}"]
    said = f"With {WAY_NAMES[best]}, {valid.told} calls are valid and {tool.told} name the right tool."
    whole = measures.get(f"right_arguments@{best}")
    return said + (f" Of {whole.n} that need a tool, {whole.hits} are right to the last argument." if whole else "")
