"""How sure against how right: what each word of certainty claims (a diamond) beside how often the answers were right (a dot)."""

from collections.abc import Sequence
from typing import NamedTuple

from fluencylab.charts.base import Chart, Table
from fluencylab.stats import Measure


class Row(NamedTuple):
    """`claimed`: the share of right answers the words stand for, `low` to `high` where they pay; `right` of `measured.n` were."""

    words: str
    claimed: float
    low: float
    high: float
    right: int
    measured: Measure


def chart(rows: Sequence[Row]) -> Chart:
    """One column for each word of certainty, in rising order."""
    values = [
        {
            "words": row.words,
            "claimed": row.claimed * 100,
            "value": row.measured.value * 100,
            "low": row.measured.low * 100,
            "high": row.measured.high * 100,
        }
        for row in rows
    ]
    x = {"field": "words", "type": "nominal", "sort": None, "title": None, "axis": {"labelAngle": 0, "grid": False, "labelPadding": 8}}
    y = {"type": "quantitative", "title": "per cent right", "scale": {"domain": [0, 100], "nice": False}, "axis": {"tickCount": 5}}
    spec = {
        "data": {"values": values},
        "encoding": {"x": x},
        "layer": [
            {"name": "interval", "mark": {"type": "rule"}, "encoding": {"y": {"field": "low", **y}, "y2": {"field": "high"}}},
            {"name": "predicted", "mark": {"type": "point", "shape": "diamond", "size": 260}, "encoding": {"y": {"field": "claimed", **y}}},
            {"name": "measured", "mark": {"type": "point", "clip": False}, "encoding": {"y": {"field": "value", **y}}},
        ],
    }
    head = ["You said", "Stands for", "Right", "Share", "95 % interval"]
    return Chart(sentence=says(rows), spec=spec, table=Table(caption="How sure, how right", head=head, rows=[_cells(row) for row in rows]))


def says(rows: Sequence[Row]) -> str:
    """The row whose interval lies farthest from what it claims, or that all fit."""
    off = [(row, _gap(row)) for row in rows if _gap(row)]
    if not off:
        return "How sure you are fits how often you are right, as far as so few answers can tell."
    row, gap = max(off, key=lambda each: abs(each[1]))
    found = f"Of {row.measured.n} answers that were “{row.words}”, {row.right} were right"
    if gap < 0:
        return f"{found}: fewer than these words stand for. Say a weaker word, or look again before you say it."
    return f"{found}: more than these words stand for. You may trust yourself more."


def _gap(row: Row) -> float:
    """How far the interval lies below (negative) or above what the words stand for; 0 where they meet."""
    if row.measured.high < row.low:
        return row.measured.high - row.low
    return max(0.0, row.measured.low - row.high)


def _cells(row: Row) -> list[str]:
    m = row.measured
    band = f"{row.low * 100:.0f} to {row.high * 100:.0f} %"
    return [row.words, band, f"{row.right} of {m.n}", f"{m.value * 100:.0f} %", f"{m.low * 100:.0f} to {m.high * 100:.0f} %"]
