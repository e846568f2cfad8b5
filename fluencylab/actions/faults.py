"""Prove the cases of the debugging bench on a model, and say which of them stand."""

from fluencylab.curriculum import proofs
from fluencylab.curriculum.bench import bench
from fluencylab.curriculum.proofs import ProvedFault
from fluencylab.instruments import assistant
from fluencylab.models import catalogue
from fluencylab.models.types import Model, ModelInfo
from fluencylab.practice import faults
from fluencylab.practice.faults import ResolvedCase

MOST = 12
"""Answers of one run, at most."""
Rates = dict[str, tuple[int, int]]
"""What was measured already, by its settings: many cases share one healthy product."""


async def prove(model: Model, case: ResolvedCase, known: Rates) -> ProvedFault:
    """Measure the healthy and the broken product. `known` is added to."""
    well = await _rate(model, case, faults.healthy(case), known)
    ill = await _rate(model, case, faults.broken(case), known)
    return ProvedFault(case.case.slug, faults.settings_hash(case), well, ill, faults.moved(well, ill))


async def _rate(model: Model, case: ResolvedCase, settings: dict[str, object], known: Rates) -> tuple[int, int]:
    key = repr(sorted(settings.items(), key=str))
    if key not in known:
        hits = n = 0
        wanted = faults.TRIALS[case.scenario.kind]
        for turn in range(wanted):
            params = assistant.Params.model_validate({**settings, "samples": min(wanted, MOST), "seed": 1 + 1000 * turn})
            async for step in assistant.run(model, params):
                hits, n = hits + bool(step.data["right"]), n + 1
            if n >= wanted:
                break
        known[key] = hits, n
    return known[key]


def standing(case: ResolvedCase, sha256: str) -> ProvedFault:
    """The case's proof on these weights; nothing measured where there is none for these settings."""
    current = faults.settings_hash(case)
    for page in proofs.pages(sha256):
        found = page.faults.get(case.case.slug)
        if found and found.content == current:
            return found
    return ProvedFault(case.case.slug, current, (0, 0), (0, 0), False)


def hidden(case: ResolvedCase, card: ModelInfo | None = None) -> str:
    """Why the case is not shown on the model in use, or on another; empty where it is. One that nobody has tried there is hidden, too."""
    proof = standing(case, (card or catalogue.current()).sha256)
    if proof.moved:
        return ""
    if not proof.healthy[1]:
        return "Nobody has yet measured it on this model: fluency check --live does."
    (well, n), (ill, m) = proof.healthy, proof.broken
    return f"The fault does not show clearly on this model: {well} of {n} answers are right without it, {ill} of {m} with it."


def shown(concept: str = "") -> list[ResolvedCase]:
    """The cases that stand on the model in use, of one concept or of all, in the order of the content."""
    every = [laid for one in bench().cases if not concept or one.concept == concept if (laid := faults.resolve_case(one.slug))]
    return [case for case in every if not hidden(case)]
