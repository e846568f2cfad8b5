"""The practice product: the appointment assistant of an invented clinic, on which the workbench is learned. `content/practice-product/`

    practice_product().conversations[3].modes   ->  {"confirms-a-change": "I've moved your appointment"}

    product.toml  conversations.jsonl  modes.toml  readers.toml  labels.jsonl  checks.toml  judge.jsonl  course.toml  policy.md  slots.csv

Its answers were written for it, so what is wrong with each is known: `modes` is the truth, and `practice_proof.py` holds it against
calendars, records and rules.
"""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Literal, NamedTuple

from pydantic import Field, field_validator, model_validator

from fluencylab.curriculum.loader import CONTENT, _lines, _many, _one, _parse
from fluencylab.curriculum.schema import Condition, Content, Prediction, Slug, Text
from fluencylab.errors import ContentError

INPUTS = ("message", "records", "today")
"""The variables of its prompt: what the patient wrote, what the system looked up, and the day."""


class PromptMessage(Content):
    role: Literal["system", "user", "assistant"]
    content: Text


class Settings(Content):
    temperature: float = Field(ge=0, le=2)
    max_tokens: int = Field(ge=1)


class Version(Content):
    """A version of the product: its prompt with `{{variables}}`, its settings, and why somebody made it."""

    number: int = Field(ge=1)
    reason: Text
    messages: tuple[PromptMessage, ...] = Field(min_length=1)
    settings: Settings

    @model_validator(mode="after")
    def _takes_its_inputs(self) -> "Version":
        used = {name for one in self.messages for name in re.findall(r"\{\{(\w+)\}\}", one.content)}
        if used != set(INPUTS):
            raise ValueError(f"version {self.number} must use the variables {', '.join(INPUTS)} and no other")
        return self


class Prices(Content):
    """In US dollars for a million tokens: what comes in, and what goes out."""

    million_in: float = Field(gt=0)
    million_out: float = Field(gt=0)


class Cost(Content):
    """What one of something costs the clinic, in pounds."""

    slug: Slug
    pounds: float = Field(gt=0)
    says: Text


class About(Content):
    """`product.toml`. `recorded`: where the answers come from."""

    slug: Slug
    name: Text
    assistant: Text
    purpose: Text
    never: tuple[Text, ...] = Field(min_length=3)
    monthly: int = Field(gt=0, description="Conversations a month")
    recorded: Text
    prices: Prices
    costs: tuple[Cost, ...]
    versions: tuple[Version, ...] = Field(min_length=2, max_length=2)


class Answered(NamedTuple):
    output: str
    modes: Mapping[str, str]


class Conversation(Content):
    """What came in, what a right answer says, what version 1 and version 2 answered, and what is wrong with each.

    `modes`: the failure modes in `output`, each with the words that show it. `second`: where a patient asks for two things, words of
    which a right answer says one at least about the second. `language`: the one that the patient writes in.
    """

    id: str = Field(pattern=r"^[a-z]{2}-\d{3}$")
    inputs: dict[str, Text]
    language: str = Field(pattern=r"^[a-z]{2}$")
    reference: str
    tags: tuple[Slug, ...] = Field(min_length=1)
    must_not_break: bool
    second: tuple[Text, ...] = ()
    output: Text
    modes: dict[Slug, Text]
    output_2: Text
    modes_2: dict[Slug, Text]

    @field_validator("inputs")
    @classmethod
    def _all_inputs(cls, given: dict[str, str]) -> dict[str, str]:
        if tuple(given) != INPUTS:
            raise ValueError(f"the inputs must be {', '.join(INPUTS)}")
        return given

    @model_validator(mode="after")
    def _words_stand_there(self) -> "Conversation":
        for output, modes in ((self.output, self.modes), (self.output_2, self.modes_2)):
            if missing := sorted(mode for mode, words in modes.items() if words not in output):
                raise ValueError(f"the words that show {', '.join(missing)} do not stand in the answer")
        if self.output == self.output_2 and self.modes != self.modes_2:
            raise ValueError("the same answer fails in different ways")
        return self

    @property
    def fails(self) -> bool:
        return bool(self.modes)

    @property
    def fails_2(self) -> bool:
        return bool(self.modes_2)

    def answered(self, version: int) -> Answered:
        return Answered(self.output, self.modes) if version == 1 else Answered(self.output_2, self.modes_2)


