"""The acts of a diagnosis: see what goes wrong, buy probes, name the cause, the probe that showed it, and the fix to ask for.

What was bought is kept with the attempt: which probe is which run. A probe whose run failed or was stopped is run again at no price.
"""

from typing import Any, NamedTuple

from fluencylab.actions.learner_state import recall, remember
from fluencylab.actions.missions import new_attempt
from fluencylab.actions.runs import ALIVE, add_run, steps_of
from fluencylab.curriculum.bench import Probe
from fluencylab.errors import BadInput, NotFound
from fluencylab.instruments.base import Step
from fluencylab.models import catalogue, download
from fluencylab.practice import faults, graders
from fluencylab.practice.faults import Diagnosis, ResolvedCase
from fluencylab.practice.kinds import DIAGNOSIS
from fluencylab.practice.verdict import GRADER
from fluencylab.progress import evidence
from fluencylab.progress.evidence import NewEvidence
from fluencylab.runs.queue import RunQueue
from fluencylab.store import queries
from fluencylab.store.engine import Session, Store
from fluencylab.store.tables import Attempt, Evidence, Run

INSTRUMENT = "assistant"
FIRST_LOOK = 4
"""Answers that are seen before anything is bought."""


class Bought(NamedTuple):
    probe: Probe
    run: Run
    steps: list[Step]


class AttemptState(NamedTuple):
    """An attempt and all that belongs to it. `stage`: look, probe, fix or done."""

    attempt: Attempt | None
    run: Run | None
    steps: list[Step]
    bought: list[Bought]
    shown: dict[str, Evidence]

    @property
    def stage(self) -> str:
        if "diagnose" in self.shown:
            return "done" if "fix" in self.shown else "fix"
        return "probe" if self.run is not None and self.run.status == "done" else "look"

    @property
    def paid(self) -> list[Bought]:
        """Those that gave something, or still may."""
        return [one for one in self.bought if one.run.status in ALIVE]


async def load_attempt(session: Session, learner: str, case: ResolvedCase) -> AttemptState:
    """The latest attempt, wherever it was left."""
    return await of_attempt(session, learner, case, await queries.latest_attempt(session, learner, DIAGNOSIS.key(case.case.slug)))


async def of_attempt(session: Session, learner: str, case: ResolvedCase, attempt: Attempt | None) -> AttemptState:
    if attempt is None:
        return AttemptState(None, None, [], [], {})
    shown = {row.stage: row for row in await queries.attempt_evidence(session, attempt.id)}
    run = await queries.run(session, attempt.run_id) if attempt.run_id else None
    bought = []
    for slug, run_id in (await _bought(session, learner, attempt)).items():
        probe, made = case.bench.probe(slug), await queries.run(session, run_id)
        if probe and made:
            bought.append(Bought(probe, made, await steps_of(session, made)))
    return AttemptState(attempt, run, await steps_of(session, run) if run else [], bought, shown)


def _name(attempt: Attempt) -> str:
    return DIAGNOSIS.key(attempt.id)


async def _bought(session: Session, learner: str, attempt: Attempt) -> dict[str, str]:
    """Probe -> its run, in the order in which they were bought."""
    return await recall(session, learner, _name(attempt))


async def look(store: Store, queue: RunQueue, learner: str, case: ResolvedCase) -> str:
    """Ask the broken product a few times. Asked twice, it gives the run that is there, unless that one was stopped or failed."""
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        now = await load_attempt(session, learner, case)
        attempt = now.attempt
        if attempt is None or now.stage == "done":
            attempt = new_attempt(learner, DIAGNOSIS.key(case.case.slug))
            session.add(attempt)
            await session.flush()
        elif now.run is not None and now.run.status in ALIVE:
            return now.run.id
        fresh = add_run(session, learner, INSTRUMENT, {**faults.broken(case), "samples": FIRST_LOOK, "seed": attempt.seed})
        await session.flush()
        attempt.run_id = fresh.id
    await queue.put(fresh.id)
    return fresh.id


