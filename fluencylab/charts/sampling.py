"""Again and again: how many different answers at each temperature, and the answers themselves."""

from collections.abc import Iterable
from typing import Any

from fluencylab.charts.base import Answer, Chart, Group, Table
from fluencylab.instruments.base import Result, Step
from fluencylab.instruments.sampling import Params
from fluencylab.stats import Measure

SHARES = {
    "top_share": ("How often the commonest answer came", "Share of answers word for word like the commonest"),
    "valid": ("How often the answer was valid", "Share of answers that keep to the pattern"),
}


def charts(result: Result) -> list[Chart]:
    drawn = [_distinct(result)] if _at(result, "distinct") else []
    return drawn + [_share(result, fact) for fact in SHARES if _at(result, fact)]


def groups(params: Params, steps: Iterable[Step]) -> list[Group]:
    """One group a temperature, each answer in the place of its seed, so that nothing jumps while they come."""
    if "again" not in params.parts:
        return []
    found = {(step.data["temperature"], step.data["i"]): step.data["text"] for step in steps if step.kind == "answer"}
    return [_group(params, temperature, found) for temperature in params.temperatures]


def _group(params: Params, temperature: float, found: dict[tuple[float, int], str]) -> Group:
    texts = [found.get((temperature, i)) for i in range(params.samples)]
    there = [text.strip() for text in texts if text is not None]
    different = len(set(there))
    counted = f"{different} different {'answer' if different == 1 else 'answers'} of {len(there)}" if there else "no answer yet"
    return Group(
        title=f"Temperature {temperature:g}",
        subtitle=counted,
        answers=[Answer(key=f"{temperature:g}/{params.seed + i}", text=text) for i, text in enumerate(texts)],
    )


def _at(result: Result, fact: str) -> list[tuple[float, Measure]]:
    found = [(float(name.split("@")[1]), measure) for name, measure in result.measures.items() if name.startswith(f"{fact}@")]
    return sorted(found)


def _distinct(result: Result) -> Chart:
    points = _at(result, "distinct")
    least, most = points[0], points[-1]
    sentence = f"At temperature {least[0]:g} the prompt gave {least[1].value:g} different of {least[1].n} answers"
    if len(points) > 1:
        sentence += f"; at {most[0]:g} it gave {most[1].value:g} of {most[1].n}"
    rows = [[f"{t:g}", f"{m.value:g} of {m.n}", f"{m.low:.1f} to {m.high:.1f}"] for t, m in points]
    values = [{"t": t, "value": m.value, "low": m.low, "high": m.high} for t, m in points]
    table = Table(caption="Different answers", head=["Temperature", "Different answers", "95 % interval"], rows=rows)
    return Chart(sentence=sentence + ".", spec=_spec(values, "different answers", max(m.n for _, m in points)), table=table)


def _share(result: Result, fact: str) -> Chart:
    caption, axis = SHARES[fact]
    points = _at(result, fact)
    parts = [f"{m.value:.0%} at temperature {t:g}" for t, m in points]
    rows = [[f"{t:g}", f"{m.value:.0%}", f"{m.low:.0%} to {m.high:.0%}", str(m.n)] for t, m in points]
    values = [{"t": t, "value": m.value * 100, "low": m.low * 100, "high": m.high * 100} for t, m in points]
    table = Table(caption=caption, head=["Temperature", "Share", "95 % interval", "Answers"], rows=rows)
    return Chart(sentence=f"{axis}: {', '.join(parts)}.", spec=_spec(values, "per cent of answers", 100), table=table)


def _spec(values: list[dict[str, float]], axis: str, top: float) -> dict[str, Any]:
    """Dots with their intervals over the temperature: the sign of a measurement everywhere in the lab."""
    x = {"field": "t", "type": "quantitative", "title": "temperature", "scale": {"domain": [0, max(1.0, *(v["t"] for v in values))]}}
    scale = {"domain": [0, top]}
    return {
        "data": {"values": values},
        "encoding": {"x": x},
        "layer": [
            {
                "mark": "rule",
                "encoding": {"y": {"field": "low", "type": "quantitative", "scale": scale, "title": axis}, "y2": {"field": "high"}},
            },
            {
                "mark": "point",
                "encoding": {"y": {"field": "value", "type": "quantitative", "scale": scale, "title": axis}},
            },
        ],
    }
