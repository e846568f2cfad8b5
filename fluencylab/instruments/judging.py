"""A judge over outputs: a rubric asked of a model about each, as one durable run. The same question is asked once.

    2 outputs  ->  Step("verdict", {"question": "91ab…", "run": "5f3c…", "seq": 1, "passed": False, "why": "…", "text": "…"}), and another

The answer is forced to PASS or FAIL where that can be done: from the odds of the two words on an engine here, as JSON that is enforced
on an endpoint that can. Elsewhere it is read strictly, and what is neither is told neither way, with its words.
"""

from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from fluencylab.instruments import label_reading
from fluencylab.instruments.base import Result, Step
from fluencylab.instruments.calls import AT_ONCE
from fluencylab.instruments.concurrency import as_completed_few
from fluencylab.instruments.missing import missing, thought
from fluencylab.models import catalogue
from fluencylab.models.types import Completion, Model, ModelInfo, Request
from fluencylab.stats import share
from fluencylab.text.numerals import counted
from fluencylab.workbench import judge as judges
from fluencylab.workbench.check_base import Judged
from fluencylab.workbench.judge import Form, Judge, Question

TITLE = "A model as a judge"
STEP = "output"
VERDICT = "verdict"
"""What kind of step a verdict is."""
COMMAND = "fluency product judge run"
"""It has parameters that no command line takes."""
MOST_CALLS = 20_000
LONGEST = 300
"""Tokens of an answer that is written out."""
_CHARACTERS = 4
"""Of a token, about."""
_READ, _WRITTEN, _ELSEWHERE = 500, 60, 2.0
"""Tokens a second that an engine here reads; tokens that a judge writes; seconds of a call to an endpoint. For guesses only."""


class Asked(BaseModel):
    """A question, and the first output that it is of."""

    model_config = ConfigDict(frozen=True)

    run: str = Field("", max_length=32)
    seq: int = Field(1, ge=1)
    question: Question


class Params(BaseModel):
    model_config = ConfigDict(frozen=True)

    judge: Judge = Judge(rubric="It answers what was asked.", model="")
    asked: tuple[Asked, ...] = Field((Asked(question=Question(output="Hello.")),), min_length=1, max_length=MOST_CALLS)

    @model_validator(mode="after")
    def _once(self) -> "Params":
        if len({one.question.id for one in self.asked}) < len(self.asked):
            raise ValueError("the same question is asked twice")
        return self


def calls(params: Params) -> int:
    return len(params.asked)


def fact_names(params: Params) -> list[str]:
    return ["passes", "untold"]


def seconds(params: Params) -> float:
    """For the guess of how long it takes."""
    local = params.judge.model not in {entry.slug for entry in catalogue.models() if not entry.local}
    return tokens(params)[0] / _READ if local else calls(params) * _ELSEWHERE / AT_ONCE


def tokens(params: Params) -> tuple[int, int]:
    """About how many are read and written, for the guess of time and money."""
    fixed = len(judges.SYSTEM) + len(params.judge.rubric) + sum(len(one.output) for one in params.judge.examples) + 300
    given = sum(
        len(one.question.output) + len(one.question.reference) + sum(map(len, one.question.inputs.values())) for one in params.asked
    )
    return (fixed * calls(params) + given) // _CHARACTERS, calls(params) * _WRITTEN


def form(card: ModelInfo) -> Form:
    """The engine here talks past the question: it is read from the odds of the two words."""
    if card.kind != "endpoint" and card.abilities.logprobs:
        return "odds"
    return "schema" if card.abilities.json_schema else "words"


def request(judge: Judge, question: Question, how: Form) -> Request:
    return Request(
        messages=judges.messages(judge, question, how),
        temperature=0.0,
        max_tokens=1 if how == "odds" else LONGEST,
        top_logprobs=label_reading.ALTERNATIVES if how == "odds" else 0,
        json_schema=judges.SCHEMA if how == "schema" else None,
        name=f"{VERDICT}/{question.id}",
    )


async def run(model: Model, params: Params) -> AsyncGenerator[Step]:
    how = form(model.card)

    async def one(asked: Asked) -> Step:
        question, about = asked.question, {"question": asked.question.id, "run": asked.run, "seq": asked.seq}
        if words := judges.speaks_to_judge(question):
            why = f"It speaks to a judge (“{words}”), so none was asked: read this one yourself."
            return Step(kind=VERDICT, data={**about, "passed": None, "why": why, "text": ""})
        completion = await model.complete(request(params.judge, question, how))
        if lost := missing(VERDICT, about, completion, odds=how == "odds"):
            return lost
        said = verdict(completion, how, question)
        told: dict[str, Any] = {"passed": said.passed, "why": said.why, "text": completion.text, "finish": completion.finish}
        took = {"usage": completion.usage.model_dump(), "seconds": round(completion.timing.ttlt_ms / 1000, 3)}
        return Step(kind=VERDICT, data={**about, **told, **took, **thought(completion)})

    async with aclosing(as_completed_few((one(asked) for asked in params.asked), AT_ONCE)) as steps:
        async for step in steps:
            yield step


def verdict(completion: Completion, how: Form, question: Question | None = None) -> Judged:
    if how != "odds":
        return judges.read(completion.text, question)
    found = label_reading.label_logprobs(completion.tokens, judges.WORDS)
    if max(found.values()) <= label_reading.UNSEEN:
        return Judged(None, f"Neither PASS nor FAIL is among the words it may begin with: “{completion.text}”")
    return judges.odds(label_reading.weigh(found, {}).odds or {})


def conclude(steps: Iterable[Step]) -> Result:
    said = [step.data["passed"] for step in steps if step.kind == VERDICT]
    if not said:
        return Result(measures={})
    told = [one for one in said if one is not None]
    measures = {"untold": share(len(said) - len(told), len(said))}
    if not told:
        return Result(measures=measures, says=f"Of {counted(len(said), 'question')} the judge can tell nothing.")
    left = len(said) - len(told)
    lost = f" Of {left} it cannot be told, {'which counts' if left == 1 else 'which count'} neither way." if left else ""
    measures["passes"] = share(sum(told), len(told))
    same = f" It says the same of all {len(told)}." if len(told) > 1 and len(set(told)) == 1 else ""
    return Result(measures=measures, says=f"The judge passes {sum(told)} of {counted(len(told), 'question')}.{same}{lost}")
