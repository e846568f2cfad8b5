"""Rates with their intervals as one chart: a row for each, all on one scale from 0 to 100."""

from collections.abc import Mapping, Sequence
from typing import Any

from fluencylab.charts.base import Chart, Table
from fluencylab.stats import Measure
from fluencylab.text.numerals import percent as percent
from fluencylab.text.numerals import points as points

Row = tuple[str, str, Measure]
"""(variant, what is counted, how often)"""


def chart(caption: str, rows: Sequence[Row], sentence: str, names: Mapping[str, str], changes: Sequence[Row] = ()) -> Chart:
    """`names`: what a variant is called beside the chart; | breaks the line. `changes`: paired differences, told in points in the table."""
    plain = {name: names.get(name, name).replace("|", ", ") for name, _, _ in (*rows, *changes)}
    table = Table(
        caption=caption,
        head=["Variant", "Counted", "Share, or change" if changes else "Share", "95 % interval", "n"],
        rows=[[plain[name], what, percent(m.value), f"{m.low * 100:.0f} to {percent(m.high)}", str(m.n)] for name, what, m in rows]
        + [[plain[name], what, points(m.value), f"{points(m.low)} to {points(m.high)}", str(m.n)] for name, what, m in changes],
    )
    return Chart(sentence=sentence, spec=_spec(rows, names), table=table)


def _spec(rows: Sequence[Row], names: Mapping[str, str]) -> dict[str, Any]:
    several = len({what for _, what, _ in rows}) > 1
    labels = [names.get(name, name) + (f"|{what}" if several else "") for name, what, _ in rows]
    values = [
        {"row": label, "value": row[2].value * 100, "low": row[2].low * 100, "high": row[2].high * 100}
        for label, row in zip(labels, rows, strict=True)
    ]
    x = {
        "type": "quantitative",
        "title": "per cent",
        "scale": {"domain": [0, 100], "nice": False},
        "axis": {"values": [0, 25, 50, 75, 100], "format": "d"},
    }
    y = {
        "field": "row",
        "type": "nominal",
        "sort": list(dict.fromkeys(labels)),
        "title": None,
        "axis": {
            "labelExpr": "split(datum.label, '|')",
            "labelFont": "JetBrains Mono",
            "labelPadding": 12,
            "grid": True,
            "domain": False,
            "ticks": False,
        },
    }
    return {
        "data": {"values": values},
        "height": 60 + len(rows) * (36 if "|" in labels[0] else 28),
        "encoding": {"y": y},
        "layer": [
            {"name": "interval", "mark": {"type": "rule"}, "encoding": {"x": {"field": "low", **x}, "x2": {"field": "high"}}},
            {"name": "measured", "mark": {"type": "point", "clip": False}, "encoding": {"x": {"field": "value", **x}}},
        ],
    }
