"""Does all content resolve, and does every exercise prove itself on this model?

fluency check          every slug, instrument, parameter and fact that content names exists
fluency check --live   every mission is run, several times with other seeds, and its exemplars are graded; so are a repair's four prompts
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path

from fluencylab.curriculum import proofs
from fluencylab.curriculum.proofs import VERIFIED, ByAuthor, Proved, ProvedRepair, own_book
from fluencylab.curriculum.repairs import Repair, Repairs
from fluencylab.curriculum.schema import Mission, Track, pack_of
from fluencylab.errors import BadInput, LabError
from fluencylab.instruments import fitting, instrument, instruments
from fluencylab.instruments import repair as repairing
from fluencylab.instruments.base import own_card
from fluencylab.models.types import Model, ModelInfo
from fluencylab.packs.offered import offered
from fluencylab.packs.offered import pages as author_pages
from fluencylab.practice import exercises
from fluencylab.practice import repairs as rules
from fluencylab.practice.repairs import CaseAnswer, Judged

__all__ = [
    "TRIALS", "VERIFIED", "Proved", "ProvedRepair",
    "own_book", "problems", "prove", "prove_repair", "record", "repair_problems", "standing",
]  # fmt: skip

TRIALS = 10
PER_REPAIR = 5
"""A trial of a repair asks four prompts some thirty times each: there is one where a mission has so many."""
OTHER_SEEDS = 100_000


def problems(whole: Track) -> Iterator[str]:
    """Everything in the content that points nowhere, one sentence each."""
    for concept in whole.concepts:
        yield from (f"{concept.slug}: there is no lab called {name}." for name in concept.labs if name not in instruments())
        for mission in concept.missions:
            yield from (f"{concept.slug}/{mission.slug}: {problem}" for problem in fitting.problems(mission))


async def prove(model: Model, mission: Mission, trials: int = TRIALS) -> AsyncIterator[exercises.Trial]:
    """Run the mission again and again, each time with other seeds."""
    lab = instrument(mission.run.instrument)
    for i in range(trials):
        params = lab.Params.model_validate({**mission.run.params, "seed": mission.run.params.get("seed", 1 + 1000 * i)})
        try:
            steps = [step async for step in lab.run(model, params)]
        except BadInput as error:
            if not pack_of(mission.slug):
                raise
            yield exercises.Trial(False, error.message.rstrip("."))  # what a stranger wrote ends no proof of the others
        else:
            yield exercises.trial(mission, lab.conclude(steps).measures)


def record(card: ModelInfo, proved: list[Proved], file: Path, repairs: Sequence[ProvedRepair] = (), known: Track | None = None) -> None:
    """Write down what was proved on this model, or on what a lab measures instead, beside what was proved on others.

    `known`: where the missions are found; by itself, what is offered.
    """
    known = known or offered()
    by_card: dict[ModelInfo, list[Proved]] = {card: []} if repairs else {}
    for one in proved:
        found = known.mission(one.mission)
        by_card.setdefault((own_card(instrument(found[1].run.instrument)) if found else None) or card, []).append(one)
    for measured, some in by_card.items():
        proofs.record(measured.sha256, measured.name, some, list(repairs) if measured == card else [], file)


def standing(mission: Mission, sha256: str) -> Proved:
    """The mission's proof on this model, ours before its author's; `trials` is 0 when there is none for these words."""
    current, own = exercises.content_hash(mission), own_card(instrument(mission.run.instrument))
    measured = own.sha256 if own else sha256
    pages = [(page, Proved) for page in proofs.pages(measured)] + [(page, ByAuthor) for page in author_pages(mission.slug, measured)]
    for page, kind in pages:
        found = page.missions.get(mission.slug)
        if found and found.content == current:
            return kind(*found)
    return Proved(mission.slug, current, 0, 0)


# Repairs


def repair_problems(track: Track, known: Repairs) -> Iterator[str]:
    """What points nowhere in the repairs, and prompts of ours that would not be taken from a learner."""
    for repair in known.repairs:
        if track.concept(repair.concept) is None:
            yield f"repairs/{repair.slug}: there is no concept called {repair.concept}."
        for fix in (repair.reference, *repair.plausible):
            try:
                rules.checked(repair, fix.prompt)
            except LabError as error:
                yield f"repairs/{repair.slug}: “{fix.title}”: {error.message}"


async def prove_repair(model: Model, repair: Repair, trials: int = TRIALS // PER_REPAIR) -> ProvedRepair:
    """All four prompts on the hidden cases, the first time with the seeds that learners get, then with others."""
    rounds = [await _round(model, repair, OTHER_SEEDS * i) for i in range(trials)]
    found = [rules.proof(repair, *one) for one in rounds]
    why = next((why for why in found if why), "")
    original, reference, *plausible = [(judged.hits, judged.n) for judged in rounds[0]]
    return ProvedRepair(repair.slug, rules.tested(repair), found.count(""), trials, why, original, reference, tuple(plausible))


async def _round(model: Model, repair: Repair, shift: int) -> list[Judged]:
    judged = []
    for prompt in (repair.prompt, repair.reference.prompt, *(fix.prompt for fix in repair.plausible)):
        params = repairing.Params(repair=repair.slug, prompt=prompt, groups=("hidden", "keep"), shift=shift)
        steps = [step async for step in repairing.run(model, params)]
        judged.append(rules.judge(repair, [CaseAnswer(step.data["group"], step.data["case"], repairing.whole(step)) for step in steps]))
    return judged
