"""Stretch the answer: the first word comes when it came, the last one later. Show it as it is written, or only when it is whole.

24 tokens: first after 0.2 s, last after 0.7 s;  192 tokens: first after 0.2 s, last after 3 s
"""

from pydantic import BaseModel

from fluencylab.figures.figure import Control, Recorded, State, slide, switch
from fluencylab.figures.timeline import Clock, Lane, Stretch, timeline
from fluencylab.figures.words import dial, strong
from fluencylab.models.types import Message, Model, Request

PROMPT = "Write a long reply to a customer who asks how to care for a wooden table. Give many tips."
LONGEST, STEP = 240, 20


class Data(BaseModel):
    """When each token of one answer came, in milliseconds from the moment it was asked for."""

    arrivals: tuple[float, ...]


HEAD = ("First word on the screen", "Last word")


def controls(data: Data) -> tuple[Control, ...]:
    lengths = range(STEP, len(data.arrivals) + 1, STEP)
    return (
        slide("length", "Length of the answer", list(lengths), unit="tokens", first=2),
        switch("streamed", "Show it as it is written", off="held back until it is whole", on="shown as it is written", first=True),
    )


def state(data: Data, length: int, streamed: bool) -> State:
    first, last = data.arrivals[0] / 1000, data.arrivals[length - 1] / 1000
    seen = first if streamed else last
    stretches = (Stretch(0, first, "read"), Stretch(first, last, "write" if streamed else "hidden"))
    clocks = (Clock("TTFT", first), Clock("TTLT", last))
    lane = Lane("one call", stretches, f"{length} tokens", clocks)
    return State(
        _says(first, last, streamed=streamed),
        (f"{seen:.1f} s", f"{last:.1f} s"),
        timeline([lane], data.arrivals[-1] / 1000, "length"),
    )


def _says(first: float, last: float, *, streamed: bool) -> str:
    answer = f"An answer of {dial('length')} tokens, {dial('streamed')}: "
    if streamed:
        return f"{answer}the first word comes after {first:.1f} s, the last after {strong(f'{last:.1f} s')}. Only the last clock moves."
    return f"{answer}the reader sees nothing for {strong(f'{last:.1f} s')}. The last clock is where it was."


async def record(subject: Model) -> Recorded:
    asked = Request(messages=(Message(role="user", content=PROMPT),), temperature=0.8, max_tokens=LONGEST, seed=1)
    await subject.complete(asked.model_copy(update={"max_tokens": 2, "messages": (Message(role="user", content="Hello"),)}))
    arrivals = (await subject.complete(asked)).timing.arrivals
    return Recorded(Data(arrivals=tuple(round(one, 1) for one in arrivals)), "one long answer, alone on this machine's two busy cores", 1)
