"""When a skill should be shown again: FSRS, as a pure fold over evidence.

A card is a skill: one concept in one kind of fluency. All that was shown of it on one (UTC) day is one review, rated by its lower median,
so the order within a day does not matter and a mission of five steps does not count as five reviews.

    shown, right, fairly sure   ->  due in 4 days;  again then  ->  in 31;  and then  ->  in 173
    missed, very sure           ->  due in 7 days: a confident miss is corrected best, and comes back next week

Desired retention 0.85, default parameters, no fuzz: the same evidence gives the same day to everyone (Ye 2022; FSRS-6).
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple, Protocol

from fsrs import Card, Rating, Scheduler

from fluencylab.practice.kinds import ends
from fluencylab.progress.mastery import RIGHT
from fluencylab.text.written import day

RETENTION = 0.85
SOON = timedelta(days=3)
"""A rhythm of weeks: what falls due within three days is done with what is due already."""
NEXT_WEEK = timedelta(days=7)
PAUSE = timedelta(minutes=30)
VERY_SURE = 3
LONGEST = 180
"""Days. The field moves: nothing rests longer than half a year."""
SCHEDULER = Scheduler(desired_retention=RETENTION, learning_steps=(), relearning_steps=(), maximum_interval=LONGEST, enable_fuzzing=False)

Skill = tuple[str, str]
"""(concept, capability)"""


class Reviewable(Protocol):
    """A piece of evidence, as far as it is looked at here. `score` 0..1, `certainty` 1..3, `help`: what was used, or empty."""

    @property
    def concept(self) -> str: ...
    @property
    def capability(self) -> str: ...
    @property
    def exercise(self) -> str: ...
    @property
    def stage(self) -> str: ...
    @property
    def variant(self) -> str: ...
    @property
    def made(self) -> datetime: ...
    @property
    def score(self) -> float | None: ...
    @property
    def certainty(self) -> int | None: ...
    @property
    def help(self) -> str: ...


class SkillSchedule(NamedTuple):
    """What the schedule holds of one skill. `before`: the card as it was before the latest day, which may go on."""

    last: date
    ratings: tuple[int, ...]
    confident_miss: bool
    """On the latest day."""
    before: Card | None
    card: Card

    @property
    def missed(self) -> bool:
        return _of_day(self.ratings) is Rating.Again

    @property
    def due(self) -> date:
        """Never on the day it was shown."""
        return self.last + NEXT_WEEK if self.confident_miss else self.card.due.date()


def rating(score: float, certainty: int | None, help: str) -> Rating:
    """Wrong: Again. Right but unsure: Hard. Right: Good. Right, very sure and without help: Easy."""
    if score < RIGHT:
        return Rating.Again
    if certainty == 1:
        return Rating.Hard
    return Rating.Easy if certainty == VERY_SURE and not help else Rating.Good


def add(held: SkillSchedule | None, piece: Reviewable) -> SkillSchedule | None:
    """One more piece, of the latest day or a later one. What could not be graded changes nothing."""
    if piece.score is None:
        return held
    day = piece.made.astimezone(UTC).date()
    if held and day < held.last:
        raise ValueError("evidence must be folded in the order of its days")
    rated = rating(piece.score, piece.certainty, piece.help)
    surprise = rated is Rating.Again and piece.certainty == VERY_SURE
    if held and day == held.last:
        ratings, surprise, before = tuple(sorted((*held.ratings, rated))), surprise or held.confident_miss, held.before
    else:
        ratings, before = (rated,), held.card if held else None
    return SkillSchedule(day, ratings, surprise, before, _review(before, _of_day(ratings), day))


def _of_day(ratings: tuple[int, ...]) -> Rating:
    return Rating(ratings[(len(ratings) - 1) // 2])


def _review(card: Card | None, rated: Rating, day: date) -> Card:
    noon = datetime.combine(day, time(12), UTC)
    return SCHEDULER.review_card(card or Card(card_id=1, due=noon), rated, noon)[0]


class Recall:
    """What all evidence of one learner says about reviews; pieces are added in the order of their days."""

    def __init__(self) -> None:
        self.held: dict[Skill, SkillSchedule] = {}
        """Every skill that was ever graded."""
        self.asked: dict[tuple[str, str, str], datetime] = {}
        """(concept, exercise, variant, or the stage where it has none) -> when it was asked last."""
        self.done: set[str] = set()
        """Exercises that were brought to their end once."""

    def add(self, piece: Reviewable) -> None:
        skill = (piece.concept, piece.capability)
        after = add(self.held.get(skill), piece)
        if after is not None:
            self.held[skill] = after
        self.asked[piece.concept, piece.exercise, piece.variant or piece.stage] = piece.made
        if ends(piece.exercise, piece.stage):
            self.done.add(piece.exercise)


def due(held: Mapping[Skill, SkillSchedule], today: date) -> list[Skill]:
    """What a review now is for: due today or within three days, the longest overdue first. Never what was shown today."""
    soon = [skill for skill, one in held.items() if one.last < today and one.due <= today + SOON]
    return sorted(soon, key=lambda skill: (held[skill].due, held[skill].last, skill))


def lapsed(held: Mapping[Skill, SkillSchedule], today: date) -> dict[Skill, str]:
    """Skills whose day has come, each with the reason as a sentence."""
    return {skill: why(held[skill]) for skill in due(held, today) if held[skill].due <= today}


def why(held: SkillSchedule) -> str:
    on = day(held.last)
    if held.confident_miss:
        return f"You were very sure on {on}, and it was different. A surprise like that comes back the week after."
    if held.missed:
        return f"It did not come out right on {on}, so it comes back soon."
    return f"Shown last on {on}. About now it begins to fade."


def nothing_due(held: Mapping[Skill, SkillSchedule], today: date) -> str:
    """Where nothing is due: why not, by what there is."""
    if not held:
        return "Nothing was shown yet, so nothing can fade. Reviews begin some days after your first exercise."
    soonest = day(min(one.due for one in held.values()))
    if all(one.last == today for one in held.values()):
        return f"Nothing is due yet. What you did today comes back about {soonest}."
    if all(one.missed for one in held.values()):
        return f"Nothing is due yet. What was missed comes back about {soonest}."
    return f"Nothing is due. What you showed still holds, and the next review comes about {soonest}."


def sitting(times: Sequence[datetime], now: datetime) -> int:
    """How many of these moments, oldest first, belong to the sitting that goes on now: the last ones, no pause of half an hour between."""
    count, after = 0, now
    for made in reversed(times):
        if after - made > PAUSE:
            break
        count, after = count + 1, made
    return count
