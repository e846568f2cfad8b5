"""Drag the number of test cases, and the interval of one and the same rate narrows: what a number from twenty cases can show."""

import random

from pydantic import BaseModel

from fluencylab.figures.bars import Rate, rates
from fluencylab.figures.figure import Control, Recorded, State, slide
from fluencylab.figures.words import dial, strong
from fluencylab.labs.metrics.figures import draw_the_line
from fluencylab.models.types import Model
from fluencylab.stats import wilson

MESSAGES = 80
LINE = 0.5
ORDER = 7
"""Seed of the order in which the cases come."""


class Data(BaseModel):
    """`right`: of each case in turn, whether the classifier was right."""

    right: tuple[bool, ...]


HEAD = ("Right", "The true rate lies between", "Wide, in points")


def controls(data: Data) -> tuple[Control, ...]:
    return (slide("cases", "Test cases", list(range(5, len(data.right) + 1, 5)), unit="cases", first=1),)


def state(data: Data, cases: int) -> State:
    hits = sum(data.right[:cases])
    low, high = wilson(hits, cases)
    between, wide = f"{low * 100:.0f} % and {high * 100:.0f} %", round((high - low) * 100)
    drawn = Rate(f"{cases} cases", hits / cases, low, high, f"{hits} of {cases}")
    return State(
        says=f"Of {dial('cases')} cases {hits} are right. The true rate lies {strong(f'between {between}')}, {_means(wide)}",
        row=(f"{hits} of {cases}", between.replace(" and ", " to "), str(wide)),
        picture=rates([drawn]),
    )


def _means(wide: int) -> str:
    if wide > 40:
        return "so the number could be almost anything."
    if wide > 25:
        return f"so a new version that is {wide // 2} points better may look worse."
    return f"so a change of less than about {wide // 2} points stays invisible."


async def record(subject: Model) -> Recorded:
    scored = await draw_the_line.record(subject)
    right = [one.found == (one.score >= LINE) for one in draw_the_line.Data.model_validate(scored.data.model_dump()).messages]
    random.Random(ORDER).shuffle(right)
    return Recorded(Data(right=tuple(right)), f"{MESSAGES} messages sorted at a threshold of {LINE}, in an order drawn once", scored.calls)
