"""The grounding lab: inventions under each condition, right answers as fewer are given, and what odds claim beside what was right."""

from collections.abc import Iterable, Sequence
from typing import Any

from fluencylab.charts.base import Chart, Group, Table
from fluencylab.instruments.base import Result, Step
from fluencylab.labs.grounding.confidence import COVERAGES, Bin
from fluencylab.labs.grounding.params import NAMES
from fluencylab.stats import Measure
from fluencylab.text.written import percent

Row = tuple[str, Measure]
SIGNS = {"mean_token_probability": "its odds", "self_consistency": "agreement"}


def charts(result: Result) -> list[Chart]:
    """The reliability diagram is drawn by the lab's page, which has the answers themselves."""
    return [chart for chart in (inventions(result.measures), coverage(result.measures)) if chart]


def groups(params: Any, steps: Iterable[Step]) -> list[Group]:
    return []


def inventions(measures: dict[str, Measure]) -> Chart | None:
    asked = [c for c in NAMES if f"invented@{c}" in measures and measures[f"invented@{c}"].n]
    if not asked:
        return None
    rows = [(NAMES[c], measures[f"invented@{c}"]) for c in asked]
    most, least = (pick(asked, key=lambda c: measures[f"invented@{c}"].value) for pick in (max, min))
    sentence = f"Most inventions: {NAMES[most]}, {percent(measures[f'invented@{most}'].value)}."
    if measures[f"invented@{least}"].value < measures[f"invented@{most}"].value:
        sentence += f" Fewest: {NAMES[least]}, {percent(measures[f'invented@{least}'].value)}."
    told = ("invented", "abstained", "found", "right", "wrong", "silent")
    table = Table(
        caption="Answers under each condition",
        head=["Asked", "Invented", "95 % interval", "Said it does not know", "Found it", "Real: right", "Real: wrong", "Real: did not say"],
        rows=[[NAMES[c], *_cells(measures[f"invented@{c}"]), *(measures[f"{fact}@{c}"].told for fact in told[1:])] for c in asked],
    )
    return Chart(sentence=sentence, spec=_dots(rows, "per cent of questions about invented things"), table=table)


def coverage(measures: dict[str, Measure]) -> Chart | None:
    signs = [sign for sign in SIGNS if f"selective_accuracy@100@{sign}" in measures]
    if not signs:
        return None
    found = {(sign, c): measures[f"selective_accuracy@{c}@{sign}"] for sign in signs for c in COVERAGES}
    rows = [(f"surest {c} %" if c < 100 else "all", found[signs[0], c]) for c in COVERAGES]
    every = [[f"{SIGNS[sign]}, surest {c} %", m.told, *_cells(m)] for (sign, c), m in found.items()]
    half, whole = rows[1][1], rows[-1][1]
    sentence = f"All answers given: {whole.told} right. Only the surer half: {half.told}."
    table = Table(caption="Right answers among the surest", head=["By", "Right", "Share", "95 % interval"], rows=every)
    return Chart(sentence=sentence, spec=_dots(rows, "per cent right, of those given"), table=table)


def reliability(bins: Sequence[Bin], sign: str) -> Chart:
    """What is claimed against what was right: on the dashed line the two are the same."""
    over = [one for one in bins if one.claimed > one.right.high]
    under = [one for one in bins if one.claimed < one.right.low]
    n = sum(one.right.n for one in bins)
    sentence = f"{len(over)} of {len(bins)} groups claim more than was right, beyond chance"
    sentence += f"; {len(under)} claim less." if under else "."
    rows = [[percent(one.claimed), one.right.told, *_cells(one.right)] for one in bins]
    table = Table(caption=f"{n} answers by {SIGNS[sign]}", head=["Claimed", "Right", "Share", "95 % interval"], rows=rows)
    return Chart(sentence=sentence, spec=_square(bins, SIGNS[sign]), table=table)


def _cells(measure: Measure) -> list[str]:
    return [percent(measure.value), f"{measure.low * 100:.0f} to {percent(measure.high)}"]


def _axis(title: str) -> dict[str, Any]:
    axis = {"values": [0, 25, 50, 75, 100], "format": "d"}
    return {"type": "quantitative", "title": title, "scale": {"domain": [0, 100], "nice": False}, "axis": axis}


def _dots(rows: Sequence[Row], title: str) -> dict[str, Any]:
    """A row for each rate, its dot and its interval on one scale from 0 to 100."""
    values = [{"row": name, "value": m.value * 100, "low": m.low * 100, "high": m.high * 100} for name, m in rows]
    side = {"grid": True, "domain": False, "ticks": False, "labelPadding": 12, "labelFont": "JetBrains Mono"}
    x = _axis(title)
    return {
        "data": {"values": values},
        "height": 50 + 34 * len(rows),
        "encoding": {"y": {"field": "row", "type": "nominal", "sort": [name for name, _ in rows], "title": None, "axis": side}},
        "layer": [
            {"name": "interval", "mark": {"type": "rule"}, "encoding": {"x": {"field": "low", **x}, "x2": {"field": "high"}}},
            {"name": "measured", "mark": {"type": "point", "clip": False}, "encoding": {"x": {"field": "value", **x}}},
        ],
    }


def _square(bins: Sequence[Bin], claimed: str) -> dict[str, Any]:
    values = [
        {"x": one.claimed * 100, "value": one.right.value * 100, "low": one.right.low * 100, "high": one.right.high * 100} for one in bins
    ]
    x, y = _axis(f"per cent claimed, by {claimed}"), _axis("per cent right")
    diagonal = {"values": [{"x": 0, "value": 0}, {"x": 100, "value": 100}]}
    return {
        "height": 260,
        "data": {"values": values},
        "encoding": {"x": {"field": "x", **x}},
        "layer": [
            {"name": "reference", "data": diagonal, "mark": "line", "encoding": {"y": {"field": "value", **y}}},
            {"name": "interval", "mark": "rule", "encoding": {"y": {"field": "low", **y}, "y2": {"field": "high"}}},
            {"name": "measured", "mark": {"type": "point", "clip": False}, "encoding": {"y": {"field": "value", **y}}},
        ],
    }
