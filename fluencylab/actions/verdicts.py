"""What a run counts for is written down with its end, in one transaction, whoever watches; no page ever judges.

    RunQueue(verdicts.of_run)        `runs/` tells of an end and knows nothing of exercises

A prediction is graded, a repair handed in is judged, and what the test of a model as a grader found is kept with that model. All else
(what was seen, a decision, the cause of a fault) the learner shows by an act of their own.
"""

import logging

from fluencylab.actions import graders, missions, repairs
from fluencylab.curriculum.loader import track
from fluencylab.curriculum.repairs import repairs as known_repairs
from fluencylab.store import queries
from fluencylab.store.engine import Session, Store
from fluencylab.store.tables import Attempt, Run

log = logging.getLogger(__name__)
STAGES = ("compare", repairs.STAGE)
"""Of evidence that a run's end gives."""


async def of_run(session: Session, run: Run) -> None:
    """The verdict of a run that came to its end, once. Only who has locked the learner may call it."""
    if run.status != "done":
        return
    if run.instrument == graders.INSTRUMENT:
        await graders.judge(session, run)
    elif (attempt := await queries.attempt_of_run(session, run.id)) is not None:
        await _of_attempt(session, attempt, run)


async def _of_attempt(session: Session, attempt: Attempt, run: Run) -> None:
    if found := track().mission(attempt.exercise):
        await missions.compare(session, attempt, run, *found)
    elif repair := known_repairs().get(attempt.exercise.removeprefix("repair/")):
        await repairs.judge(session, attempt, run, repair)


async def catch_up(store: Store) -> None:
    """Runs that ended without their verdict: in a version that judged when the page was opened, or in a backup it made."""
    async with store.read() as session:
        late = await queries.unjudged_runs(session, STAGES)
    for run_id in late:
        try:
            async with store.begin() as session:
                if (run := await queries.locked_run(session, run_id)) is not None:
                    await of_run(session, run)
        except Exception:
            log.exception("a run has no verdict")
