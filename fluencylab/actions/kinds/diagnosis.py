"""Diagnoses on the model in use: a case is shown where its fault moves a measured rate. What was measured is told after the answer only."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from fluencylab.actions import faults
from fluencylab.actions.kinds.base import Proving, Tried, number_of
from fluencylab.actions.runs import ALIVE
from fluencylab.curriculum.bench import bench
from fluencylab.curriculum.proofs import ProvedFault
from fluencylab.models import catalogue
from fluencylab.models.types import Model, ModelInfo
from fluencylab.practice import difficulty
from fluencylab.practice.difficulty import Difficulty
from fluencylab.practice.faults import ResolvedCase
from fluencylab.practice.kinds import DIAGNOSIS
from fluencylab.store import queries
from fluencylab.store.engine import Session


class DiagnosisActs(Proving[ResolvedCase]):
    book = "faults"

    def why_hidden(self, of: ResolvedCase, card: ModelInfo | None = None) -> str:
        return faults.hidden(of, card)

    def difficulty(self, of: ResolvedCase) -> Difficulty:
        return difficulty.of_case(of, faults.standing(of, catalogue.current().card().sha256))

    async def tried(self, session: Session, learner: str) -> dict[str, Tried]:
        """A case that was named once is told; what is bought in a further go then is not."""
        bought = await queries.learner_states(session, learner, DIAGNOSIS.prefix)
        paid = await queries.runs_that(session, [run for probes in bought.values() for run in probes.values()], ALIVE)
        found = {}
        for exercise, latest in (await queries.latest_attempts(session, learner)).items():
            probes = [slug for slug, run in bought.get(DIAGNOSIS.key(latest.attempt_id), {}).items() if run in paid]
            if DIAGNOSIS.slug(exercise) and probes:
                found[exercise] = Tried(_bought(probes))
        named = [row for row in await queries.stage_answers(session, learner, ("diagnose",)) if DIAGNOSIS.slug(row[0])]
        return found | {exercise: Tried(_named(exercise, answer), True) for exercise, answer, _ in named}

    async def prove(self, model: Model, of: ResolvedCase, asked: int, advance: Callable[[], None], known: dict[Any, Any]) -> ProvedFault:
        proof = await faults.prove(model, of, known)
        advance()
        return proof


ACTS = DiagnosisActs(DIAGNOSIS)


def _bought(probes: Collection[str]) -> str:
    minutes = sum(one.minutes for one in bench().probes if one.slug in probes)
    return f"{number_of(len(probes), 'probe')} bought, {minutes} minutes"


def _named(exercise: str, answer: Mapping[str, Any]) -> str:
    """Of the latest time; an expert's minutes beside one's own."""
    found = DIAGNOSIS.find(DIAGNOSIS.slug(exercise) or "")
    right = found is not None and answer.get("cause") == found.of.fault.slug
    spent = f"{answer['spent']} minutes spent, an expert {answer['par']}" if "spent" in answer and "par" in answer else ""
    return "; ".join(part for part in ("cause found" if right else "cause missed", spent) if part)
