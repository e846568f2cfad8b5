"""Every instrument by its name: those of the labs, and the machinery behind exercises and products, which is no lab.

Each is imported when it is asked for: a command that runs one waits for no other.
"""

from functools import cache
from importlib import import_module
from typing import cast

from fluencylab import labs
from fluencylab.errors import NotFound
from fluencylab.instruments.base import Instrument
from fluencylab.instruments.guest import GuestInstrument
from fluencylab.labs.installed import TAKEN
from fluencylab.labs.lab import Lab


@cache
def instruments() -> dict[str, Instrument]:
    return {name: instrument(name) for name in (*labs.found().labs, *TAKEN)}


@cache
def instrument(name: str) -> Instrument:
    """Raises NotFound, with the reason where the lab is hidden."""
    if name in TAKEN:
        return cast(Instrument, import_module(f"{__name__}.{name}"))
    if lab := labs.found().labs.get(name):
        return _of(lab)
    if away := labs.hidden(name):
        raise NotFound(away.told, "Update it, or uninstall it. Nothing you did is lost.")
    raise NotFound(f"There is no lab called “{name}”.", f"The labs are: {', '.join((*labs.found().labs, *TAKEN))}.")


def _of(lab: Lab) -> Instrument:
    module = labs.part(lab, "instrument")
    return GuestInstrument(lab, module) if lab.wheel and module else cast(Instrument, module)
