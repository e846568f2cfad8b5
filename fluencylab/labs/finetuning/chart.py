"""The fine-tuning lab: right answers of each way on each kind of question."""

from collections.abc import Iterable
from typing import Any

from fluencylab.charts.base import Chart, Group, Table
from fluencylab.instruments.base import Result, Step
from fluencylab.labs.finetuning.params import NAMES
from fluencylab.labs.finetuning.questions import KINDS
from fluencylab.stats import Measure


def charts(result: Result) -> list[Chart]:
    """The page draws the matrix itself; a mission draws this."""
    found = [
        (kind, way, result.measures[f"correct@{way}@{kind}"])
        for kind in KINDS
        for way in NAMES
        if f"correct@{way}@{kind}" in result.measures
    ]
    if not found:
        return []
    rows = [(f"{kind}, {NAMES[way]}", measure) for kind, way, measure in found]
    best, worst = max(rows, key=lambda row: row[1].value), min(rows, key=lambda row: row[1].value)
    sentence = f"Most right: {best[0]}, {best[1].told}."
    if worst[1].value < best[1].value:
        sentence += f" Fewest: {worst[0]}, {worst[1].told}."
    table = Table(
        caption="Right answers of each way on each kind of question",
        head=["Kind and way", "Right", "95 % interval"],
        rows=[[name, m.told, f"{m.low * 100:.0f} to {m.high * 100:.0f} %"] for name, m in rows],
    )
    return [Chart(sentence=sentence, spec=_dots(rows), table=table)]


def groups(params: Any, steps: Iterable[Step]) -> list[Group]:
    return []


def _dots(rows: list[tuple[str, Measure]]) -> dict[str, Any]:
    values = [{"row": name, "value": m.value * 100, "low": m.low * 100, "high": m.high * 100} for name, m in rows]
    axis = {"values": [0, 25, 50, 75, 100], "format": "d"}
    x = {"type": "quantitative", "title": "per cent right", "scale": {"domain": [0, 100], "nice": False}, "axis": axis}
    side = {"grid": True, "domain": False, "ticks": False, "labelPadding": 12, "labelLimit": 220}
    return {
        "data": {"values": values},
        "height": 50 + 28 * len(rows),
        "encoding": {"y": {"field": "row", "type": "nominal", "sort": [name for name, _ in rows], "title": None, "axis": side}},
        "layer": [
            {"name": "interval", "mark": {"type": "rule"}, "encoding": {"x": {"field": "low", **x}, "x2": {"field": "high"}}},
            {"name": "measured", "mark": {"type": "point", "clip": False}, "encoding": {"x": {"field": "value", **x}}},
        ],
    }
