"""Drag the threshold over recorded scores: people change sides, and what an alarm is worth hangs on how rare a complaint is.

At 0.5 the model finds 25 of 40 complaints with 8 false alarms. Where 2 messages of 100 are complaints, 1 alarm in 16 is a real one.
"""

from pydantic import BaseModel

from fluencylab.figures.figure import Control, Recorded, State, pick, slide
from fluencylab.figures.scale import Spot, scale
from fluencylab.figures.words import dial, strong
from fluencylab.labs.metrics import classifier, confusion
from fluencylab.labs.metrics.confusion import Matrix
from fluencylab.labs.metrics.instrument import of_kind
from fluencylab.labs.metrics.params import Params
from fluencylab.labs.metrics.yes_no import Scored
from fluencylab.models.types import Model

MESSAGES = 80
RATES = (50, 10, 2)


class Message(BaseModel):
    """`score`: how likely the model finds it that this is a complaint; `found`: whether it is one."""

    score: float
    found: bool


class Data(BaseModel):
    messages: tuple[Message, ...]


HEAD = ("Complaints found", "False alarms", "Of 100 alarms, real")


def controls(data: Data) -> tuple[Control, ...]:
    return (
        slide("threshold", "Threshold", [i / 20 for i in range(21)], "{:.2f}".format, first=10),
        pick("rate", "Complaints in 100 messages", RATES),
    )


def state(data: Data, threshold: float, rate: int) -> State:
    matrix = confusion.matrix((Scored("", one.found, one.score) for one in data.messages), threshold)
    real = round(100 * matrix.precision_at(rate / 100).value) if matrix.flagged else None
    rows = [
        ("complaints", [Spot(one.score, "right" if one.score >= threshold else "wrong") for one in data.messages if one.found]),
        ("all other messages", [Spot(one.score, "wrong" if one.score >= threshold else "right") for one in data.messages if not one.found]),
    ]
    return State(
        says=f"At a threshold of {dial('threshold')} it finds {matrix.hits} of {matrix.to_find} complaints, with {_alarms(matrix)}. "
        f"Where {dial('rate')} messages in 100 are complaints, {_worth(real)}.",
        row=(f"{matrix.hits} of {matrix.to_find}", f"{matrix.alarms} of {matrix.others}", "no alarm" if real is None else str(real)),
        picture=scale(rows, threshold, "threshold", ends=("surely none", "surely a complaint")),
    )


def _alarms(matrix: Matrix) -> str:
    if not matrix.alarms:
        return f"no false alarm among {matrix.others} others"
    return f"{matrix.alarms} false alarm{'s' if matrix.alarms > 1 else ''} among {matrix.others} others"


def _worth(real: int | None) -> str:
    if real is None:
        return "nobody is alarmed, and nothing is found"
    return f"{strong(f'{real} of 100 alarms')} {'is' if real == 1 else 'are'} real"


async def record(subject: Model) -> Recorded:
    params = Params(parts=("confusion",), messages=MESSAGES)
    steps = [step async for step in classifier.steps(subject, params)]
    scored = of_kind(steps)["scored"]
    kept = tuple(Message(score=round(one["score"], 3), found=one["found"]) for one in scored)
    return Recorded(Data(messages=kept), f"{MESSAGES} messages to a shop, half of them complaints, temperature 0", len(steps))
