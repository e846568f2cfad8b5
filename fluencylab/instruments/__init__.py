"""Every instrument by its name: those of the labs, and the machinery behind exercises, which is no lab."""

from functools import cache
from typing import cast

from fluencylab import labs
from fluencylab.errors import NotFound
from fluencylab.instruments import assistant, call, clinic, drafting, evaluation, grader, judging, repair
from fluencylab.instruments.base import Instrument
from fluencylab.instruments.guest import GuestInstrument
from fluencylab.labs.lab import Lab

MACHINERY: dict[str, Instrument] = {
    "assistant": assistant, "call": call, "clinic": clinic, "drafting": drafting, "evaluation": evaluation, "grader": grader,
    "judging": judging, "repair": repair,
}  # fmt: skip


@cache
def instruments() -> dict[str, Instrument]:
    return {**{name: _of(lab) for name, lab in labs.found().labs.items()}, **MACHINERY}


def _of(lab: Lab) -> Instrument:
    module = labs.part(lab, "instrument")
    return GuestInstrument(lab, module) if lab.wheel and module else cast(Instrument, module)


def instrument(name: str) -> Instrument:
    """Raises NotFound, with the reason where the lab is hidden."""
    if name in instruments():
        return instruments()[name]
    if away := labs.hidden(name):
        raise NotFound(away.told, "Update it, or uninstall it. Nothing you did is lost.")
    raise NotFound(f"There is no lab called “{name}”.", f"The labs are: {', '.join(instruments())}.")
