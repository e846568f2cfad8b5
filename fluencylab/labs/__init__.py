"""The labs: one folder each, found by its name; and labs that other wheels bring along.

    labs/grounding/     instrument.py  params.py  …  chart.py  page.py  templates/  static/

    [project.entry-points."fluencylab.labs"]
    echo = "fluency_echo"               a stranger's: a package with the same files, and `INTERFACE = 1` in its __init__.py

`docs/writing-a-lab.md` says what each file is and what it may lean on. A stranger's lab that does not fit is hidden, with the reason.
"""

import importlib
import importlib.util
import pkgutil
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

INTERFACE = 1
"""Which version of what a lab may lean on this is. It changes when a lab that was written for the one before would no longer work."""
GROUP = "fluencylab.labs"
INSTRUMENT = ("TITLE", "Params", "calls", "fact_names", "run", "conclude")
"""What `instrument.py` must have; `instruments/base.py` says what each is."""


class Lab(NamedTuple):
    """`package`: its dotted name. `wheel`: what brought it along, "fluency-echo 0.1"; "" for ours."""

    name: str
    package: str
    wheel: str = ""

    @property
    def folder(self) -> Path:
        return Path(next(iter(importlib.import_module(self.package).__path__)))


class HiddenLab(NamedTuple):
    name: str
    wheel: str
    why: str


class Found(NamedTuple):
    labs: dict[str, Lab]
    hidden: tuple[HiddenLab, ...]


@cache
def found() -> Found:
    """Every lab by its name, and those that are hidden; looked for once a process."""
    labs = {name: Lab(name, f"{__name__}.{name}") for _, name, is_package in pkgutil.iter_modules(__path__) if is_package}
    hidden = []
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        lab = Lab(point.name, point.value, _wheel(point))
        why = f"There is a lab called “{point.name}” already." if point.name in labs else _why_not(lab)
        if why:
            hidden.append(HiddenLab(lab.name, lab.wheel, why))
        else:
            labs[lab.name] = lab
    return Found(labs, tuple(hidden))


def part(lab: Lab, name: str) -> ModuleType | None:
    """One of a lab's files, imported: "instrument", "chart" or "page"; None where it has none."""
    module = f"{lab.package}.{name}"
    return importlib.import_module(module) if importlib.util.find_spec(module) else None


def _wheel(point: EntryPoint) -> str:
    return f"{point.dist.name} {point.dist.version}" if point.dist else ""


def _why_not(lab: Lab) -> str:
    """Why a stranger's lab is not offered, in a sentence; "" where it fits. All of it is imported, so that nothing of it fails later."""
    if not (lab.name.isascii() and lab.name.isidentifier() and lab.name.islower()):
        return f"“{lab.name}” cannot be a lab's name: small letters, digits and _ only."
    try:
        made_for = getattr(importlib.import_module(lab.package), "INTERFACE", None)
        if made_for != INTERFACE:
            said = "does not say for which version" if made_for is None else f"was written for version {made_for}"
            return f"It {said} of what labs lean on; this is version {INTERFACE}."
        instrument, _, page = (part(lab, name) for name in ("instrument", "chart", "page"))
    except (Exception, SystemExit) as error:  # a stranger's code: whatever goes wrong in it, the lab goes on
        return f"It cannot be imported ({type(error).__name__}: {error})."
    lacks = [name for name in INSTRUMENT if not hasattr(instrument, name)] if instrument else ["instrument.py"]
    lacks += ["PAGE in page.py"] if page and not hasattr(page, "PAGE") else []
    return f"It lacks {', '.join(lacks)}." if lacks else ""
