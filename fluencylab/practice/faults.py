"""Faults: one is put into a healthy product, probes look for it, and a diagnosis is judged. Pure: settings are plain values.

    broken(case)               the scenario's settings with one of them wrong
    probed(case, probe)        the same, looked at or changed as the probe does
    judge(case, …)             cause, evidence, economy: 0 to 1 each; with a wrong cause all is 0

A diagnosis passes with the right cause, a probe among those bought that proves it, and not much more spent than an expert spends.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from fluencylab.curriculum.bench import Bench, Fault, FaultCase, Probe, Scenario, bench
from fluencylab.curriculum.schema import Option
from fluencylab.errors import BadInput
from fluencylab.memo import once
from fluencylab.practice.exercises import short_hash, shuffled
from fluencylab.stats import wilson

NEAR, FAR = 10, 20
"""Minutes beyond the expert's that still earn all of economy, and half of it."""
PASS = 0.8
TRIALS = {"answer": 6, "call": 6, "sort": 6, "mark": 24}
"""Answers of the healthy and of the broken product that prove a case, by what the assistant does. Marks are short, and nearly even."""


class Diagnosis(NamedTuple):
    """`cause` and `evidence` are 0 or 1, `economy` 0, 0.5 or 1. `spent` and `par` in minutes; `par`: what an expert spends."""

    cause: float
    evidence: float
    economy: float
    spent: int
    par: int

    @property
    def score(self) -> float:
        return (self.cause + self.evidence + self.economy) / 3 if self.cause else 0.0

    @property
    def passed(self) -> bool:
        return self.score >= PASS


class Choice(NamedTuple):
    """A cause to choose. `why`: what is said of it afterwards. `rules_out`: the title of the probe that would have told."""

    id: str
    text: str
    why: str
    rules_out: str = ""


@dataclass(frozen=True, eq=False)
class ResolvedCase:
    """A case with all that belongs to it."""

    case: FaultCase
    fault: Fault
    scenario: Scenario
    bench: Bench


def resolve_case(slug: str, of: Bench | None = None) -> ResolvedCase | None:
    return _resolved(of or bench()).get(slug)


@once
def _resolved(of: Bench) -> dict[str, ResolvedCase]:
    return {case.slug: ResolvedCase(case, of.fault(case.fault), of.scenario(case.scenario), of) for case in of.cases}


def healthy(case: ResolvedCase) -> dict[str, Any]:
    """The product before the fault."""
    talk = {"history": case.scenario.talk} if case.case.talk else {}
    return {**case.scenario.params, **talk, **case.case.healthy}


def broken(case: ResolvedCase) -> dict[str, Any]:
    """One fault put in: what the case changes, and nothing else."""
    return {**healthy(case), **case.case.change}


def probes(case: ResolvedCase) -> list[Probe]:
    """Those that make sense in this case's scenario."""
    fits = [one for one in case.bench.probes if not one.kinds or case.scenario.kind in one.kinds]
    return [one for one in fits if not one.hand or getattr(case.scenario, one.hand)]


def probed(case: ResolvedCase, probe: Probe) -> dict[str, Any]:
    """The broken product, looked at or changed as the probe says. What the scenario hands over comes last."""
    hand: dict[str, Any] = {}
    if probe.hand == "document":
        hand = {"given": case.scenario.document}
    elif probe.hand == "examples":
        hand = {"examples": case.scenario.examples}
    return {**broken(case), **probe.set, **hand}


def causes(case: ResolvedCase, seed: int) -> list[Choice]:
    """The true cause among the decoys, in an order of the attempt's own; each with its answer."""
    right = Choice(case.fault.slug, case.fault.cause, case.fault.explain)
    decoys = [case.bench.fault(slug) for slug in case.case.decoys]
    return shuffled([right, *(_wrong(case, one) for one in decoys)], seed, "causes")


def _wrong(case: ResolvedCase, one: Fault) -> Choice:
    """A cause that it is not, with the probe that would have told; another one where that cannot be bought here."""
    probe, says = one.rules_out, one.ruled_out
    if one.elsewhere and probe not in {buyable.slug for buyable in probes(case)}:
        probe, says = one.elsewhere.probe, one.elsewhere.says
    return Choice(one.slug, one.cause, f"{one.tempts} {says}", _title(case, probe))


def fixes(case: ResolvedCase, seed: int) -> list[Option]:
    return shuffled(case.fault.fixes, seed, "fixes")


def path(case: ResolvedCase) -> list[Probe]:
    """The expert's probes, those that this scenario has."""
    fits = {one.slug: one for one in probes(case)}
    return [fits[slug] for slug in case.fault.path if slug in fits]


def cost(case: ResolvedCase, bought: Sequence[str]) -> int:
    """Minutes; the same probe bought twice counts once."""
    return sum(one.minutes for one in case.bench.probes if one.slug in set(bought))


def judge(case: ResolvedCase, cause: str, evidence: str, bought: Sequence[str]) -> Diagnosis:
    """Raises BadInput where the cause is none of the options, or the evidence was not bought."""
    if cause not in {case.fault.slug, *case.case.decoys}:
        raise BadInput("Choose a cause first.", "Then press the button again; nothing was lost.")
    if evidence not in bought:
        raise BadInput("Say which of your probes showed it.", "It must be one you have bought.")
    spent, par = cost(case, bought), sum(one.minutes for one in path(case))
    economy = 1.0 if spent <= par + NEAR else 0.5 if spent <= par + FAR else 0.0
    return Diagnosis(float(cause == case.fault.slug), float(evidence in case.fault.proof), economy, spent, par)


def fix(case: ResolvedCase, picked: str) -> Option:
    found = next((one for one in case.fault.fixes if one.id == picked), None)
    if found is None:
        raise BadInput("Choose the fix to ask for.", "Then press the button again; nothing was lost.")
    return found


def moved(well: tuple[int, int], ill: tuple[int, int]) -> bool:
    """Is the rate of right answers (right, of so many) of the broken product clear of the healthy one's? Their 95 % intervals are apart."""
    if not well[1] or not ill[1]:
        return False
    return wilson(*well)[0] > wilson(*ill)[1]


@once
def settings_hash(case: ResolvedCase) -> str:
    """Changes when a setting of the healthy or of the broken product does: a proof is of settings, not of words."""
    return _hash([healthy(case), broken(case)])


@once
def words_hash(case: ResolvedCase) -> str:
    """Changes when what is asked does, or its cause: evidence holds, whatever causes stand beside it, and however they are worded."""
    return _hash([case.case.model_dump(mode="json", exclude={"settled", "decoys"}), case.scenario.model_dump(mode="json"), case.fault.slug])


def _hash(value: Any) -> str:
    return short_hash(json.dumps(value, sort_keys=True, default=list))


def _title(case: ResolvedCase, slug: str) -> str:
    probe = case.bench.probe(slug)
    return probe.title if probe else ""
