"""Products of the capstone as typed data: `content/capstone/*.toml`. Each is a product that no other exercise speaks of, in five parts.

index.toml      their order
<slug>.toml     the product: who asks it what, its settings, its acceptance tests, two faults at once, a mended proposal, the memo
<slug>.json     what the model answered with every setting and every fault, recorded (`capstone_recorded.py`)

A product is a prompt, its examples and its settings (`Setup`). Everything else in the file is a change of one: a knob's level, a mutant,
a fault, a probe. So all of it can be asked of the model, and all of it is judged by the same checks.
"""

from functools import cache
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from fluencylab.curriculum.loader import CONTENT, _in_order
from fluencylab.curriculum.proposals import OFFERED, Sentence
from fluencylab.curriculum.repairs import Check
from fluencylab.curriculum.schema import Content, Option, Slug, Text

FOLDER = "capstone"
Form = Literal["A", "B"]
Knobs = Literal["examples", "rules", "temperature", "length"]
MINUTES = 60
SHOWN, HIDDEN = 6, 12
"""Cases that a learner may run, and cases by which a configuration is judged."""
RUNS = 4
"""Configurations that may be tried on the cases shown."""
MOST_TESTS = 5
FAULTS = 2


class Turn(Content):
    """An example in the prompt: what is asked, and how to answer."""

    user: Text
    assistant: Text


class Setup(Content):
    """How the product asks the model. `examples`: a set of the product's by its name; empty for none.

    `message`: how much of what a customer writes arrives. `template`: whether the chat template is used.
    """

    rules: str = ""
    examples: str = ""
    temperature: float = Field(ge=0, le=2)
    length: int = Field(ge=1, le=60, description="Tokens an answer may have")
    message: Literal["whole", "half"] = "whole"
    template: bool = True

    def changed(self, changes: dict[str, Any]) -> Self:
        """Raises ValueError for what is no setting."""
        return self.model_validate({**self.model_dump(), **changes})


class Level(Content):
    """One position of a knob, and what it sets."""

    id: Slug
    text: Text
    set: dict[str, Any] = Field(min_length=1)


class Knob(Content):
    """Its levels, from little to much: the last is the largest."""

    slug: Knobs
    title: Text
    levels: tuple[Level, ...] = Field(min_length=2, max_length=3)


class CapstoneCase(Content):
    text: Text
    expect: Text


class Mutant(Content):
    """The product as it should be, with one thing broken."""

    name: Text
    says: Text
    set: dict[str, Any] = Field(min_length=1)


class CapstoneTest(Content):
    """An acceptance test. `check`: as the workbench keeps it; `least`: of 100 answers, so many must pass."""

    slug: Slug
    says: Text
    check: dict[str, Any]
    least: int = Field(ge=1, le=100)


class SpecPart(Content):
    """`mutants`: six to nine; which of them are really worse is told by the checks. `reference`: the tests an expert writes in."""

    wish: Text
    mutants: tuple[Mutant, ...] = Field(min_length=6, max_length=9)
    tests: tuple[CapstoneTest, ...] = Field(min_length=10, max_length=12)
    reference: tuple[Slug, ...] = Field(min_length=1, max_length=MOST_TESTS)
    conclude: Text


class Cause(Content):
    """What may be broken, and what breaking it sets. `proof`: probes that show it; `told`: once the causes were named."""

    id: Slug
    text: Text
    set: dict[str, Any] = Field(min_length=1)
    proof: tuple[Slug, ...] = Field(min_length=1)
    told: Text


class Probe(Content):
    """`heals`: settings that it puts back as they were; `set`: settings it changes. `reads`: it shows the prompt, and asks nobody."""

    slug: Slug
    title: Text
    gives: Text
    minutes: int = Field(ge=1, le=30)
    heals: tuple[str, ...] = ()
    set: dict[str, Any] = Field({})
    reads: bool = False


class FaultPart(Content):
    complaint: Text
    planted: tuple[Slug, Slug]
    causes: tuple[Cause, ...] = Field(min_length=6, max_length=6)
    probes: tuple[Probe, ...] = Field(min_length=6, max_length=8)
    budget: int = Field(ge=10, le=60, description="Minutes of an engineer that there are")
    path: tuple[Slug, ...] = Field(min_length=2, description="What an expert buys, within the budget")
    conclude: Text


class ProposalPart(Content):
    """A proposal that was sent back once. `earlier`: what was objected to then; the sentences: what came back."""

    by: Text
    earlier: Text
    sentences: tuple[Sentence, ...] = Field(min_length=9, max_length=14)
    reasons: tuple[Slug, ...] = Field(min_length=OFFERED, max_length=OFFERED)
    options: tuple[Option, ...] = Field(min_length=3, max_length=4)
    best: Slug
    conclude: Text

    @property
    def flaws(self) -> dict[str, str]:
        """Sentence that does not hold -> why."""
        return {one.id: one.reason for one in self.sentences if one.reason}


class Ruling(Content):
    """A decision that the memo may take: right where the lower end of what was measured reaches `least` (a share), and no higher one."""

    id: Slug
    text: Text
    least: float = Field(ge=0, le=1)
    answer: Text


class Statement(Content):
    """What a memo might say. `holds`: it was measured here, it is open (nobody measured it), or what was measured speaks against it."""

    id: Slug
    text: Text
    holds: Literal["measured", "open", "against"]
    why: Text


