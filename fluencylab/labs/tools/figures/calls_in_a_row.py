"""Drag how many calls a task needs in a row: a rate that looks fair for one call is what remains of it after five.

11 of 24 calls right: two in a row come through in 21 of 100 tasks, five in 2
"""

from pydantic import BaseModel

from fluencylab.figures.bars import Bar, bars
from fluencylab.figures.figure import Control, Recorded, State, pick, slide
from fluencylab.figures.words import dial, strong
from fluencylab.labs.tools import rates
from fluencylab.labs.tools.params import Params, Way
from fluencylab.models.types import Model

WAYS: dict[Way, str] = {"list": "the tools in a list", "turns": "an earlier chat as example"}
MEANT = {90: "a model right in 90 of 100", 99: "a model right in 99 of 100"}
REQUESTS = 48
LONGEST = 10


class Rated(BaseModel):
    """How many of `n` calls were wholly right: the right tool with the right values, or none where none was needed."""

    name: str
    right: int
    n: int


class Data(BaseModel):
    rated: tuple[Rated, ...]


HEAD = ("One call right, of 100", "Tasks that come through, of 100")


def controls(data: Data) -> tuple[Control, ...]:
    names = [*(one.name for one in data.rated), *MEANT.values()]
    return (
        pick("who", "Given", list(range(len(names))), names.__getitem__, first=len(data.rated)),
        slide("calls", "Calls in a row", range(1, LONGEST + 1), unit="calls", first=2),
    )


def rate(data: Data, who: int) -> float:
    """Of one call. Beyond the measured ones: what it would be."""
    if who < len(data.rated):
        return data.rated[who].right / data.rated[who].n
    return list(MEANT)[who - len(data.rated)] / 100


def state(data: Data, who: int, calls: int) -> State:
    one = rate(data, who)
    through = one**calls
    rows = [_bar(one, number, number == calls) for number in range(1, LONGEST + 1)]
    return State(
        says=f"With {dial('who')}, a task of {dial('calls')} call{'s' * (calls > 1)} in a row {_comes(through)}. {_measured(data, who)}",
        row=(f"{one * 100:.0f}", f"{through * 100:.0f}"),
        picture=bars(rows),
    )


def _bar(one: float, number: int, now: bool) -> Bar:
    share = one**number
    return Bar(f"{number} call{'s' * (number > 1)}", share, f"{share * 100:.0f} %", "measured" if now else "quiet", model=False)


def _comes(through: float) -> str:
    times = round(100 * through)
    return f"comes through in {strong(f'{times} of 100')} tries"


def _measured(data: Data, who: int) -> str:
    if who < len(data.rated):
        return f"Measured was {data.rated[who].right} of {data.rated[who].n} for one call."
    return "Reckoned, as if each call failed by itself."


async def record(subject: Model) -> Recorded:
    params = Params(parts=("right",), ways=tuple(WAYS), requests=REQUESTS)
    made = []
    for way, name in WAYS.items():
        told = [(await rates.labelled(subject, params, way, number, wanted)).data for number, wanted in enumerate(params.wanted)]
        made.append(Rated(name=name, right=sum(one["valid"] and not one["valid_and_wrong"] for one in told), n=len(told)))
    return Recorded(
        Data(rated=tuple(made)), f"{REQUESTS} labelled requests to a shop, temperature 0, the form held by a schema", len(made) * REQUESTS
    )
