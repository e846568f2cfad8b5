"""Where every exercise stands for a learner, in two SELECTs however many there are."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from fluencylab.actions.progress import ledger
from fluencylab.practice import exercises, kinds
from fluencylab.practice.kinds import REVIEW, Exercise
from fluencylab.practice.kinds.base import DONE
from fluencylab.store import queries
from fluencylab.store.engine import Session


class Standing(NamedTuple):
    """`stage` is the next thing to do, or "done"; `begun` tells a first try from none."""

    stage: str
    begun: bool


class Standings:
    """The latest attempt at each exercise, and what was shown in it."""

    def __init__(self, latest: dict[str, queries.Latest], shown: dict[str, set[str]]) -> None:
        self._latest, self._shown = latest, shown

    def of(self, exercise: Exercise[Any]) -> Standing:
        stages, latest = exercise.kind.stages, self._latest.get(exercise.key)
        if latest is None:
            return Standing(next(iter(stages), ""), False)
        shown = self._shown.get(latest.attempt_id, set())
        return Standing(exercises.stage(stages, shown, latest.run_status), True)


async def standings(session: Session, learner: str) -> Standings:
    latest = await queries.latest_attempts(session, learner)
    return Standings(latest, await queries.shown_stages(session, [one.attempt_id for one in latest.values()]))


RECENT = timedelta(days=14)
"""What lies longer than this is no longer being worked on."""


class Path(NamedTuple):
    """Exercises that have an end. `done`: brought to it once; `begun`: being worked on, and since when, the latest first."""

    done: Collection[str]
    begun: dict[str, date]


async def path(session: Session, learner: str, now: datetime) -> Path:
    """What it costs depends on what was done lately, not on all there is."""
    done = (await ledger(session, learner)).recall.done
    recent = await queries.recent_attempts(session, learner, now - RECENT, but=REVIEW.prefix)
    shown = await queries.shown_stages(session, [attempt.id for attempt in recent.values()])
    begun = {}
    for key, attempt in recent.items():
        found = kinds.find(key)
        stages = found.kind.stages if found else ()
        if stages and exercises.stage(stages, shown.get(attempt.id, set()), attempt.run_status) != DONE:
            begun[key] = attempt.created.date()
    return Path(done, begun)
