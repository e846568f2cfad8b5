"""Forgetting and the needle as dots with their intervals; the tape and the heat map are drawn by the page, to scale."""

from collections.abc import Iterable
from typing import Any

from fluencylab.charts.base import Chart, Group, Table
from fluencylab.instruments.base import Result, Step
from fluencylab.stats import Measure

POLICIES = {"error": "refuse", "drop": "drop the oldest", "keep": "keep system and latest", "summary": "summarise"}
SHORT = {"error": "refuse", "drop": "drop oldest", "keep": "keep latest", "summary": "summarise"}
"""For an axis, where there is little room."""
Points = list[tuple[str, Measure]]


def charts(result: Result) -> list[Chart]:
    lost, shares, places = _lost(result), _shares(result), _places(result)
    drawn = []
    if lost:
        drawn.append(_chart(lost, "when it is full", "first turn without the fact", 1, max(m.high for _, m in lost) + 0.5, _first(lost)))
    if shares:
        drawn.append(_chart(shares, "where the fact was", "per cent of answers with the fact", 100, 100, _kept(shares)))
    if places:
        drawn.append(_chart(places, "depth in the text, per cent", "per cent found", 100, 100, _found(places)))
    return drawn


def groups(params: Any, steps: Iterable[Step]) -> list[Group]:
    return []


def _lost(result: Result) -> Points:
    return [(SHORT[p], result.measures[f"first_turn_lost@{p}"]) for p in POLICIES if f"first_turn_lost@{p}" in result.measures]


def _shares(result: Result) -> Points:
    names = {"recall_before": "in the call"} | {f"recall_after@{p}": told for p, told in SHORT.items()}
    found = [(told, result.measures[name]) for name, told in names.items() if name in result.measures]
    return found if len(found) > 1 else []


def _places(result: Result) -> Points:
    found = {name.split("@")[1]: m for name, m in result.measures.items() if name.startswith("recall@") and name.count("@") == 1}
    return sorted(found.items(), key=lambda pair: int(pair[0]))


def _first(points: Points) -> str:
    return "The fact is gone from turn " + ", ".join(f"{m.value:.3g} ({told})" for told, m in points) + "."


def _kept(points: Points) -> str:
    (_, first), *gone = points
    after = ", ".join(f"{m.told} ({told})" for told, m in gone)
    return f"The fact came back in {first.told} answers while it was in the call; once it was gone, in {after}."


def _found(points: Points) -> str:
    return "The number was found " + ", ".join(f"{m.told} times at {place} %" for place, m in points) + "."


def _chart(points: Points, across: str, up: str, scale: float, top: float, sentence: str) -> Chart:
    """Dots with their intervals over a few names, in the order given. `scale`: 100 for a share in per cent."""
    values = [{"x": name, "value": m.value * scale, "low": m.low * scale, "high": m.high * scale} for name, m in points]
    rows = [[name, f"{m.value * scale:.3g}", f"{m.low * scale:.3g} to {m.high * scale:.3g}", str(m.n)] for name, m in points]
    left, right = (f"{name[0].upper()}{name[1:]}" for name in (across, up))
    table = Table(caption=right, head=[left, right, "95 % interval", "n"], rows=rows)
    x = {
        "field": "x",
        "type": "nominal",
        "sort": [name for name, _ in points],
        "title": across,
        "axis": {"labelAngle": 0, "labelLimit": 90, "grid": False},
    }
    y = {"type": "quantitative", "title": up, "scale": {"domain": [0, top], "nice": False}, "axis": {"tickMinStep": 1, "format": "d"}}
    spec: dict[str, Any] = {
        "data": {"values": values},
        "encoding": {"x": x},
        "layer": [
            {"name": "interval", "mark": {"type": "rule"}, "encoding": {"y": {"field": "low", **y}, "y2": {"field": "high"}}},
            {"name": "measured", "mark": {"type": "point", "clip": False}, "encoding": {"y": {"field": "value", **y}}},
        ],
    }
    return Chart(sentence=sentence, spec=spec, table=table)
