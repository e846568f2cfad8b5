"""A version of a product on its cases: every case asked, n draws each, as one durable run.

    2 cases, 1 draw  ->  Step("output", {"case": 1, "draw": 0, "text": "…", "usage": {…}, "seconds": 0.4}), and one of case 2

What a version looked up for the case stands beside its output. Which output is good is no matter of this run: people label it, and
checks judge it, whenever they like.
"""

import hashlib
from collections.abc import AsyncGenerator, Iterable, Iterator, Sequence
from contextlib import aclosing
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from fluencylab.instruments.base import Result, Step
from fluencylab.instruments.calls import at_once
from fluencylab.instruments.concurrency import as_completed_few
from fluencylab.instruments.lookup import SearchedDocument, open_lookup
from fluencylab.instruments.missing import missing, thought
from fluencylab.instruments.tool_calls import converse
from fluencylab.models.in_force import not_in_force
from fluencylab.models.types import Message, Model, ModelInfo, Request
from fluencylab.stats import estimate_mean, exactly
from fluencylab.workbench.output import Passage
from fluencylab.workbench.retrieval import PASSAGES, as_text
from fluencylab.workbench.schemas import enforceable
from fluencylab.workbench.template import filled
from fluencylab.workbench.version import Version

TITLE = "An evaluation"
STEP = "output"
MANY = True
"""Its calls are many and know nothing of each other: workers of a cluster may make them."""
COMMAND = "fluency product run"
"""It has parameters that no command line takes."""
WORD = "passage "
"""As long as words are, with what follows them, in most languages."""
MOST_CALLS = 20_000
"""Of one evaluation."""


class EvaluationCase(BaseModel):
    model_config = ConfigDict(frozen=True)

    number: int
    inputs: dict[str, str]


class Params(BaseModel):
    """`version`: which number the product gave it; empty messages cannot be. `documents`: those that it looks things up in.

    `anew`: ask also what an earlier evaluation asked.
    """

    model_config = ConfigDict(frozen=True)

    version: int = Field(1, ge=1)
    content: Version = Version(messages=(Message(role="user", content="Say hello."),))
    documents: tuple[SearchedDocument, ...] = ()
    cases: tuple[EvaluationCase, ...] = Field((EvaluationCase(number=1, inputs={}),), min_length=1)
    draws: int = Field(1, ge=1, le=20)
    seed: int = Field(1, ge=0, le=2**31)
    anew: bool = False

    @model_validator(mode="after")
    def _not_too_many(self) -> "Params":
        if len(self.cases) * self.draws > MOST_CALLS:
            raise ValueError(f"{len(self.cases)} cases with {self.draws} draws each are more than {MOST_CALLS:,} calls")
        return self

    @model_validator(mode="after")
    def _all_there(self) -> "Params":
        searched = self.content.retrieval.documents if self.content.retrieval else ()
        if lacking := set(searched) - {one.number for one in self.documents}:
            raise ValueError(f"document {min(lacking)}, which it looks things up in, is not there")
        return self

    @property
    def max_tokens(self) -> int:
        """For the guess of how long it takes: half the longest answer, and once more where a tool may be called before it."""
        return self.content.max_tokens // 2 * (2 if self.content.tools else 1)


def calls(params: Params) -> int:
    return len(params.cases) * params.draws


def fact_names(params: Params) -> list[str]:
    return ["outputs", "seconds", "prompt_tokens", "completion_tokens"]


def lacks(card: ModelInfo, params: Params) -> list[str]:
    """Also of the settings within its version, which `not_in_force` does not see."""
    content = params.content
    found = not_in_force(
        card.abilities, {"temperature": content.temperature, "max_tokens": content.max_tokens, "system": content.part("system")}
    )
    if content.json_schema is not None and not card.abilities.json_schema:
        found.append("the schema was not in force: this model is held to none, so that only the prompt can ask for the form")
    if content.tools and not card.abilities.tools:
        found.append("it has no tool calls of its own: the tools stood in the system prompt, and its answers were held to a form")
    return found


def asked(params: Params) -> Iterator[tuple[EvaluationCase, int]]:
    """Each call as which case and draw it is, in order."""
    return ((case, draw) for case in params.cases for draw in range(params.draws))


def call_name(case: EvaluationCase, draw: int) -> str:
    return f"output/{case.number}/{draw}"


def request(params: Params, case: EvaluationCase, draw: int, passages: Sequence[Passage] = (), local: bool = False) -> Request:
    """One call. Draws differ by their seeds. `local`: the embedded engine answers it."""
    content, inputs = params.content, case.inputs
    if content.retrieval:
        inputs = {**inputs, PASSAGES: as_text(passages, content.retrieval.numbered)}
    return Request(
        messages=tuple(filled(content.messages, inputs)),
        temperature=content.temperature,
        max_tokens=content.max_tokens,
        seed=params.seed + draw,
        json_schema=enforceable(content.json_schema) if local else content.json_schema,
        name=call_name(case, draw),
    )


def foreseen(params: Params) -> Iterator[Request]:
    """Each call before anything was looked up: with as many words in place of what will be found, the same where that will be the same."""
    retrieval = params.content.retrieval
    given: tuple[Passage, ...] = ()
    if retrieval:
        told = [retrieval.model_dump_json(), *(one.text for one in params.documents)]
        digest = hashlib.sha256("\n".join(told).encode("utf-8", "replace")).hexdigest()
        given = (Passage(name=digest, text=WORD * retrieval.size * retrieval.k),)
    return (request(params, case, draw, given) for case, draw in asked(params))


async def run(model: Model, params: Params) -> AsyncGenerator[Step]:
    retrieval, tools, local = params.content.retrieval, params.content.tools, model.card.kind != "endpoint"
    found = await open_lookup(retrieval, params.documents) if retrieval else None

    async def one(case: EvaluationCase, draw: int) -> Step:
        given = await found.passages(case.inputs) if found else ()
        about = {"case": case.number, "draw": draw}
        asked = request(params, case, draw, given, local)
        looked_up: dict[str, Any] = {"passages": [each.model_dump() for each in given]} if retrieval else {}
        if tools:
            spoken = await converse(model, asked, tools, case.inputs)
            completion, text, usage, seconds = spoken.last, spoken.text, spoken.usage, spoken.seconds
            looked_up["calls"] = spoken.calls
        else:
            completion = await model.complete(asked)
            text, usage, seconds = completion.text, completion.usage, completion.timing.ttlt_ms / 1000
        if lost := missing("output", about, completion):
            return lost
        told = {"text": text, "finish": completion.finish, "usage": usage.model_dump(), **thought(completion)}
        return Step(kind="output", data={**about, **told, **looked_up, "seconds": round(seconds, 3)})

    async with aclosing(as_completed_few((one(case, draw) for case, draw in asked(params)), at_once(model.card))) as steps:
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
