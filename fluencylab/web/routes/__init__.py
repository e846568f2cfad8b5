"""One file for each kind of address. That of a kind of exercise is found by the kind's name."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from fluencylab.practice.kinds import KINDS


def of_kinds() -> list[Any]:
    """The modules with the pages of each kind of exercise; a kind may have none."""
    names = [f"{__name__}.{kind.module}" for kind in KINDS.values()]
    return [import_module(name) for name in names if find_spec(name)]
