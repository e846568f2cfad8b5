"""The embeddings lab: recall by method as dots with their intervals; the matrix, the errors and the map are HTML."""

from collections.abc import Iterable, Sequence
from typing import Any

from fluencylab.charts.base import Chart, Group, Table
from fluencylab.instruments.base import Result, Step
from fluencylab.labs.embeddings.params import METHODS
from fluencylab.labs.embeddings.searching import CUTS
from fluencylab.stats import Measure
from fluencylab.text.written import percent

Row = tuple[str, Measure]


def charts(result: Result) -> list[Chart]:
    chart = _recall(result.measures)
    return [chart] if chart else []


def groups(params: Any, steps: Iterable[Step]) -> list[Group]:
    return []


def _recall(measures: dict[str, Measure]) -> Chart | None:
    if f"recall@{CUTS[0]}@{METHODS[0]}" not in measures:
        return None
    cuts = sorted({int(name.split("@")[1]) for name in measures if name.startswith("recall@") and name.count("@") == 2})
    rows = [(f"{method}, first {cut}", measures[f"recall@{cut}@{method}"]) for cut in (1, 10) for method in METHODS]
    every = [(f"recall@{cut}, {method}", measures[f"recall@{cut}@{method}"]) for cut in cuts for method in METHODS]
    mrr = [(method, measures[f"mrr@{method}"]) for method in METHODS]
    ranks = [[f"MRR, {method}", f"{m.value:.2f}", f"{m.low:.2f} to {m.high:.2f}"] for method, m in mrr]
    table = Table(caption="Recall and mean reciprocal rank", head=["Measure", "Value", "95 % interval"], rows=[*map(_cells, every), *ranks])
    best = {cut: max(METHODS, key=lambda method: measures[f"recall@{cut}@{method}"].value) for cut in (1, 10)}
    top, ten = measures[f"recall@1@{best[1]}"].value, measures[f"recall@10@{best[10]}"].value
    sentence = f"In the first place {best[1]} search is right most often ({percent(top)}), among the first ten {best[10]} ({percent(ten)})."
    return Chart(sentence=sentence, spec=_dots(rows, "per cent of questions answered"), table=table)


def _cells(row: Row) -> list[str]:
    name, measure = row
    return [name, measure.told, f"{measure.low * 100:.0f} to {percent(measure.high)}"]


def _dots(rows: Sequence[Row], title: str) -> dict[str, Any]:
    """A row for each rate, its dot and its interval on one scale from 0 to 100."""
    values = [{"row": name, "value": m.value * 100, "low": m.low * 100, "high": m.high * 100} for name, m in rows]
    axis = {"values": [0, 25, 50, 75, 100], "format": "d"}
    x = {"type": "quantitative", "title": title, "scale": {"domain": [0, 100], "nice": False}, "axis": axis}
    side = {"grid": True, "domain": False, "ticks": False, "labelPadding": 12, "labelFont": "JetBrains Mono"}
    return {
        "data": {"values": values},
        "height": 50 + 30 * len(rows),
        "encoding": {"y": {"field": "row", "type": "nominal", "sort": [name for name, _ in rows], "title": None, "axis": side}},
        "layer": [
            {"name": "interval", "mark": {"type": "rule"}, "encoding": {"x": {"field": "low", **x}, "x2": {"field": "high"}}},
            {"name": "measured", "mark": {"type": "point", "clip": False}, "encoding": {"x": {"field": "value", **x}}},
        ],
    }
