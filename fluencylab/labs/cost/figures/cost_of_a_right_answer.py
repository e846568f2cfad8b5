"""Choose a way of asking and how many messages a month there are: what the month costs, and what one right answer costs.

Six ways of asking as dots: further right is dearer, further up is more often right.
"""

from pydantic import BaseModel

from fluencylab.figures.bars import Rate, rates
from fluencylab.figures.figure import Control, Recorded, State, pick, slide
from fluencylab.figures.plane import Point, plane
from fluencylab.figures.strip import stack
from fluencylab.figures.words import dial, strong
from fluencylab.labs.cost import instrument, strategies
from fluencylab.labs.cost.params import Params
from fluencylab.models.types import Model
from fluencylab.stats import share

MONTHS = (1_000, 10_000, 50_000, 100_000, 500_000, 1_000_000)
NAMES = {
    "zero": "the question alone",
    "few": "the question with examples",
    "schema": "an answer held to a form",
    "context": "the labels explained",
    "odds": "the odds of the labels",
    "more": "the odds, with twice the examples",
}


class Way(BaseModel):
    """`cost`: dollars for a message; `right` of `n` messages."""

    strategy: str
    read: float
    written: float
    cost: float
    right: int
    n: int


class Data(BaseModel):
    ways: tuple[Way, ...]
    price_in: float
    price_out: float


HEAD = ("Right", "A month costs", "1,000 right answers cost")


def controls(data: Data) -> tuple[Control, ...]:
    return (
        pick("way", "Way of asking", [one.strategy for one in data.ways], NAMES.__getitem__, first=1),
        slide("messages", "Messages a month", MONTHS, "{:,}".format, unit="messages", first=3),
    )


def state(data: Data, way: str, messages: int) -> State:
    now = next(one for one in data.ways if one.strategy == way)
    month, thousand = now.cost * messages, 1000 * now.cost * now.n / now.right if now.right else None
    dearest = max(one.cost for one in data.ways)
    worse = instrument.dominated({one.strategy: (one.cost, one.right / one.n) for one in data.ways})
    dots = [
        Point(
            0.05 + 0.85 * one.cost / dearest,
            0.93 - 0.86 * one.right / one.n,
            strategies.NAMES[one.strategy],
            "now" if one is now else "quiet" if one.strategy in worse else "near",
            ("way", i),
        )
        for i, one in enumerate(data.ways)
    ]
    right = share(now.right, now.n)
    told = _dollars(month)
    return State(
        says=f"With {dial('way')}, {dial('messages')} messages cost {strong(told)} a month, "
        f"and {now.right} of {now.n} are right. {_means(now, way in worse)}",
        row=(f"{now.right} of {now.n}", told, _dollars(thousand) if thousand else "none is right"),
        picture=stack(plane(dots), rates([Rate("right answers", right.value, right.low, right.high, f"{now.right} of {now.n}")])),
    )


def _means(now: Way, dominated: bool) -> str:
    if dominated:
        return "Another dot is as good for no more money: drop it."
    return f"A thousand right answers cost {_dollars(1000 * now.cost * now.n / now.right)}; no other way gives as much for less."


def _dollars(value: float) -> str:
    return f"${value:,.0f}" if value >= 10 else f"${value:,.2f}"


async def record(subject: Model) -> Recorded:
    params = Params(messages=72)
    steps = [step async for step in instrument.run(subject, params)]
    ways = []
    for strategy, by_text in instrument.outcomes(steps).items():
        done = list(by_text.values())
        n = len(done)
        read, written, cost = (sum(getattr(one, name) for one in done) / n for name in ("read", "written", "cost"))
        ways.append(
            Way(
                strategy=strategy,
                read=round(read, 1),
                written=round(written, 1),
                cost=round(cost, 8),
                right=sum(o.right for o in done),
                n=n,
            )
        )
    prices = f"${params.price_in:g} for a million tokens read and ${params.price_out:g} for a million written, round numbers and no quote"
    return Recorded(
        Data(ways=tuple(ways), price_in=params.price_in, price_out=params.price_out),
        f"72 support messages with four labels, temperature 0; {prices}",
        len(steps),
    )
