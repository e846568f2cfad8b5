"""What a run counts for is written down with its end, in one transaction, whoever watches; no page ever judges.

    RunQueue(verdicts.of_run)        `runs/` tells of an end and knows nothing of exercises

A prediction is graded, a repair handed in is judged, and what the test of a model as a grader found is kept with that model. All else
(what was seen, a decision, the cause of a fault) the learner shows by an act of their own. What judges is imported when there is
something to judge: most runs are of no exercise, and a command that makes one waits for no content.
"""

import logging
from importlib import import_module
from typing import Any

from fluencylab.store import queries
from fluencylab.store.engine import Session, Store
from fluencylab.store.tables import Run

OF_INSTRUMENT = {"grader": "graders", "clinic": "workbench.spec_results"}
"""Runs that are judged by what they are: the instrument, and the module here whose `judge(session, run)` does it."""
log = logging.getLogger(__name__)


async def of_run(session: Session, run: Run) -> None:
    """The verdict of a run that came to its end, once. Only who has locked the learner may call it."""
    if run.status != "done":
        return
    if module := OF_INSTRUMENT.get(run.instrument):
        await _actions(module).judge(session, run)
    elif attempt := await queries.attempt_of_run(session, run.id):
        await _actions("exercise_verdicts").judge(session, attempt, run)


async def catch_up(store: Store) -> None:
    """Runs that ended without their verdict: in a version that judged when the page was opened, or in a backup it made."""
    async with store.read() as session:
        ended: list[str] = await _actions("exercise_verdicts").unjudged(session)
    for run_id in ended:
        try:
            async with store.begin() as session:
                if (run := await queries.locked_run(session, run_id)) is not None:
                    await of_run(session, run)
        except Exception:
            log.exception("a run has no verdict")


def _actions(module: str) -> Any:
    return import_module(f"fluencylab.actions.{module}")
