"""The debugging bench as typed data: `content/bench/*.toml`. A case is one fault put into one scenario.

probes.toml     what can be bought, and which settings of the assistant it changes
faults.toml     causes: why each tempts, which probe proves it, what to ask for
scenarios.toml  a customer, a question, and the assistant's healthy settings
cases.toml      fault × scenario, with the settings the fault puts in
"""

from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, model_validator

from fluencylab.curriculum.loader import CONTENT, _many, _parse, track
from fluencylab.curriculum.schema import Content, Option, Slug, Text
from fluencylab.errors import ContentError

Kind = Literal["answer", "call", "sort", "mark"]
"""What the assistant does in a scenario: answer, call a tool, sort a message, mark answers."""


class Probe(Content):
    """`minutes`: of an engineer, its price. `set`: settings it changes; `hand`: something of the scenario's that it puts in."""

    slug: Slug
    title: Text
    gives: Text
    minutes: int = Field(ge=1, le=60)
    set: dict[str, Any] = Field({})
    hand: Literal["", "document", "examples"] = ""
    other_model: bool = False
    kinds: tuple[Kind, ...] = ()
    """Scenarios it makes sense in; none named: all."""


class Elsewhere(Content):
    """Where a cause cannot be ruled out by its own probe: another one, and what it would have shown."""

    probe: Slug
    says: Text


class Fault(Content):
    """One cause. `proof`: probes that prove it; `hints`: those that make it likelier and prove nothing; `rules_out` and `ruled_out`: how a
    probe shows that it is *not* the cause."""

    slug: Slug
    cause: Text
    tempts: Text
    rules_out: Slug
    ruled_out: Text
    elsewhere: Elsewhere | None = None
    proof: tuple[Slug, ...] = Field(min_length=1)
    hints: tuple[Slug, ...] = ()
    path: tuple[Slug, ...] = Field(min_length=1, description="What an expert buys, in this order")
    expert: Text = Field(description="Why an expert buys these")
    explain: Text
    fixes: tuple[Option, ...] = Field(min_length=3, max_length=3)
    best: Slug

    @property
    def shown_by(self) -> set[str]:
        """Probes that read otherwise where it is the cause."""
        return {*self.proof, *self.hints, self.rules_out}

    @model_validator(mode="after")
    def _holds(self) -> "Fault":
        if self.best not in {fix.id for fix in self.fixes}:
            raise ValueError("`best` must be the id of one of the fixes")
        if not set(self.path) & set(self.proof):
            raise ValueError("an expert's path must hold a probe that proves the cause")
        return self


class Scenario(Content):
    """`truth`: what a right answer says, for the learner; `params`: the assistant's healthy settings."""

    slug: Slug
    kind: Kind
    situation: Text
    truth: Text
    document: str = Field("", description="The sentence of the help centre that holds the answer: “return-period/1”")
    examples: tuple[str, ...] = ()
    talk: tuple[str, ...] = Field((), description="What was said before, in the cases that need it")
    params: dict[str, Any]


class FaultCase(Content):
    """`change`: the settings that put the fault in. `reading`: what the proving probe shows, in words, for reviews."""

    slug: Slug
    title: Text
    concept: Slug
    fault: Slug
    scenario: Slug
    minutes: int = Field(6, ge=1, le=20)
    complaint: Text
    change: dict[str, Any]
    talk: bool = Field(False, description="Does the scenario's talk stand in front of the question?")
    healthy: dict[str, Any] = Field({}, description="Settings of this case that are healthy, and not the scenario's own")
    decoys: tuple[Slug, ...] = Field(min_length=3, max_length=4)
    reading: Text
    settled: tuple[Slug, ...] = Field((), description="Three causes; reviews ask which of them a probe would prove or rule out")


class Bench(Content):
    probes: tuple[Probe, ...]
    faults: tuple[Fault, ...]
    scenarios: tuple[Scenario, ...]
    cases: tuple[FaultCase, ...]

    @model_validator(mode="after")
    def _resolves(self) -> "Bench":
        probes, faults = {one.slug for one in self.probes}, {one.slug for one in self.faults}
        scenarios = {one.slug for one in self.scenarios}
        for fault in self.faults:
            _known(f"the fault {fault.slug}", {*fault.proof, *fault.hints, *fault.path, fault.rules_out}, probes)
            if fault.elsewhere:
                _known(f"the fault {fault.slug}", {fault.elsewhere.probe}, probes)
        for case in self.cases:
            _known(f"the case {case.slug}", {case.fault, *case.decoys, *case.settled}, faults)
            _known(f"the case {case.slug}", {case.scenario}, scenarios)
            if case.fault in case.decoys:
                raise ValueError(f"the case {case.slug} names its own fault as a decoy")
        return self

    def case(self, slug: str) -> FaultCase | None:
        return next((one for one in self.cases if one.slug == slug), None)

    def of(self, concept: str) -> list[FaultCase]:
        return [one for one in self.cases if one.concept == concept]

    def fault(self, slug: str) -> Fault:
        return next(one for one in self.faults if one.slug == slug)

    def scenario(self, slug: str) -> Scenario:
        return next(one for one in self.scenarios if one.slug == slug)

    def probe(self, slug: str) -> Probe | None:
        return next((one for one in self.probes if one.slug == slug), None)


def _known(who: str, named: set[str], known: set[str]) -> None:
    if missing := sorted(named - known):
        raise ValueError(f"{who} names {', '.join(missing)}, which there is not")


@cache
def bench(folder: Path = CONTENT) -> Bench:
    """The whole bench; read once a process. Raises ContentError with the file and the field."""
    place = folder / "bench"
    found = {
        "probes": _many(Probe, place / "probes.toml", "probes"),
        "faults": _many(Fault, place / "faults.toml", "faults"),
        "scenarios": _many(Scenario, place / "scenarios.toml", "scenarios"),
        "cases": _many(FaultCase, place / "cases.toml", "cases"),
    }
    concepts = {concept.slug for concept in (track() if folder == CONTENT else track(folder)).concepts}
    for case in found["cases"]:
        if isinstance(case, FaultCase) and case.concept not in concepts:
            raise ContentError(f"{place}/cases.toml: {case.slug} names {case.concept}, which is no concept.", "Mend that slug.")
    return _parse(Bench, found, place)
