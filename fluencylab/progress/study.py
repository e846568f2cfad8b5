"""A study of whether the course helps on a product never seen: who does what when, what one person hands in, what it shows. Pure.

    places(40, seed=7)[0]                       ->  Place(number=1, group="course", first="B")
    read_code("P01-course-B-522f")                ->  the same Place; BadInput for a code with a slip of the pen
    analyse(records).change                     ->  change of those with the course less change of those without, with its 95 % interval

Both groups do one capstone at the beginning and one six weeks later; only one does the course in between. Which form comes first is
crossed with the group, so that a form that is harder than the other harms both alike.
"""

import hashlib
import math
import random
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple, get_args

from pydantic import BaseModel, ConfigDict, Field

from fluencylab.curriculum.capstone import Form
from fluencylab.errors import BadInput
from fluencylab.stats import Measure, bootstrap_apart, estimate_mean, mean

Group = Literal["course", "wait"]
GROUPS: tuple[Group, ...] = get_args(Group)
FORMS: tuple[Form, ...] = get_args(Form)
FEWEST, MOST = 8, 400
"""People of a study."""
WEEKS = 6
SURE, SEEN = 1.96, 0.84
"""A normal curve's points for 5 % two-sided, and for 80 % power."""
FEW = 2
"""With fewer people in a group there is no interval."""


class Place(NamedTuple):
    """One person's place in the study."""

    number: int
    group: Group
    first: Form

    @property
    def code(self) -> str:
        return f"{self._plain}-{_check(self._plain)}"

    @property
    def _plain(self) -> str:
        return f"P{self.number:02}-{self.group}-{self.first}"


def _check(plain: str) -> str:
    return hashlib.sha256(plain.encode()).hexdigest()[:4]


def places(people: int, seed: int) -> list[Place]:
    """In blocks of four, each with every group and form once, in an order of chance: whoever stops early, the groups stay even."""
    if not FEWEST <= people <= MOST:
        raise BadInput(f"A study has {FEWEST} to {MOST} people.", "Choose a number between them; forty is a good one.")
    rng, found = random.Random(seed), list[tuple[Group, Form]]()
    while len(found) < people:
        block = [(group, form) for group in GROUPS for form in FORMS]
        rng.shuffle(block)
        found += block
    return [Place(number, *place) for number, place in enumerate(found[:people], start=1)]


_CODE = re.compile(rf"P(\d{{2,3}})-({'|'.join(GROUPS)})-({'|'.join(FORMS)})-([0-9a-f]{{4}})")


def read_code(code: str) -> Place:
    """Raises BadInput for what no study gave out."""
    found = _CODE.fullmatch(code.strip())
    group = next((one for one in GROUPS if found and one == found[2]), None)
    form = next((one for one in FORMS if found and one == found[3]), None)
    if found is None or group is None or form is None or Place(int(found[1]), group, form).code != found[0]:
        raise BadInput(f"“{code.strip()[:40]}” is no code of a study.", "Copy it as it stands in the list, such as P01-course-B-522f.")
    return Place(int(found[1]), group, form)


# What one person hands in


