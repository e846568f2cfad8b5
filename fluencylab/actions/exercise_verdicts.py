"""The verdict of a run that is an attempt at an exercise: each kind of exercise judges its own."""

from fluencylab.actions.kinds import acts
from fluencylab.practice import kinds
from fluencylab.store import queries
from fluencylab.store.engine import Session
from fluencylab.store.tables import Attempt, Run


async def judge(session: Session, attempt: Attempt, run: Run) -> None:
    """Nothing of an exercise that the content has no longer."""
    if found := kinds.find(attempt.exercise):
        await acts(found.kind).judge(session, attempt, run, found.of)


async def unjudged(session: Session) -> list[str]:
    """Runs that have ended, whose kind gives a verdict, and that have none."""
    ended = await queries.unjudged_runs(session, [kind.verdict for kind in kinds.KINDS.values() if kind.verdict])
    return [run_id for run_id, key in ended if (kind := kinds.kind_of(key)) and kind.verdict]
