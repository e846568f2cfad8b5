"""Again and again: how many different answers at each temperature, and the answers themselves."""

from collections.abc import Iterable
from typing import Any

from fluencylab.charts.base import Answer, Chart, Group, Table
from fluencylab.instruments.base import Result, Step
from fluencylab.labs.sampling.instrument import Params, call_name
from fluencylab.stats import Measure

SHARES = {
    "top_share": ("How often the commonest answer came", "The commonest answer came"),
    "valid": ("How often the answer was valid", "The answer was valid"),
}


def charts(result: Result) -> list[Chart]:
    """Whether the answers were valid comes first: where it was asked for, it was the question."""
    drawn = {"valid": _share, "distinct": _distinct, "top_share": _share}
    return [draw(result, fact) for fact, draw in drawn.items() if _at(result, fact)]


def groups(params: Params, steps: Iterable[Step]) -> list[Group]:
    """One group a temperature, each answer in the place of its seed, so that nothing jumps while they come."""
    if "again" not in params.parts:
        return []
    found = {(step.data["temperature"], step.data["i"]): step.data for step in steps if step.kind == "answer"}
    return [_group(params, temperature, found) for temperature in params.temperatures]


def _group(params: Params, temperature: float, found: dict[tuple[float, int], dict[str, Any]]) -> Group:
    answers = [found.get((temperature, i)) for i in range(params.samples)]
    there = [answer["text"].strip() for answer in answers if answer]
    different = len(set(there))
    counted = f"{different} different {'answer' if different == 1 else 'answers'} of {len(there)}" if there else "no answer yet"
    if there and params.pattern:
        counted += f" · {sum(bool(answer['valid']) for answer in answers if answer)} valid"
    return Group(
        title=f"Temperature {temperature:g}",
        subtitle=counted,
        answers=[Answer(call=call_name(temperature, i), text=answer["text"] if answer else None) for i, answer in enumerate(answers)],
    )


def _at(result: Result, fact: str) -> list[tuple[float, Measure]]:
    found = [(float(name.split("@")[1]), measure) for name, measure in result.measures.items() if name.startswith(f"{fact}@")]
    return sorted(found)


def _distinct(result: Result, fact: str) -> Chart:
    points = _at(result, fact)
    rows = [[f"{t:g}", f"{m.value:g} of {m.n}", f"{m.low:.1f} to {m.high:.1f}"] for t, m in points]
    values = [{"t": t, "value": m.value, "low": m.low, "high": m.high} for t, m in points]
    table = Table(caption="Different answers", head=["Temperature", "Different answers", "95 % interval"], rows=rows)
    ends = [points[0], points[-1]] if len(points) > 1 else points
    sentence = "; ".join(f"{'At temperature' if i == 0 else 'at'} {t:g} {_alike(m)}" for i, (t, m) in enumerate(ends)) + "."
    spec = _spec(values, "different answers", max(m.n for _, m in points))
    return Chart(sentence=sentence, spec=spec, table=table)


def _alike(measure: Measure) -> str:
    if measure.n < 2:
        return "there was one answer, which says nothing about sameness"
    if measure.value == 1:
        return f"all {measure.n} answers were the same"
    if measure.value == measure.n:
        return f"all {measure.n} answers differed"
    return f"there were {measure.value:g} different answers of {measure.n}"


def _share(result: Result, fact: str) -> Chart:
    caption, begins = SHARES[fact]
    points = _at(result, fact)
    parts = [f"{m.told} times at {'temperature ' if i == 0 else ''}{t:g}" for i, (t, m) in enumerate(points)]
    rows = [[f"{t:g}", f"{m.value:.0%}".replace("%", " %"), f"{m.low * 100:.0f} to {m.high * 100:.0f} %", str(m.n)] for t, m in points]
    values = [{"t": t, "value": m.value * 100, "low": m.low * 100, "high": m.high * 100} for t, m in points]
    table = Table(caption=caption, head=["Temperature", "Share", "95 % interval", "Answers"], rows=rows)
    return Chart(sentence=f"{begins} {', '.join(parts)}.", spec=_spec(values, "per cent of answers", 100), table=table)


def _spec(values: list[dict[str, float]], axis: str, top: float) -> dict[str, Any]:
    """Dots with their intervals over the temperature: the sign of a measurement everywhere in the lab.

    The names of the layers are what the style sheet knows; the scale goes a little beyond the outer dots, so that none is cut.
    """
    temperatures = sorted({v["t"] for v in values})
    aside = max(0.1, (temperatures[-1] - temperatures[0]) * 0.08)
    x = {
        "field": "t",
        "type": "quantitative",
        "title": "temperature",
        "scale": {"domain": [temperatures[0] - aside, temperatures[-1] + aside], "nice": False, "zero": False},
        "axis": {"values": temperatures, "format": "~g", "grid": False},
    }
    y = {
        "type": "quantitative",
        "title": axis,
        "scale": {"domain": [0, top], "nice": False},
        "axis": {"tickMinStep": 1, "format": "d"},
    }
    return {
        "data": {"values": values},
        "encoding": {"x": x},
        "layer": [
            {"name": "interval", "mark": {"type": "rule"}, "encoding": {"y": {"field": "low", **y}, "y2": {"field": "high"}}},
            {"name": "measured", "mark": {"type": "point", "clip": False}, "encoding": {"y": {"field": "value", **y}}},
        ],
    }
