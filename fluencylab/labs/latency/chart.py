"""Waits over what drives them: prompt, answer, load; and a beginning that was read before."""

from collections.abc import Iterable
from typing import Any

from fluencylab.charts.base import Chart, Group, Table
from fluencylab.instruments.base import Result, Step
from fluencylab.stats import Measure


def charts(result: Result) -> list[Chart]:
    drawn = (_prompt(result), _answer(result), _load(result))
    return [chart for chart in drawn if chart is not None]


def groups(params: Any, steps: Iterable[Step]) -> list[Group]:
    """What was written is of no interest here; the sheet draws the calls as bars."""
    return []


def _at(result: Result, fact: str) -> list[tuple[int, Measure]]:
    found = [(int(name.partition("@")[2]), measure) for name, measure in result.measures.items() if name.startswith(f"{fact}@")]
    return sorted(found)


def _prompt(result: Result) -> Chart | None:
    points = _at(result, "ttft_ms") if "ttft_growth" in result.measures else []
    if len(points) < 2:
        return None
    per, kept = result.measures["prefill_per_1000"], result.measures["tps_kept"]
    steady = 0.75 <= kept.value <= 1.33
    still = "writing just as fast" if steady else "at another pace only because the machine changed its own"
    sentence = f"Each further 1,000 tokens of prompt put the first word off by {_time(per.value)} here; then the model began, {still}."
    head = ["Prompt, tokens", "First token after", "95 % interval", "Calls"]
    table = Table(caption="First word, by length of the prompt", head=head, rows=[[f"{at:,}", *_row(m)] for at, m in points])
    return Chart(sentence=sentence, spec=_spec(points, "tokens of prompt", "seconds to the first token"), table=table)


def _answer(result: Result) -> Chart | None:
    points = _at(result, "ttlt_ms") if "ttlt_growth" in result.measures else []
    if len(points) < 2:
        return None
    sentence = "The first word takes no notice of how long the answer will be; the last one does."
    if "rule_error" in result.measures:
        missed = f"{result.measures['rule_error'].value:.0%}".replace("%", "\u00a0%")
        sentence += f" TTFT + tokens ÷ TPS, taken from the other calls, misses each whole wait by {missed}, at the median."
    head = ["Answer, tokens", "Last token after", "95 % interval", "Calls"]
    table = Table(caption="Last word, by length of the answer", head=head, rows=[[f"{at:,}", *_row(m)] for at, m in points])
    return Chart(sentence=sentence, spec=_spec(points, "tokens of answer", "seconds to the last token"), table=table)


def _load(result: Result) -> Chart | None:
    slow, middle = _at(result, "p95_ttft"), _at(result, "p50_ttft")
    if len(slow) < 2:
        return None
    most, last = slow[-1]
    share, gain = result.measures[f"speed_share@{most}"].value, result.measures["throughput_gain"].value
    sentence = (
        f"With {most} calls at once, 95 of 100 had their first word within {_time(last.value)}, where a lone one takes "
        f"{_time(middle[0][1].value)}; each then wrote {share:.0%} as fast, and all together {gain:.1f} times as much."
    ).replace("%", "\u00a0%")
    rows = [[str(at), _time(m.value), *_row(p)] for (at, m), (_, p) in zip(middle, slow, strict=True)]
    head = ["Calls at once", "Half within (p50)", "95 of 100 within (p95)", "95 % interval of p95", "Calls"]
    spec = _spec(slow, "calls at once", "seconds to the first token (p95)")
    line = [{"x": at, "value": m.value / 1000} for at, m in middle]
    y = spec["layer"][1]["encoding"]["y"]
    spec["layer"].insert(0, {"name": "reference", "data": {"values": line}, "mark": {"type": "line"}, "encoding": {"y": y}})
    return Chart(sentence=sentence, spec=spec, table=Table(caption="First word, by calls at once", head=head, rows=rows))


def _row(measure: Measure) -> list[str]:
    return [_time(measure.value), f"{_time(measure.low)} to {_time(measure.high)}", str(measure.n)]


def _time(ms: float) -> str:
    return f"{ms:.0f} ms" if ms < 1000 else f"{ms / 1000:.1f} s"


def _spec(points: list[tuple[int, Measure]], across: str, up: str) -> dict[str, Any]:
    """Dots with their intervals, in seconds. Both axes begin at 0: a wait twice as high is twice as long."""
    values = [{"x": at, "value": m.value / 1000, "low": m.low / 1000, "high": m.high / 1000} for at, m in points]
    top = max(v["high"] for v in values) * 1.08
    ticks = {"values": [v["x"] for v in values], "format": "~s" if values[-1]["x"] >= 1000 else "d", "grid": False}
    scale = {"domain": [0, values[-1]["x"] * 1.05], "nice": False}
    x = {"field": "x", "type": "quantitative", "title": across, "scale": scale, "axis": ticks}
    y = {"type": "quantitative", "title": up, "scale": {"domain": [0, top], "nice": False}}
    return {
        "data": {"values": values},
        "encoding": {"x": x},
        "layer": [
            {"name": "interval", "mark": {"type": "rule"}, "encoding": {"y": {"field": "low", **y}, "y2": {"field": "high"}}},
            {"name": "measured", "mark": {"type": "point", "clip": False}, "encoding": {"y": {"field": "value", **y}}},
        ],
    }
