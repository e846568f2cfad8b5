"""Calls at once share the machine: one alone, two, four, eight. Each waits longer, and together they get more done.

alone, the first word comes after 0.2 s; one of eight waits for it six times as long
"""

import asyncio

from pydantic import BaseModel

from fluencylab.figures.figure import Control, Recorded, State, pick
from fluencylab.figures.timeline import Clock, Lane, Stretch, timeline
from fluencylab.figures.words import dial, strong
from fluencylab.models.types import Message, Model, Request
from fluencylab.stats import mean

LOADS = (1, 2, 4, 8)
TOKENS = 48
PROMPT = "Our table number {} has a scratch. Tell me in a few sentences what to do about it, and what it will cost."


class Call(BaseModel):
    """In seconds from the moment it was made."""

    first: float
    last: float
    tokens: int


class Data(BaseModel):
    """`waves[load]`: calls that were made at the same moment."""

    waves: dict[int, tuple[Call, ...]]


HEAD = ("First word, on average", "Last word, on average", "Tokens a second, all together")


def controls(data: Data) -> tuple[Control, ...]:
    return (pick("calls", "Calls at once", list(data.waves), {1: "1", 2: "2", 4: "4", 8: "8"}.__getitem__, first=len(data.waves) - 1),)


def state(data: Data, calls: int) -> State:
    wave, alone = data.waves[calls], data.waves[1][0]
    longest = max(call.last for some in data.waves.values() for call in some)
    lanes = [
        Lane(f"call {i}", (Stretch(0, one.first, "read"), Stretch(one.first, one.last, "write")), f"{one.first:.1f} s, {one.last:.1f} s")
        for i, one in enumerate(wave, start=1)
    ]
    lanes[0] = lanes[0]._replace(clocks=(Clock("first", wave[0].first), Clock("last", wave[0].last)))
    first, last = mean([one.first for one in wave]), mean([one.last for one in wave])
    rate = sum(one.tokens for one in wave) / max(one.last for one in wave)
    row = (f"{first:.1f} s", f"{last:.1f} s", f"{rate:.0f}")
    return State(_says(calls, first, last, rate, alone), row, timeline(lanes, longest))


def _says(calls: int, first: float, last: float, rate: float, alone: Call) -> str:
    if calls == 1:
        return f"With {dial('calls')} call alone, the first word comes after {first:.1f} s, the last after {strong(f'{last:.1f} s')}."
    slower = strong(f"{last / alone.last:.1f} times as long as alone")
    return (
        f"With {dial('calls')} calls at once, each takes {slower}. "
        f"Together they write {rate:.0f} tokens a second, and one alone {alone.tokens / alone.last:.0f}."
    )


async def record(subject: Model) -> Recorded:
    def asked(load: int, i: int) -> Request:
        message = Message(role="user", content=PROMPT.format(100 * load + i))
        return Request(messages=(message,), temperature=0.8, max_tokens=TOKENS, seed=10 * load + i)

    await subject.complete(asked(99, 0).model_copy(update={"max_tokens": 2}))
    waves = {}
    for load in LOADS:
        done = await asyncio.gather(*(subject.complete(asked(load, i)) for i in range(load)))
        calls = [
            Call(first=round(one.timing.ttft_ms / 1000, 3), last=round(one.timing.ttlt_ms / 1000, 3), tokens=len(one.tokens))
            for one in done
        ]
        waves[load] = tuple(sorted(calls, key=lambda one: one.first))
    return Recorded(
        Data(waves=waves),
        f"at most {TOKENS} tokens each, on this machine's two busy cores; how much slower differs between machines",
        sum(LOADS),
    )
