"""What was proved of each exercise on each file of weights: `content/verified.json`, and what a learner's own checks found.

{"b179c952…": {"model": "SmolLM2 135M Instruct", "missions": {"which-locker": ["which-locker", "e7ea30fd12df03ec", 9, 10, "…"]}}}
"""

from functools import cache
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, TypeAdapter

from fluencylab.curriculum.loader import CONTENT
from fluencylab.settings import settings

VERIFIED = CONTENT / "verified.json"
ENOUGH = 0.8
"""An exercise is shown when at least this share of its trials passed on the installed model."""


class Proved(NamedTuple):
    """How an exercise did on one model: `passed` of `trials`, and why it failed when it did."""

    mission: str
    content: str
    passed: int
    trials: int
    why: str = ""

    @property
    def shown(self) -> bool:
        return self.trials > 0 and self.passed / self.trials >= ENOUGH


class ByAuthor(Proved):
    """The author of its pack says so, and nobody has tried it here."""


class ProvedRepair(NamedTuple):
    """A repair exercise: its proof, and what each of its prompts reached on the hidden cases, as (right, of so many)."""

    slug: str
    content: str
    passed: int
    trials: int
    why: str
    original: tuple[int, int]
    reference: tuple[int, int]
    plausible: tuple[tuple[int, int], ...]

    @property
    def shown(self) -> bool:
        return self.trials > 0 and self.passed / self.trials >= ENOUGH


class ProvedFault(NamedTuple):
    """A case of the debugging bench: right answers of the healthy product and of the broken one, as (right, of so many)."""

    slug: str
    content: str
    healthy: tuple[int, int]
    broken: tuple[int, int]
    moved: bool
    """Are the two rates clear of each other?"""


class Page(BaseModel):
    """What was proved on one file of weights."""

    model: str
    missions: dict[str, Proved] = {}
    repairs: dict[str, ProvedRepair] = {}
    faults: dict[str, ProvedFault] = {}


Book = TypeAdapter(dict[str, Page])


@cache
def book(file: Path) -> dict[str, Page]:
    return Book.validate_json(file.read_bytes()) if file.exists() else {}


def own_book() -> Path:
    """What this learner's own checks found, on models we have never seen."""
    return settings().data / "verified.json"


def pages(sha256: str) -> list[Page]:
    """On these weights, the learner's own checks before ours."""
    return [found for file in (own_book(), VERIFIED) if (found := book(file).get(sha256))]


def record(sha256: str, name: str, missions: list[Proved], repairs: list[ProvedRepair], file: Path) -> None:
    """Write down what was proved on these weights, beside what was proved on others."""
    book.cache_clear()
    whole = book(file)
    page = whole.setdefault(sha256, Page(model=name))
    page.missions.update({one.mission: one for one in missions})
    page.repairs.update({one.slug: one for one in repairs})
    file.write_bytes(Book.dump_json(whole, indent=1) + b"\n")
    book.cache_clear()


def record_faults(sha256: str, name: str, faults: list[ProvedFault], file: Path) -> None:
    book.cache_clear()
    whole = book(file)
    whole.setdefault(sha256, Page(model=name)).faults.update({one.slug: one for one in faults})
    file.write_bytes(Book.dump_json(whole, indent=1) + b"\n")
    book.cache_clear()
