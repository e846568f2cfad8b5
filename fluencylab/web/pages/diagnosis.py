"""A case of the debugging bench: bad answers, the probes that were bought, those that can be; afterwards every cause answered."""

from typing import Any

from fluencylab.actions.diagnosis import AttemptState, Bought
from fluencylab.actions.faults import standing
from fluencylab.curriculum.loader import track
from fluencylab.models import catalogue
from fluencylab.practice import faults
from fluencylab.practice.faults import ResolvedCase
from fluencylab.runs.feed import ENDED
from fluencylab.web.pages.debug import proof_says
from fluencylab.web.pages.sheet import sheet

LABELS = ("See it", "Buy probes", "Name the cause", "Ask for a fix")
STEP_OF = {"look": 0, "probe": 1, "fix": 3, "done": 4}


def diagnosis_page(case: ResolvedCase, going: AttemptState, swap: str) -> dict[str, Any]:
    """`swap`: why no other model can be asked; empty where one can."""
    seed = going.attempt.seed if going.attempt else 0
    paid = going.paid
    answered = going.shown.get("diagnose")
    concept = track().concept(case.case.concept)
    return {
        "case": case.case,
        "scenario": case.scenario,
        "stage": going.stage,
        "labels": LABELS,
        "step": STEP_OF[going.stage],
        "look": sheet(going.run, going.steps, compact=True) if going.run else None,
        "bought": [_bought(one) for one in going.bought],
        "offered": [_offered(one, swap) for one in faults.probes(case) if one.slug not in {had.probe.slug for had in paid}],
        "spent": faults.cost(case, [one.probe.slug for one in paid]),
        "runs_now": any(run.status not in ENDED for run in [going.run, *(one.run for one in going.bought)] if run),
        "causes": _lettered([{"id": one.id, "text": one.text} for one in faults.causes(case, seed)]),
        "evidence": [{"value": one.probe.slug, "label": one.probe.title} for one in paid],
        "concept": concept if answered else None,
        **(_answered(case, going, seed) if answered else {}),
    }


def _bought(one: Bought) -> dict[str, Any]:
    return {"probe": one.probe, "sheet": sheet(one.run, one.steps, compact=True), "ended": one.run.status in ENDED}


def _offered(probe: Any, swap: str) -> dict[str, Any]:
    return {"probe": probe, "shut": swap if probe.other_model else ""}


def _lettered(options: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**option, "letter": "ABCDE"[i]} for i, option in enumerate(options)]


def _answered(case: ResolvedCase, going: AttemptState, seed: int) -> dict[str, Any]:
    row, fixed = going.shown["diagnose"], going.shown.get("fix")
    given = row.answer
    found = faults.judge(case, given["cause"], given["evidence"], given["bought"])
    right = case.fault.slug
    answers = {
        one.id: {
            "verdict": "This was it." if one.id == right else "Not this time.",
            "text": case.fault.expert if one.id == right else f"{one.why} The probe for that: {one.rules_out}.",
        }
        for one in faults.causes(case, seed)
    }
    proof = standing(case, catalogue.current().card().sha256)
    probe = case.bench.probe(given["evidence"])
    return {
        "picked": given["cause"],
        "right": right,
        "answers": answers,
        "found": found,
        "sentence": row.why,
        "marks": row.marks,
        "certainty": row.certainty,
        "shown_by": probe.title if probe else "",
        "path": faults.path(case),
        "explain": case.fault.explain,
        "reading": case.case.reading,
        "proof": proof_says(proof),
        "fixes": _lettered([{"id": one.id, "text": one.text} for one in faults.fixes(case, seed)]),
        "fix_picked": fixed.answer["picked"] if fixed else None,
        "fix_best": case.fault.best,
        "fix_answers": {
            one.id: {"verdict": "Ask for this." if one.id == case.fault.best else "It would not help.", "text": one.answer}
            for one in case.fault.fixes
        }
        if fixed
        else None,
    }