class _Told(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StudySitting(_Told):
    """A capstone that was ended. `day`: days since the code was entered; `minutes`: from its beginning to its end."""

    form: Form
    product: str = Field(pattern=r"^[a-z0-9-]{1,80}$")
    score: float = Field(ge=0, le=1)
    parts: dict[str, float]
    day: int = Field(ge=-10_000, le=10_000)
    minutes: float = Field(ge=0)


class StudySelfTest(_Told):
    """Claims and situations answered right in one complete sitting."""

    right: int = Field(ge=0)
    of: int = Field(ge=1)
    day: int = Field(ge=-10_000, le=10_000)


class StudyRecord(_Told):
    """All that leaves the machine: numbers under a code. No name, no text, no date, no product of the learner's own."""

    format: Literal["fluency-lab-study"] = "fluency-lab-study"
    version: Literal[1] = 1
    code: str
    lab: str = Field(max_length=40)
    models: tuple[str, ...] = Field(max_length=20)
    sittings: tuple[StudySitting, ...] = Field(max_length=20)
    self_tests: tuple[StudySelfTest, ...] = Field((), max_length=100)
    solid: int = Field(ge=0, le=30, description="Cells of the map that are solid now")
    applied_minutes: float = Field(ge=0)

    @property
    def place(self) -> Place:
        return read_code(self.code)

    @property
    def pair(self) -> tuple[StudySitting, StudySitting] | None:
        """The first sitting, and the first of the other form after it; None where one of them is missing."""
        first = next(iter(self.sittings), None)
        other = next((one for one in self.sittings[1:] if first and one.form != first.form), None)
        return (first, other) if first and other else None

    @property
    def left_out(self) -> str:
        """Why it does not count, by the rules that were fixed beforehand; empty where it does."""
        if not self.sittings:
            return "no capstone was ended"
        if self.sittings[0].form != self.place.first:
            return "it began with the other form"
        return "" if self.pair else "there is no second form"


# What it shows


class GroupFound(NamedTuple):
    """Scores from 0 to 1. `change`: of each person, the second form less the first."""

    n: int
    before: float
    after: float
    change: Measure | None


class Analysis(NamedTuple):
    """`change`: the change of those who did the course less that of those who waited: the one number that was fixed beforehand.

    `forms`: form B less form A, at the first sitting. `sees`: how large a difference so many people would show in 80 of 100 studies.
    """

    groups: dict[Group, GroupFound]
    change: Measure | None
    forms: Measure | None
    sees: float | None
    left_out: dict[str, str]

    @property
    def says(self) -> str:
        if self.change is None:
            return "Too few pairs to compare the groups: each needs two people with both forms."
        low, value, high = (round(100 * one) for one in (self.change.low, self.change.value, self.change.high))
        told = f"With the course the change was {value:+} points of 100 larger, 95 % interval {low:+} to {high:+}."
        if self.change.low > 0:
            return f"{told} By the rule fixed beforehand that is a gain."
        return f"{told} The interval holds nought, so by the rule fixed beforehand no gain was shown."


def analyse(records: Iterable[StudyRecord]) -> Analysis:
    """By the plan that `fluency study plan` writes down. Raises BadInput where one code came twice."""
    every = list(records)
    if twice := [code for code, n in Counter(one.code for one in every).items() if n > 1]:
        raise BadInput(f"{', '.join(sorted(twice))} came more than once.", "Keep the latest file of each person, and read them again.")
    counted = [one for one in every if not one.left_out]
    of = {group: [one.pair for one in counted if one.place.group == group and one.pair] for group in GROUPS}
    changes = {group: [after.score - before.score for before, after in pairs] for group, pairs in of.items()}
    groups = {group: _group(pairs, changes[group]) for group, pairs in of.items()}
    firsts = {form: [one.sittings[0].score for one in every if one.sittings and one.sittings[0].form == form] for form in FORMS}
    sees = smallest(changes["wait"], changes["course"])
    left = {one.code: one.left_out for one in every if one.left_out}
    return Analysis(groups, _apart(changes["wait"], changes["course"]), _apart(firsts["A"], firsts["B"]), sees, left)


def _group(pairs: Sequence[tuple[StudySitting, StudySitting]], changes: Sequence[float]) -> GroupFound:
    if not pairs:
        return GroupFound(0, 0.0, 0.0, None)
    return GroupFound(len(pairs), mean([one.score for one, _ in pairs]), mean([two.score for _, two in pairs]), estimate_mean(changes))


def _apart(before: Sequence[float], after: Sequence[float]) -> Measure | None:
    if len(before) < FEW or len(after) < FEW:
        return None
    low, high = bootstrap_apart(before, after)
    return Measure(value=mean(after) - mean(before), low=low, high=high, n=len(before) + len(after))


def smallest(*groups: Sequence[float]) -> float | None:
    """The difference of two means that so many people show in 80 of 100 studies, at the spread that was seen (normal approximation)."""
    if any(len(one) < FEW for one in groups):
        return None
    variances = [math.fsum((value - mean(one)) ** 2 for value in one) / (len(one) - 1) / len(one) for one in groups]
    return (SURE + SEEN) * math.sqrt(math.fsum(variances))


def shown_by(people: int, spread: float) -> float:
    """The same before anything is measured: `spread` is a standard deviation that is assumed, and both groups are as large."""
    return (SURE + SEEN) * spread * math.sqrt(2 / (people / 2))
