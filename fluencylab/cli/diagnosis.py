"""What `fluency debug show` and `fluency debug try` do with a diagnosis: the case, probes run live, and a cause judged."""

import asyncio
from typing import Any

from fluencylab.actions.diagnosis import FIRST_LOOK, INSTRUMENT, why
from fluencylab.actions.faults import hidden, standing
from fluencylab.cli import bars, show, weights
from fluencylab.cli.debug import Answer
from fluencylab.cli.labs import collect
from fluencylab.errors import BadInput, NotFound
from fluencylab.instruments import assistant, instruments
from fluencylab.instruments.base import signature
from fluencylab.instruments.missing import concluded
from fluencylab.models import catalogue
from fluencylab.practice import faults
from fluencylab.practice.faults import ResolvedCase
from fluencylab.practice.kinds import DIAGNOSIS


def tell(case: ResolvedCase, as_json: bool) -> None:
    """What a learner sees before the first probe. The cause is not told, and neither is the concept."""
    proof = standing(case, catalogue.current().sha256)
    told = {
        "kind": DIAGNOSIS.name,
        "slug": case.case.slug,
        "title": case.case.title,
        "situation": f"{case.scenario.situation} {case.case.complaint}",
        "truth": case.scenario.truth,
        "hidden": hidden(case),
        "measured": {"without_fault": proof.healthy, "with_fault": proof.broken},
        "probes": [{"probe": one.slug, "title": one.title, "minutes": one.minutes} for one in faults.probes(case)],
        "causes": [{"cause": one.id, "says": one.text} for one in faults.causes(case, 0)],
    }
    if as_json:
        show.json_out(told)
        return
    show.out.print(case.case.title, style="bold", markup=False)
    show.out.print(f"{told['situation']}\n{case.scenario.truth}\n", markup=False)
    for probe in faults.probes(case):
        show.out.print(f"  --probe {probe.slug:<10} {probe.minutes:>3} min  {probe.title}", markup=False)
    show.out.print()
    for cause in faults.causes(case, 0):
        show.out.print(f"  --cause {cause.id:<12} {cause.text}", markup=False)


def attempt(case: ResolvedCase, given: Answer, model: str, as_json: bool) -> None:
    """Run the broken product and these probes on the real model; with a cause, judge it. Nothing is written down: the page does that."""
    probes, known = given.probes, {one.slug: one for one in faults.probes(case)}
    if unknown := next((slug for slug in probes if slug not in known), None):
        raise NotFound(f"There is no probe called “{unknown}” in this case.", f"There are: {', '.join(known)}.")
    if known_other := next((slug for slug in probes if known[slug].other_model and not model), None):
        raise BadInput(f"The probe “{known_other}” needs another model.", "Name one with --model.")
    wanted = {"look": {**faults.broken(case), "samples": FIRST_LOOK}} | {slug: faults.probed(case, known[slug]) for slug in probes}
    weights.have(model)
    ran = [_run(slug, settings, model, as_json) for slug, settings in wanted.items()]
    judged: dict[str, Any] | None = None
    if given.cause:
        found = faults.judge(case, given.cause, given.evidence or (probes[-1] if probes else ""), probes)
        judged = {**found._asdict(), "score": round(found.score, 3), "passed": found.passed, "says": why(case, found)}
        judged["path"] = [one.slug for one in faults.path(case)]
    if as_json:
        show.json_out({"slug": case.case.slug, "runs": ran, "judged": judged})
        return
    for one in ran:
        show.out.print(f"\n{one['probe']}: {one['says']}", markup=False)
        for step in one["steps"]:
            show.out.print(f"  {step.get('text') or step.get('hits') or step.get('rows') or step}", markup=False)
    if judged:
        show.out.print(f"\n{judged['says']} Score {judged['score']:.2f}.", markup=False)


def _run(slug: str, settings: dict[str, Any], model: str, quiet: bool) -> dict[str, Any]:
    params = assistant.Params.model_validate(settings)
    with bars.steps_bar(slug, max(1, assistant.calls(params)), quiet=quiet) as advance:
        card, steps, _ = asyncio.run(collect(instruments()[INSTRUMENT], params, model, lambda _: advance()))
    result = concluded(assistant, steps)
    signed = signature(card, INSTRUMENT, params, len(steps)) if card else {}
    rows = [{"kind": step.kind, **step.data} for step in steps]
    return {"probe": slug, "says": result.says, "facts": result.facts(), "steps": rows, "conditions": signed}