class MemoPart(Content):
    asks: Text
    rulings: tuple[Ruling, ...] = Field(min_length=3, max_length=3)
    statements: tuple[Statement, ...] = Field(min_length=6, max_length=9)
    conclude: Text


class CapstoneProduct(Content):
    """`form`: of the two products of a trade, which; so a second try in the same trade is on the other.

    `most_tokens`: what the brief allows a call to read and write, on average. `healthy`: the setup by which acceptance tests and faults go.
    """

    slug: Slug
    title: Text
    trade: Text
    form: Form
    brief: Text
    wanted: Text
    most_tokens: int = Field(ge=20, le=2000)
    checks: tuple[Check, ...] = Field(min_length=1)
    stop: tuple[str, ...] = ("\n",)
    base: Setup
    examples: dict[str, tuple[Turn, ...]]
    knobs: tuple[Knob, ...] = Field(min_length=4, max_length=4)
    defaults: dict[Knobs, Slug]
    reference: dict[Knobs, Slug]
    shown: tuple[CapstoneCase, ...] = Field(min_length=SHOWN, max_length=SHOWN)
    hidden: tuple[CapstoneCase, ...] = Field(min_length=HIDDEN, max_length=HIDDEN)
    configure_conclude: Text
    spec: SpecPart
    fault: FaultPart
    proposal: ProposalPart
    memo: MemoPart

    def cases(self, group: str) -> tuple[CapstoneCase, ...]:
        return {"shown": self.shown, "hidden": self.hidden}[group]

    def level(self, knob: Knobs, id: str) -> Level | None:
        return next((one for each in self.knobs if each.slug == knob for one in each.levels if one.id == id), None)

    def setup(self, chosen: dict[Knobs, Slug]) -> Setup:
        """Raises ValueError where a knob has no such level, or one is not set."""
        now = self.base
        for knob in self.knobs:
            level = self.level(knob.slug, chosen.get(knob.slug, ""))
            if level is None:
                raise ValueError(f"{knob.title} is not set")
            now = now.changed(level.set)
        return now

    @property
    def healthy(self) -> Setup:
        return self.setup(self.reference)

    @property
    def broken(self) -> Setup:
        """With both faults put in."""
        now = self.healthy
        for cause in self.planted:
            now = now.changed(cause.set)
        return now

    @property
    def planted(self) -> tuple[Cause, ...]:
        return tuple(one for id in self.fault.planted for one in self.fault.causes if one.id == id)

    def probe(self, slug: str) -> Probe | None:
        return next((one for one in self.fault.probes if one.slug == slug), None)

    def probed(self, probe: Probe) -> Setup:
        """The broken product, with what the probe puts back or changes."""
        healthy = self.healthy.model_dump()
        return self.broken.changed({name: healthy[name] for name in probe.heals} | probe.set)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if tuple(knob.slug for knob in self.knobs) != ("examples", "rules", "temperature", "length"):
            raise ValueError("the knobs are examples, rules, temperature and length, in this order")
        texts = [one.text for one in (*self.shown, *self.hidden)]
        if len(set(texts)) < len(texts):
            raise ValueError("two cases have the same text")
        setups = [self.setup(self.defaults), self.broken, *(self.probed(one) for one in self.fault.probes)]
        setups += [self.healthy.changed(one.set) for one in self.spec.mutants]
        setups += [self.healthy.changed(one.set) for one in self.fault.causes]
        setups += [self.base.changed(level.set) for knob in self.knobs for level in knob.levels]
        if unknown := {one.examples for one in setups} - {"", *self.examples}:
            raise ValueError(f"there are no examples called {', '.join(sorted(unknown))}")
        return self

    @model_validator(mode="after")
    def _names_what_there_is(self) -> Self:
        probes, causes = {one.slug for one in self.fault.probes}, {one.id for one in self.fault.causes}
        named = {slug for one in self.fault.causes for slug in one.proof} | set(self.fault.path)
        if not named <= probes or not set(self.fault.planted) <= causes or len(set(self.fault.planted)) < FAULTS:
            raise ValueError("`proof` and `path` name probes, and `planted` names two causes")
        if sum(one.minutes for one in self.fault.probes if one.slug in self.fault.path) > self.fault.budget:
            raise ValueError("an expert's path costs more than the budget")
        if not set(self.spec.reference) <= {one.slug for one in self.spec.tests}:
            raise ValueError("`reference` names acceptance tests")
        if self.proposal.best not in {one.id for one in self.proposal.options}:
            raise ValueError("`best` must be one of the options' ids")
        if not set(self.proposal.flaws.values()) <= set(self.proposal.reasons):
            raise ValueError("every reason why a sentence does not hold is among the six")
        if min(one.least for one in self.memo.rulings) > 0:
            raise ValueError("one of the rulings holds whatever was measured: its `least` is 0")
        return self


@cache
def capstones(folder: Path = CONTENT) -> tuple[CapstoneProduct, ...]:
    """Read once a process, in the order of `index.toml`. Raises ContentError, which names the file."""
    return _in_order(CapstoneProduct, folder / FOLDER, "products", "A product")


def find_capstone(slug: str) -> CapstoneProduct | None:
    return next((one for one in capstones() if one.slug == slug), None)
