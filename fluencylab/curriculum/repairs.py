"""Repair exercises as typed data: a bad output, the prompt behind it, and the cases by which another prompt is judged.

    content/repairs/repairs.toml      the order, and for each kind of repair its worked example
    content/repairs/<slug>.toml       one exercise

In a prompt `{message}` stands for the case's text. A line that begins with "system:", "user:" or "assistant:" begins a new message.
"""

from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, model_validator

from fluencylab.curriculum.loader import CONTENT, _one, _toml
from fluencylab.curriculum.schema import Content, Slug, Text

PLACE = "{message}"
LONGEST = 4_000
"""Characters of the longest prompt that any exercise takes."""
Kind = Literal["equals", "contains", "lacks", "pattern", "number", "label", "words", "json", "ends"]


class Check(Content):
    """One thing code looks for in an answer. `value` may hold {expect}, the case's own. `says`: what is wrong where it fails."""

    kind: Kind
    value: str = "{expect}"
    says: Text


class RepairCase(Content):
    """A text that comes in. `checks`: in place of the exercise's, for a case that must not break."""

    text: Text
    expect: str = ""
    about: str = Field("", description="Of a case that must not break: what it stands for, in words the learner sees")
    gave: str = Field("", description="Of a visible case: what the original prompt gave on the embedded model")
    checks: tuple[Check, ...] = ()


class Fix(Content):
    """A prompt somebody might hand in, and why it does, or does not, mend the answers."""

    title: Text
    prompt: Text
    why: Text


class Repair(Content):
    slug: Slug
    title: Text
    concept: Slug
    kind: Slug
    trade: Text
    minutes: int = Field(ge=1, le=20)
    situation: Text
    notes: str = Field("", description="Facts the learner may use")
    prompt: Text
    checks: tuple[Check, ...] = Field(min_length=1)
    wanted: Text = Field(description="What a right answer is, in one sentence")
    temperature: float = Field(0.3, gt=0, le=2)
    seeds: tuple[int, ...] = Field((11, 12), min_length=2, max_length=4)
    max_tokens: int = Field(10, ge=1, le=40)
    stop: tuple[str, ...] = ("\n",)
    longest: int = Field(1_200, ge=100, le=LONGEST)
    bar: float = Field(0.75, gt=0.5, le=1)
    visible: tuple[RepairCase, ...] = Field(min_length=3, max_length=3)
    hidden: tuple[RepairCase, ...] = Field(min_length=12, max_length=20)
    keep: tuple[RepairCase, ...] = Field(min_length=1, max_length=4)
    hints: tuple[Text, ...] = Field(min_length=2, max_length=3)
    reference: Fix
    plausible: tuple[Fix, Fix]
    debrief: Text

    @model_validator(mode="after")
    def _whole(self) -> "Repair":
        if any(not case.about for case in self.keep):
            raise ValueError("a case that must not break says what it is about")
        texts = [case.text for case in (*self.visible, *self.hidden, *self.keep)]
        if len(set(texts)) < len(texts):
            raise ValueError("two cases have the same text")
        for prompt in (self.prompt, self.reference.prompt, *(fix.prompt for fix in self.plausible)):
            if PLACE not in prompt or len(prompt) > LONGEST:
                raise ValueError(f"every prompt has {PLACE} in it and at most {LONGEST} characters")
        return self

    def cases(self, group: str) -> tuple[RepairCase, ...]:
        return {"visible": self.visible, "hidden": self.hidden, "keep": self.keep}[group]

    def checks_of(self, group: str, number: int) -> tuple[Check, ...]:
        return self.cases(group)[number].checks or self.checks


class Worked(Content):
    """A kind of repair: its worked example, which the first exercise of the kind shows whole. What it gave was seen on SmolLM2-135M."""

    slug: Slug
    title: Text
    before: Text
    message: Text
    gave: Text
    after: Text
    gives: Text
    why: Text


class Repairs(Content):
    kinds: tuple[Worked, ...]
    repairs: tuple[Repair, ...]

    @model_validator(mode="after")
    def _known_kinds(self) -> "Repairs":
        if unknown := {one.kind for one in self.repairs} - {kind.slug for kind in self.kinds}:
            raise ValueError(f"there is no kind of repair called {', '.join(sorted(unknown))}")
        return self

    def get(self, slug: str) -> Repair | None:
        return next((one for one in self.repairs if one.slug == slug), None)

    def kind(self, repair: Repair) -> Worked:
        return next(kind for kind in self.kinds if kind.slug == repair.kind)

    def turn(self, repair: Repair) -> int:
        """0 for the first exercise of its kind, 1 for the second, and so on: help fades with it."""
        return [one.slug for one in self.repairs if one.kind == repair.kind].index(repair.slug)


@cache
def repairs(folder: Path = CONTENT) -> Repairs:
    """All of them, in their order; read once a process."""
    here = folder / "repairs"
    listing: dict[str, Any] = _toml(here / "repairs.toml")
    found = tuple(_one(Repair, here / f"{slug}.toml") for slug in listing.get("order", []))
    return Repairs(kinds=tuple(Worked.model_validate(kind) for kind in listing.get("kinds", [])), repairs=found)