class Mode(Content):
    """A failure mode, and in how many answers of version 1 it was put."""

    slug: Slug
    name: Text
    what: Text
    recognise: Text
    why: Text
    seeded: int = Field(ge=1)
    of: int = Field(ge=1)

    @property
    def rate(self) -> float:
        return self.seeded / self.of


class Reader(Content):
    slug: Slug
    name: Text
    role: Text


class Rule(Content):
    """A sentence that nobody had written down. Once it is, it says of each conversation in `settles` who was right."""

    says: Text
    settles: tuple[str, ...] = Field(min_length=1)
    passed: bool
    gap: Text


class Readers(Content):
    readers: tuple[Reader, ...] = Field(min_length=2, max_length=2)
    rules: tuple[Rule, ...] = Field(min_length=1)


class Label(Content):
    """What one reader said of version 1's answer: pass or fail, and a note in their own words."""

    reader: Slug
    conversation: str
    passed: bool
    note: str


class Pattern(Content):
    """A check in code, in the form in which the workbench keeps it: a regular expression, whatever the capitals."""

    kind: Literal["pattern"]
    value: Text
    absent: bool

    @field_validator("value")
    @classmethod
    def _compiles(cls, given: str) -> str:
        try:
            re.compile(given)
        except re.error as error:
            raise ValueError(f"is no regular expression: {error}") from None
        return given

    def passes(self, output: str) -> bool:
        return (re.search(self.value, output, re.IGNORECASE) is not None) is not self.absent


class Check(Content):
    """`aims`: the failure mode it was written for. `worth`: what comes of holding it against the truth."""

    slug: Slug
    name: Text
    says: Text
    aims: Slug
    check: Pattern
    worth: Literal["good", "looks right", "half"]
    lesson: Text


class Judge(Content):
    """A judge as it was written: the rubric that is asked of a model for each answer, and what holding it against labels teaches."""

    slug: Slug
    name: Text
    rubric: Text
    lesson: Text


class Metric(Content):
    """A number that looks good while the product fails: the share of answers for which its pattern holds."""

    slug: Slug
    name: Text
    says: Text
    check: Pattern
    lesson: Text


class Checks(Content):
    checks: tuple[Check, ...] = Field(min_length=3, max_length=3)
    judge: Judge
    metric: Metric


class JudgeVerdict(Content):
    """What the judge said of version 1's answer, recorded."""

    conversation: str
    passed: bool
    why: Text


Page = Literal["read", "modes", "checks", "compare", "memo", "spec"]


class Act(Content):
    """One thing to do, and the page of the workbench on which it is done."""

    page: Page
    does: Text


class Grade(Content):
    """How code tells that it was done: a condition on what is counted of what the learner did (`practice_facts.MINE`)."""

    says: Text
    condition: Condition


class Lesson(Content):
    """A mission on the practice product: commit to a number, do it, look, conclude."""

    slug: Slug
    title: Text
    minutes: int = Field(ge=5, le=30)
    situation: Text
    predict: tuple[Prediction, ...] = Field(min_length=1, max_length=2)
    acts: tuple[Act, ...] = Field(min_length=1)
    seen: Text
    conclude: Text
    grades: tuple[Grade, ...] = Field(min_length=1)


class Slot(Content):
    """A line of `slots.csv`: an hour that the clinic's calendar held in these weeks."""

    date: str = Field(pattern=r"^\d{4}-\d\d-\d\d$")
    time: str = Field(pattern=r"^\d\d:\d\d$")
    clinician: Text
    service: Text


