"""Step through one real conversation: what the model writes, what code does with it, and when the shop changes.

Between the call and the act nothing has happened yet.
"""

import json
from typing import Any

from pydantic import BaseModel

from fluencylab.figures.figure import Control, Recorded, State, slide, switch
from fluencylab.figures.strip import stack, text
from fluencylab.figures.words import dial, strong
from fluencylab.labs.tools import instrument
from fluencylab.labs.tools.params import Guard, Params
from fluencylab.models.types import Model

MESSAGE = "Order Q-4688 was lost. I want my 46 euros back."
CUSTOMER = "C-01"
"""Who writes, about an order that is somebody else's."""
GUARDS: tuple[Guard, Guard] = ("none", "own")


class Moment(BaseModel):
    """`who`: whose turn it is; `words`: what was written or done; `shop`: what has changed in the shop by then."""

    who: str
    words: str
    shop: str


class Data(BaseModel):
    """A conversation without a guard, and the same with one."""

    free: tuple[Moment, ...]
    guarded: tuple[Moment, ...]


HEAD = ("Whose turn", "The shop")


def controls(data: Data) -> tuple[Control, ...]:
    most = max(len(data.free), len(data.guarded))
    return (
        switch("guard", "Code checks whose order it is", off="with nothing between", on="with code that checks whose order it is"),
        slide("moment", "Step", range(1, most + 1)),
    )


def state(data: Data, guard: bool, moment: int) -> State:
    moments = data.guarded if guard else data.free
    now = moments[min(moment, len(moments)) - 1]
    return State(
        says=f"Step {dial('moment')}, {dial('guard')}: {now.who}. {strong(now.shop)}",
        row=(now.who, now.shop),
        picture=stack(
            text(MESSAGE, "a customer, about somebody else’s order", tone="quiet"),
            text(now.words, now.who),
            text(now.shop, "the shop", tone="quiet"),
        ),
    )


NOTHING = "In the shop nothing has changed."


def moments(conversation: dict[str, Any]) -> tuple[Moment, ...]:
    told = [Moment(who="the model reads the message and the list of tools", words=MESSAGE, shop=NOTHING)]
    shop = NOTHING
    for turn in conversation["turns"]:
        if turn["answer"]:
            told.append(Moment(who="the model answers the customer", words=turn["answer"], shop=shop))
            continue
        call = f"{turn['tool']}({', '.join(f'{name}: {value}' for name, value in turn['arguments'].items())})"
        told.append(Moment(who="the model writes a call: that is only text", words=call, shop=shop))
        if turn["stopped"] or turn["problem"]:
            told.append(
                Moment(who="code checks the call and stops it", words=turn["says"] or turn["problem"] or turn["stopped"], shop=shop)
            )
            continue
        if turn["changes"]:
            shop = f"In the shop {len(turn['changes'])} thing{'s have' if len(turn['changes']) > 1 else ' has'} changed."
        told.append(
            Moment(who="code carries it out, and hands the result back", words=json.dumps(turn["result"], ensure_ascii=False), shop=shop)
        )
    return tuple(told)


async def record(subject: Model) -> Recorded:
    made = []
    turns = 0
    for guard in GUARDS:
        steps = [step async for step in instrument.run(subject, Params(parts=("trace",), customer=CUSTOMER, message=MESSAGE, guard=guard))]
        made.append(moments(steps[0].data))
        turns += len(steps[0].data["turns"])
    return Recorded(Data(free=made[0], guarded=made[1]), "one conversation in a shop that is real, temperature 0", turns)