async def buy(store: Store, queue: RunQueue, learner: str, case: ResolvedCase, slug: str) -> str:
    """A probe, run live. Bought twice, it costs once and gives the run that is there."""
    probe = next((one for one in faults.probes(case) if one.slug == slug), None)
    if probe is None:
        raise NotFound("There is no such probe here.", "Choose one from the list.")
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        now = await load_attempt(session, learner, case)
        attempt = _open(now)
        had = next((one for one in now.bought if one.probe.slug == slug), None)
        if had is not None and had.run.status in ALIVE:
            return had.run.id
        params = {**faults.probed(case, probe), "seed": attempt.seed + 100}
        fresh = add_run(session, learner, INSTRUMENT, params, another_model() if probe.other_model else "")
        await session.flush()
        await remember(session, learner, _name(attempt), await _bought(session, learner, attempt) | {slug: fresh.id})
    await queue.put(fresh.id)
    return fresh.id


def another_model() -> str:
    """A model on this machine, or an endpoint, that is not the one in use. Raises BadInput where there is none."""
    mine = catalogue.current().slug
    other = next((one for one in catalogue.models() if one.slug != mine and (not one.local or download.locate(one))), None)
    if other is None:
        raise BadInput("There is no other model here to ask.", "Add one (fluency models add), or choose another probe.")
    return other.slug


async def diagnose(store: Store, learner: str, case: ResolvedCase, cause: str, shown_by: str, certainty: int) -> Diagnosis:
    """Name the cause and the probe that showed it. The mean of cause, evidence and economy is the score; 0 with a wrong cause."""
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        now = await load_attempt(session, learner, case)
        attempt = _open(now)
        bought = [one.probe.slug for one in now.paid]
        found = faults.judge(case, cause, shown_by, bought)
        earned = graders.marks(bool(found.cause), certainty)
        given: dict[str, Any] = {"cause": cause, "evidence": shown_by, "bought": bought, "spent": found.spent, "par": found.par}
        shown = NewEvidence(case.case.concept, "debugging", "diagnose", given, found.score, GRADER, certainty, earned, why(case, found))
        await evidence.append(session, attempt, _under(now, case, shown))
    return found


async def ask_for(store: Store, learner: str, case: ResolvedCase, picked: str) -> None:
    """The fix to ask for, once the cause is known."""
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        now = await load_attempt(session, learner, case)
        if now.attempt is None or now.stage != "fix":
            raise BadInput("This step is not open now.", "Go on from where the page stands now.")
        fix = faults.fix(case, picked)
        right = float(picked == case.fault.best)
        shown = NewEvidence(case.case.concept, "debugging", "fix", {"picked": picked}, right, GRADER, why=fix.answer)
        await evidence.append(session, now.attempt, _under(now, case, shown))


def _under(now: AttemptState, case: ResolvedCase, shown: NewEvidence) -> NewEvidence:
    """With the conditions it was shown under."""
    guessed = DIAGNOSIS.chances(case)[shown.stage]
    return shown._replace(content=DIAGNOSIS.words(case), conditions=now.run.card if now.run else None, chance=guessed)


def why(case: ResolvedCase, found: Diagnosis) -> str:
    """The score in a sentence."""
    spent = f"You spent {found.spent} minutes; an expert spends {found.par}."
    if not found.cause:
        return f"The cause was another one. {spent}"
    proof = "Your probe proves it." if found.evidence else "The probe you named does not prove it."
    return f"That is the cause. {proof} {spent}"


def _open(now: AttemptState) -> Attempt:
    if now.attempt is None or now.stage == "look":
        raise BadInput("Look at its answers first.", "They are where every diagnosis begins.")
    if now.stage != "probe":
        raise BadInput("This case was answered already, perhaps in another tab.", "How it went stands on its page now.")
    return now.attempt
