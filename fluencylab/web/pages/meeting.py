"""A meeting on its page: a conversation as far as it went, the clock, what can be asked or said now, and at its end the notes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from fluencylab.actions.meeting import AttemptState, can_check
from fluencylab.curriculum.meetings import FOLLOW_UP, NOTHING, Meeting
from fluencylab.curriculum.schema import Concept
from fluencylab.practice import exercises
from fluencylab.practice import meetings as rules
from fluencylab.practice.kinds import MEETING
from fluencylab.practice.kinds.meeting import HEARD_AT
from fluencylab.practice.meetings import AnswerHeard, Note
from fluencylab.runs.feed import ENDED
from fluencylab.web.lab_page import Sheet
from fluencylab.web.pages.decision import DecisionCards, decision
from fluencylab.web.pages.next_step import Next
from fluencylab.web.pages.options import SelectOption
from fluencylab.web.pages.results import Beside
from fluencylab.web.pages.sheet import sheet

LABELS = ("First question", "Second", "Third", "Decide", "One fact changes")
STEP_OF = {stage: step for step, stage in enumerate((*MEETING.stages, "done"))}
OPENS = ("What do you ask first?", "What do you ask now?", "There is time for one more. What do you ask?")
MARKS = {1.0: "You heard it.", 0.5: "You heard half of it.", 0.0: "You heard it otherwise."}


class Turn(NamedTuple):
    """Something that was said. `taken`: the question that words of one's own were taken for."""

    mine: bool
    text: str
    taken: str = ""


class Exchange(NamedTuple):
    """One round of the conversation. `verdict` and what follows it: empty until the answer was judged."""

    about: str
    turns: list[Turn]
    you_said: str = ""
    verdict: str = ""
    is_so: str = ""
    why: str = ""


class OfferedQuestion(NamedTuple):
    """`shut`: is there no time left for it?"""

    id: str
    asks: str
    minutes: int
    shut: bool


class Unasked(NamedTuple):
    """A question nobody asked, as it would have been answered."""

    asks: str
    says: str
    kind: str
    why: str


@dataclass(frozen=True)
class LiveShown:
    """The claim, tried here: whether it can be now, and what came of it."""

    title: str
    gives: str
    minutes: int
    can: bool
    sheet: Sheet | None
    means: str


@dataclass(frozen=True)
class MeetingPage:
    """Context of `meeting.html`."""

    concept: Concept
    meeting: Meeting
    stage: str
    step: int
    used: int
    exchanges: list[Exchange]
    asks: str
    """Over the questions of the round that is open; empty where none can be asked now"""
    about: str
    questions: list[OfferedQuestion]
    missed: str
    waiting: bool
    kinds: list[SelectOption]
    facts: list[SelectOption]
    follow_up: int
    live: LiveShown | None
    runs_now: bool
    notes: list[Note]
    unasked: list[Unasked]
    heard_says: str
    decision: DecisionCards
    next: Next | None
    changed: Sequence[str]
    beside: Beside
    labels: tuple[str, ...] = LABELS


def meeting_page(
    concept: Concept, of: Meeting, now: AttemptState, seed: int, comes: Next | None, changed: Sequence[str], beside: Beside
) -> MeetingPage:
    """`seed`: of the attempt, or of the one that will be made."""
    used = rules.spent(of, now.heard, now.checked)
    over = now.round == 0
    shown = sheet(now.run, now.steps, compact=True) if now.run else None
    return MeetingPage(
        concept=concept,
        meeting=of,
        stage=now.stage,
        step=STEP_OF[now.stage],
        used=used,
        exchanges=[_exchange(of, number, one, now) for number, one in enumerate(now.heard, start=1)],
        asks=OPENS[now.round - 1] if now.round and not now.waiting else "",
        about=of.rounds[now.round - 1].about if now.round else "",
        questions=_questions(of, now.round, used, seed) if now.round and not now.waiting else [],
        missed=now.missed,
        waiting=now.waiting,
        kinds=[SelectOption(*each) for each in rules.NAMES.items()],
        facts=_facts(of, seed) if now.waiting else [],
        follow_up=FOLLOW_UP,
        live=_live(of, now, shown),
        runs_now=bool(now.run and now.run.status not in ENDED),
        notes=rules.notes(of, now.heard, shown.result.says if shown and shown.ended else "") if over else [],
        unasked=_unasked(of, now) if now.stage == "done" else [],
        heard_says=_heard_says(now) if over else "",
        decision=decision(of.decide, now.shown, seed),
        next=comes,
        changed=changed,
        beside=beside,
    )


def _exchange(of: Meeting, number: int, one: AnswerHeard, now: AttemptState) -> Exchange:
    asked = of.asked(number, one.ask)
    about = of.rounds[number - 1].about
    if asked is None:
        return Exchange(about, [Turn(True, one.own or one.ask)])
    turns = [Turn(True, one.own or asked.asks, asked.asks if one.own else ""), Turn(False, asked.says)]
    row = now.shown.get(f"{number}.{HEARD_AT}")
    if row is None or row.score is None:
        return Exchange(about, turns)
    if reply := rules.answered(asked, one.lacks):
        known = rules.fact(one.lacks)
        turns += [Turn(True, known.asks if known else ""), Turn(False, reply)]
    said, is_so = rules.NAMES.get(one.hears, one.hears), rules.why(asked, one.hears, one.lacks)
    return Exchange(about, turns, said, MARKS.get(row.score, ""), is_so, asked.why)


def _questions(of: Meeting, number: int, used: int, seed: int) -> list[OfferedQuestion]:
    laid = exercises.shuffled(of.rounds[number - 1].asks, seed, f"round-{number}")
    return [OfferedQuestion(one.id, one.asks, one.minutes, not rules.fits(of, number, one, used)) for one in laid]


def _facts(of: Meeting, seed: int) -> list[SelectOption]:
    """In this attempt's order; that nothing is missing comes last."""
    laid = exercises.shuffled(rules.facts(of), seed, "facts")
    return [*(SelectOption(one.slug, one.asks) for one in laid), SelectOption(NOTHING, rules.NOTHING_IS)]


def _live(of: Meeting, now: AttemptState, shown: Sheet | None) -> LiveShown | None:
    if of.check is None:
        return None
    means = of.check.means if shown and shown.ended and now.checked else ""
    return LiveShown(of.check.title, of.check.gives, of.check.minutes, can_check(of, now), shown, means)


def _unasked(of: Meeting, now: AttemptState) -> list[Unasked]:
    asked = {one.ask for one in now.heard}
    left = (one for each in of.rounds for one in each.asks if one.id not in asked)
    return [Unasked(one.asks, one.says, rules.NAMES[one.hears], one.why) for one in left]


def _heard_says(now: AttemptState) -> str:
    """Of the answers, how many were heard for what they were: the line that the conversation folds to."""
    right = sum(row.score == 1 for stage, row in now.shown.items() if stage.endswith(HEARD_AT))
    return f"You heard {right} of {len(now.heard)} answers for what they were."
