"""The acts of a mission: predict, run, say what was seen, decide, decide again with one fact changed.

Another kind of exercise may have these steps among its own (`kind`): its keys, its stages and its words are then those of that kind.
"""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from fluencylab import clock
from fluencylab.actions.runs import add_run, fresh_seed, steps_of
from fluencylab.curriculum.schema import Concept, Mission, Prediction
from fluencylab.errors import BadInput, NotFound
from fluencylab.instruments import instrument
from fluencylab.instruments.base import Result, Step
from fluencylab.instruments.missing import concluded
from fluencylab.practice import exercises, graders
from fluencylab.practice.chance import of_predictions
from fluencylab.practice.kinds import MISSION, Kind
from fluencylab.practice.verdict import GRADER
from fluencylab.progress import evidence
from fluencylab.progress.evidence import NewEvidence
from fluencylab.runs.queue import RunQueue
from fluencylab.store import queries
from fluencylab.store.engine import Session, Store
from fluencylab.store.tables import Attempt, Evidence, Run


class AttemptState(NamedTuple):
    """An attempt and all that belongs to it: what the mission's page is drawn from."""

    attempt: Attempt | None
    shown: dict[str, Evidence]
    run: Run | None
    steps: list[Step]
    result: Result | None
    stage: str


async def load_attempt(session: Session, learner: str, mission: Mission, kind: Kind[Any] = MISSION) -> AttemptState:
    """The latest attempt, wherever it was left."""
    return await of_attempt(session, mission, await queries.latest_attempt(session, learner, kind.key(mission.slug)), kind)


async def of_attempt(session: Session, mission: Mission, attempt: Attempt | None, kind: Kind[Any] = MISSION) -> AttemptState:
    if attempt is None:
        return AttemptState(None, {}, None, [], None, kind.stages[0])
    shown = {row.stage: row for row in await queries.attempt_evidence(session, attempt.id)}
    run = await queries.run(session, attempt.run_id) if attempt.run_id else None
    steps = await steps_of(session, run) if run else []
    result = concluded(instrument(mission.run.instrument), steps) if steps else None
    stage = exercises.stage(kind.stages, set(shown), run.status if run else "")
    return AttemptState(attempt, shown, run, steps, result, stage)


async def begin(store: Store, learner: str, exercise: str) -> None:
    """A new go at an exercise, with another order and another seed."""
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        session.add(new_attempt(learner, exercise))


def new_attempt(learner: str, exercise: str, seed: int | None = None) -> Attempt:
    """`seed`: where its options were shown before it was begun."""
    own = fresh_seed() if seed is None else seed
    return Attempt(id=uuid.uuid4().hex, learner_id=learner, exercise=exercise, seed=own, run_id=None, created=clock.now())


def can_be_committed_to(numbers: Sequence[Prediction], values: Mapping[str, float], certainty: int) -> None:
    """Raises BadInput for a number that is missing or out of its range, and for a certainty that there is not."""
    for asked in numbers:
        value = values.get(asked.fact)
        if value is None or not asked.low <= value <= asked.high:
            raise BadInput(f"“{asked.label}” needs a number from {asked.low:g} to {asked.high:g}.", "Move the diamond or type a number.")
    graders.marks(True, certainty)


async def predict(
    store: Store, learner: str, concept: Concept, mission: Mission, values: dict[str, float], certainty: int, kind: Kind[Any] = MISSION
) -> None:
    """Commit to numbers. Only then can the run be started."""
    can_be_committed_to(mission.predict, values, certainty)
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        state = await load_attempt(session, learner, mission, kind)
        attempt = await begun(session, learner, mission, state, kind) if kind.stages[0] == "predict" else at_stage(state, "predict")
        shown = NewEvidence(concept.slug, mission.capability, "predict", {"values": values}, None, GRADER, certainty)
        await evidence.append(session, attempt, shown._replace(content=kind.words(mission)))


async def begun(session: Session, learner: str, mission: Mission, state: AttemptState, kind: Kind[Any]) -> Attempt:
    """The attempt that is under way; a new one where there is none, or where the last came to its end."""
    if state.attempt is not None and state.stage != "done":
        return state.attempt
    attempt = new_attempt(learner, kind.key(mission.slug))
    session.add(attempt)
    await session.flush()
    return attempt


