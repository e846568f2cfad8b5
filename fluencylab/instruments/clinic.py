"""A version of a product as it is, and again with one fault after the other, on the same cases: what a spec is tested on.

    1 case, no fault  ->  Step("output", {"mutant": "", "case": 1, ...}), then Step("output", {"mutant": "no instructions", "case": 1, ...})

Each product is an evaluation of its own, one after the other. A call that an earlier one has made word for word is not made again.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Iterator
from contextlib import aclosing, asynccontextmanager
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, Field, model_validator

from fluencylab.instruments import evaluation
from fluencylab.instruments.base import TOKENS_A_SECOND, Result, Step
from fluencylab.instruments.evaluation import MOST_CALLS, EvaluationCase
from fluencylab.instruments.lookup import SearchedDocument
from fluencylab.models import close, open_model
from fluencylab.models.types import Completion, Model, ModelInfo, ModelWrapper, Request, Token
from fluencylab.workbench.version import Version

TITLE = "A spec, tested on broken products"
STEP = "output"
COMMAND = "fluency product spec run"
"""It has parameters that no command line takes."""
LETTERS, READ_A_SECOND = 4, 400
"""Letters of a token, and tokens that a small model reads a second."""
HEALTHY = ""
"""The name of the product as it is, among the mutants."""


class Mutated(BaseModel):
    """The product with one fault. `cases` and `documents`: as this one gets them, where its fault is in them."""

    model_config = ConfigDict(frozen=True)

    name: str = Field(min_length=1)
    content: Version
    cases: tuple[EvaluationCase, ...] = ()
    documents: tuple[SearchedDocument, ...] = ()


class Params(evaluation.Params):
    """`draws`: answers of the product as it is to each case; a mutant gives one."""

    mutants: tuple[Mutated, ...] = ()

    @model_validator(mode="after")
    def _not_too_many_together(self) -> "Params":
        if calls(self) > MOST_CALLS:
            raise ValueError(f"{len(self.mutants)} mutants on {len(self.cases)} cases are more than {MOST_CALLS:,} calls")
        return self


class Arm(NamedTuple):
    """One product of the clinic, and the evaluation that it is."""

    name: str
    params: evaluation.Params


def arms(params: Params) -> Iterator[Arm]:
    """The product as it is, then each mutant."""
    whole = {name: getattr(params, name) for name in evaluation.Params.model_fields}
    yield Arm(HEALTHY, evaluation.Params(**whole))
    for one in params.mutants:
        own = {"content": one.content, "cases": one.cases or params.cases, "documents": one.documents or params.documents, "draws": 1}
        yield Arm(one.name, evaluation.Params(**whole | own))


def calls(params: Params) -> int:
    return sum(evaluation.calls(arm.params) for arm in arms(params))


def alike(params: Params) -> int:
    """How many of them are not made, because another is the same word for word."""
    keys = [(arm.params.content.model, request.key()) for arm in arms(params) for request in evaluation.foreseen(arm.params)]
    return len(keys) - len(set(keys))


def seconds(params: Params) -> float:
    """A guess for a small model: what goes in is read at so many tokens a second, and half the longest answer is written."""
    arms_of = list(arms(params))
    written = sum(evaluation.calls(arm.params) * arm.params.content.max_tokens / 2 for arm in arms_of) / TOKENS_A_SECOND
    read = sum(len(message.content) for arm in arms_of for request in evaluation.foreseen(arm.params) for message in request.messages)
    return written + read / LETTERS / READ_A_SECOND


def lacks(card: ModelInfo, params: Params) -> list[str]:
    return evaluation.lacks(card, params)


def fact_names(params: Params) -> list[str]:
    return evaluation.fact_names(params)


class Made:
    """Every call of a run by what it asks: `making` is held while it is made."""

    def __init__(self) -> None:
        self.completions: dict[str, Completion] = {}
        self.making: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)


class _Of(ModelWrapper):
    """The model as one product of the clinic asks it: its calls bear its name, and one that was made for another is not made again."""

    def __init__(self, model: Model, name: str, made: Made) -> None:
        super().__init__(model)
        self._name, self._made = name, made

    async def complete(self, request: Request, *, repetition: int = 0, on_token: Callable[[Token], None] | None = None) -> Completion:
        key = f"{self.card.slug} {request.key()} {repetition}"
        async with self._made.making[key]:
            if key not in self._made.completions:
                named = request.model_copy(update={"name": f"{self._name}/{request.name}" if self._name else request.name})
                completion = await self.model.complete(named, repetition=repetition, on_token=on_token)
                self._made.completions[key] = completion.model_copy(update={"tokens": ()})
        return self._made.completions[key]


async def run(model: Model, params: Params) -> AsyncGenerator[Step]:
    made = Made()
    for arm in arms(params):
        async with (
            _asked(model, arm.params.content.model, params.content.model) as asked,
            aclosing(evaluation.run(_Of(asked, arm.name, made), arm.params)) as steps,
        ):
            async for step in steps:
                yield Step(kind=step.kind, data={**step.data, "mutant": arm.name})


@asynccontextmanager
async def _asked(model: Model, own: str, of_product: str) -> AsyncIterator[Model]:
    """The model that one product of the clinic runs on: the run's, but where its fault is to run on another."""
    if own == of_product:
        yield model
        return
    other = await open_model(own)
    try:
        yield model.rewrap(other) if isinstance(model, ModelWrapper) else other
    finally:
        await close(other)


def conclude(steps: Iterable[Step]) -> Result:
    kept = list(steps)
    outputs = [step.data for step in kept if step.kind == STEP]
    if not outputs:
        return Result(measures={})
    faults = len({one["mutant"] for one in outputs} - {HEALTHY})
    healthy = sum(one["mutant"] == HEALTHY for one in outputs)
    said = f"{healthy} outputs of the product as it is, and {len(outputs) - healthy} of {faults} with one fault each."
    return Result(measures=evaluation.conclude(kept).measures, says=said)
