"""Drag how sure an answer must be to be given: fewer are answered, and of those that are more, or not many more, are right."""

from pydantic import BaseModel

from fluencylab.figures.figure import Control, Recorded, State, slide
from fluencylab.figures.scale import Spot, scale
from fluencylab.figures.words import dial, strong
from fluencylab.labs.grounding import confidence, instrument
from fluencylab.labs.grounding.params import Params
from fluencylab.models.types import Model

QUESTIONS = 60


class Answer(BaseModel):
    """`sure`: the mean probability of the tokens it wrote."""

    sure: float
    right: bool


class Data(BaseModel):
    answers: tuple[Answer, ...]


HEAD = ("Answered", "Right, of those")


def controls(data: Data) -> tuple[Control, ...]:
    return (slide("sure", "How sure an answer must be", [i / 20 for i in range(21)], lambda sure: f"{sure * 100:.0f} %", first=10),)


def state(data: Data, sure: float) -> State:
    n = len(data.answers)
    given = [one for one in data.answers if one.sure >= sure]
    right = sum(one.right for one in given)
    rows = [
        (name, [Spot(one.sure, "right" if one.right == (one.sure >= sure) else "wrong") for one in data.answers if one.right is kind])
        for name, kind in (("right answers", True), ("wrong answers", False))
    ]
    return State(
        says=f"Where an answer must be {dial('sure')} sure, {strong(f'{len(given)} of {n}')} questions are answered. "
        f"{_means(data, len(given), right)}",
        row=(f"{len(given)} of {n}", f"{right} of {len(given)}" if given else "none is given"),
        picture=scale(rows, sure, "sure", ends=("0 %", "100 % sure")),
    )


def _means(data: Data, given: int, right: int) -> str:
    if not given:
        return "Nothing is invented, and nobody is helped."
    lost = sum(one.right for one in data.answers) - right
    silent = "" if not lost else f" {lost} right one{'s stay' if lost > 1 else ' stays'} unsaid."
    return f"Of these {strong(f'{right} are right')} and {given - right} are wrong.{silent}"


async def record(subject: Model) -> Recorded:
    params = Params(parts=("know",), questions=QUESTIONS, again=0)
    steps = [step async for step in instrument.run(subject, params)]
    told = [step.data for step in steps if step.kind == "answer"]
    rows = confidence.pairs(told, [])
    answers = tuple(Answer(sure=round(row.mean_token_probability or 0.0, 3), right=row.right) for row in rows)
    settings = f"{QUESTIONS} questions, half about things that do not exist, temperature 0; sure is the mean probability of its own words"
    return Recorded(Data(answers=answers), settings, len(steps))
