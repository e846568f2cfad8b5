"""The next words after a question about something real, and after one about something invented: a list of the same kind, flatter."""

import math

from pydantic import BaseModel

from fluencylab.figures.bars import Bar, bars
from fluencylab.figures.figure import Control, Recorded, State, pick
from fluencylab.figures.words import dial, model, strong
from fluencylab.models.types import Message, Model, Request

BEGINNINGS = (
    ("What is the capital of France?", "The capital of France is", True),
    ("What is the capital of Japan?", "The capital of Japan is", True),
    ("Who founded the company Quandrel Systems?", "Quandrel Systems was founded by", False),
    ("What is the capital of Velmora?", "The capital of Velmora is", False),
)
SHOWN = 6


class Next(BaseModel):
    text: str
    share: float


class Beginning(BaseModel):
    words: str
    real: bool
    next: tuple[Next, ...]


class Data(BaseModel):
    beginnings: tuple[Beginning, ...]


HEAD = ("It exists", "Likeliest next word", "Its probability")


def controls(data: Data) -> tuple[Control, ...]:
    return (pick("beginning", "The answer begins", list(range(len(data.beginnings))), lambda i: f"“{data.beginnings[i].words}”"),)


def state(data: Data, beginning: int) -> State:
    now = data.beginnings[beginning]
    first = now.next[0]
    rows = [
        Bar(one.text.strip() or one.text, one.share, f"{one.share * 100:.0f} %", "measured" if one is first else "quiet")
        for one in now.next
    ]
    return State(
        says=f"After {dial('beginning')} the likeliest word is {model(first.text.strip())}, "
        f"with {strong(f'{first.share * 100:.0f} %')}. {_means(now)}",
        row=("yes" if now.real else "no", f"“{first.text.strip()}”", f"{first.share * 100:.0f} %"),
        picture=bars(rows),
    )


def _means(now: Beginning) -> str:
    if now.real:
        return "Much that was written about it points one way."
    return "No such thing exists. A word comes all the same: the list is only flatter."


async def record(subject: Model) -> Recorded:
    made = []
    for question, words, real in BEGINNINGS:
        asked = (Message(role="user", content=question), Message(role="assistant", content=words))
        completion = await subject.complete(Request(messages=asked, temperature=0, max_tokens=1, top_logprobs=20))
        alternatives = completion.tokens[0].alternatives[:SHOWN]
        made.append(
            Beginning(
                words=words, real=real, next=tuple(Next(text=one.text, share=round(math.exp(one.logprob), 4)) for one in alternatives)
            )
        )
    return Recorded(Data(beginnings=tuple(made)), "the six likeliest next tokens, as the model makes them", len(made))
