"""How sure against how right: what each word of certainty claims (a diamond) beside how often the answers were right (a dot)."""

from collections.abc import Sequence
from typing import NamedTuple

from fluencylab.charts.base import Chart, Table
from fluencylab.stats import Measure

WIDE = 0.4
"""An interval longer than this tells little, whatever it holds."""


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
    """What the picture shows: the diamond that lies farthest above its interval, and the one farthest below; or that all fit."""
    over = min((row for row in rows if _gap(row) < 0), key=_gap, default=None)
    under = max((row for row in rows if _gap(row) > 0), key=_gap, default=None)
    told = " ".join(_off(row) for row in (over, under) if row)
    if told:
        return told
    wide = any(row.measured.high - row.measured.low > WIDE for row in rows)
    return "How sure you are fits how often you are right" + (", as far as so few answers can tell." if wide else ".")


def _off(row: Row) -> str:
    """ "Of 12 answers that were “fairly sure”, 5 were right: fewer than these words stand for (about 74 %). …" """
    found = f"Of {row.measured.n} answers that were “{row.words}”, {row.right} {'was' if row.right == 1 else 'were'} right"
    stands = f"than these words stand for (about {row.claimed * 100:.0f} %)"
    if _gap(row) > 0:
        return f"{found}: more {stands}. You may trust yourself more."
    if row.low == 0:
        return f"{found}: fewer {stands}. To say it was right: there is no weaker word."
    return f"{found}: fewer {stands}. Say a weaker word, or look again before you say it."


def _gap(row: Row) -> float:
    """How far the interval lies below (negative) or above the diamond; 0 where it holds it."""
    return min(0.0, row.measured.high - row.claimed) + max(0.0, row.measured.low - row.claimed)


def _cells(row: Row) -> list[str]:
    m = row.measured
    band = f"{row.low * 100:.0f} to {row.high * 100:.0f} %"
    return [row.words, band, f"{row.right} of {m.n}", f"{m.value * 100:.0f} %", f"{m.low * 100:.0f} to {m.high * 100:.0f} %"]
