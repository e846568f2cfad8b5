"""Where every exercise stands for a learner, in two SELECTs however many there are."""

from typing import NamedTuple

from fluencylab.curriculum.schema import Case, Mission
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
        stages = exercises.MISSION_STAGES if isinstance(exercise, Mission) else exercises.CASE_STAGES
        latest = self._latest.get(exercise.slug)
        if latest is None:
            return Standing(stages[0], False)
        shown = self._shown.get(latest.attempt_id, set())
        return Standing(exercises.stage(stages, shown, latest.run_status), True)


async def standings(session: Session, learner: str) -> Standings:
    latest = await queries.latest_attempts(session, learner)
    return Standings(latest, await queries.shown_stages(session, [one.attempt_id for one in latest.values()]))
