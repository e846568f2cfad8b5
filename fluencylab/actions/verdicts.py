"""What a run counts for is written down with its end, in one transaction, whoever watches; no page ever judges.

    RunQueue(verdicts.of_run)        `runs/` tells of an end and knows nothing of exercises

A prediction is graded, a repair handed in is judged, and what the test of a model as a grader found is kept with that model. All else
(what was seen, a decision, the cause of a fault) the learner shows by an act of their own.
"""

import logging

from fluencylab.actions import graders
from fluencylab.actions.kinds import acts
from fluencylab.actions.workbench import spec_results, spec_runs
from fluencylab.practice import kinds
from fluencylab.store import queries
from fluencylab.store.engine import Session, Store
from fluencylab.store.tables import Run

log = logging.getLogger(__name__)


async def of_run(session: Session, run: Run) -> None:
    """The verdict of a run that came to its end, once. Only who has locked the learner may call it."""
    if run.status != "done":
        return
    if run.instrument == graders.INSTRUMENT:
        return await graders.judge(session, run)
    if run.instrument == spec_runs.CLINIC:
        return await spec_results.settle(session, run.learner_id, run.id)
    attempt = await queries.attempt_of_run(session, run.id)
    found = kinds.find(attempt.exercise) if attempt else None
    if attempt and found:
        await acts(found.kind).judge(session, attempt, run, found.of)


async def catch_up(store: Store) -> None:
    """Runs that ended without their verdict: in a version that judged when the page was opened, or in a backup it made."""
    async with store.read() as session:
        ended = await queries.unjudged_runs(session, [kind.verdict for kind in kinds.KINDS.values() if kind.verdict])
    for run_id in [run_id for run_id, key in ended if (kind := kinds.kind_of(key)) and kind.verdict]:
        try:
            async with store.begin() as session:
                if (run := await queries.locked_run(session, run_id)) is not None:
                    await of_run(session, run)
        except Exception:
            log.exception("a run has no verdict")
