"""The acts of a review: what is due now, the next item, its answer."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from fluencylab import clock
from fluencylab.actions.missions import new_attempt
from fluencylab.actions.progress import ledger, names, outdated
from fluencylab.errors import BadInput, NotFound
from fluencylab.packs.full_track import full_track
from fluencylab.practice import graders, kinds
from fluencylab.practice.items import Item
from fluencylab.practice.kinds import REVIEW
from fluencylab.practice.kinds.review import STAGE
from fluencylab.practice.variants import bank, first_choice, pick, usable
from fluencylab.practice.verdict import GRADER
from fluencylab.progress import evidence
from fluencylab.progress.evidence import NewEvidence
from fluencylab.progress.review import PAUSE, Recall, Skill, due, sitting, why
from fluencylab.store import queries
from fluencylab.store.engine import Session, Store
from fluencylab.store.tables import Attempt, Evidence

MOST = 12
"""Items of one sitting: at fifty seconds each, ten minutes."""
SECONDS = 50
LONG_ENOUGH = 600.0
"""Seconds after which a sitting asks nothing more by itself."""


class Due(NamedTuple):
    """A skill that a review now would renew."""

    skill: Skill
    why: str
    on: date
    can: bool
    """Is there an item for it? Where there is none, its missions and cases renew it."""


class ReviewItem(NamedTuple):
    """An item put before the learner, and the answer once there is one."""

    attempt: Attempt
    item: Item
    shown: Evidence | None


class Sitting(NamedTuple):
    """What was answered in the sitting that goes on now, and the reviews still due."""

    answered: list[Evidence]
    due: list[Due]

    @property
    def left(self) -> int:
        return max(0, min(len([one for one in self.due if one.can]), MOST - len(self.answered)))

    @property
    def enough(self) -> bool:
        """Nothing left, or ten minutes are over."""
        return self.left == 0 or sum(row.seconds or 0 for row in self.answered) >= LONG_ENOUGH


def minutes(items: int) -> int:
    return max(1, round(min(items, MOST) * SECONDS / 60))


async def reviews(session: Session, learner: str, now: datetime) -> list[Due]:
    """Due now or within three days, the longest overdue first; then what was brought up to date since it was shown."""
    recall = (await ledger(session, learner)).recall
    today = now.date()
    old = await outdated(session, learner)
    fading = [(skill, old.get(skill) or why(recall.held[skill]), recall.held[skill].due) for skill in due(recall.held, today)]
    known = {skill for skill, _, _ in fading}
    rested = {skill for skill, held in recall.held.items() if held.last < today}
    changed = [(skill, reason, today) for skill, reason in sorted(old.items()) if skill in rested - known]
    return [
        Due(skill, reason, on, bool(_items(recall, skill))) for skill, reason, on in [*fading, *changed] if full_track().concept(skill[0])
    ]


async def the_sitting(session: Session, learner: str, now: datetime) -> Sitting:
    rows = list(await queries.shown_since(session, learner, REVIEW.prefix, now - timedelta(hours=12)))
    count = sitting([row.made for row in rows], now)
    return Sitting(rows[len(rows) - count :], await reviews(session, learner, now))


async def begin(store: Store, learner: str, skill: Skill | None = None) -> str:
    """The next item's attempt. One that is open is gone on with, so a reload asks nothing new. `NotFound` when nothing is due.

    `skill`: asked for by name, due or not, as long as it has a question that was not met.
    """
    now = clock.now()
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        still_open = await queries.open_attempt(session, learner, REVIEW.of_skill(*skill) if skill else REVIEW.prefix, now - PAUSE)
        if still_open and _items((await ledger(session, learner)).recall, _skill(still_open)):
            return still_open.id
        if skill is None:
            first = next((one for one in await reviews(session, learner, now) if one.can), None)
            if first is None:
                raise NotFound("Nothing is due for review.", "Today shows what pays now.")
            skill = first.skill
        elif not await unmet(session, learner, skill):
            raise NotFound("You have met every question there is on this.", "Reviews ask again when it begins to fade.")
        attempt = new_attempt(learner, REVIEW.of_skill(*skill))
        session.add(attempt)
    return attempt.id


async def unmet(session: Session, learner: str, skill: Skill) -> int:
    """Questions on a skill that were not met yet, and give nothing away."""
    recall = (await ledger(session, learner)).recall
    return len(_fresh(_items(recall, skill), last_seen(recall.asked, skill)))


async def asked(session: Session, learner: str, attempt_id: str) -> ReviewItem:
    attempt = await queries.attempt(session, attempt_id)
    if attempt is None or attempt.learner_id != learner or REVIEW.slug(attempt.exercise) is None:
        raise NotFound("There is no such review.", "Open Review: it shows what is due.")
    shown = next(iter(await queries.attempt_evidence(session, attempt.id)), None)
    if shown is not None:
        return ReviewItem(attempt, _stored(shown), shown)
    recall = (await ledger(session, learner)).recall
    item = _pick(recall, attempt)
    if item is None:
        raise NotFound("This item is no longer in the content.", "Open Review: it shows what is due.")
    return ReviewItem(attempt, item, None)


async def answer(store: Store, learner: str, attempt_id: str, words: str, picked: str, certainty: int) -> None:
    """One item, once. `words`: the hash of the item that stood on the page."""
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        now = await asked(session, learner, attempt_id)
        item = now.item
        if now.shown is not None:
            raise BadInput("This item was already answered, perhaps in another tab.", "The answer stands on its page now.")
        if item.content != words:
            raise BadInput("Another item stands here now: something was answered in between.", "Answer this one.")
        choice = next((choice for choice in item.options if choice.id == picked), None)
        if choice is None:
            raise BadInput("Choose one of the options first.", "Then press the button again; nothing was lost.")
        right = picked == item.best
        earned = graders.marks(right, certainty)
        given: dict[str, Any] = {"picked": picked, "item": _kept(item, now.attempt.seed)}
        shown = NewEvidence(item.concept, item.capability, STAGE + item.form, given, float(right), GRADER, certainty, earned, choice.answer)
        shown = shown._replace(variant=item.id, content=item.content, chance=1 / len(item.options))
        await evidence.append(session, now.attempt, shown)


def _kept(item: Item, seed: int) -> dict[str, Any]:
    """The item as it was laid out, so that it can be shown again when the content has moved on."""
    return item._asdict() | {"options": [choice._asdict() for choice in item.laid_out(seed)]}


def _stored(row: Evidence) -> Item:
    return Item.read(row.answer["item"])


def _skill(attempt: Attempt) -> Skill:
    return REVIEW.skill(attempt.exercise)


def _items(recall: Recall, skill: Skill) -> list[Item]:
    concept = full_track().concept(skill[0])
    return usable(concept, skill[1], recall.done) if concept else []


def _fresh(items: Sequence[Item], seen: Mapping[str, datetime]) -> list[Item]:
    """Those that were not met yet."""
    return [item for item in items if item.id not in seen]


def _pick(recall: Recall, attempt: Attempt) -> Item | None:
    skill = _skill(attempt)
    seen = last_seen(recall.asked, skill)
    just_seen = max(seen, key=lambda item: seen[item], default="")
    items, met = _items(recall, skill), names()
    printed = {item.id for item in items if (found := met.get((skill[0], item.id))) and found.printed}
    return pick(first_choice(items, seen, printed) or items, seen, attempt.seed, just_seen)


def last_seen(asked: Mapping[tuple[str, str, str], datetime], skill: Skill) -> dict[str, datetime]:
    """Item -> when its words were met last: in a review, in the self-test, or in the exercise it was turned from."""
    slug, capability = skill
    concept = full_track().concept(slug)
    found: dict[str, datetime] = {}
    for item in bank(concept) if concept else ():
        places = [(REVIEW.of_skill(slug, capability), item.id), *kinds.met(item)]
        times = [asked[slug, exercise, name] for exercise, name in places if (slug, exercise, name) in asked]
        if item.capability == capability and times:
            found[item.id] = max(times)
    return found
