"""The model as the classifier: one call for each message, read from the odds of the two labels.

    "The lamp arrived broken …"   complaint 0.71     after what an empty message is given has been taken out (`label_reading.py`)

Where no odds can be had, the label it writes counts, and a score is 1 or 0: the threshold then has nothing to choose from.
"""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

from fluencylab.instruments import label_reading
from fluencylab.instruments.base import Step
from fluencylab.instruments.calls import messages
from fluencylab.instruments.concurrency import as_completed_scope
from fluencylab.instruments.missing import missing, thought
from fluencylab.instruments.verdict_reading import read_verdict
from fluencylab.labs.metrics.params import Params
from fluencylab.labs.metrics.yes_no import Scored
from fluencylab.models.types import Completion, Model, Request

AT_ONCE = 4
"""Calls under way together at an endpoint; the engine here is asked one after another, so that sums are rounded alike."""
WORDS = 12
"""Longest answer in tokens where the label is read from what is written."""


def calls(params: Params) -> int:
    """One for each message and one for the empty one; scores that are given are one step."""
    return 1 if params.task.scored else len(params.drawn) + 1


def request(params: Params, text: str, odds: bool = True) -> Request:
    task = params.task
    system = f"{task.question} Answer with one word: {' or '.join(task.labels)}."
    return Request(
        messages=messages(system, text, task.examples),
        temperature=0.0,
        max_tokens=1 if odds else WORDS,
        top_logprobs=label_reading.ALTERNATIVES if odds else 0,
    )


def why_hard(model: Model, params: Params) -> str:
    """Why scores are 1 or 0 on this model; "" where they are odds."""
    if not model.card.abilities.logprobs:
        return f"{model.card.name} does not tell how likely its words are"
    return params.task.why_hard


async def steps(model: Model, params: Params) -> AsyncGenerator[Step]:
    about: dict[str, Any] = {"base": params.base, "alarm": params.cost_alarm, "miss": params.cost_miss}
    if params.task.scored:
        about["labels"] = params.task.labels
        given = [{**about, "i": i, "message": row.text, "found": row.found, "score": row.score} for i, row in enumerate(params.drawn)]
        yield Step(kind="scored", data={"batch": given})
        return
    why = why_hard(model, params)
    if why:
        yield Step(kind="hard", data={"why": why})
        bias: dict[str, float] = {}
    else:
        empty = await model.complete(request(params, label_reading.EMPTY))
        bias = label_reading.label_logprobs(empty.tokens, params.task.labels)
        yield Step(kind="empty", data={"bias": bias, "usage": empty.usage.model_dump()})
    room = asyncio.Semaphore(AT_ONCE)

    async def one(i: int, row: Scored) -> Step:
        async with room:
            completion = await model.complete(request(params, row.text, not why))
        if lost := missing("scored", {"i": i, "message": row.text, "found": row.found}, completion, odds=not why):
            return lost
        score = hard(params, completion) if why else odds(params, completion, bias)
        read = {"score": score or 0.0, "unread": score is None}
        told = {"text": completion.text, "usage": completion.usage.model_dump(), **thought(completion)}
        return Step(kind="scored", data={**about, "i": i, "message": row.text, "found": row.found, **read, **told})

    if model.card.kind != "endpoint":
        for i, row in enumerate(params.drawn):
            yield await one(i, row)
        return
    async with as_completed_scope(one(i, row) for i, row in enumerate(params.drawn)) as answers:
        for answer in answers:
            yield await answer


def odds(params: Params, completion: Completion, bias: dict[str, float]) -> float | None:
    """How likely the label to be found is beside the other one; None where neither is among the tokens that were told."""
    told = label_reading.label_logprobs(completion.tokens, params.task.labels)
    if max(told.values()) <= label_reading.UNSEEN:
        return None
    return (label_reading.weigh(told, bias).odds or {})[params.task.labels[0]]


def hard(params: Params, completion: Completion) -> float | None:
    """1 or 0 by the label that is written; None where it comes to neither."""
    label = read_verdict(completion.text, params.task.labels)
    return None if label is None else float(label == params.task.labels[0])
