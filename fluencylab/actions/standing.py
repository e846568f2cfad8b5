"""Where every exercise stands for a learner, in two SELECTs however many there are."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import NamedTuple

from fluencylab.actions.progress import ledger
from fluencylab.curriculum.bench import bench
from fluencylab.curriculum.schema import Case, Mission
from fluencylab.packs.offered import offered
from fluencylab.practice import exercises
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

    def of(self, exercise: Mission | Case) -> Standing:
        return self._of(exercise.slug, exercises.MISSION_STAGES if isinstance(exercise, Mission) else exercises.CASE_STAGES)

    def diagnosis(self, slug: str) -> Standing:
        """Of a case of the debugging bench."""
        return self._of(FAULTS + slug, exercises.FAULT_STAGES)

    def _of(self, exercise: str, stages: tuple[str, ...]) -> Standing:
        latest = self._latest.get(exercise)
        if latest is None:
            return Standing(stages[0], False)
        shown = self._shown.get(latest.attempt_id, set())
        return Standing(exercises.stage(stages, shown, latest.run_status), True)


async def standings(session: Session, learner: str) -> Standings:
    latest = await queries.latest_attempts(session, learner)
    return Standings(latest, await queries.shown_stages(session, [one.attempt_id for one in latest.values()]))


FAULTS = "debug/"
"""Cases of the debugging bench are named so in attempts and in evidence."""
RECENT = timedelta(days=14)
"""What lies longer than this is no longer being worked on."""


def _stages(exercise: str) -> tuple[str, ...]:
    """None for what is not on the track."""
    if exercise.startswith(FAULTS):
        return exercises.FAULT_STAGES if bench().case(exercise.removeprefix(FAULTS)) else ()
    return exercises.MISSION_STAGES if offered().mission(exercise) else exercises.CASE_STAGES if offered().case(exercise) else ()


class Path(NamedTuple):
    """Missions, cases and diagnoses. `done`: brought to their end once; `begun`: being worked on, and since when, the latest first."""

    done: Collection[str]
    begun: dict[str, date]


async def path(session: Session, learner: str, now: datetime) -> Path:
    """What it costs depends on what was done lately, not on all there is."""
    done = (await ledger(session, learner)).recall.done
    recent = await queries.recent_attempts(session, learner, now - RECENT)
    shown = await queries.shown_stages(session, [attempt.id for attempt in recent.values()])
    begun = {}
    for slug, attempt in recent.items():
        stages = _stages(slug)
        if stages and exercises.stage(stages, shown.get(attempt.id, set()), attempt.run_status) != "done":
            begun[slug] = attempt.created.date()
    return Path(done, begun)