class PracticeProduct(Content):
    about: About
    conversations: tuple[Conversation, ...]
    modes: tuple[Mode, ...]
    readers: Readers
    labels: tuple[Label, ...]
    checks: Checks
    verdicts: tuple[JudgeVerdict, ...]
    course: tuple[Lesson, ...]
    policy: Text
    slots: tuple[Slot, ...]

    @cached_property
    def by_id(self) -> dict[str, Conversation]:
        return {one.id: one for one in self.conversations}

    @cached_property
    def said(self) -> dict[str, set[bool]]:
        """Of each conversation that was labelled, what was said of it: both where the readers disagree."""
        said: dict[str, set[bool]] = {}
        for label in self.labels:
            said.setdefault(label.conversation, set()).add(label.passed)
        return said

    @cached_property
    def settled(self) -> dict[str, bool]:
        """The labels at hand: where the readers disagree, as the rule says that settles it."""
        ruled = {name: rule.passed for rule in self.readers.rules for name in rule.settles}
        return {name: ruled[name] if len(both) > 1 else next(iter(both)) for name, both in self.said.items()}

    @model_validator(mode="after")
    def _points_somewhere(self) -> "PracticeProduct":
        known, modes = {one.id for one in self.conversations}, {one.slug for one in self.modes}
        readers = {one.slug for one in self.readers.readers}
        _each_once("a conversation", (one.id for one in self.conversations))
        _each_once("a failure mode", (one.slug for one in self.modes))
        _each_once("a label", (f"{one.reader} {one.conversation}" for one in self.labels))
        _each_once("a lesson", (one.slug for one in self.course))
        _known("failure mode", {mode for one in self.conversations for mode in (*one.modes, *one.modes_2)}, modes)
        _known("failure mode", {one.aims for one in self.checks.checks}, modes)
        _known("reader", {one.reader for one in self.labels}, readers)
        _known("conversation", {one.conversation for one in self.labels}, known)
        if sorted(one.conversation for one in self.verdicts) != sorted(known):
            raise ValueError("the judge must have one verdict on each conversation")
        if sorted(name for rule in self.readers.rules for name in rule.settles) != sorted(
            a for a, both in self.said.items() if len(both) > 1
        ):
            raise ValueError("the rules must settle each conversation on which the readers disagree, once")
        return self


def _each_once(what: str, names: Iterable[str]) -> None:
    seen = list(names)
    if twice := sorted({name for name in seen if seen.count(name) > 1}):
        raise ValueError(f"{what} stands there twice: {', '.join(twice)}")


def _known(what: str, named: set[str], known: set[str]) -> None:
    if strange := sorted(named - known):
        raise ValueError(f"no such {what}: {', '.join(strange)}")


FOLDER = "practice-product"


@cache
def practice_product(folder: Path = CONTENT) -> PracticeProduct:
    """Read once a process. Raises ContentError, which names the file."""
    place = folder / FOLDER
    whole = {
        "about": _one(About, place / "product.toml"),
        "conversations": _lines(Conversation, place / "conversations.jsonl"),
        "modes": _many(Mode, place / "modes.toml", "modes"),
        "readers": _one(Readers, place / "readers.toml"),
        "labels": _lines(Label, place / "labels.jsonl"),
        "checks": _one(Checks, place / "checks.toml"),
        "verdicts": _lines(JudgeVerdict, place / "judge.jsonl"),
        "course": _many(Lesson, place / "course.toml", "lessons"),
        "policy": _read(place / "policy.md"),
        "slots": tuple(_parse(Slot, row, place / "slots.csv") for row in csv.DictReader(io.StringIO(_read(place / "slots.csv")))),
    }
    return _parse(PracticeProduct, whole, place)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ContentError(f"{file} is missing.", "Restore it: the practice product is not whole without it.") from None
