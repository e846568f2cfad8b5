"""Of twenty recorded answers at each temperature: how many differ, and how many are right.

What is wrong at 0 is wrong in twenty ways at 1.
"""

import asyncio

from pydantic import BaseModel

from fluencylab.figures.bars import Rate, rate_of, rates
from fluencylab.figures.figure import Control, Recorded, State, pick, slide
from fluencylab.figures.strip import Piece, stack, strip
from fluencylab.figures.words import dial, strong
from fluencylab.models.types import Message, Model, Request
from fluencylab.text import patterns

TEMPERATURES = tuple(fifth / 5 for fifth in range(9))
N = 20
LONGEST = 12
QUESTIONS = {
    "the capital of Japan": ("What is the capital of Japan?", r"\bTokyo\b"),
    "17 times 6": ("What is 17 times 6?", r"\b102\b"),
}
SHOWN = 5


class Asked(BaseModel):
    """`answers[temperature][i]`: what was written; `right`: how many of them say what is true."""

    name: str
    question: str
    answers: tuple[tuple[str, ...], ...]
    right: tuple[int, ...]


class Data(BaseModel):
    asked: tuple[Asked, ...]


HEAD = ("Different answers of 20", "Right answers of 20")


def controls(data: Data) -> tuple[Control, ...]:
    return (
        pick("question", "Asked for", list(range(len(data.asked))), lambda i: data.asked[i].name),
        slide("temperature", "Temperature", TEMPERATURES, "{:.1f}".format, first=3),
    )


def state(data: Data, question: int, temperature: float) -> State:
    asked, at = data.asked[question], TEMPERATURES.index(temperature)
    answers, right = asked.answers[at], asked.right[at]
    different = len(set(answers))
    return State(
        _says(asked, different, right),
        (str(different), str(right)),
        stack(
            rates([_counted("different", different), rate_of("right", right, N)]),
            strip([Piece(f"{text}\n") for text in dict.fromkeys(answers)][:SHOWN], f"“{asked.question}”"),
        ),
    )


def _counted(label: str, different: int) -> Rate:
    """Forms are counted, not sampled one by one: the dot has no interval."""
    return Rate(label, different / N, different / N, different / N, f"{different} of {N}", "quiet")


def _says(asked: Asked, different: int, right: int) -> str:
    many = "all 20 answers are the same" if different == 1 else f"20 answers take {different} forms"
    true = {0: "None is right", 1: "1 of 20 is right", N: "All are right"}.get(right, f"{right} of 20 are right")
    return f"Asked for {asked.name} at temperature {dial('temperature')}, {many}. {strong(true)}."


async def record(subject: Model) -> Recorded:
    made = []
    for name, (question, pattern) in QUESTIONS.items():
        answers = []
        for temperature in TEMPERATURES:
            asking = Request(messages=(Message(role="user", content=question),), temperature=temperature, max_tokens=LONGEST)
            each = [subject.complete(asking.model_copy(update={"seed": seed})) for seed in range(1, N + 1)]
            answers.append([one.text.strip() for one in await asyncio.gather(*each)])
        right = tuple(sum(patterns.found(pattern, text) for text in some) for some in answers)
        made.append(Asked(name=name, question=question, answers=tuple(map(tuple, answers)), right=right))
    return Recorded(
        Data(asked=tuple(made)),
        f"temperature 0 to 1.6, {N} seeds at each, at most {LONGEST} tokens",
        len(QUESTIONS) * len(TEMPERATURES) * N,
    )
