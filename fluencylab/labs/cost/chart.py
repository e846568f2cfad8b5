"""Cost against quality, one dot for each strategy, the dominated ones greyed; and the route between two steps as its threshold moves."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from fluencylab.charts.base import Chart, Group, Table
from fluencylab.instruments.base import Result, Step
from fluencylab.labs.cost.instrument import name
from fluencylab.labs.cost.routing import Point
from fluencylab.stats import Measure
from fluencylab.text.written import percent


def charts(result: Result) -> list[Chart]:
    """The plane alone: the route is drawn by the lab's page, where its two steps are chosen."""
    whos = strategies(result)
    return [pareto(result, whos)] if len(whos) > 1 else []


def groups(params: Any, steps: Iterable[Step]) -> list[Group]:
    return []


def strategies(result: Result) -> list[str]:
    """In the order in which they were asked; a further model's as "few@model"."""
    return [fact.partition("@")[2] for fact in result.measures if fact.startswith("quality@")]


def money(value: float) -> str:
    """An amount with as many places as it needs to be told from nothing: $0.000029, and not 2.9e-05."""
    if value == 0 or abs(value) >= 100:
        return f"${value:,.0f}"
    return f"${value:,.2f}" if abs(value) >= 0.1 else f"${Decimal(f'{value:.2g}'):f}"


def pareto(result: Result, whos: list[str]) -> Chart:
    """Cheap is left, good is up: nothing can be bought left of and above the dots that are not greyed."""
    rows: list[list[str]] = []
    values: list[dict[str, Any]] = []
    for who in sorted(whos, key=lambda who: result.measures[f"cost_per_1000@{who}"].value):
        quality, cost, tokens = (result.measures[f"{fact}@{who}"] for fact in ("quality", "cost_per_1000", "tokens"))
        worse = bool(result.measures[f"dominated@{who}"].value)
        right = quality.told
        between = f"{quality.low * 100:.0f} to {quality.high * 100:.0f} %"
        rows.append([name(who), right, between, f"{tokens.value:.0f}", money(cost.value), "yes" if worse else "no"])
        values.append({"who": name(who), "cost": cost.value, **_percents(quality), "worse": worse})
    good = [one["who"] for one in values if not one["worse"]]
    bad = [one["who"] for one in values if one["worse"]]
    sentence = f"Worth their price here: {', '.join(good)}."
    if bad:
        sentence += f" Greyed, because another is as good for no more: {', '.join(bad)}."
    table = Table(
        caption="Cost and quality of each strategy",
        head=["Strategy", "Right", "95 % interval", "Tokens a message", "Per 1,000 messages", "Dominated"],
        rows=rows,
    )
    return Chart(sentence=sentence, spec=_plane(values), table=table)


def _percents(measure: Measure) -> dict[str, float]:
    return {"value": measure.value * 100, "low": measure.low * 100, "high": measure.high * 100}


def _quality(field: str = "value") -> dict[str, Any]:
    axis = {"values": [0, 25, 50, 75, 100], "format": "d"}
    return {"field": field, "type": "quantitative", "title": "per cent right", "scale": {"domain": [0, 100]}, "axis": axis}


def _plane(values: list[dict[str, Any]]) -> dict[str, Any]:
    top = max(one["cost"] for one in values) or 1
    x = {"field": "cost", "type": "quantitative", "title": "dollars per 1,000 messages", "scale": {"domain": [0, top * 1.3], "nice": False}}
    kept = [{"filter": "!datum.worse"}]
    return {
        "height": 300,
        "data": {"values": values},
        "encoding": {"x": {**x, "axis": {"grid": False, "format": "~g", "tickCount": 5}}},
        "layer": [
            {"name": "interval", "transform": kept, "mark": "rule", "encoding": {"y": _quality("low"), "y2": {"field": "high"}}},
            {
                "name": "frontier", "transform": [*kept, {"calculate": "datum.cost", "as": "order"}],
                "mark": {"type": "line", "interpolate": "step-after"}, "encoding": {"y": _quality(), "order": {"field": "order"}},
            },
            {"name": "dominated", "transform": [{"filter": "datum.worse"}], "mark": {"type": "point"}, "encoding": {"y": _quality()}},
            {"name": "measured", "transform": kept, "mark": {"type": "point"}, "encoding": {"y": _quality()}},
            _labels("label", "!datum.worse", {"align": "right", "dx": -10, "dy": -8}),
            _labels("label2", "datum.worse", {"align": "left", "dx": 10, "dy": -8}),
        ],
    }  # fmt: skip


def _labels(layer: str, which: str, place: dict[str, Any]) -> dict[str, Any]:
    """Names beside the dots: left of those worth their price, where nothing can lie, and right of the dominated."""
    return {
        "name": layer,
        "transform": [{"filter": which}],
        "mark": {"type": "text", "fontSize": 11, **place},
        "encoding": {"y": _quality(), "text": {"field": "who"}},
    }


def route(points: list[Point], break_even: float) -> Chart:
    best = max(points, key=lambda point: (round(point.quality.value, 6), -point.passed))
    right = best.quality.told
    if best.passed == 0:
        sentence = f"The first step alone gets {right} right, and no share passed on does better."
    else:
        below = "everything" if best.threshold > 1 else f"what is below {best.threshold:g}, {percent(best.passed)} of messages,"
        sentence = f"Passing on {below} gets {right} right."
    if 0 < break_even < 1:
        sentence += f" Up to {percent(break_even)} passed on, the route costs less than the second step alone."
    elif break_even <= 0:
        sentence += " The first step costs no less than the second, so no route can save money."
    rows = [
        [_threshold(point.threshold), percent(point.passed), point.quality.told,
         f"{point.quality.low * 100:.0f} to {point.quality.high * 100:.0f} %", money(point.cost)]
        for point in points
    ]  # fmt: skip
    table = Table(
        caption="The route at each threshold",
        head=["Passed on below", "Share passed on", "Right", "95 % interval", "Per 1,000 messages"],
        rows=rows,
    )
    return Chart(sentence=sentence, spec=_curve(points, break_even), table=table)


def _threshold(value: float) -> str:
    return "all" if value > 1 else "none" if value == 0 else f"{value:g}"


def _curve(points: list[Point], break_even: float) -> dict[str, Any]:
    values = [{"share": point.passed * 100, **_percents(point.quality), "chance": point.chance * 100} for point in points]
    x = {"type": "quantitative", "title": "per cent passed on to the second step", "scale": {"domain": [0, 100]}, "axis": {"grid": False}}
    blind = any(point.chance for point in points)
    layers: list[dict[str, Any]] = [
        {"name": "interval", "mark": "rule", "encoding": {"y": _quality("low"), "y2": {"field": "high"}}},
        {"name": "line", "mark": "line", "encoding": {"y": _quality(), "order": {"field": "share"}}},
        {"name": "measured", "mark": "point", "encoding": {"y": _quality()}},
    ]
    if blind:
        layers.insert(0, {"name": "reference", "mark": "line", "encoding": {"y": _quality("chance"), "order": {"field": "share"}}})
    if 0 < break_even < 1:
        layers.insert(0, {"name": "reference2", "data": {"values": [{"share": break_even * 100}]}, "mark": "rule", "encoding": {}})
    return {"height": 260, "data": {"values": values}, "encoding": {"x": {"field": "share", **x}}, "layer": layers}
