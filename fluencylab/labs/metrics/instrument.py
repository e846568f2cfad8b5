"""Metrics: what precision, recall and F1 say of a classifier, what overlap scores miss, and whether a judge can be trusted.

SmolLM2-135M sorts 80 messages to Quillby into complaints and questions. At a threshold of 0.5 it finds 25 of 40 complaints with 8 false
alarms. Where 2 messages of 100 are complaints, the same classifier is wrong in 15 alarms of 16.

Three parts: `confusion` (`classifier.py` asks the model, `confusion.py` counts and weighs), `overlap` (BLEU and ROUGE) and `judge`
(`judging.py`). Each is asked for alone or with the others.
"""

from collections.abc import AsyncGenerator, Callable, Iterable, Mapping, Sequence
from contextlib import aclosing
from typing import Any

from fluencylab.instruments.base import Asks, Result, Step
from fluencylab.labs.metrics import classifier, confusion, judging, overlap
from fluencylab.labs.metrics.confusion import Money
from fluencylab.labs.metrics.params import Params
from fluencylab.models.types import Model, ModelInfo

__all__ = ["TITLE", "Params", "asks", "calls", "conclude", "fact_names", "money", "of_kind", "run", "seconds"]

TITLE = "The vocabulary of evaluation"


def calls(params: Params) -> int:
    """Steps: a call each, and one for all that needs none (scores a table brings along, answers compared with their reference)."""
    asked = classifier.calls(params) if "confusion" in params.parts else 0
    if "overlap" in params.parts:
        asked += 1 + overlap.calls(params.texts, params.ask)
    return asked + (judging.calls(params.plan) if "judge" in params.parts else 0)


def asks(params: Params) -> Asks:
    """Scores that a table brings along are counted, and answers that stand beside their reference compared: no model is asked for that."""
    scored = "confusion" in params.parts and not params.task.scored
    written = "overlap" in params.parts and overlap.calls(params.texts, params.ask) > 0
    return "model" if scored or written or "judge" in params.parts else "nothing"


def seconds(params: Params) -> float:
    guess = 0.0
    if "confusion" in params.parts and not params.task.scored:
        guess += 0.15 * len(params.drawn)
    if "overlap" in params.parts:
        guess += 1 + overlap.calls(params.texts, params.ask) * (0.3 + params.max_tokens / 100)
    return guess + (0.25 * judging.calls(params.plan) if "judge" in params.parts else 0)


def fact_names(params: Params) -> list[str]:
    named: dict[str, Callable[[], list[str]]] = {
        "confusion": confusion.facts,
        "overlap": lambda: overlap.facts(params.texts, params.ask),
        "judge": lambda: judging.facts(params.checks),
    }
    return [name for part in named if part in params.parts for name in named[part]()]


def limits(card: ModelInfo) -> list[str]:
    return [] if card.abilities.logprobs else ["Its scores are 1 or 0: moving the threshold between them changes nothing."]


async def run(model: Model, params: Params) -> AsyncGenerator[Step]:
    parts = {
        "confusion": lambda: classifier.steps(model, params),
        "overlap": lambda: overlap.steps(model, params.texts, params.ask, params.max_tokens),
        "judge": lambda: judging.steps(model, params.plan),
    }
    for part in (part for part in parts if part in params.parts):
        async with aclosing(parts[part]()) as coming:
            async for step in coming:
                yield step


def conclude(steps: Iterable[Step]) -> Result:
    told = of_kind(steps)
    scored = told.get("scored", [])
    counted = confusion.measures(confusion.scored(scored), money(scored))
    shared = overlap.measures(told.get("overlap", ()))
    judged = judging.measures(told)
    whose = next((one["whose"] for one in told.get("judge-marks", ())), "")
    said = [
        confusion.against(counted, scored),
        confusion.says(counted),
        overlap.says(shared, told.get("overlap", ())),
        judging.says(judged, whose),
    ]
    return Result(measures=counted | shared | judged, says=" ".join(sentence for sentence in said if sentence))


def of_kind(steps: Iterable[Step]) -> dict[str, list[dict[str, Any]]]:
    """The data of the steps of each kind. What needs no call comes as one step, a `batch` of as many."""
    found: dict[str, list[dict[str, Any]]] = {}
    for step in steps:
        found.setdefault(step.kind, []).extend(step.data.get("batch", [step.data]))
    return found


def money(scored: Sequence[Mapping[str, Any]]) -> Money:
    """What errors cost, as it was said when the run was made."""
    return Money(scored[0]["alarm"], scored[0]["miss"], scored[0]["base"] / 100) if scored else Money(1, 10, 0.5)
