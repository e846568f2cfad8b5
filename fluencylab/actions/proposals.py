"""The acts of a proposal: try something on the model, mark what does not hold, decide, decide on the next draft.

proposal/ATTEMPT     {"runs": {MISSION: RUN}, "objections": {SENTENCE: REASON}}     what was tried, and what is marked so far
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from fluencylab.actions.learner_state import recall, remember
from fluencylab.actions.missions import new_attempt
from fluencylab.actions.runs import ALIVE, add_run, steps_of
from fluencylab.curriculum.proposals import RUNS, Experiment, Proposal
from fluencylab.errors import BadInput, NotFound
from fluencylab.instruments.base import Step
from fluencylab.practice import exercises, graders
from fluencylab.practice import proposals as rules
from fluencylab.practice.kinds.proposal import PROPOSAL
from fluencylab.progress import evidence
from fluencylab.progress.evidence import NewEvidence
from fluencylab.runs.queue import RunQueue
from fluencylab.store import queries
from fluencylab.store.engine import Session, Store
from fluencylab.store.tables import Attempt, Evidence, Run

NOT_OPEN = ("This step is not open now.", "Go on from where the page stands now.")


class TriedOut(NamedTuple):
    """An experiment, and the run it was."""

    experiment: Experiment
    run: Run
    steps: list[Step]


class AttemptState(NamedTuple):
    """An attempt and all that belongs to it. `stage`: of `PROPOSAL.stages`, or done; `objections`: what is marked, judged or not."""

    attempt: Attempt | None
    shown: dict[str, Evidence]
    stage: str
    objections: dict[str, str]
    tried: list[TriedOut]

    @property
    def runs_left(self) -> int:
        return RUNS - sum(one.run.status in ALIVE for one in self.tried)


async def load_attempt(session: Session, learner: str, of: Proposal) -> AttemptState:
    """The latest attempt, wherever it was left."""
    return await of_attempt(session, learner, of, await queries.latest_attempt(session, learner, PROPOSAL.key(of.slug)))


async def of_attempt(session: Session, learner: str, of: Proposal, attempt: Attempt | None) -> AttemptState:
    if attempt is None:
        return AttemptState(None, {}, PROPOSAL.stages[0], {}, [])
    shown = {row.stage: row for row in await queries.attempt_evidence(session, attempt.id)}
    kept = await recall(session, learner, _name(attempt))
    tried = []
    for mission, run_id in kept.get("runs", {}).items():
        experiment, run = of.experiment(mission), await queries.run(session, run_id)
        if experiment and run:
            tried.append(TriedOut(experiment, run, await steps_of(session, run)))
    marked = shown["mark"].answer if "mark" in shown else kept
    return AttemptState(attempt, shown, exercises.stage(PROPOSAL.stages, set(shown)), dict(marked.get("objections", {})), tried)


def _name(attempt: Attempt) -> str:
    return PROPOSAL.key(attempt.id)


async def _begun(session: Session, learner: str, of: Proposal, now: AttemptState) -> Attempt:
    if now.attempt:
        return now.attempt
    attempt = new_attempt(learner, PROPOSAL.key(of.slug), exercises.first_seed(learner, PROPOSAL.key(of.slug)))
    session.add(attempt)
    await session.flush()
    return attempt


async def _kept(session: Session, learner: str, attempt: Attempt, fresh: Mapping[str, Any]) -> None:
    await remember(session, learner, _name(attempt), {**await recall(session, learner, _name(attempt)), **fresh})


async def try_out(store: Store, queue: RunQueue, learner: str, of: Proposal, mission: str, objections: Mapping[str, str]) -> None:
    """Run an experiment, before the page is marked. Asked twice it is run once, unless it was stopped or failed.

    `objections`: what is marked so far, which is kept.
    """
    experiment = of.experiment(mission)
    if experiment is None:
        raise NotFound("There is no such experiment here.", "The page lists what can be tried.")
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        now = await load_attempt(session, learner, of)
        if now.stage != "mark":
            raise BadInput("Experiments come before the page is marked.", "Go on from where the page stands now.")
        if any(one.experiment == experiment and one.run.status in ALIVE for one in now.tried):
            return
        if now.runs_left < 1:
            raise BadInput(f"You have run {RUNS} experiments, and that is all there is time for.", "Mark the page by what they showed.")
        attempt = await _begun(session, learner, of, now)
        run = experiment.of.run
        fresh = add_run(session, learner, run.instrument, {**run.params, "seed": run.params.get("seed", attempt.seed)})
        await session.flush()
        runs = {one.experiment.mission: one.run.id for one in now.tried} | {mission: fresh.id}
        rules.judge(of, objections)
        await _kept(session, learner, attempt, {"runs": runs, "objections": dict(objections)})
    await queue.put(fresh.id)


async def mark(store: Store, learner: str, of: Proposal, objections: Mapping[str, str], objects: bool) -> None:
    """`objects`: whether it is said that something does not hold. What is marked stays marked where it is refused."""
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        now = await load_attempt(session, learner, of)
        if now.stage != "mark":
            raise BadInput(*NOT_OPEN)
        verdict = rules.judge(of, objections)
        attempt = await _begun(session, learner, of, now)
        await _kept(session, learner, attempt, {"objections": dict(objections)})
    if objects and not objections:
        raise BadInput("Nothing is marked yet.", "Give a reason at each sentence that does not hold, or say that you have no objection.")
    if objections and not objects:
        raise BadInput("You marked sentences, and said that you have no objection.", "Take the marks away, or say that you object.")
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        now = await load_attempt(session, learner, of)
        if now.attempt is None or now.stage != "mark":
            raise BadInput(*NOT_OPEN)
        answer = {"objections": dict(objections)}
        shown = NewEvidence(of.concept, of.capability, "mark", answer, verdict.score, verdict.grader, why=verdict.why)
        await evidence.append(session, now.attempt, shown._replace(content=PROPOSAL.words(of)))


async def decide(store: Store, learner: str, of: Proposal, stage: str, picked: str, certainty: int | None) -> None:
    """Decide, then decide again on the next draft. Credit for the pair goes with the second."""
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        now = await load_attempt(session, learner, of)
        if now.attempt is None or now.stage != stage:
            raise BadInput(*NOT_OPEN)
        verdict = (graders.decision if stage == "decide" else graders.twin)(of.decide, picked)
        score = verdict.score if stage == "decide" else graders.both((now.shown["decide"], verdict))
        earned = graders.marks(verdict.right, certainty) if certainty is not None else None
        shown = NewEvidence(of.concept, "decisions", stage, {"picked": picked}, score, verdict.grader, certainty, earned, verdict.why)
        await evidence.append(session, now.attempt, shown._replace(content=PROPOSAL.words(of)))
