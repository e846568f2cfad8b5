"""The acts of a decision case: argue a decision, then make it again with one fact changed."""

from typing import NamedTuple

from fluencylab.actions.missions import new_attempt
from fluencylab.curriculum.schema import Case, Concept
from fluencylab.errors import BadInput
from fluencylab.practice import exercises, graders
from fluencylab.practice.kinds import CASE
from fluencylab.practice.verdict import GRADER, Verdict
from fluencylab.progress import evidence
from fluencylab.progress.evidence import NewEvidence
from fluencylab.store import queries
from fluencylab.store.engine import Session, Store
from fluencylab.store.tables import Attempt, Evidence


class Argued(NamedTuple):
    attempt: Attempt | None
    shown: dict[str, Evidence]
    stage: str
    seed: int
    """Of the order of its options; the same before there is an attempt and in the attempt that is then made."""


async def argued(session: Session, learner: str, case: Case) -> Argued:
    """The latest attempt, wherever it was left."""
    return await of_attempt(session, learner, case, await queries.latest_attempt(session, learner, case.slug))


async def of_attempt(session: Session, learner: str, case: Case, attempt: Attempt | None) -> Argued:
    if attempt is None:
        return Argued(None, {}, CASE.stages[0], exercises.first_seed(learner, case.slug))
    shown = {row.stage: row for row in await queries.attempt_evidence(session, attempt.id)}
    return Argued(attempt, shown, exercises.stage(CASE.stages, set(shown)), attempt.seed)


def verdicts(case: Case, picked: str, reasons: list[str], flip: str) -> list[Verdict]:
    return [graders.decision(case.decide, picked), graders.reasons(case.reasons, reasons), graders.flip(case.flips, flip)]


async def argue(
    store: Store, learner: str, concept: Concept, case: Case, picked: str, reasons: list[str], flip: str, certainty: int
) -> None:
    """The option, the two reasons that carry it, and the fact that would flip it: the mean of the three is the score."""
    judged = verdicts(case, picked, reasons, flip)
    scores = [verdict.score or 0.0 for verdict in judged]
    earned = graders.marks(judged[0].right, certainty)
    answer = {"picked": picked, "reasons": reasons, "flip": flip}
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        state = await argued(session, learner, case)
        attempt = state.attempt
        if attempt is None or state.stage == "done":
            attempt = new_attempt(learner, case.slug, state.seed if attempt is None else None)
            session.add(attempt)
            await session.flush()
        why = " ".join(verdict.why for verdict in judged)
        shown = NewEvidence(concept.slug, "decisions", "decide", answer, sum(scores) / len(scores), GRADER, certainty, earned, why)
        await evidence.append(session, attempt, shown._replace(content=exercises.asked_hash(case)))


async def argue_twin(store: Store, learner: str, concept: Concept, case: Case, picked: str) -> None:
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        state = await argued(session, learner, case)
        if state.attempt is None or state.stage != "twin":
            raise BadInput("This step is not open now.", "Go on from where the page stands now.")
        verdict = graders.twin(case.decide, picked)
        first = graders.decision(case.decide, state.shown["decide"].answer["picked"])
        score = graders.both([first, verdict])
        shown = NewEvidence(concept.slug, "decisions", "twin", {"picked": picked}, score, verdict.grader, None, None, verdict.why)
        await evidence.append(session, state.attempt, shown._replace(content=exercises.asked_hash(case)))
