"""Repairs on the model in use: prompts that would not be taken, the proof of each, how far a learner is with one that has no end."""

from collections.abc import Callable, Iterator
from typing import Any

from fluencylab.actions import repairs as mending
from fluencylab.actions.kinds.base import Proving, Tried, number_of
from fluencylab.actions.repairs import Far
from fluencylab.curriculum.proofs import ProvedRepair
from fluencylab.curriculum.repairs import Repair, Repairs, repairs
from fluencylab.curriculum.schema import Track
from fluencylab.errors import LabError
from fluencylab.instruments import repair as repairing
from fluencylab.models.types import Model, ModelInfo
from fluencylab.practice import difficulty
from fluencylab.practice import repairs as rules
from fluencylab.practice.difficulty import Difficulty
from fluencylab.practice.kinds import REPAIR
from fluencylab.practice.kinds.base import DONE, NOT_BEGUN
from fluencylab.practice.repairs import CaseAnswer, Judged
from fluencylab.store import queries
from fluencylab.store.engine import Session
from fluencylab.store.tables import Attempt, Run

PER_REPAIR = 5
"""A trial of a repair asks four prompts some thirty times each: there is one where a mission has so many."""
OTHER_SEEDS = 100_000


class RepairActs(Proving[Repair]):
    book = "repairs"

    def why_hidden(self, of: Repair, card: ModelInfo | None = None) -> str:
        return mending.why_hidden(mending.proof(of, card.sha256 if card else None))

    def proof_says(self, of: Repair) -> str:
        return mending.proved_says(mending.proof(of))

    async def where(self, session: Session, learner: str) -> dict[str, str]:
        far = await mending.far(session, learner)
        return {one.key: _where(far.get(one.slug)) for one in self.kind.every()}

    def difficulty(self, of: Repair) -> Difficulty:
        return difficulty.of_repair(of, repairs().turn(of) == 0, mending.proof(of))

    async def tried(self, session: Session, learner: str) -> dict[str, Tried]:
        """A repair that passed once is told, and so is one whose debrief was asked for."""
        kept = await queries.learner_states(session, learner, REPAIR.prefix)
        rows: dict[str, list[tuple[dict[str, Any], float | None]]] = {}
        for exercise, answer, score in await queries.stage_answers(session, learner, (REPAIR.stage,)):
            rows.setdefault(exercise, []).append((answer, score))
        found = {}
        for one in self.kind.every():
            name, handed = mending.name(one.of), rows.get(one.key, [])
            looked = bool(kept.get(f"{name}/help", {}).get("debrief"))
            says = _handed(handed) if handed else "tried on the visible cases" if f"{name}/tried" in kept else ""
            if says:
                found[one.key] = Tried(says, looked or any(score == 1 for _, score in handed))
        return found

    async def judge(self, session: Session, attempt: Attempt, run: Run, of: Repair) -> None:
        await mending.judge(session, attempt, run, of)

    def problems(self, track: Track) -> Iterator[str]:
        return problems(track, repairs())

    async def prove(self, model: Model, of: Repair, asked: int, advance: Callable[[], None], known: dict[Any, Any]) -> ProvedRepair:
        """All four prompts on the hidden cases, the first time with the seeds that learners get, then with others."""
        trials = max(1, asked // PER_REPAIR)
        rounds = [await _round(model, of, OTHER_SEEDS * i) for i in range(trials)]
        advance()
        found = [rules.proof(of, *one) for one in rounds]
        why = next((why for why in found if why), "")
        original, reference, *plausible = [(judged.hits, judged.n) for judged in rounds[0]]
        return ProvedRepair(of.slug, rules.tested(of), found.count(""), trials, why, original, reference, tuple(plausible))


ACTS = RepairActs(REPAIR)


def _where(far: Far | None) -> str:
    if far is None:
        return NOT_BEGUN
    return DONE if far.passed else f"handed in {'once' if far.tries == 1 else f'{far.tries} times'}"


def _handed(handed: list[tuple[dict[str, Any], float | None]]) -> str:
    best = max((answer for answer, _ in handed), key=lambda answer: int(answer.get("hits", 0)))
    told = f"{number_of(len(handed), 'prompt')} handed in"
    return f"{told}, {'the best ' if len(handed) > 1 else ''}{best['hits']} of {best['n']} right" if "n" in best else told


def problems(track: Track, known: Repairs) -> Iterator[str]:
    """What points nowhere in the repairs, and prompts of ours that would not be taken from a learner."""
    for repair in known.repairs:
        if track.concept(repair.concept) is None:
            yield f"repairs/{repair.slug}: there is no concept called {repair.concept}."
        for fix in (repair.reference, *repair.plausible):
            try:
                rules.checked(repair, fix.prompt)
            except LabError as error:
                yield f"repairs/{repair.slug}: “{fix.title}”: {error.message}"


async def _round(model: Model, repair: Repair, shift: int) -> list[Judged]:
    judged = []
    for prompt in (repair.prompt, repair.reference.prompt, *(fix.prompt for fix in repair.plausible)):
        params = repairing.Params(repair=repair.slug, prompt=prompt, groups=("hidden", "keep"), shift=shift)
        steps = [step async for step in repairing.run(model, params)]
        judged.append(rules.judge(repair, [CaseAnswer(step.data["group"], step.data["case"], repairing.whole(step)) for step in steps]))
    return judged
