"""The acts of a meeting: ask, say what was heard and ask for what is missing, check a claim live, decide, decide again.

What was asked is kept with the attempt under the number of its round, until the answer was judged and is evidence.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from fluencylab.actions.learner_state import recall, remember
from fluencylab.actions.missions import new_attempt
from fluencylab.actions.runs import ALIVE, add_run, steps_of
from fluencylab.curriculum.meetings import Meeting
from fluencylab.errors import BadInput, NotFound
from fluencylab.instruments.base import Step
from fluencylab.practice import exercises, graders
from fluencylab.practice import meetings as rules
from fluencylab.practice.kinds.meeting import HEARD_AT, MEETING
from fluencylab.practice.meetings import AnswerHeard
from fluencylab.progress import evidence
from fluencylab.progress.evidence import NewEvidence
from fluencylab.runs.queue import RunQueue
from fluencylab.store import queries
from fluencylab.store.engine import Session, Store
from fluencylab.store.tables import Attempt, Evidence, Run

LONGEST = 300
"""Characters of a question in one's own words."""


class AttemptState(NamedTuple):
    """An attempt and all that belongs to it. `stage`: of `MEETING.stages`, or done; `heard`: what was asked, round by round.

    `missed`: words of one's own that asked nothing of this round, the last ones.
    """

    attempt: Attempt | None
    shown: dict[str, Evidence]
    stage: str
    heard: list[AnswerHeard]
    missed: str
    run: Run | None
    steps: list[Step]

    @property
    def round(self) -> int:
        """The number of the round that is open; 0 where all are over."""
        number, _, word = self.stage.partition(".")
        return int(number) if word == HEARD_AT else 0

    @property
    def waiting(self) -> bool:
        """Was something answered that is not yet judged?"""
        return self.round > 0 and len(self.heard) == self.round

    @property
    def checked(self) -> bool:
        """Is its claim tried here, or was it?"""
        return self.run is not None and self.run.status in ALIVE


async def load_attempt(session: Session, learner: str, of: Meeting) -> AttemptState:
    """The latest attempt, wherever it was left."""
    return await of_attempt(session, learner, await queries.latest_attempt(session, learner, MEETING.key(of.slug)))


async def of_attempt(session: Session, learner: str, attempt: Attempt | None) -> AttemptState:
    if attempt is None:
        return AttemptState(None, {}, MEETING.stages[0], [], "", None, [])
    shown = {row.stage: row for row in await queries.attempt_evidence(session, attempt.id)}
    kept = await recall(session, learner, _name(attempt))
    run = await queries.run(session, attempt.run_id) if attempt.run_id else None
    steps = await steps_of(session, run) if run else []
    stage = exercises.stage(MEETING.stages, set(shown))
    missed = str(kept.get("missed", "")) if kept.get("missed_in") == stage else ""
    return AttemptState(attempt, shown, stage, _heard(shown, kept), missed, run, steps)


def _name(attempt: Attempt) -> str:
    return MEETING.key(attempt.id)


def _heard(shown: dict[str, Evidence], kept: dict[str, Any]) -> list[AnswerHeard]:
    """What is evidence, and then what was asked and is not judged yet."""
    judged = [AnswerHeard(**{name: str(row.answer.get(name, "")) for name in AnswerHeard._fields}) for row in _rounds(shown)]
    waiting = kept.get(str(len(judged) + 1))
    return [*judged, AnswerHeard(str(waiting["ask"]), str(waiting["own"]))] if isinstance(waiting, dict) else judged


def _rounds(shown: dict[str, Evidence]) -> Sequence[Evidence]:
    return [shown[stage] for stage in MEETING.stages if stage.endswith(HEARD_AT) and stage in shown]


