"""Grounding: how often a model invents, whether it can tell, what a product around it can do, and whether it knows why.

    Who founded Brennholt Lumen?     "Brennholt Lumen is a Swedish-American company founded by the late and humble Dr …"     no such firm

SmolLM2-135M claims something about nearly every invented thing, and as often when it is told to say that it does not know. Given the
passage that answers, it invents in about one question of eight.

Parts: `hallucination_rate` (the same questions under four conditions; `interfaces` folds them into products), `confidence` (two signs
of doubt), `faithfulness` (its reasons, tested). `fact_questions` and `answer_match` say what counts as right, in code.
"""

from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing

from fluencylab.instruments import answer_language, answer_match
from fluencylab.instruments.base import Result, Step
from fluencylab.labs.grounding import confidence, faithfulness, hallucination_rate, interfaces
from fluencylab.labs.grounding.confidence import ScoredAnswer
from fluencylab.labs.grounding.params import NAMES, Params
from fluencylab.models.types import Model, ModelInfo
from fluencylab.stats import Measure

__all__ = ["TITLE", "Params", "calls", "conclude", "fact_names", "run", "seconds", "sure"]

TITLE = "Hallucination and its causes"
SECONDS = 0.35
"""A short answer by the embedded model on an idle machine."""


def calls(params: Params) -> int:
    asked = len(hallucination_rate.plan(params))
    if "know" in params.parts:
        asked += params.again * len(params.drawn)
    return asked + (faithfulness.CALLS * len(params.explained) if "why" in params.parts else 0)


def seconds(params: Params) -> float:
    return SECONDS * calls(params)


def fact_names(params: Params) -> list[str]:
    names = hallucination_rate.facts(params) if params.asked else []
    if "know" in params.parts:
        names += confidence.facts(params.again > 0)
    for interface, needed in interfaces.NEEDS.items():
        if set(needed) <= set(params.asked):
            names += [f"told_wrong@{interface}", f"left_open@{interface}"]
    return names + (faithfulness.facts() if "why" in params.parts else [])


def limits(card: ModelInfo) -> list[str]:
    return [] if card.abilities.logprobs else ["One of the two signs of doubt is missing: how likely its words are."]


async def run(model: Model, params: Params) -> AsyncGenerator[Step]:
    parts = [hallucination_rate.steps(model, params)] if params.asked else []
    if "why" in params.parts:
        parts.append(faithfulness.steps(model, params.explained))
    for part in parts:
        async with aclosing(part) as coming:
            async for step in coming:
                yield step


def sure(steps: Iterable[Step]) -> list[ScoredAnswer]:
    """Every answer to a question alone that claims something, with its signs of sureness."""
    steps = list(steps)
    answers = [step.data for step in steps if step.kind == "answer"]
    first = {one["i"]: one["text"] for one in answers if one["condition"] == "bare"}
    draws = [
        {"i": step.data["i"], "same": answer_match.alike(first[step.data["i"]], step.data["text"], step.data["ask"])}
        for step in steps
        if step.kind == "draw" and step.data["i"] in first
    ]
    return confidence.pairs(answers, draws)


def conclude(steps: Iterable[Step]) -> Result:
    steps = list(steps)
    told = [step.data for step in steps if step.kind == "answer"]
    answers = [one for one in told if one["verdict"] != "unread"]
    measures = hallucination_rate.measures(answers)
    if answers:
        measures |= interfaces.measures(answers, answers[0]["unanswerable"] / 100)
        measures |= confidence.measures(sure(steps)) if answers[0].get("know") else {}
    measures |= faithfulness.measures([step.data for step in steps if step.kind == "why"])
    unread = answer_language.says(len(told) - len(answers), len(told))
    return Result(measures=measures, says=" ".join(filter(None, [unread, _says(measures)])))


def _says(found: dict[str, Measure]) -> str:
    return " ".join(sentence for sentence in (_invented(found), _sure(found), _reasons(found)) if sentence)


def _invented(found: dict[str, Measure]) -> str:
    asked = [condition for condition in NAMES if f"invented@{condition}" in found and found[f"invented@{condition}"].n]
    if not asked or (asked == ["bare"] and _sure(found)):
        return ""
    told = [f"{found[f'invented@{c}'].told} {SAID[c]}" for c in asked]
    return f"About things that do not exist it made something up: {', '.join(told)}."


def _sure(found: dict[str, Measure]) -> str:
    sign = next((one for one in confidence.SIGNS if f"selective_accuracy@100@{one}" in found), "")
    if not sign:
        return ""
    half, whole = (found[f"selective_accuracy@{c}@{sign}"] for c in (50, 100))
    told = [m.told for m in (whole, half)]
    return f"Of all its answers {told[0]} were right; of the surer half, {told[1]}."


def _reasons(found: dict[str, Measure]) -> str:
    if "explanation_supported" not in found:
        return ""
    n = found["explanation_supported"].n
    held, fell, left = (round(found[f"explanation_{name}"].value * n) for name in ("supported", "unsupported", "open"))
    return f"Of {n} reasons it gave, {held} held when tested, {fell} did not, and {left} cannot be judged."


SAID = {
    "bare": "when asked alone",
    "told": "when told to say so",
    "context": "with the passage in front of it",
    "gap": "with a passage that lacks it",
}
