"""What a lab is to the rest of the house: a name, a package with a few files, and the wheel that brought it along, if one did."""

import importlib
import importlib.util
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from fluencylab.text.terminal import harmless


class Lab(NamedTuple):
    """`package`: its dotted name. `folder`: where its files lie. `wheel`: what brought it along, "fluency-lab-order 0.1"; "" for ours."""

    name: str
    package: str
    folder: Path
    wheel: str = ""


class HiddenLab(NamedTuple):
    """A lab of a wheel that is not offered, and why, in a sentence."""

    name: str
    wheel: str
    why: str

    @property
    def told(self) -> str:
        return f"The lab “{self.name}” of {self.wheel} is hidden: {self.why}"


def part(lab: Lab, name: str) -> ModuleType | None:
    """One of a lab's files, imported: "instrument", "chart" or "page"; None where it has none."""
    module = f"{lab.package}.{name}"
    return importlib.import_module(module) if importlib.util.find_spec(module) else None


def printable(text: object, most: int = 300) -> str:
    """What a stranger says, fit for one line of a page or a terminal."""
    return " ".join(harmless(str(text)[: most + 1], " ").split())[:most]
