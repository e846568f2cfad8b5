"""Precision and recall as the threshold moves."""

from collections.abc import Iterable
from typing import Any

from fluencylab.charts.base import Chart, Group, Table
from fluencylab.instruments.base import Result, Step
from fluencylab.labs.metrics.confusion import THRESHOLDS
from fluencylab.stats import Measure


def charts(result: Result) -> list[Chart]:
    return [trade(result)] if "recall@0.5" in result.measures else []


def groups(params: Any, steps: Iterable[Step]) -> list[Group]:
    return []


def trade(result: Result) -> Chart:
    """Two lines: what rises when the threshold rises, and what falls."""
    rows, values = [], []
    for t in THRESHOLDS:
        both = {name: result.measures[f"{name}@{t:g}"] for name in ("precision", "recall")}
        rows.append([f"{t:g}", *(_told(measure) for measure in both.values()), _told(result.measures[f"f1@{t:g}"])])
        values += [{"t": t, "which": name, **_percents(measure)} for name, measure in both.items() if measure.n]
    low, high = result.measures["recall@0.2"], result.measures["recall@0.5"]
    sentence = f"From threshold 0.2 to 0.5 recall goes from {_percent(low)} to {_percent(high)}."
    first, last = result.measures["precision@0.2"], result.measures["precision@0.5"]
    if last.n:
        sentence += f" Precision goes from {_percent(first)} to {_percent(last)}."
    head = ["Threshold", "Precision (95 %)", "Recall (95 %)", "F1 (95 %)"]
    return Chart(sentence=sentence, spec=_lines(values), table=Table(caption="Each threshold", head=head, rows=rows))


def _percent(measure: Measure) -> str:
    return f"{measure.value * 100:.0f}\u00a0%"


def _told(measure: Measure) -> str:
    if not measure.n:
        return "nothing flagged"
    return f"{measure.value * 100:.0f} ({measure.low * 100:.0f} to {measure.high * 100:.0f})"


def _percents(measure: Measure) -> dict[str, float]:
    return {"value": measure.value * 100, "low": measure.low * 100, "high": measure.high * 100}


def _lines(values: list[dict[str, Any]]) -> dict[str, Any]:
    x = {"field": "t", "type": "quantitative", "title": "threshold", "scale": {"domain": [0, 1]}, "axis": {"grid": False, "format": ".1f"}}
    axis = {"values": [0, 25, 50, 75, 100]}
    y = {"field": "value", "type": "quantitative", "title": "per cent", "scale": {"domain": [0, 100]}, "axis": axis}
    layers: list[dict[str, Any]] = []
    for name, dash in (("precision", [1, 0]), ("recall", [5, 4])):
        only = [{"filter": f"datum.which == '{name}'"}]
        ends = {"y": {**y, "field": "low"}, "y2": {"field": "high"}}
        layers += [
            {"name": f"interval_{name}", "transform": only, "mark": "rule", "encoding": ends},
            {"name": f"line_{name}", "transform": only, "mark": {"type": "line", "strokeDash": dash}, "encoding": {"y": y}},
            {"name": f"measured_{name}", "transform": only, "mark": {"type": "point", "shape": "circle"}, "encoding": {"y": y}},
        ]
    labels = [{"filter": "datum.t > 0.45 && datum.t < 0.55"}]
    text = {"type": "text", "align": "left", "dx": 9, "dy": -6, "fontSize": 12}
    layers.append({"name": "label", "transform": labels, "mark": text, "encoding": {"y": y, "text": {"field": "which"}}})
    return {"height": 260, "data": {"values": values}, "encoding": {"x": x}, "layer": layers}