async def ask(store: Store, learner: str, of: Meeting, picked: str, own: str = "") -> bool:
    """Ask one of the four, or in words of one's own. False where these ask nothing of this round; that takes no time."""
    own = " ".join(own.split())[:LONGEST]
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        now = await load_attempt(session, learner, of)
        if not now.round or now.waiting:
            raise BadInput("This step is not open now.", "Go on from where the page stands now.")
        id = picked or (rules.matched(of, now.round, own) if own else "")
        if id == "":
            raise BadInput("Ask something first.", "Choose one of the questions, or type one of your own.")
        _can_be_asked(of, now, id)
        attempt = now.attempt or await _begun(session, learner, of)
        kept = await recall(session, learner, _name(attempt))
        fresh = {"missed": own, "missed_in": now.stage} if id is None else {str(now.round): {"ask": id, "own": "" if picked else own}}
        await remember(session, learner, _name(attempt), kept | fresh)
    return id is not None


async def _begun(session: Session, learner: str, of: Meeting) -> Attempt:
    attempt = new_attempt(learner, MEETING.key(of.slug), exercises.first_seed(learner, MEETING.key(of.slug)))
    session.add(attempt)
    await session.flush()
    return attempt


def _can_be_asked(of: Meeting, now: AttemptState, id: str | None) -> None:
    asked = of.asked(now.round, id) if id else None
    if id and asked is None:
        raise BadInput("There is no such question here.", "Choose one from the list, or type one of your own.")
    if asked and not rules.fits(of, now.round, asked, rules.spent(of, now.heard, now.checked)):
        raise BadInput("There is no time left for this question.", "Choose a shorter one: the later rounds need some time, too.")


async def hear(store: Store, learner: str, of: Meeting, hears: str, lacks: str) -> None:
    """Say what kind of answer it was, and ask for the fact that is missing."""
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        now = await load_attempt(session, learner, of)
        if now.attempt is None or not now.waiting:
            raise BadInput("Ask something first.", "What was answered is judged after that.")
        last = now.heard[-1]
        asked = of.asked(now.round, last.ask)
        if asked is None:
            raise NotFound("This question is no longer in the meeting.", "Hold the meeting again from its start.")
        verdict = rules.judge(asked, hears, lacks, of.facts)
        answer = last._replace(hears=hears, lacks=lacks)._asdict()
        shown = NewEvidence(of.concept, of.capability, now.stage, answer, verdict.score, verdict.grader, why=verdict.why)
        await evidence.append(session, now.attempt, shown._replace(content=MEETING.words(of)))


async def check(store: Store, queue: RunQueue, learner: str, of: Meeting) -> str:
    """Try the claim on the model in use. Asked twice, it gives the run that is there, unless that one was stopped or failed."""
    if of.check is None:
        raise NotFound("Nothing can be tried in this meeting.", "Ask instead.")
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        now = await load_attempt(session, learner, of)
        if now.attempt is None or not now.round:
            raise BadInput("The claim can be tried once you have asked something, and before you decide.", "Ask a question first.")
        if now.run is not None and now.checked:
            return now.run.id
        if not can_check(of, now):
            raise BadInput("There is no time left to try it.", "Go on with the questions that still fit.")
        run = of.check.run
        fresh = add_run(session, learner, run.instrument, {**run.params, "seed": run.params.get("seed", now.attempt.seed)})
        await session.flush()
        now.attempt.run_id = fresh.id
    await queue.put(fresh.id)
    return fresh.id


def can_check(of: Meeting, now: AttemptState) -> bool:
    """May the claim be tried now, and is there time?"""
    if now.attempt is None or now.checked or not now.round:
        return False
    return rules.check_fits(of, now.round, now.waiting, rules.spent(of, now.heard))


async def decide(store: Store, learner: str, of: Meeting, stage: str, picked: str, certainty: int | None) -> None:
    """Decide, then decide again as the twin. Credit for the pair goes with the twin."""
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        now = await load_attempt(session, learner, of)
        if now.attempt is None or now.stage != stage:
            raise BadInput("This step is not open now.", "Go on from where the page stands now.")
        verdict = (graders.decision if stage == "decide" else graders.twin)(of.decide, picked)
        score = verdict.score if stage == "decide" else graders.both((now.shown["decide"], verdict))
        earned = graders.marks(verdict.right, certainty) if certainty is not None else None
        shown = NewEvidence(of.concept, "decisions", stage, {"picked": picked}, score, verdict.grader, certainty, earned, verdict.why)
        await evidence.append(session, now.attempt, shown._replace(content=MEETING.words(of)))
