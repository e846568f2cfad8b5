"""Drag how sure the cheap step must be: what it passes on, what that costs, and how often the answer is right in the end."""

from pydantic import BaseModel

from fluencylab.figures.bars import Bar, Rate, bars, rates
from fluencylab.figures.figure import Control, Recorded, State, pick, slide
from fluencylab.figures.strip import stack
from fluencylab.figures.words import dial, strong
from fluencylab.labs.cost import instrument, routing
from fluencylab.labs.cost.params import Params
from fluencylab.labs.cost.routing import Outcome
from fluencylab.models.types import Model

LINES = tuple(i / 20 for i in range(5, 21))
TIMES = (1, 5, 20)
"""What a token of the second step costs, as a multiple of one of the first."""


class Both(BaseModel):
    """One message: both steps' answers. Costs in dollars at the prices of the recording."""

    sure: float
    first: bool
    second: bool
    first_cost: float
    second_cost: float


class Data(BaseModel):
    messages: tuple[Both, ...]


HEAD = ("Passed on, of 100", "Right in the end", "Cost of all, beside the second step alone")


def controls(data: Data) -> tuple[Control, ...]:
    return (
        slide("sure", "How sure the first step must be", LINES, lambda line: f"{line * 100:.0f} %", first=5),
        pick(
            "times", "A token of the second step costs", TIMES, lambda times: "as much" if times == 1 else f"{times} times as much", first=1
        ),
    )


def state(data: Data, sure: float, times: int) -> State:
    n = len(data.messages)
    cheap, costly = _outcomes(data)
    at = routing.curve(cheap, costly, times, (sure,))[0]
    second = sum(one.second_cost for one in data.messages) * times / n * 1000
    beside, right = at.cost / second, round(at.quality.value * n)
    drawn = Rate("right in the end", at.quality.value, at.quality.low, at.quality.high, f"{right} of {n}")
    return State(
        says=f"Where the first step must be {dial('sure')} sure, {strong(f'{at.passed * 100:.0f} of 100')} messages are passed on "
        f"and {right} of {n} are right. "
        f"If a token there costs {dial('times')}, the bill is {strong(f'{beside * 100:.0f} %')} of asking the second step alone.",
        row=(f"{at.passed * 100:.0f}", f"{right} of {n}", f"{beside * 100:.0f} %"),
        picture=stack(
            bars(
                [
                    Bar("passed on", at.passed, f"{at.passed * 100:.0f} of 100", "quiet", model=False),
                    Bar("the bill", min(1.0, beside / 2), f"{beside * 100:.0f} %", model=False),
                ]
            ),
            rates([drawn]),
        ),
    )


def _outcomes(data: Data) -> tuple[dict[str, Outcome], dict[str, Outcome]]:
    cheap = {str(i): Outcome(one.first, None, 0, 0, 0, one.first_cost, one.sure) for i, one in enumerate(data.messages)}
    return cheap, {str(i): Outcome(one.second, None, 0, 0, 0, one.second_cost) for i, one in enumerate(data.messages)}


async def record(subject: Model) -> Recorded:
    params = Params(strategies=("odds", "more"), messages=72)
    steps = [step async for step in instrument.run(subject, params)]
    found = instrument.outcomes(steps)
    messages = tuple(
        Both(
            sure=round(first.confidence or 0.0, 3),
            first=first.right,
            second=found["more"][text].right,
            first_cost=round(first.cost, 8),
            second_cost=round(found["more"][text].cost, 8),
        )
        for text, first in found["odds"].items()
    )
    settings = "72 support messages; first step: odds of the labels, second step: the same with twice the examples; temperature 0"
    return Recorded(Data(messages=messages), settings, len(steps))
