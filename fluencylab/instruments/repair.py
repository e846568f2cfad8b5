"""Repair: ask one prompt every case of a repair exercise, with several seeds each; judging the answers is not its business.

"user: I want to return Q-8810.\\nassistant: Q-8810\\nuser: {message}"
    -> Step("answer", {"by": "yours", "group": "visible", "case": 0, "seed": 11, "text": "Q-4821", …}) for each case and seed
"""

import re
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import aclosing
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, field_validator

from fluencylab.curriculum.repairs import LONGEST, PLACE, Repair, repairs
from fluencylab.errors import BadInput
from fluencylab.instruments.base import TOKENS_A_SECOND, Result, Step
from fluencylab.instruments.calls import CallSpec, named, run_calls
from fluencylab.models.types import Message, Model, Request
from fluencylab.stats import exactly

TITLE = "A prompt on all cases of a repair"
Group = Literal["visible", "hidden", "keep"]
Role = Literal["system", "user", "assistant"]
ROLE = re.compile(rf"^({'|'.join(get_args(Role))}):[ \t]*\n?", re.MULTILINE)


class Params(BaseModel):
    model_config = ConfigDict(frozen=True)

    repair: str = Field("the-clerk-who-writes-letters", description="The exercise, see: fluency debug list")
    prompt: str = Field("", max_length=LONGEST, description="The prompt; without one the exercise's own is asked")
    groups: tuple[Group, ...] = Field(("visible",), description="Which cases")
    original: bool = Field(False, description="Ask the exercise's own prompt as well")
    shift: int = Field(0, ge=0, le=10**6, description="Added to the exercise's seeds")

    @field_validator("repair")
    @classmethod
    def _known(cls, slug: str) -> str:
        if repairs().get(slug) is None:
            raise ValueError("there is no such repair")
        return slug

    @property
    def exercise(self) -> Repair:
        found = repairs().get(self.repair)
        assert found is not None
        return found


def messages(prompt: str, text: str) -> tuple[Message, ...]:
    """The messages a prompt stands for, with the case's text in its place. Before the first role's name, it is the user who speaks.

    The names are looked for before the text is put in, so that a text can open no message of its own.
    """
    first, *rest = ROLE.split(prompt)
    parts: list[tuple[str, str]] = [("user", first), *zip(rest[::2], rest[1::2], strict=True)]
    return tuple(
        Message.model_validate({"role": role, "content": said.strip().replace(PLACE, text)}) for role, said in parts if said.strip()
    )


def start(prompt: str) -> str:
    """What the answer is made to begin with: a last message of the assistant's."""
    last = messages(prompt, PLACE)[-1:]
    return last[0].content if last and last[0].role == "assistant" else ""


def calls(params: Params) -> int:
    return len(plan(params))


def seconds(params: Params) -> float:
    return 1 + calls(params) * (0.1 + 0.7 * params.exercise.max_tokens / TOKENS_A_SECOND)


def fact_names(params: Params) -> list[str]:
    return ["answers"]


def plan(params: Params) -> list[CallSpec]:
    """One prompt after the other, so that the engine reads the part all cases share only once."""
    prompts = [("original", params.exercise.prompt)] if params.original else []
    prompts.append(("yours", params.prompt or params.exercise.prompt))
    return named([ask for by, prompt in prompts for group in params.groups for ask in _asks(params, by, prompt, group)])


def _asks(params: Params, by: str, prompt: str, group: Group) -> list[CallSpec]:
    repair, begins = params.exercise, start(prompt)
    found = []
    for number, case in enumerate(repair.cases(group)):
        for seed in repair.seeds:
            request = Request(
                messages=messages(prompt, case.text),
                temperature=repair.temperature,
                max_tokens=repair.max_tokens,
                stop=repair.stop,
                seed=seed_of(repair, group, number, seed) + params.shift,
            )
            about = {"by": by, "group": group, "case": number, "nth": repair.seeds.index(seed), "start": begins}
            found.append(CallSpec("answer", about, request, lambda text: {}))
    return found


def seed_of(repair: Repair, group: Group, number: int, seed: int) -> int:
    """Every call of an exercise has a seed of its own, the same for everybody's prompt."""
    return seed + 100 * (number + 1) + 10_000 * get_args(Group).index(group)


async def run(model: Model, params: Params) -> AsyncGenerator[Step]:
    if start(params.prompt) and not model.card.abilities.continues:
        raise BadInput(f"{model.card.name} does not go on from the start of an answer.", "Let your prompt end with the user's message.")
    async with aclosing(run_calls(model, plan(params))) as coming:
        async for step in coming:
            yield step


def whole(step: Step) -> str:
    """The answer as the product reads it: with the start it was given."""
    return f"{step.data['start']}{step.data['text']}"


def by(steps: Sequence[Step], who: str, group: str) -> list[Step]:
    """Answers to one prompt in one group, in the order of the cases."""
    mine = [step for step in steps if step.kind == "answer" and step.data["by"] == who and step.data["group"] == group]
    return sorted(mine, key=lambda step: (step.data["case"], step.data["nth"]))


def conclude(steps: Iterable[Step]) -> Result:
    n = sum(step.kind == "answer" for step in steps)
    return Result(measures={"answers": exactly(n, n)} if n else {})
