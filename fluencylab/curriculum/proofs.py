"""What was proved of each exercise on each file of weights: `content/verified.json`, and what a learner's own checks found.

{"b179c952…": {"model": "SmolLM2 135M Instruct", "missions": {"which-locker": ["which-locker", "e7ea30fd12df03ec", 9, 10, "…"]}}}
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from pydantic import BaseModel, TypeAdapter

from fluencylab.curriculum.loader import CONTENT
from fluencylab.memo import FileMark, file_mark
from fluencylab.settings import settings

VERIFIED = CONTENT / "verified.json"
ENOUGH = 0.8
"""An exercise is shown when at least this share of its trials passed on the installed model."""


class Proof(Protocol):
    """What every kind's proof can say of itself."""

    @property
    def slug(self) -> str: ...
    @property
    def shown(self) -> bool: ...
    @property
    def whole(self) -> bool:
        """Did nothing fail?"""

    @property
    def figures(self) -> str: ...
    @property
    def why(self) -> str:
        """It failed when it did; empty where it never did."""

    def as_data(self) -> dict[str, Any]: ...


class Proved(NamedTuple):
    """How an exercise did on one model: `passed` of `trials`, and why it failed when it did."""

    mission: str
    content: str
    passed: int
    trials: int
    why: str = ""

    @property
    def slug(self) -> str:
        return self.mission

    @property
    def shown(self) -> bool:
        return self.trials > 0 and self.passed / self.trials >= ENOUGH

    @property
    def whole(self) -> bool:
        return self.passed == self.trials

    @property
    def figures(self) -> str:
        return f"{self.passed}/{self.trials}"

    def as_data(self) -> dict[str, Any]:
        return {"mission": self.mission, "passed": self.passed, "trials": self.trials, "shown": self.shown, "why": self.why}


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

    @property
    def whole(self) -> bool:
        return self.passed == self.trials

    @property
    def figures(self) -> str:
        """All four prompts, as right answers of so many."""
        rates = " · ".join(f"{right}/{of}" for right, of in (self.original, self.reference, *self.plausible))
        return f"{self.passed}/{self.trials}   original, reference, plausible: {rates}"

    def as_data(self) -> dict[str, Any]:
        return self._asdict() | {"shown": self.shown}


class ProvedFault(NamedTuple):
    """A case of the debugging bench: right answers of the healthy product and of the broken one, as (right, of so many)."""

    slug: str
    content: str
    healthy: tuple[int, int]
    broken: tuple[int, int]
    moved: bool
    """Are the two rates clear of each other?"""

    @property
    def shown(self) -> bool:
        return self.moved

    @property
    def whole(self) -> bool:
        return self.moved

    @property
    def figures(self) -> str:
        (well, n), (ill, m) = self.healthy, self.broken
        return f"{well}/{n} right without the fault, {ill}/{m} with it"

    @property
    def why(self) -> str:
        return ""

    def as_data(self) -> dict[str, Any]:
        return self._asdict() | {"shown": self.moved}


class ProvedCapstone(NamedTuple):
    """A product of the capstone, asked again: of some of its setups, by what they are, (right, of so many, right as recorded)."""

    slug: str
    content: str
    live: dict[str, tuple[int, int, int]]
    why: str

    @property
    def shown(self) -> bool:
        return not self.why

    @property
    def whole(self) -> bool:
        return not self.why

    @property
    def figures(self) -> str:
        return " · ".join(f"{name} {right}/{of} (recorded {then})" for name, (right, of, then) in self.live.items()) or "nothing was asked"

    def as_data(self) -> dict[str, Any]:
        return self._asdict() | {"shown": self.shown}


class Page(BaseModel):
    """What was proved on one file of weights."""

    model: str
    missions: dict[str, Proved] = {}
    repairs: dict[str, ProvedRepair] = {}
    faults: dict[str, ProvedFault] = {}
    recordings: dict[str, Proved] = {}
    model_cards: dict[str, Proved] = {}
    meetings: dict[str, Proved] = {}
    proposals: dict[str, Proved] = {}
    capstones: dict[str, ProvedCapstone] = {}


Book = TypeAdapter(dict[str, Page])


def book(file: Path) -> dict[str, Page]:
    """Read anew where the file has changed since, as when `fluency check` runs beside an open lab."""
    return _book(file, file_mark(file))


@lru_cache(maxsize=4)
def _book(file: Path, mark: FileMark | None) -> dict[str, Page]:
    return Book.validate_json(file.read_bytes()) if mark else {}


def own_book() -> Path:
    """What this learner's own checks found, on models we have never seen."""
    return settings().data / "verified.json"


def marks() -> tuple[FileMark | None, ...]:
    """What changes when anything is proved, whichever process proves it."""
    return file_mark(own_book()), file_mark(VERIFIED)


def pages(sha256: str) -> list[Page]:
    """On these weights, the learner's own checks before ours."""
    return [found for file in (own_book(), VERIFIED) if (found := book(file).get(sha256))]


def record(sha256: str, name: str, proved: Mapping[str, Iterable[Proof]], file: Path) -> None:
    """Write down what was proved on these weights, beside what was proved on others. `proved`: by the field of `Page`."""
    whole = Book.validate_json(file.read_bytes()) if file.exists() else {}
    page = whole.setdefault(sha256, Page(model=name))
    for field, found in proved.items():
        getattr(page, field).update({one.slug: one for one in found})
    file.write_bytes(Book.dump_json(whole, indent=1) + b"\n")
