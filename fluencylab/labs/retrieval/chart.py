"""The retrieval lab: what is left at each stage of the pipeline, and what search would find with other chunk sizes. Text is HTML."""

from collections.abc import Iterable
from typing import Any

from fluencylab.charts import rates
from fluencylab.charts.base import Chart, Group
from fluencylab.instruments.base import Result, Step
from fluencylab.stats import Measure

STAGES = {"hit": "retrieved", "given": "in the prompt", "correct@answered": "answered|rightly"}


def charts(result: Result) -> list[Chart]:
    return [chart for chart in (stages(result.measures), sizes(result.measures)) if chart]


def groups(params: Any, steps: Iterable[Step]) -> list[Group]:
    return []


def stages(measures: dict[str, Measure]) -> Chart | None:
    hit = next((name for name in measures if name.startswith("hit@") and name.count("@") == 1), "")
    if not hit:
        return None
    rows = [(name, "the answer is there", measures[hit if name == "hit" else name]) for name in STAGES]
    (_, _, first), (_, _, given), (_, _, last) = rows
    sentence = f"Search found the answer to {first.told}; {given.hits} reached the prompt, and {last.hits} came out right."
    return rates.chart("What is left at each stage", rows, sentence, STAGES)


def sizes(measures: dict[str, Measure]) -> Chart | None:
    """At the same k, without the model."""
    told = [name for name in measures if name.startswith("hit@") and name.count("@") == 2]
    if len(told) < 2:
        return None
    rows = [(name, "retrieved", measures[name]) for name in sorted(told, key=lambda name: int(name.split("@")[2]))]
    names = {name: f"{name.split('@')[2]} words" for name in told}
    best = max(rows, key=lambda row: row[2].value)
    least = min(rows, key=lambda row: row[2].value)
    sentence = f"The same search over chunks of {names[best[0]]} finds {best[2].told}, over chunks of {names[least[0]]} {least[2].hits}."
    if best[2].value == least[2].value:
        sentence = f"With chunks of each of these sizes the same search finds {best[2].told}."
    return rates.chart("Found with other chunk sizes", rows, sentence, names)
