"""Order: ask a model to choose, with the options in every order, and see whether it chose an option or a place.

    Which reply is better?   A) I am sorry …   B) Parcels are sometimes late.    -> "A) I am"
    Which reply is better?   A) Parcels are sometimes late.   B) I am sorry …    -> "A) Parc"

A judge that keeps its verdict when the two change places has read them. One that keeps its letter has not.
"""

import re
from collections import defaultdict
from collections.abc import AsyncGenerator, Iterable, Sequence
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, field_validator

from fluencylab.instruments.base import Result, Step
from fluencylab.instruments.calls import CallSpec, messages, named, run_calls
from fluencylab.models.types import Model, Request
from fluencylab.stats import share

TITLE = "The order of the options"
MARKS = {"letters": "ABCD", "numbers": "1234"}
MOST_QUESTIONS = 12
QUESTIONS = """\
Parcel three days late: which reply is better? | I am sorry. It left us today and comes on Thursday. | Parcels are sometimes late.
Can I return a worn coat: which reply is better? | Yes, within 30 days, if the label is still on it. | Please read our terms.
Which title is clearer for a help page on refunds? | How to get your money back | Financial reversal procedures
Which feature should a small library app build first? | Search by title | Animated backgrounds
Which notice is kinder? | The lift is out of order until noon. Sorry for the stairs. | Lift broken.
Which summary is more useful to a busy manager? | Sales fell 4 % because two shops were closed. | There were some changes in sales."""


class Question(NamedTuple):
    text: str
    options: tuple[str, ...]


class Params(BaseModel):
    model_config = ConfigDict(frozen=True)

    questions: str = Field(
        QUESTIONS,
        max_length=6000,
        title="Questions",
        description="One in each line: the question | an option | another; two to four options",
    )
    marks: Literal["letters", "numbers"] = Field(
        "letters", title="The options are marked by", description="What the model is to answer with"
    )
    samples: int = Field(2, ge=1, le=5, title="Answers to each order", description="Drawn with different seeds")
    temperature: float = Field(0.7, ge=0, le=2, title="Temperature", json_schema_extra={"form": "more"})
    seed: int = Field(1, ge=0, le=2**31, title="Seed", json_schema_extra={"form": "more"})

    @field_validator("questions")
    @classmethod
    def _can_be_asked(cls, text: str) -> str:
        if not 1 <= len(read(text)) <= MOST_QUESTIONS:
            raise ValueError(f"write one to {MOST_QUESTIONS} questions, one in each line")
        for question in read(text):
            if not 2 <= len(set(question.options)) == len(question.options) <= 4 or not question.text:
                raise ValueError(f"“{question.text[:40]}” needs two to four different options, with | between them")
        if len({len(question.options) for question in read(text)}) > 1:
            raise ValueError("give every question as many options as the others, or no place is taken equally often")
        return text


def read(text: str) -> list[Question]:
    lines = [[part.strip() for part in line.split("|")] for line in text.splitlines() if line.strip()]
    return [Question(first, tuple(part for part in rest if part)) for first, *rest in lines]


def orders(question: Question) -> list[tuple[int, ...]]:
    """Each option once in each place: (0, 1, 2), (1, 2, 0), (2, 0, 1)."""
    n = len(question.options)
    return [tuple((start + i) % n for i in range(n)) for start in range(n)]


def calls(params: Params) -> int:
    return params.samples * sum(len(question.options) for question in read(params.questions))


def fact_names(params: Params) -> list[str]:
    places = max(len(question.options) for question in read(params.questions))
    return ["first", "kept", "read", *(f"place@{place}" for place in range(1, places + 1))]


def prompt(question: Question, order: Sequence[int], marks: str) -> str:
    listed = "\n".join(f"{mark}) {question.options[option]}" for mark, option in zip(MARKS[marks], order, strict=False))
    return f"{question.text}\n\n{listed}\n\nAnswer with the {marks.removesuffix('s')} only."


def place(text: str, question: Question, order: Sequence[int], marks: str) -> int | None:
    """The place an answer names, from 0: by its mark, or by the option's own words; None where it names none."""
    said = text.strip().strip('"“”*( ')
    if found := re.match(r"([A-D1-4])(?![A-Za-z0-9])", said):
        at = MARKS[marks].find(found[1])
        return at if 0 <= at < len(order) else None
    told = said.lower().rstrip(".")
    meant = [i for i, option in enumerate(order) if told and _begins(told, question.options[option].lower().rstrip("."))]
    return meant[0] if len(meant) == 1 else None


def _begins(told: str, option: str) -> bool:
    """One is the beginning of the other: an answer may go on, or be cut off."""
    return told.startswith(option) or option.startswith(told)


class Pick(NamedTuple):
    """One call: which question, in which order, and the how manieth answer to it."""

    number: int
    question: Question
    order: tuple[int, ...]
    turn: int


def picks(params: Params) -> list[Pick]:
    asked = enumerate(read(params.questions))
    return [Pick(n, question, order, turn) for n, question in asked for order in orders(question) for turn in range(params.samples)]


async def run(model: Model, params: Params) -> AsyncGenerator[Step]:
    async for step in run_calls(model, plan(params)):
        yield step


def plan(params: Params) -> list[CallSpec]:
    """Call number n is named pick/n: `chart.py` knows by it where an answer belongs while it is being written."""
    return named([_ask(params, i, pick) for i, pick in enumerate(picks(params))])


def _ask(params: Params, i: int, pick: Pick) -> CallSpec:
    asked = prompt(pick.question, pick.order, params.marks)
    request = Request(messages=messages("", asked), temperature=params.temperature, max_tokens=8, seed=params.seed + i)

    def judged(text: str) -> dict[str, Any]:
        at = place(text, pick.question, pick.order, params.marks)
        return {"place": at, "option": None if at is None else pick.order[at]}

    return CallSpec("pick", {"i": i, "question": pick.number, "order": list(pick.order)}, request, judged)


def conclude(steps: Iterable[Step]) -> Result:
    """What all answers together show; of a run that was stopped, what its answers so far do."""
    seen = [step.data for step in steps if step.kind == "pick"]
    places = [one["place"] for one in seen if one["place"] is not None]
    if not places:
        return Result(measures={"read": share(0, len(seen))}, says="No answer named an option.") if seen else Result(measures={})
    kept, questions = len(same_in_every_order(seen)), len({one["question"] for one in seen})
    measures = {
        "first": share(places.count(0), len(places)),
        "kept": share(kept, questions),
        "read": share(len(places), len(seen)),
        **{f"place@{n}": share(places.count(n - 1), len(places)) for n in range(1, max(len(one["order"]) for one in seen) + 1)},
    }
    one = "Of the questions, none" if not kept else "One question" if kept == 1 else f"{kept} questions"
    says = f"{measures['first'].told} answers took the option that stood first. {one} of {questions} had the same answer in every order."
    return Result(measures=measures, says=says.replace("Of the questions, none of", "None of the"))


def same_in_every_order(seen: Sequence[dict[str, Any]]) -> set[int]:
    """The numbers of the questions whose every answer named one and the same option."""
    options: dict[int, set[int | None]] = defaultdict(set)
    for one in seen:
        options[one["question"]].add(one["option"])
    return {question for question, meant in options.items() if len(meant) == 1 and None not in meant}
