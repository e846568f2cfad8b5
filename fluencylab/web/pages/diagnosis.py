"""A case of the debugging bench: bad answers, the probes that were bought, those that can be; afterwards every cause answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from fluencylab.actions.diagnosis import AttemptState
from fluencylab.actions.faults import standing
from fluencylab.curriculum.bench import FaultCase, Probe, Scenario
from fluencylab.curriculum.loader import track
from fluencylab.curriculum.schema import Concept, Option
from fluencylab.models import catalogue
from fluencylab.practice import faults
from fluencylab.practice.faults import Choice, Diagnosis, ResolvedCase
from fluencylab.runs.feed import ENDED
from fluencylab.web.lab_page import Sheet
from fluencylab.web.pages.debug import proof_says
from fluencylab.web.pages.next_step import Next
from fluencylab.web.pages.options import OptionAnswer, OptionCard, SelectOption, lettered
from fluencylab.web.pages.results import Beside
from fluencylab.web.pages.sheet import sheet

LABELS = ("See it", "Buy probes", "Name the cause", "Ask for a fix")
STEP_OF = {"look": 0, "probe": 1, "fix": 3, "done": 4}


class BoughtProbe(NamedTuple):
    probe: Probe
    sheet: Sheet


class OfferedProbe(NamedTuple):
    """`costs`: its price, as its button says it; `shut`: why it cannot be bought here, empty where it can."""

    probe: Probe
    costs: str
    shut: str


@dataclass(frozen=True)
class Diagnosed:
    """The cause that was named, judged; every cause answered; the shortest path; and the fixes."""

    picked: str
    right: str
    answers: dict[str, OptionAnswer]
    judged: Diagnosis
    sentence: str
    marks: int | None
    shown_by: str
    path: Sequence[Probe]
    explain: str
    reading: str
    proof: str
    fixes: list[OptionCard]
    fix_picked: str | None
    fix_best: str
    fix_answers: dict[str, OptionAnswer] | None


@dataclass(frozen=True)
class DiagnosisPage:
    """Context of `diagnosis.html`."""

    case: FaultCase
    scenario: Scenario
    stage: str
    step: int
    look: Sheet | None
    bought: list[BoughtProbe]
    offered: list[OfferedProbe]
    spent: int
    spent_says: str
    runs_now: bool
    causes: list[OptionCard]
    evidence: list[SelectOption]
    concept: Concept | None
    """Told once the cause was named: it would give it away"""
    named: Diagnosed | None
    next: Next | None
    changed: Sequence[str]
    """On the map, by this exercise: a line a cell, once it is done"""
    beside: Beside
    labels: tuple[str, ...] = LABELS


def diagnosis_page(
    case: ResolvedCase, going: AttemptState, swap: str, comes: Next | None, changed: Sequence[str] = (), beside: Beside = Beside()
) -> DiagnosisPage:
    """`swap`: why no other model can be asked; empty where one can. `comes`, `changed`: what to do after it, and what it did to the map."""
    seed = going.attempt.seed if going.attempt else 0
    paid = going.paid
    spent = faults.cost(case, [one.probe.slug for one in paid])
    named = going.shown.get("diagnose")
    return DiagnosisPage(
        case=case.case,
        scenario=case.scenario,
        stage=going.stage,
        step=STEP_OF[going.stage],
        look=sheet(going.run, going.steps, compact=True) if going.run else None,
        bought=[BoughtProbe(one.probe, sheet(one.run, one.steps, compact=True)) for one in going.bought],
        offered=[
            OfferedProbe(one, f"costs {one.minutes} minutes", swap if one.other_model else "")
            for one in faults.probes(case)
            if one.slug not in {had.probe.slug for had in paid}
        ],
        spent=spent,
        spent_says=_spent_says(spent, named is not None),
        runs_now=any(run.status not in ENDED for run in [going.run, *(one.run for one in going.bought)] if run),
        causes=lettered((one.id, one.text) for one in faults.causes(case, seed)),
        evidence=[SelectOption(one.probe.slug, one.probe.title) for one in paid],
        concept=track().concept(case.case.concept) if named else None,
        named=_named(case, going, seed) if named else None,
        next=comes,
        changed=changed,
        beside=beside,
    )


def _spent_says(spent: int, named: bool) -> str:
    """On the bill of probes; once the cause was named it is closed."""
    if named:
        return f"They took {spent} minutes of an engineer’s time."
    return (
        f"You have spent {spent} minutes so far."
        if spent
        else f"You lose nothing for up to {faults.NEAR} minutes more than an expert spends."
    )


def _named(case: ResolvedCase, going: AttemptState, seed: int) -> Diagnosed:
    row, fixed = going.shown["diagnose"], going.shown.get("fix")
    given, fault = row.answer, case.fault
    probe = case.bench.probe(given["evidence"])
    return Diagnosed(
        picked=given["cause"],
        right=fault.slug,
        answers={one.id: _answer(case, one) for one in faults.causes(case, seed)},
        judged=faults.judge(case, given["cause"], given["evidence"], given["bought"]),
        sentence=row.why,
        marks=row.marks,
        shown_by=probe.title if probe else "",
        path=faults.path(case),
        explain=fault.explain,
        reading=case.case.reading,
        proof=proof_says(standing(case, catalogue.current().sha256)),
        fixes=lettered((one.id, one.text) for one in faults.fixes(case, seed)),
        fix_picked=fixed.answer["picked"] if fixed else None,
        fix_best=fault.best,
        fix_answers={one.id: _fix_answer(one, fault.best) for one in fault.fixes} if fixed else None,
    )


def _answer(case: ResolvedCase, one: Choice) -> OptionAnswer:
    if one.id == case.fault.slug:
        return OptionAnswer("This was it.", case.fault.expert)
    return OptionAnswer("Not this time.", f"{one.why} The probe for that: {one.rules_out}.")


def _fix_answer(one: Option, best: str) -> OptionAnswer:
    return OptionAnswer("Ask for this." if one.id == best else "Not this one.", one.answer)
