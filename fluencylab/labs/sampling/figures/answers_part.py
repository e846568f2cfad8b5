"""Two answers to one prompt, token by token: drag along them and see where they part.

It is the first token that the draw took otherwise; every list after it is another.
"""

import math

from pydantic import BaseModel

from fluencylab.figures.figure import Control, Recorded, State, pick, slide
from fluencylab.figures.strip import Piece, stack, strip
from fluencylab.figures.words import dial, model, strong
from fluencylab.labs.sampling.figures.temperature_bars import told
from fluencylab.models.types import Completion, Message, Model, Request

PROMPT = "Suggest one name for a coffee shop."
LONGEST = 24
TEMPERATURE = 0.7
DRAWN = 3


class Written(BaseModel):
    """A token of an answer, its probability, and of the drawn ones that of the token the steady answer has at its place."""

    text: str
    share: float


class Data(BaseModel):
    steady: tuple[Written, ...]
    drawn: tuple[tuple[Written, ...], ...]


HEAD = ("Token of the steady answer", "Token of the drawn answer", "Still the same")


def controls(data: Data) -> tuple[Control, ...]:
    shortest = min(len(one) for one in (data.steady, *data.drawn))
    return (
        pick("draw", "Drawn answer", list(range(len(data.drawn))), lambda i: f"number {i + 1}"),
        slide("token", "Along the answers, token", list(range(1, shortest + 1)), first=parting(data.steady, data.drawn[0])),
    )


def parting(steady: tuple[Written, ...], drawn: tuple[Written, ...]) -> int:
    """The first place, from 0, where they differ."""
    shortest = min(len(steady), len(drawn))
    return next((i for i in range(shortest) if steady[i].text != drawn[i].text), shortest)


def state(data: Data, draw: int, token: int) -> State:
    drawn, at = data.drawn[draw], parting(data.steady, data.drawn[draw])
    here = [one[token - 1].text for one in (data.steady, drawn)]
    return State(
        _says(data, draw, token, at),
        (f"“{here[0].strip()}”", f"“{here[1].strip()}”", "yes" if token <= at else "no"),
        stack(
            strip(_pieces(data.steady, token, at), "at temperature 0"), strip(_pieces(drawn, token, at), f"at temperature {TEMPERATURE}")
        ),
    )


def _pieces(answer: tuple[Written, ...], token: int, at: int) -> list[Piece]:
    return [
        Piece(one.text, "quiet" if i >= token else "now" if i == at else "mark" if i > at else "plain", ("token", i))
        for i, one in enumerate(answer)
    ]


def _says(data: Data, draw: int, token: int, at: int) -> str:
    drawn = data.drawn[draw]
    if token <= at:
        return f"At token {dial('token')}, both answers still read the same."
    was, is_ = data.steady[at], drawn[at]
    if token == at + 1:
        return (
            f"At token {dial('token')} they part: the draw took {model(is_.text.strip())}, "
            f"which had {told(is_.share)}. The likeliest was {model(was.text.strip())}, with {told(was.share)}."
        )
    after = range(at + 1, token)
    same = sum(i < len(drawn) and i < len(data.steady) and drawn[i].text == data.steady[i].text for i in after)
    shared = strong("none is the same") if same == 0 else f"{same} {'is' if same == 1 else 'are'} the same by place"
    one = "the one token" if len(after) == 1 else f"the {len(after)} tokens"
    return f"By token {dial('token')}, of {one} since they parted {shared}. One other choice led to other lists."


async def record(subject: Model) -> Recorded:
    async def ask(temperature: float, seed: int) -> Completion:
        messages = (Message(role="user", content=PROMPT),)
        return await subject.complete(Request(messages=messages, temperature=temperature, max_tokens=LONGEST, seed=seed, top_logprobs=10))

    answers = [await ask(0, 1), *[await ask(TEMPERATURE, seed) for seed in range(1, 25)]]
    steady, *drawn = [_written(one) for one in answers]
    apart = [one for one in drawn if 1 <= parting(steady, one) < len(one) - 4]
    settings = f"“{PROMPT}”, temperature 0 and {TEMPERATURE}, at most {LONGEST} tokens; shown are the first that do not part at once"
    return Recorded(Data(steady=steady, drawn=tuple(apart[:DRAWN])), settings, len(answers))


def _written(completion: Completion) -> tuple[Written, ...]:
    return tuple(Written(text=token.text, share=round(math.exp(token.logprob or 0.0), 4)) for token in completion.tokens)
