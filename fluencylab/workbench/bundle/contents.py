"""What goes into a bundle: a product as it stands, in values that know nothing of the database.

    Contents(name="Parcel desk", cases=(...), versions=(...), checks=(...), evaluations=(...), ...)

`keyed` gives each thing a short name for files and programs: "asks-for-the-order-number".
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from fluencylab.models.types import ModelCapabilities
from fluencylab.stats import Measure
from fluencylab.workbench.checks import Check
from fluencylab.workbench.judge import Judge
from fluencylab.workbench.version import Version

LONGEST_KEY = 48


class BundleCase(NamedTuple):
    number: int
    inputs: dict[str, str]
    reference: str = ""
    tags: tuple[str, ...] = ()
    must_not_break: bool = False
    held_back: bool = False
    source: str = ""


class AskedModel(NamedTuple):
    """What the model can that a version was run on, which decides how it is asked; one of an endpoint that can all, unless it is known."""

    abilities: ModelCapabilities = ModelCapabilities(tools=True, json_schema=True)
    local: bool = False


class BundleVersion(NamedTuple):
    """`found`: the passages of cases that it was not run on, by their numbers. `model`: the one that it was run on."""

    number: int
    reason: str
    content: Version
    found: dict[int, tuple[tuple[str, str], ...]] = {}  # noqa: RUF012 (never changed)
    model: AskedModel = AskedModel()


class BundleCheck(NamedTuple):
    """`mode`: the failure mode it looks for. `counted`: has it been shown to say what people say? `agreement`: how well, in words."""

    key: str
    name: str
    check: Check
    mode: str = ""
    counted: bool = False
    agreement: str = ""


class BundleOutput(NamedTuple):
    """`passed`, `note`, `mode`: what a person said of it. `verdicts`: what each check says, by its key; a judge's where it was asked."""

    case: int
    draw: int
    text: str
    finish: str = ""
    seconds: float | None = None
    tokens_in: int | None = None
    tokens_out: int | None = None
    passages: tuple[tuple[str, str], ...] = ()
    passed: bool | None = None
    note: str = ""
    mode: str = ""
    verdicts: dict[str, bool | None] = {}  # noqa: RUF012 (never changed)


class Rate(NamedTuple):
    """What passes: `by` a check's key, or "people"."""

    by: str
    name: str
    measure: Measure
    untold: int = 0


class BundleEvaluation(NamedTuple):
    """A version on its cases. `missing`: calls without an answer. `expected`: the share, in percent, that was expected to pass."""

    key: str
    title: str
    version: int
    model: str
    sha256: str
    day: date
    part: str
    draws: int
    expected: int | None
    elsewhere: bool
    missing: int
    outputs: tuple[BundleOutput, ...]
    rates: tuple[Rate, ...]


class BundleMode(NamedTuple):
    """A failure mode, and how often it was met, of all outputs that were read."""

    name: str
    what: str
    measure: Measure


class BundleDocument(NamedTuple):
    """Something that cases came from or answers rest on, by its name; the hash says which one it was, the file itself is not here."""

    name: str
    sha256: str
    says: str


class Contents(NamedTuple):
    name: str
    purpose: str
    never: tuple[str, ...]
    volume: int
    price_in: float
    price_out: float
    cases: tuple[BundleCase, ...]
    versions: tuple[BundleVersion, ...]
    """Those handed on, the latest last"""
    checks: tuple[BundleCheck, ...] = ()
    evaluations: tuple[BundleEvaluation, ...] = ()
    """Of those versions, the latest last"""
    modes: tuple[BundleMode, ...] = ()
    changes: tuple[str, ...] = ()
    """What the last change fixed and broke, a sentence each"""
    memo: str = ""
    """As Markdown, with its measurements"""
    memo_lacks: tuple[str, ...] = ()
    """What keeps the memo from being handed on; then nothing of it is here"""
    decision: str = ""
    mind: str = ""
    """What would change our mind, as the memo says it"""
    spec: str = ""
    """As Markdown"""
    documents: tuple[BundleDocument, ...] = ()

    @property
    def in_code(self) -> tuple[BundleCheck, ...]:
        """The checks that every tool here repeats."""
        return tuple(one for one in self.checks if not isinstance(one.check, Judge))

    @property
    def judges(self) -> tuple[BundleCheck, ...]:
        """Those that a model was asked: what it said is in the results, and no tool here asks it again."""
        return tuple(one for one in self.checks if isinstance(one.check, Judge))

    @property
    def current(self) -> BundleVersion:
        return self.versions[-1]


def keyed(names: Iterable[str]) -> list[str]:
    """For each name a key of small letters, figures and hyphens, none of them twice."""
    found: list[str] = []
    for name in names:
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
        key = re.sub(r"[^a-z0-9]+", "-", plain)[:LONGEST_KEY].strip("-") or "check"
        times, fresh = 1, key
        while fresh in found:
            times += 1
            fresh = f"{key}-{times}"
        found.append(fresh)
    return found
