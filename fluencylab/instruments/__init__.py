"""Every instrument, named once."""

from fluencylab.errors import NotFound
from fluencylab.instruments import (
    assistant,
    call,
    context,
    cost,
    embeddings,
    finetuning,
    grader,
    grounding,
    latency,
    metrics,
    prompting,
    repair,
    retrieval,
    sampling,
    tools,
)
from fluencylab.instruments.base import Instrument

INSTRUMENTS: dict[str, Instrument] = {
    "assistant": assistant,
    "call": call,
    "cost": cost,
    "context": context,
    "sampling": sampling,
    "embeddings": embeddings,
    "finetuning": finetuning,
    "prompting": prompting,
    "grader": grader,
    "grounding": grounding,
    "repair": repair,
    "retrieval": retrieval,
    "latency": latency,
    "metrics": metrics,
    "tools": tools,
}


def instrument(name: str) -> Instrument:
    if name not in INSTRUMENTS:
        raise NotFound(f"There is no lab called “{name}”.", f"The labs are: {', '.join(INSTRUMENTS)}.")
    return INSTRUMENTS[name]
