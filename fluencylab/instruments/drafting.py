"""Cases drafted by a model: for each passage of a product's documents one question with its answer, as one durable run.

    2 passages  ->  Step("draft", {"passage": "91ab…", "question": "How long do I have?", "answer": "30 days.", "fault": ""}), and another

Each is held against its passage by code (`workbench/draft_rules.py`); `fault` says why one is not held. None is a case before a person
has taken it.
"""

import asyncio
import hashlib
from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from fluencylab.instruments.base import Result, Step
from fluencylab.instruments.calls import at_once
from fluencylab.instruments.concurrency import as_completed_few
from fluencylab.instruments.missing import missing, thought
from fluencylab.models import catalogue
from fluencylab.models.types import Model, ModelInfo, Request
from fluencylab.stats import share
from fluencylab.text.language import language
from fluencylab.text.numerals import counted
from fluencylab.text.written import shortened
from fluencylab.workbench import written_drafts
from fluencylab.workbench.draft_rules import fault, question_key, repeats

TITLE = "Cases drafted by a model"
STEP = "draft"
DRAFT = "draft"
"""What kind of step a draft is."""
COMMAND = "fluency product cases draft"
"""It has parameters that no command line takes."""
MOST = 100
"""Passages of one run."""
LONGEST_HERE, LONGEST = 120, 600
"""Tokens of an answer: of the model that is embedded, which runs on when it is lost, and of others, which may think first."""
SHOWN = 200
_CHARACTERS = 4
"""Of a token, about."""
_READ, _WRITES, _ELSEWHERE = 300, 60, 3.0
"""Tokens a second that an engine here reads, and writes; seconds of a call to an endpoint. For guesses only."""
_WRITTEN = 60
"""Tokens of a draft, about."""


class DraftPassage(BaseModel):
    """A piece of a document: `part` is its number there. A run takes its text along."""

    model_config = ConfigDict(frozen=True)

    document: int = Field(1, ge=1)
    name: str = Field("", max_length=400)
    part: int = Field(1, ge=1)
    text: str = Field(min_length=1, max_length=20_000)

    @property
    def id(self) -> str:
        """The same for the same words, whatever document they stand in."""
        return hashlib.sha256(self.text.encode("utf-8", "replace")).hexdigest()[:32]


class Params(BaseModel):
    """`cases`: what `question_key` makes of each case that there is -> its number."""

    model_config = ConfigDict(frozen=True)

    passages: tuple[DraftPassage, ...] = Field((DraftPassage(text="Open from nine to six."),), min_length=1, max_length=MOST)
    cases: dict[str, int] = {}

    @model_validator(mode="after")
    def _once(self) -> "Params":
        if len({one.id for one in self.passages}) < len(self.passages):
            raise ValueError("the same passage is given twice")
        return self


def calls(params: Params) -> int:
    return len(params.passages)


def fact_names(params: Params) -> list[str]:
    return ["held"]


def seconds(params: Params, local: bool | None = None) -> float:
    """For the guess of how long it takes on the model in use."""
    here = catalogue.current().local if local is None else local
    read, written = tokens(params)
    return read / _READ + written / _WRITES if here else calls(params) * _ELSEWHERE / min(calls(params), 8)


def tokens(params: Params) -> tuple[int, int]:
    """About how many are read and written, for the guess of time and money."""
    around = sum(len(one.content) for one in written_drafts.messages("", "en", held=True))
    letters = sum(len(one.text) for one in params.passages) + around * calls(params)
    return letters // _CHARACTERS, calls(params) * _WRITTEN


def lacks(card: ModelInfo, params: Params) -> list[str]:
    if card.abilities.json_schema:
        return []
    return ["this model is held to no schema: it was asked for two lines, and what it wrote was read as well as it could be"]


def call_name(passage: DraftPassage) -> str:
    return f"{DRAFT}/{passage.id}"


def request(passage: DraftPassage, card: ModelInfo) -> Request:
    held = card.abilities.json_schema
    return Request(
        messages=written_drafts.messages(passage.text, language(passage.text), held),
        temperature=0.0,
        max_tokens=LONGEST if card.kind == "endpoint" else LONGEST_HERE,
        json_schema=written_drafts.SCHEMA if held else None,
        name=call_name(passage),
    )


async def run(model: Model, params: Params) -> AsyncGenerator[Step]:
    async def one(passage: DraftPassage) -> Step:
        about = {"passage": passage.id, "document": passage.document, "name": passage.name, "part": passage.part}
        completion = await model.complete(await asyncio.to_thread(request, passage, model.card))  # the languages are slow to load
        if lost := missing(DRAFT, about, completion):
            return lost
        took = {"usage": completion.usage.model_dump(), "seconds": round(completion.timing.ttlt_ms / 1000, 3)}
        told = {"text": completion.text, "finish": completion.finish}
        found = await asyncio.to_thread(draft, completion.text, passage, params.cases, completion.finish)
        return Step(kind=DRAFT, data={**about, **found, **told, **took, **thought(completion)})

    async with aclosing(as_completed_few((one(passage) for passage in params.passages), at_once(model.card))) as steps:
        async for step in steps:
            yield step


def draft(text: str, passage: DraftPassage, cases: dict[str, int], finish: str = "stop") -> dict[str, Any]:
    """What a model wrote, as a question with its answer, and why it is not held, or "". It does not know of the other drafts."""
    written = written_drafts.read(text)
    if written is None:
        said = shortened(written_drafts.tidy(text), SHOWN)
        what = "What the model wrote did not come to an end" if finish == "length" else "The model wrote no question with an answer"
        return {"question": "", "answer": "", "fault": f"{what}: “{said}”"}
    why = fault(written, passage.text)
    if not why and (number := cases.get(question_key(written.question))):
        why = f"It asks the same as case {number}."
    return {"question": written.question, "answer": written.answer, "fault": why}


def faults(drafts: Iterable[dict[str, Any]]) -> list[str]:
    """Why each is not held, or "": by its own passage, or because an earlier one that is held asks the same."""
    told = list(drafts)
    held = [(number, str(one["question"])) for number, one in enumerate(told, start=1) if not one["fault"]]
    again = dict(zip([number for number, _ in held], repeats(held), strict=True))
    return [str(one["fault"]) or again[number] for number, one in enumerate(told, start=1)]


def conclude(steps: Iterable[Step]) -> Result:
    why = faults(step.data for step in steps if step.kind == DRAFT)
    if not why:
        return Result(measures={})
    held = why.count("")
    says = f"{held} of {counted(len(why), 'draft')} {'is' if held == 1 else 'are'} held by the passage that it was written from."
    return Result(measures={"held": share(held, len(why))}, says=says)
