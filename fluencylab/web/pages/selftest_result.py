"""The result of a sitting: what to learn first, with the next thing to do; what is firm; and the sitting before beside this one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from fluencylab.actions.kinds import offered
from fluencylab.actions.selftest import PastSitting, Sitting, product_of
from fluencylab.actions.standing import Standings
from fluencylab.curriculum.loader import track
from fluencylab.curriculum.schema import Concept, Product
from fluencylab.practice import kinds, sitting
from fluencylab.practice.kinds.base import DONE
from fluencylab.practice.sitting import APPLICATION, Outcome, Priority, SittingQuestion
from fluencylab.practice.verdict import GRADER
from fluencylab.web.pages.mission import CERTAINTY
from fluencylab.web.pages.options import SelectOption
from fluencylab.web.pages.selftest import minutes, name, outcomes_say, product_choices, product_says

LEVELS = {"firm": "firm", "partly": "partly firm", "open": "not firm yet"}
WEIGHTS = {1: "useful", 2: "important", 3: "decisive"}
CHANGES = {"gained": "now right", "lost": "now wrong", "kept": "still right", "still": "still wrong", "new": "not asked before"}


class Act(NamedTuple):
    """The next thing to do for a concept; without `href` there is none yet."""

    title: str
    href: str
    act: str


class WeakIdea(NamedTuple):
    """An idea that is not firm, in one sentence, and how it stood."""

    says: str
    how: str


class PriorityRow(NamedTuple):
    concept: Concept
    level: str
    why: str
    weight: str
    shown: str
    weak: list[WeakIdea]
    act: Act | None
    question: int


class EarlierSitting(NamedTuple):
    id: str
    name: str
    current: bool


class ComparedIdea(NamedTuple):
    says: str
    kind: str
    how: str


class ComparedConcept(NamedTuple):
    concept: Concept
    ideas: list[ComparedIdea]


@dataclass(frozen=True)
class Compared:
    """Each concept then and now, as rows of a table, and each item that can be compared."""

    rows: list[list[str]]
    concepts: list[ComparedConcept]
    says: str


@dataclass(frozen=True)
class SelfTestResultPage:
    """Context of `selftest_result.html`."""

    sitting: Sitting
    name: str
    for_whom: str
    product: Product
    products: list[SelectOption]
    first: PriorityRow | None
    rest: list[PriorityRow]
    firm: list[Concept]
    total_says: str
    sure_says: str
    not_asked: list[str]
    before: PastSitting | None
    before_name: str
    earlier: list[EarlierSitting]
    compared: Compared | None
    questions: Sequence[SittingQuestion]
    conditions: str
    changed: Sequence[str]
    """On the map, by this sitting; empty for one that another came after"""


def result_page(
    now: Sitting, earlier: list[PastSitting], before: PastSitting | None, stood: Standings, changed: Sequence[str] = ()
) -> SelfTestResultPage:
    """`earlier`: the complete sittings before this one; `before`: the one it is compared with."""
    rows = [_row(now, priority, stood) for priority in now.priorities]
    pressing = {priority.concept for priority in now.priorities}
    everything = [one for shown in now.outcomes.values() for one in shown]
    return SelfTestResultPage(
        sitting=now,
        name=name(now),
        for_whom=product_says(now),
        product=product_of(now.product),
        products=product_choices(),
        first=rows[0] if rows else None,
        rest=rows[1:],
        firm=[concept for concept in track().concepts if concept.slug in now.outcomes and concept.slug not in pressing],
        total_says=_total(everything),
        sure_says=_sure(everything),
        not_asked=[concept.short for concept in track().concepts if concept.selftest is None],
        before=before,
        before_name=name(before) if before else "",
        earlier=[EarlierSitting(one.id, name(one), one is before) for one in reversed(earlier)],
        compared=compared(before, now) if before else None,
        questions=now.asked,
        conditions=(
            f"{len(everything)} scored items, {GRADER} · {minutes(now.seconds)} · a claim can be guessed, one in two; "
            "a situation, one in three · your own words earn nothing here"
        ),
        changed=changed,
    )


def _total(everything: Sequence[Outcome]) -> str:
    claims = [one.right for one in everything if one.item != APPLICATION]
    applied = [one.right for one in everything if one.item == APPLICATION]
    return f"{sum(claims)} of {len(claims)} claims and {sum(applied)} of {len(applied)} situations were right."


def _sure(everything: Sequence[Outcome]) -> str:
    """How sure against how right, in counts."""
    told: list[str] = []
    for certainty in (3, 2, 1):
        right = [one.right for one in everything if one.certainty == certainty]
        if right:
            told.append(f"{CERTAINTY[certainty]}, {sum(right)} of {len(right)}{'' if told else ' were right'}")
    return f"When you were {'; '.join(told)}." if told else ""


def _row(now: Sitting, priority: Priority, stood: Standings) -> PriorityRow:
    concept = track().concept(priority.concept)
    assert concept is not None
    outcomes = now.outcomes[priority.concept]
    number = next(asked.number for asked in now.asked if asked.concept == concept.slug)
    return PriorityRow(
        concept,
        LEVELS[priority.level],
        priority.why,
        WEIGHTS[priority.weight],
        outcomes_say(outcomes),
        _weak(concept, outcomes),
        next_act(concept, stood),
        number,
    )


def _weak(concept: Concept, outcomes: Sequence[Outcome]) -> list[WeakIdea]:
    says = {idea.slug: idea.says for idea in concept.selftest.ideas} if concept.selftest else {}
    found = []
    for one in outcomes:
        if not one.right or one.certainty == 1:
            text = "Choosing in a product situation." if one.item == APPLICATION else says.get(one.item, one.item)
            found.append(WeakIdea(text, f"{'right' if one.right else 'wrong'}, {CERTAINTY[one.certainty]}"))
    return found


def next_act(concept: Concept, stood: Standings) -> Act | None:
    """The first exercise on its page that is not done, else its lab; None while the concept is not open."""
    if not concept.open:
        return None
    for one in (one for kind in kinds.listed("concept") for one in offered(kind, concept.slug)):
        stage, begun = stood.of(one)
        if stage != DONE:
            return Act(one.title, one.href, f"{'Go on' if begun else one.kind.begin}, about {one.minutes} minutes")
    return Act(f"The lab: {concept.short}", f"/labs/{concept.labs[0]}" if concept.labs else f"/concepts/{concept.slug}", "Open the lab")


# Before and after


def compared(before: PastSitting, now: Sitting) -> Compared:
    rows, items = [], []
    for concept in track().concepts:
        was, is_ = before.outcomes.get(concept.slug, []), now.outcomes.get(concept.slug, [])
        if is_:
            level = LEVELS[sitting.level(was)] if was else "not asked"
            rows.append([concept.short, level, LEVELS[sitting.level(is_)], _changed(was, is_)])
            items.append(ComparedConcept(concept, _ideas(concept, was, is_)))
    return Compared(rows, items, _moved(before, now))


def _moved(before: PastSitting, now: Sitting) -> str:
    changes = [sitting.change(_of(before.outcomes.get(c, []), one.item), one) for c, shown in now.outcomes.items() for one in shown]
    gained, lost = changes.count("gained"), changes.count("lost")
    if not gained and not lost:
        return "Nothing changed between right and wrong, with other claims and other situations."
    told = "1 item is right that was wrong" if gained == 1 else f"{gained} items are right that were wrong"
    return f"{told}, and {lost} the other way round."


def _changed(was: Sequence[Outcome], is_: Sequence[Outcome]) -> str:
    changes = [sitting.change(_of(was, one.item), one) for one in is_]
    told = [f"{changes.count(kind)} {CHANGES[kind]}" for kind in ("gained", "lost") if kind in changes]
    return ", ".join(told) or "no change"


def _ideas(concept: Concept, was: Sequence[Outcome], is_: Sequence[Outcome]) -> list[ComparedIdea]:
    says = {idea.slug: idea.says for idea in concept.selftest.ideas} if concept.selftest else {}
    found = []
    for one in is_:
        kind = sitting.change(_of(was, one.item), one)
        text = "The situation" if one.item == APPLICATION else says.get(one.item, one.item)
        found.append(ComparedIdea(text, kind, CHANGES[kind]))
    return found


def _of(outcomes: Sequence[Outcome], item: str) -> Outcome | None:
    return next((one for one in outcomes if one.item == item), None)
