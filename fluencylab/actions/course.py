"""The acts of a mission of the practice course: foretell, do it and hand it in, say what was found, decide, decide again.

What is done on the pages of the workbench is counted there once it is handed in; nothing else that a learner says of answers is graded.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from fluencylab.actions.missions import can_be_committed_to, new_attempt
from fluencylab.actions.workbench import course_work
from fluencylab.errors import BadInput, NotFound
from fluencylab.practice import course_spec, course_tasks, exercises, graders
from fluencylab.practice.course import CONCEPT, CourseMission
from fluencylab.practice.course_facts import course_facts
from fluencylab.practice.kinds.course import COURSE
from fluencylab.practice.spec_tests import spec_tests
from fluencylab.practice.verdict import GRADER
from fluencylab.progress import evidence
from fluencylab.progress.evidence import NewEvidence
from fluencylab.stats import Measure
from fluencylab.store import queries
from fluencylab.store.engine import Session, Store
from fluencylab.store.tables import Attempt, Evidence

TOLD = "told before"
"""Who had read the answers before the mission began may have seen how many of their faults were found: it counts as with help."""


class Standing(NamedTuple):
    """An attempt, and how far it is."""

    attempt: Attempt | None
    shown: dict[str, Evidence]
    stage: str


async def load(session: Session, learner: str, mission: CourseMission) -> Standing:
    """The latest attempt, wherever it was left."""
    return await of_attempt(session, await queries.latest_attempt(session, learner, COURSE.key(mission.slug)))


async def of_attempt(session: Session, attempt: Attempt | None) -> Standing:
    if attempt is None:
        return Standing(None, {}, COURSE.stages[0])
    shown = {row.stage: row for row in await queries.attempt_evidence(session, attempt.id)}
    return Standing(attempt, shown, exercises.stage(COURSE.stages, set(shown)))


async def predict(store: Store, learner: str, mission: CourseMission, values: Mapping[str, float], certainty: int) -> None:
    """Commit to numbers. What is to be done is open from then on."""
    can_be_committed_to(mission.predict, values, certainty)
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        stands = await load(session, learner, mission)
        attempt = stands.attempt
        if attempt is None or stands.stage == "done":
            attempt = new_attempt(learner, COURSE.key(mission.slug))
            session.add(attempt)
            await session.flush()
        shown = NewEvidence(CONCEPT, mission.capability, "predict", {"values": dict(values)}, None, GRADER, certainty)
        await evidence.append(session, attempt, shown._replace(content=COURSE.words(mission)))


async def hand_in(store: Store, learner: str, mission: CourseMission, said: Mapping[str, str]) -> None:
    """What was done, counted and graded; and with it what was foretold. `said`: what was put where, or the tests of a spec."""
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        attempt, stands = await _open(session, learner, mission, "do")
        answer = await _done(session, learner, mission, said)
        held = course_tasks.held(mission, answer["facts"])
        why = " ".join(one.says for one, yes in zip(mission.grades, held, strict=True) if not yes)
        words = COURSE.words(mission)
        await evidence.append(session, attempt, _compared(mission, stands.shown["predict"])._replace(content=words))
        read_before = mission.task == "read" and await course_work.read_before(session, learner, stands.shown["predict"].made)
        shown = NewEvidence(CONCEPT, mission.capability, "do", {**answer, "held": held}, float(all(held)), GRADER, why=why)
        await evidence.append(session, attempt, shown._replace(content=words, help=TOLD if read_before else ""))


def _compared(mission: CourseMission, committed: Evidence) -> NewEvidence:
    """Against what is known of all that was recorded, which was counted to the last one."""
    facts, n = course_facts(), course_tasks.counted_over(mission)
    exact = {asked.fact: Measure(value=facts[asked.fact], low=facts[asked.fact], high=facts[asked.fact], n=n) for asked in mission.predict}
    values = committed.answer["values"]
    graded = [exercises.graded_prediction(asked, values[asked.fact], exact[asked.fact]) for asked in mission.predict]
    score = graders.both(graded)
    earned = graders.marks(score == 1, committed.certainty) if committed.certainty else None
    answer, why = {"graded": [one._asdict() for one in graded]}, " ".join(one.why for one in graded)
    return NewEvidence(CONCEPT, mission.capability, "compare", answer, score, GRADER, committed.certainty, earned, why)


async def _done(session: Session, learner: str, mission: CourseMission, said: Mapping[str, str]) -> dict[str, Any]:
    """Raises BadInput where there is not enough to be graded."""
    if mission.task == "spec":
        return _spec(list(said))
    if items := course_tasks.sorting(mission):
        known = {one.id: {each.id for each in one.options} for one in items}
        if any(said.get(id) not in options for id, options in known.items()):
            raise BadInput("Something is not answered yet.", "Choose one of the answers for each, and hand it in again; nothing was lost.")
        chosen = {id: said[id] for id in known}
        return {"said": chosen, "facts": course_tasks.facts_of_sorting(mission, chosen)}
    facts = await course_work.facts(session, learner)
    course_work.enough(mission, facts)
    return {"said": {}, "facts": facts}


def _spec(tests: Sequence[str]) -> dict[str, Any]:
    return {"said": dict.fromkeys(checked_tests(tests), "yes"), "facts": course_spec.run_spec(tests).facts}


def checked_tests(tests: Sequence[str]) -> Sequence[str]:
    """Raises BadInput where these are no spec."""
    most = course_spec.MOST_TESTS
    if not tests or len(set(tests)) > most or not set(tests) <= {one.slug for one in spec_tests()}:
        raise BadInput(
            f"A spec has one to {most} of these tests.", "Choose those that stop the worse products and let the one as it is through."
        )
    return tests


async def find(store: Store, learner: str, mission: CourseMission, picked: str) -> None:
    """Say what was found."""
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        attempt, _ = await _open(session, learner, mission, "found")
        verdict = graders.choice(mission.find.options, mission.find.best, picked)
        shown = NewEvidence(CONCEPT, mission.capability, "found", {"picked": picked}, verdict.score, verdict.grader, why=verdict.why)
        await evidence.append(session, attempt, shown._replace(content=COURSE.words(mission)))


async def decide(store: Store, learner: str, mission: CourseMission, stage: str, picked: str, certainty: int | None) -> None:
    """Decide, then decide again as the twin. Credit for the pair goes with the twin."""
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        attempt, stands = await _open(session, learner, mission, stage)
        verdict = (graders.decision if stage == "decide" else graders.twin)(mission.decide, picked)
        score = verdict.score if stage == "decide" else graders.both((stands.shown["decide"], verdict))
        earned = graders.marks(verdict.right, certainty) if certainty is not None else None
        shown = NewEvidence(CONCEPT, "decisions", stage, {"picked": picked}, score, verdict.grader, certainty, earned, verdict.why)
        await evidence.append(session, attempt, shown._replace(content=COURSE.words(mission)))


async def _open(session: Session, learner: str, mission: CourseMission, stage: str) -> tuple[Attempt, Standing]:
    stands = await load(session, learner, mission)
    if stands.attempt is None:
        raise NotFound("This mission was not begun.", "Open it and say first what you expect.")
    if stands.stage != stage:
        raise BadInput("This step is not open now.", "Go on from where the page stands now.")
    return stands.attempt, stands
