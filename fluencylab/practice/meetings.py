"""The rules of a meeting: which questions still fit its clock, how an answer that was heard is judged, and the notes. Pure.

spent(meeting, heard)                      ->  minutes, of the questions and of the facts that were asked for
judge(asked, "empty", "n").score           ->  1.0 where both are right, 0.5 where one is
notes(meeting, heard)                      ->  line by line what was learned, what was left open, and what nobody asked
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from fluencylab.curriculum.meetings import FOLLOW_UP, HEARD, NOTHING, Asked, Meeting, MissingFact, missing_facts
from fluencylab.errors import BadInput
from fluencylab.practice.question_match import nearest
from fluencylab.practice.verdict import Verdict

CHANCE = 1 / 3
"""What guessing earns of an answer: one of three words, and a fact that goes with it where it is the good one."""
NAMES = {
    "good": "Good: one could decide by it",
    "worrying": "Worrying: it is to the point, and a warning",
    "empty": "Fluent and empty: it sounds like an answer",
}
NOTHING_IS = "Nothing: I go on"


class AnswerHeard(NamedTuple):
    """A question that was asked, and what was said of its answer. `own`: in whose words; empty where it was chosen."""

    ask: str
    own: str = ""
    hears: str = ""
    lacks: str = ""


class Note(NamedTuple):
    """`state`: what is known of it: "learned", "open" or "unasked"."""

    state: str
    asked: str
    says: str


def spent(meeting: Meeting, heard: Sequence[AnswerHeard], checked: bool = False) -> int:
    """Minutes. A fact that was asked for costs the same whether it was missing or not."""
    asked = [meeting.asked(number, one.ask) for number, one in enumerate(heard, start=1)]
    follow_ups = sum(one.lacks not in ("", NOTHING) for one in heard)
    check = meeting.check.minutes if meeting.check and checked else 0
    return sum(one.minutes for one in asked if one) + FOLLOW_UP * follow_ups + check


def reserved(meeting: Meeting, number: int) -> int:
    """Minutes that the rounds after this one need at least: no choice may leave a round without a question."""
    return sum(min(one.minutes for one in each.asks) + FOLLOW_UP for each in meeting.rounds[number:])


def fits(meeting: Meeting, number: int, asked: Asked, used: int) -> bool:
    """Is there time for a question and what is asked after it in this round, after what was used?"""
    return asked.minutes + FOLLOW_UP <= meeting.clock - used - reserved(meeting, number)


def check_fits(meeting: Meeting, number: int, waiting: bool, used: int) -> bool:
    """Is there time to try the claim? `number`: of the round that is open; `waiting`: was its question asked?"""
    keep = FOLLOW_UP + reserved(meeting, number) if waiting else reserved(meeting, number - 1)
    return meeting.check is not None and meeting.check.minutes <= meeting.clock - used - keep


def facts(meeting: Meeting) -> list[MissingFact]:
    known = {one.slug: one for one in missing_facts()}
    return [known[slug] for slug in meeting.facts]


def fact(slug: str) -> MissingFact | None:
    return next((one for one in missing_facts() if one.slug == slug), None)


def matched(meeting: Meeting, number: int, typed: str) -> str | None:
    """The question that somebody's own words ask; None where they ask something else."""
    return nearest(typed, {one.id: f"{one.asks} {one.also}" for one in meeting.rounds[number - 1].asks})


def judge(asked: Asked, hears: str, lacks: str, offered: Sequence[str]) -> Verdict:
    """Half for what kind of answer it was, half for the fact that is missing. Raises BadInput for what is none of the choices."""
    if hears not in HEARD:
        raise BadInput("Say what kind of answer it was.", "Choose good, worrying, or fluent and empty; nothing was lost.")
    if lacks not in (*offered, NOTHING):
        raise BadInput("Say which fact you still need.", "Choose one of them, or that nothing is missing; nothing was lost.")
    kind, missing = hears == asked.hears, lacks == asked.lacks
    return Verdict(score=(kind + missing) / 2, read=f"{hears}, {lacks}", why=why(asked, hears, lacks))


def why(asked: Asked, hears: str, lacks: str) -> str:
    """What it was, in a sentence or two."""
    known = fact(asked.lacks)
    was = {"good": "It was a good answer", "worrying": "It was a worrying answer", "empty": "It was fluent, and empty"}[asked.hears]
    missing = f", and this was missing: {known.name[0].lower()}{known.name[1:]}" if known else ", and nothing was missing"
    yours = " You heard both." if (hears, lacks) == (asked.hears, asked.lacks) else ""
    return f"{was}{missing}.{yours}"


def answered(asked: Asked, lacks: str) -> str:
    """What the engineer says to the question for a missing fact; empty where none was asked for."""
    if lacks in ("", NOTHING):
        return ""
    if lacks == asked.lacks:
        return asked.told
    known = fact(lacks)
    return known.beside if known else ""


def notes(meeting: Meeting, heard: Sequence[AnswerHeard], checked: str | None = None) -> list[Note]:
    """`checked`: what the live check said; empty where it did not run to its end."""
    found = []
    for number, one in enumerate(heard, start=1):
        if asked := meeting.asked(number, one.ask):
            found.append(_note(asked, one.lacks))
    if meeting.check:
        found.append(Note("learned", meeting.check.title, checked) if checked else Note("unasked", meeting.check.title, ""))
    names = {one.ask for one in heard}
    found += [Note("unasked", one.asks, "") for each in meeting.rounds for one in each.asks if one.id not in names]
    return found


def _note(asked: Asked, lacks: str) -> Note:
    if lacks == asked.lacks:
        return Note("learned", asked.asks, asked.learned)
    known = fact(asked.lacks)
    open_ = f" Left open: {known.name[0].lower()}{known.name[1:]}." if known else ""
    return Note("open" if known else "learned", asked.asks, f"{_first(asked.says) if known else asked.learned}{open_}")


def _first(said: str) -> str:
    """A sentence of what was said, as it is noted down."""
    head, stop, _ = said.partition(". ")
    return f"Said: “{head}{'.' if stop else ''}”"


def by_round(kept: Mapping[str, Mapping[str, str]]) -> list[AnswerHeard]:
    """As they were kept, under the number of their round."""
    return [AnswerHeard(**kept[str(number)]) for number in range(1, len(kept) + 1) if str(number) in kept]
