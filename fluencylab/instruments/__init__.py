"""Every instrument by its name: those of the labs, and the machinery behind exercises, which is no lab."""

from functools import cache
from typing import cast

from fluencylab import labs
from fluencylab.errors import NotFound
from fluencylab.instruments import assistant, call, grader, repair
from fluencylab.instruments.base import Instrument

MACHINERY: dict[str, Instrument] = {"assistant": assistant, "call": call, "grader": grader, "repair": repair}


@cache
def instruments() -> dict[str, Instrument]:
    found = {name: cast(Instrument, labs.part(lab, "instrument")) for name, lab in labs.found().labs.items()}
    return {**found, **MACHINERY}


def instrument(name: str) -> Instrument:
    if name not in instruments():
        raise NotFound(f"There is no lab called “{name}”.", f"The labs are: {', '.join(instruments())}.")
    return instruments()[name]
