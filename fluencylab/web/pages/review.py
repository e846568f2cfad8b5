"""A review: what is due, one item at a time, and how a sitting went."""

from datetime import datetime
from typing import Any

from fluencylab.actions import review
from fluencylab.actions.progress import ledger
from fluencylab.actions.review import ReviewItem, Sitting
from fluencylab.packs.full_track import full_track
from fluencylab.practice.kinds import REVIEW
from fluencylab.progress.review import day_of
from fluencylab.store.engine import Session
from fluencylab.store.tables import Evidence
from fluencylab.web.pages.mission import CERTAINTY

RIGHT, WRONG, OTHER = "Right.", "Not this one.", "Not this one either."


async def overview_page(session: Session, learner: str, now: datetime) -> dict[str, Any]:
    sitting = await review.the_sitting(session, learner, now)
    held = (await ledger(session, learner)).recall.held
    can = [one for one in sitting.due if one.can]
    right = sum(row.score == 1 for row in sitting.answered)
    return {
        "can": len(can),
        "left": sitting.left,
        "minutes": review.minutes(sitting.left or len(can)),
        "due": [_told(one) for one in can],
        "elsewhere": [_told(one) for one in sitting.due if not one.can],
        "answered": [
            {
                "about": short(row.concept),
                "capability": row.capability,
                "right": row.score == 1,
                "href": f"{REVIEW.base}/items/{row.attempt_id}",
                "again": day_of(held[skill].due) if (skill := (row.concept, row.capability)) in held else "",
            }
            for row in sitting.answered
        ],
        "right": right,
        "surprises": sum(row.score == 0 and row.certainty == 3 for row in sitting.answered),
        "soonest": day_of(min(one.due for one in held.values())) if held else "",
        "met": bool(held),
    }


def _told(one: review.Due) -> dict[str, str]:
    """`href`: where a skill without an item of its own is renewed."""
    concept = full_track().concept(one.skill[0])
    href = f"/concepts/{one.skill[0]}" if concept and concept.open else ""
    return {"about": short(one.skill[0]), "capability": one.skill[1], "why": one.why, "href": href}


def short(slug: str) -> str:
    concept = full_track().concept(slug)
    return concept.short if concept else slug


def item_page(asked: ReviewItem, sitting: Sitting) -> dict[str, Any]:
    item, shown = asked.item, asked.shown
    laid_out = item.options if shown else item.laid_out(asked.attempt.seed)
    context: dict[str, Any] = {
        "spent_on": item.concept,
        "item": item,
        "attempt": asked.attempt,
        "about": short(item.concept),
        "number": len(sitting.answered) + (shown is None),
        "of": len(sitting.answered) + max(sitting.left, shown is None),
        "options": [{"id": option.id, "letter": "ABCDE"[i], "text": option.text} for i, option in enumerate(laid_out)],
        "answers": None,
    }
    return context | _answered(shown, asked, sitting) if shown else context


def _answered(shown: Evidence, asked: ReviewItem, sitting: Sitting) -> dict[str, Any]:
    picked, item = shown.answer["picked"], asked.item
    return {
        "picked": picked,
        "answers": {
            option.id: {"verdict": RIGHT if option.id == item.best else WRONG if option.id == picked else OTHER, "text": option.answer}
            for option in item.options
        },
        "right": shown.score == 1,
        "certainty": CERTAINTY[shown.certainty or 1],
        "marks": shown.marks,
        "more": 0 if sitting.enough else sitting.left,
        "minutes": review.minutes(sitting.left),
    }
