"""Drag the temperature, and the bars of a recorded list of next tokens re-weigh.

after “We will keep you up to”, “ date” has 87 % at temperature 1, and all of it at 0
"""

from typing import NamedTuple

from pydantic import BaseModel

from fluencylab.figures.bars import Bar, bars
from fluencylab.figures.figure import Control, Recorded, State, pick, slide
from fluencylab.figures.words import dial, model, strong
from fluencylab.labs.sampling.distribution import Distribution
from fluencylab.labs.sampling.instrument import WHOLE_VOCABULARY
from fluencylab.models.types import Message, Model, Request

PROMPT = "Write a short reply to a customer whose parcel is late."
BEGINNINGS = ("Our driver", "We will keep you up to")
SHOWN = 7


class Beginning(BaseModel):
    words: str
    list: Distribution


class Data(BaseModel):
    beginnings: tuple[Beginning, ...]


HEAD = ("Likeliest token", "Its probability", "Each hundred draws, another token")


class Weighed(NamedTuple):
    """The tokens that are shown, each with its probability, and what all others have together."""

    shown: list[tuple[str, float]]
    others: float


def controls(data: Data) -> tuple[Control, ...]:
    beginnings = range(len(data.beginnings))
    return (
        pick("beginning", "The answer begins", list(beginnings), lambda i: f"“{data.beginnings[i].words}”"),
        slide("temperature", "Temperature", [tenth / 10 for tenth in range(21)], "{:.1f}".format, first=10),
    )


def weighed(of: Distribution, temperature: float) -> Weighed:
    shares = [(one.text, one.share) for one in of.reweigh(temperature)][:SHOWN]
    return Weighed(shares, max(0.0, 1 - sum(share for _, share in shares)))


def state(data: Data, beginning: int, temperature: float) -> State:
    found = weighed(data.beginnings[beginning].list, temperature)
    text, likeliest = found.shown[0]
    rows = [Bar(word.strip() or word, share, told(share), "measured" if i == 0 else "quiet") for i, (word, share) in enumerate(found.shown)]
    rows.append(Bar("all others", found.others, told(found.others), "quiet", model=False))
    return State(
        says=f"At temperature {dial('temperature')}, {_means(text.strip(), likeliest, found.others, temperature)}",
        row=(f"“{text.strip()}”", told(likeliest), f"{round(100 * (1 - likeliest))}"),
        picture=bars(rows),
    )


def told(share: float) -> str:
    """A share in per cent; what is more than nothing is never shown as nothing, nor what is less than all as all."""
    if 0 < share < 0.001:
        return "< 0.1 %"
    if 0.999 < share < 1:
        return "> 99.9 %"
    return f"{share:.1%}".replace("%", " %")


def _means(word: str, likeliest: float, others: float, temperature: float) -> str:
    times = round(likeliest * 100)
    if temperature == 0:
        return f"{model(word)} is taken {strong('every time')}. The other bars are not looked at."
    if temperature == 1:
        return f"{model(word)} is drawn {strong(f'{times} times in 100')}: its bar as the model made it."
    if others > 0.5:
        return f"{strong(f'{round(others * 100)} draws in 100')} fall on tokens that are not even shown here. The text falls apart."
    lean = "Long bars have gained" if temperature < 1 else "Short bars have gained"
    return f"{model(word)} is drawn {strong(f'{times} times in 100')}. {lean}."


async def record(subject: Model) -> Recorded:
    beginnings = []
    for words in BEGINNINGS:
        messages = (Message(role="user", content=PROMPT), Message(role="assistant", content=words))
        completion = await subject.complete(Request(messages=messages, temperature=0, max_tokens=1, top_logprobs=WHOLE_VOCABULARY))
        beginnings.append(Beginning(words=words, list=Distribution.of(completion.tokens[0].alternatives)))
    return Recorded(Data(beginnings=tuple(beginnings)), f"the whole list of next tokens, “{PROMPT}”", len(BEGINNINGS))
