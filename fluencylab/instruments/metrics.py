"""Metrics: what precision, recall and F1 say of a classifier, what overlap scores miss, and whether a judge can be trusted.

SmolLM2-135M sorts 80 messages to Quillby into complaints and questions. At a threshold of 0.5 it finds 25 of 40 complaints with 8 false
alarms. Where 2 messages of 100 are complaints, the same classifier is wrong in 15 alarms of 16.

`sorting.py` asks the model, `confusion.py` counts and weighs.
"""

from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing

from fluencylab.instruments import confusion, sorting
from fluencylab.instruments.base import Result, Step
from fluencylab.instruments.confusion import Money
from fluencylab.instruments.metrics_params import Params
from fluencylab.models.types import Model
from fluencylab.stats import Measure

__all__ = ["TITLE", "Params", "calls", "conclude", "fact_names", "money", "run", "seconds"]

TITLE = "The vocabulary of evaluation"


def calls(params: Params) -> int:
    """Calls; a table that brings its scores along needs none, and is counted as the one step of reading it."""
    asked = sorting.calls(params) if "confusion" in params.parts else 0
    return max(1, asked)


def seconds(params: Params) -> float:
    return 0.2 * calls(params)


def fact_names(params: Params) -> list[str]:
    return confusion.facts() if "confusion" in params.parts else []


async def run(model: Model, params: Params) -> AsyncGenerator[Step]:
    if "confusion" in params.parts:
        async with aclosing(sorting.steps(model, params)) as coming:
            async for step in coming:
                yield step


def conclude(steps: Iterable[Step]) -> Result:
    kept = list(steps)
    measures: dict[str, Measure] = {}
    told = [step.data for step in kept if step.kind == "scored"]
    if told:
        measures |= confusion.measures(confusion.scored(told), money(kept))
    return Result(measures=measures, says=confusion.says(measures))


def money(steps: Iterable[Step]) -> Money:
    """What errors cost, as it was said when the run was made."""
    told = next((step.data for step in steps if step.kind == "scored"), None)
    return Money(told["alarm"], told["miss"], told["base"] / 100) if told else Money(1, 10, 0.5)