async def run(store: Store, queue: RunQueue, learner: str, mission: Mission, kind: Kind[Any] = MISSION) -> str:
    """Start the mission's run. Asked twice, it gives the run that is already there, unless that one was stopped or failed."""
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        state = await load_attempt(session, learner, mission, kind)
        attempt = _started(state)
        if "predict" not in state.shown:
            raise BadInput("Predict first: the run is locked until then.", "Say what you expect and how sure you are.")
        if state.run is not None and state.run.status in ("queued", "running", "done"):
            return state.run.id
        params = {**mission.run.params, "seed": mission.run.params.get("seed", attempt.seed)}
        fresh = add_run(session, learner, mission.run.instrument, params)
        await session.flush()
        attempt.run_id = fresh.id
    await queue.put(fresh.id)
    return fresh.id


async def compare(session: Session, attempt: Attempt, run: Run, mission: Mission, kind: Kind[Any] = MISSION) -> None:
    """Grade what was predicted, now that the run came to its end and there is something to grade it against. The learner is locked."""
    shown = {row.stage: row for row in await queries.attempt_evidence(session, attempt.id)}
    steps = await steps_of(session, run)
    if "predict" not in shown or kind.verdict in shown or not steps:
        return
    result = concluded(instrument(mission.run.instrument), steps)
    found = _compared(mission, shown["predict"], result)._replace(stage=kind.verdict, conditions=run.card, content=kind.words(mission))
    await evidence.append(session, attempt, found, run.ended)


def _compared(mission: Mission, committed: Evidence, result: Result) -> NewEvidence:
    graded = exercises.predictions(mission, committed.answer["values"], result.measures)
    score = graders.both(graded)
    earned = None if score is None or committed.certainty is None else graders.marks(score == 1, committed.certainty)
    answer, why = {"graded": [one._asdict() for one in graded]}, " ".join(one.why for one in graded)
    where = (committed.concept, committed.capability, MISSION.verdict)
    shown = NewEvidence(*where, answer, score, GRADER, committed.certainty, earned, why)
    return shown._replace(chance=of_predictions(mission, result.measures))


async def see(store: Store, learner: str, concept: Concept, mission: Mission, picked: int, kind: Kind[Any] = MISSION) -> None:
    """Say what was seen."""
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        state = await load_attempt(session, learner, mission, kind)
        attempt = _started(state)
        if state.run is None or state.result is None or state.stage == "run":
            raise BadInput("There is nothing to see yet.", "Run it first.")
        if not 0 <= picked < len(mission.seen.sights):
            raise BadInput("Choose what you saw first.", "Then press the button again; nothing was lost.")
        await compare(session, attempt, state.run, mission, kind)  # where it could not be graded with the run's end, it is now or never
        verdict = graders.seen(mission.seen, picked, state.result.facts())
        shown = NewEvidence(concept.slug, mission.capability, "see", {"picked": picked}, verdict.score, verdict.grader, why=verdict.why)
        await evidence.append(session, attempt, shown._replace(conditions=state.run.card, content=kind.words(mission)))


async def decide(
    store: Store, learner: str, concept: Concept, mission: Mission, stage: str, picked: str, certainty: int | None,
    kind: Kind[Any] = MISSION,
) -> None:  # fmt: skip
    """Decide, then decide again as the twin. Credit for the pair goes with the twin."""
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        state = await load_attempt(session, learner, mission, kind)
        attempt = at_stage(state, stage)
        judge = graders.decision if stage == "decide" else graders.twin
        verdict = judge(mission.decide, picked)
        score = verdict.score if stage == "decide" else graders.both((state.shown["decide"], verdict))
        earned = graders.marks(verdict.right, certainty) if certainty else None
        shown = NewEvidence(concept.slug, "decisions", stage, {"picked": picked}, score, verdict.grader, certainty, earned, verdict.why)
        await evidence.append(session, attempt, shown._replace(content=kind.words(mission)))


def at_stage(state: AttemptState, stage: str) -> Attempt:
    """Raises where the attempt does not stand at this step."""
    attempt = _started(state)
    if state.stage != stage:
        raise BadInput("This step is not open now.", "Go on from where the page stands now.")
    return attempt


def _started(state: AttemptState) -> Attempt:
    if state.attempt is None:
        raise NotFound("This exercise was not begun.", "Open it and take its first step.")
    return state.attempt
