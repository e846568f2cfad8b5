"""Capstone: ask one setup of a product on its cases, with two draws of each; judging the answers is not its business.

Params(product="lost-property", setup=Setup(examples="mixed", temperature=0.2, length=12))
    -> Step("answer", {"group": "shown", "case": 0, "draw": 0, "text": "umbrella", "usage": {…}, …}) for each case and draw
"""

from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from fluencylab.curriculum.capstone import CapstoneCase, CapstoneProduct, Setup, find_capstone
from fluencylab.instruments.base import TOKENS_A_SECOND, Result, Step
from fluencylab.instruments.calls import CallSpec, messages, named, run_calls
from fluencylab.models.types import Message, Model, Request
from fluencylab.stats import exactly

TITLE = "A product of the capstone on its cases"
DRAWS = 2
Group = Literal["shown", "hidden"]


class Params(BaseModel):
    model_config = ConfigDict(frozen=True)

    product: str = Field("lost-property", description="Which product")
    setup: Setup = Field(Setup(temperature=0.2, length=12), description="How it asks the model")
    group: Group = Field("shown", description="Which cases")
    first: int = Field(0, ge=0, description="Only so many of them; 0 for all")
    draws: int = Field(DRAWS, ge=1, le=5, description="How often each is asked")
    seed: int = Field(1, ge=0, description="Where the seeds begin")

    @field_validator("product")
    @classmethod
    def _known(cls, slug: str) -> str:
        if find_capstone(slug) is None:
            raise ValueError("there is no such product")
        return slug

    @property
    def of(self) -> CapstoneProduct:
        found = find_capstone(self.product)
        assert found is not None
        return found

    @property
    def cases(self) -> tuple[CapstoneCase, ...]:
        every = self.of.cases(self.group)
        return every[: self.first] if self.first else every


def prompt(of: CapstoneProduct, setup: Setup, text: str) -> tuple[Message, ...]:
    """What the model is given for one message of a customer's."""
    turns = [(one.user, one.assistant) for one in of.examples.get(setup.examples, ())]
    return messages(setup.rules, arrives(setup, text), turns)


def arrives(setup: Setup, text: str) -> str:
    """Half of a message is the words of its first half."""
    words = text.split()
    return text if setup.message == "whole" else " ".join(words[: len(words) // 2])


def calls(params: Params) -> int:
    return len(params.cases) * params.draws


def seconds(params: Params) -> float:
    return 1 + calls(params) * (0.1 + 0.7 * params.setup.length / TOKENS_A_SECOND)


def fact_names(params: Params) -> list[str]:
    return ["answers"]


def plan(params: Params) -> list[CallSpec]:
    """Every call has a seed of its own, the same whatever the setup."""
    of, setup, found = params.of, params.setup, []
    for number, case in enumerate(params.cases):
        for draw in range(params.draws):
            request = Request(
                messages=prompt(of, setup, case.text),
                temperature=setup.temperature,
                max_tokens=setup.length,
                stop=of.stop,
                seed=params.seed + 100 * number + draw,
                template=setup.template,
            )
            found.append(CallSpec("answer", {"group": params.group, "case": number, "draw": draw}, request, lambda text: {}))
    return named(found)


async def run(model: Model, params: Params) -> AsyncGenerator[Step]:
    async with aclosing(run_calls(model, plan(params))) as coming:
        async for step in coming:
            yield step


def conclude(steps: Iterable[Step]) -> Result:
    n = sum(step.kind == "answer" for step in steps)
    return Result(measures={"answers": exactly(n, n)} if n else {})
