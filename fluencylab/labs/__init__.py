"""The labs: one folder each, found by its name; and labs that other wheels bring along (`installed.py`).

    labs/grounding/     instrument.py  params.py  …  chart.py  page.py  templates/  static/

`docs/writing-a-lab.md` says what each file is and what it may lean on.
"""

import pkgutil
from functools import cache
from pathlib import Path

from fluencylab.labs.installed import Found, of_wheels
from fluencylab.labs.lab import HiddenLab, Lab, part

__all__ = ["Found", "HiddenLab", "Lab", "found", "hidden", "part"]


@cache
def found() -> Found:
    """Every lab by its name, ours first, and those that are hidden; looked for once a process."""
    names = [name for _, name, is_package in pkgutil.iter_modules(__path__) if is_package]
    ours = {name: Lab(name, f"{__name__}.{name}", Path(__path__[0]) / name) for name in names}
    more = of_wheels(ours)
    return Found({**ours, **more.labs}, more.hidden)


def hidden(name: str) -> HiddenLab | None:
    return next((one for one in found().hidden if one.name == name), None)
