"""A review: what is due, one item at a time, and how a sitting went."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from fluencylab.actions import review
from fluencylab.actions.changed import what_changed
from fluencylab.actions.progress import ledger
from fluencylab.actions.review import ReviewItem, Sitting
from fluencylab.packs.full_track import full_track
from fluencylab.practice.items import Item
from fluencylab.practice.kinds import REVIEW
from fluencylab.progress.review import nothing_due
from fluencylab.store.engine import Session
from fluencylab.store.tables import Attempt, Evidence
from fluencylab.text.written import day
from fluencylab.web.pages.mission import CERTAINTY
from fluencylab.web.pages.next_step import Next, next_step
from fluencylab.web.pages.options import OptionAnswer, OptionCard, lettered
from fluencylab.web.render import inline

RIGHT, WRONG, OTHER = "Right.", "Not this one.", "Not this one either."


class DueLine(NamedTuple):
    """A skill that is due. `href`: where one without an item of its own is renewed."""

    about: str
    capability: str
    why: str
    href: str


class AnsweredLine(NamedTuple):
    """An item of this sitting, and when its skill comes again."""

    about: str
    capability: str
    right: bool
    href: str
    again: str


@dataclass(frozen=True)
class ReviewPage:
    """Context of `review.html`. `can`: skills that are due and have an item; `left`: how many of them belong to this sitting.

    `next`: what to do once none of this sitting is left; none where that would be another review.
    """

    can: int
    left: int
    minutes: int
    due: list[DueLine]
    elsewhere: list[DueLine]
    answered: list[AnsweredLine]
    right: int
    surprises: int
    resting: str
    met: bool
    changed: list[str]
    """On the map, by the reviews of this sitting"""
    next: Next | None


async def overview_page(session: Session, learner: str, now: datetime) -> ReviewPage:
    sitting = await review.the_sitting(session, learner, now)
    held = (await ledger(session, learner)).recall.held
    can = [one for one in sitting.due if one.can]
    comes = None if sitting.left else await next_step(session, learner, full_track(), now)
    return ReviewPage(
        can=len(can),
        left=sitting.left,
        minutes=review.minutes(sitting.left or len(can)),
        due=[_due(one) for one in can],
        elsewhere=[_due(one) for one in sitting.due if not one.can],
        answered=[
            AnsweredLine(
                short(row.concept),
                row.capability,
                row.score == 1,
                f"{REVIEW.base}/items/{row.attempt_id}",
                day(held[skill].due) if (skill := (row.concept, row.capability)) in held else "",
            )
            for row in sitting.answered
        ],
        right=sum(row.score == 1 for row in sitting.answered),
        surprises=sum(row.score == 0 and row.certainty == 3 for row in sitting.answered),
        resting=nothing_due(held, now.date()),
        met=bool(held),
        changed=await what_changed(session, learner, {row.attempt_id for row in sitting.answered}, "sitting"),
        next=comes if comes and comes.href != REVIEW.base else None,
    )


def _due(one: review.Due) -> DueLine:
    concept = full_track().concept(one.skill[0])
    href = f"/concepts/{one.skill[0]}" if concept and concept.open else ""
    return DueLine(short(one.skill[0]), one.skill[1], one.why, href)


def short(slug: str) -> str:
    concept = full_track().concept(slug)
    return concept.short if concept else slug


@dataclass(frozen=True)
class ReviewAnswer:
    """What was picked, every option answered, and what comes next. `more`: items that are left, 0 where it is enough."""

    picked: str
    answers: dict[str, OptionAnswer]
    right: bool
    certainty: str
    marks: int | None
    more: int
    minutes: int


@dataclass(frozen=True)
class ReviewItemPage:
    """Context of `review_item.html`. `answer`: None before it. `unmet`: questions on the same skill that were not met yet."""

    item: Item
    attempt: Attempt
    about: str
    number: int
    of: int
    options: list[OptionCard]
    answer: ReviewAnswer | None
    unmet: int


def item_page(asked: ReviewItem, sitting: Sitting, unmet: int) -> ReviewItemPage:
    item, shown = asked.item, asked.shown
    laid_out = item.options if shown else item.laid_out(asked.attempt.seed)
    return ReviewItemPage(
        item=item,
        attempt=asked.attempt,
        about=short(item.concept),
        number=len(sitting.answered) + (shown is None),
        of=len(sitting.answered) + max(sitting.left, shown is None),
        options=lettered((option.id, inline(option.text)) for option in laid_out),
        answer=_answered(shown, asked, sitting) if shown else None,
        unmet=unmet,
    )


def _answered(shown: Evidence, asked: ReviewItem, sitting: Sitting) -> ReviewAnswer:
    picked, item = shown.answer["picked"], asked.item
    verdicts = {option.id: RIGHT if option.id == item.best else WRONG if option.id == picked else OTHER for option in item.options}
    return ReviewAnswer(
        picked=picked,
        answers={option.id: OptionAnswer(verdicts[option.id], inline(option.answer)) for option in item.options},
        right=shown.score == 1,
        certainty=CERTAINTY[shown.certainty or 1],
        marks=shown.marks,
        more=0 if sitting.enough else sitting.left,
        minutes=review.minutes(sitting.left),
    )
