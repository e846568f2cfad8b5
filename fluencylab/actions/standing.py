"""Where every exercise stands for a learner, in two SELECTs however many there are."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from fluencylab.actions.progress import ledger
from fluencylab.practice import exercises, kinds
from fluencylab.practice.kinds import REVIEW, Exercise
from fluencylab.practice.kinds.base import DONE
from fluencylab.store import queries
from fluencylab.store.engine import Session
from fluencylab.store.reading import read_once


class Standing(NamedTuple):
    """`stage` is the next thing to do, or "done"; `begun` tells a first try from none."""

    stage: str
    begun: bool


class Standings:
    """The latest attempt at each exercise that was never brought to its end, and what was shown in it; the others stay done."""

    def __init__(self, latest: dict[str, queries.Latest], shown: dict[str, set[str]], done: Collection[str]) -> None:
        self._latest, self._shown, self._done = latest, shown, done

    def of(self, exercise: Exercise[Any]) -> Standing:
        stages, latest = exercise.kind.stages, self._latest.get(exercise.key)
        if exercise.key in self._done:
            return Standing(DONE, True)
        if latest is None:
            return Standing(next(iter(stages), ""), False)
        shown = self._shown.get(latest.attempt_id, set())
        return Standing(exercises.stage(stages, shown, latest.run_status), True)


@read_once
async def standings(session: Session, learner: str) -> Standings:
    done = (await ledger(session, learner)).recall.done
    latest = await queries.latest_attempts(session, learner, done)
    shown = await queries.shown_stages(session, [one.attempt_id for one in latest.values()])
    return Standings(latest, shown, done)


RECENT = timedelta(days=14)
"""What lies longer than this is no longer being worked on."""


class Path(NamedTuple):
    """Exercises that have an end. `done`: brought to it once; `begun`: being worked on, and since when, the latest first; `tried`: of those
    that can be handed in again and again, what was handed in.
    """

    done: Collection[str]
    begun: dict[str, date]
    tried: Collection[str]


async def path(session: Session, learner: str, now: datetime) -> Path:
    """What it costs depends on what is being worked on, not on all there is."""
    since = datetime.combine((now - RECENT).date(), time(), now.tzinfo)
    return await _path_since(session, learner, since)


@read_once
async def _path_since(session: Session, learner: str, since: datetime) -> Path:
    recall, passing = (await ledger(session, learner)).recall, {kind.passes for kind in kinds.KINDS.values() if kind.passes}
    done = recall.done
    recent = await queries.begun_attempts(session, learner, since, REVIEW.prefix, kinds.last_stages())
    shown = await queries.shown_stages(session, [attempt.id for attempt in recent.values()])
    begun = {}
    for key, attempt in recent.items():
        found = kinds.find(key)
        stages = found.kind.stages if found else ()
        if stages and exercises.stage(stages, shown.get(attempt.id, set()), attempt.run_status) != DONE:
            begun[key] = attempt.created.date()
    tried = {key for _, key, stage in recall.asked if stage in passing}
    return Path(done, begun, tried)
