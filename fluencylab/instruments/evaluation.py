"""A version of a product on its cases: every case asked, n draws each, as one durable run.

    2 cases, 1 draw  ->  Step("output", {"case": 1, "draw": 0, "text": "…", "usage": {…}, "seconds": 0.4}), and one of case 2

Which output is good is no matter of this run: people label it, and checks judge it, whenever they like.
"""

from collections.abc import AsyncGenerator, Iterable, Iterator
from contextlib import aclosing
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from fluencylab.instruments.base import Result, Step
from fluencylab.instruments.calls import at_once
from fluencylab.instruments.concurrency import as_completed_few
from fluencylab.instruments.missing import missing, thought
from fluencylab.models.types import Message, Model, Request
from fluencylab.stats import estimate_mean, exactly
from fluencylab.workbench.template import filled
from fluencylab.workbench.version import Version

TITLE = "An evaluation"
STEP = "output"
MANY = True
"""Its calls are many and know nothing of each other: workers of a cluster may make them."""
COMMAND = "fluency product run"
"""It has parameters that no command line takes."""
MOST_CALLS = 20_000
"""Of one evaluation."""


class EvaluationCase(BaseModel):
    model_config = ConfigDict(frozen=True)

    number: int
    inputs: dict[str, str]


class Params(BaseModel):
    """`version`: which number the product gave it; empty messages cannot be. `anew`: ask also what an earlier evaluation asked."""

    model_config = ConfigDict(frozen=True)

    version: int = Field(1, ge=1)
    content: Version = Version(messages=(Message(role="user", content="Say hello."),))
    cases: tuple[EvaluationCase, ...] = Field((EvaluationCase(number=1, inputs={}),), min_length=1)
    draws: int = Field(1, ge=1, le=20)
    seed: int = Field(1, ge=0, le=2**31)
    anew: bool = False

    @model_validator(mode="after")
    def _not_too_many(self) -> "Params":
        if len(self.cases) * self.draws > MOST_CALLS:
            raise ValueError(f"{len(self.cases)} cases with {self.draws} draws each are more than {MOST_CALLS:,} calls")
        return self

    @property
    def max_tokens(self) -> int:
        """For the guess of how long it takes."""
        return self.content.max_tokens // 2


def calls(params: Params) -> int:
    return len(params.cases) * params.draws


def fact_names(params: Params) -> list[str]:
    return ["outputs", "seconds", "prompt_tokens", "completion_tokens"]


def requests(params: Params) -> Iterator[tuple[dict[str, Any], Request]]:
    """Each call with which case and draw it is, made when it is asked for. Draws differ by their seeds."""
    content = params.content
    for case in params.cases:
        messages = tuple(filled(content.messages, case.inputs))
        for draw in range(params.draws):
            yield (
                {"case": case.number, "draw": draw},
                Request(
                    messages=messages,
                    temperature=content.temperature,
                    max_tokens=content.max_tokens,
                    seed=params.seed + draw,
                    name=f"output/{case.number}/{draw}",
                ),
            )


async def run(model: Model, params: Params) -> AsyncGenerator[Step]:
    async def one(about: dict[str, Any], request: Request) -> Step:
        completion = await model.complete(request)
        if lost := missing("output", about, completion):
            return lost
        told = {"text": completion.text, "finish": completion.finish, "usage": completion.usage.model_dump(), **thought(completion)}
        return Step(kind="output", data={**about, **told, "seconds": round(completion.timing.ttlt_ms / 1000, 3)})

    async with aclosing(as_completed_few((one(about, request) for about, request in requests(params)), at_once(model.card))) as steps:
        async for step in steps:
            yield step


def conclude(steps: Iterable[Step]) -> Result:
    outputs = [step.data for step in steps if step.kind == "output"]
    if not outputs:
        return Result(measures={})
    measures = {"outputs": exactly(len(outputs))}
    if timed := [float(one["seconds"]) for one in outputs if one.get("seconds")]:
        measures["seconds"] = estimate_mean(timed)
    for name in ("prompt", "completion"):
        if counted := [float(one["usage"][name]) for one in outputs if one.get("usage")]:
            measures[f"{name}_tokens"] = estimate_mean(counted)
    cases = len({one["case"] for one in outputs})
    said = f"{len(outputs)} outputs of {cases} cases" if len(outputs) != cases else f"{cases} outputs, one for each case"
    if len(outputs) == 1:
        return Result(measures=measures, says="1 output. Whether it is good, nobody has said yet: read it.")
    return Result(measures=measures, says=f"{said}. Whether they are good, nobody has said yet: read them.")
