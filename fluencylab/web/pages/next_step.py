"""One clear next step, the same on every page: gathered here, chosen by `progress/today.py`."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from fluencylab import clock
from fluencylab.actions import review
from fluencylab.actions.capstone import minutes_left
from fluencylab.actions.kinds import acts, listed, offered
from fluencylab.actions.progress import fluency
from fluencylab.actions.selftest import latest_sitting
from fluencylab.actions.six_weeks import in_order, shown
from fluencylab.actions.standing import RECENT, Path, path
from fluencylab.curriculum.capstone import MINUTES as MINUTES_OF_CAPSTONE
from fluencylab.curriculum.capstone import capstones
from fluencylab.curriculum.schema import Concept, Track, pack_of
from fluencylab.packs.full_track import title_of
from fluencylab.practice import kinds
from fluencylab.practice.kinds import Exercise
from fluencylab.practice.kinds.base import DONE, NOT_BEGUN
from fluencylab.practice.kinds.selftest import MINUTES
from fluencylab.progress.today import Choice, Now, Step, choose, lasts
from fluencylab.store import queries
from fluencylab.store.engine import Session
from fluencylab.store.tables import CapstoneSitting
from fluencylab.web.app_state import AppState

CALL = Step("First call", "Make your first call", "/first-call", 1, runs=True, act="Make a call now")
SELF_TEST = Step(kinds.SELF_TEST.title, "Seven questions, in your own words", kinds.SELF_TEST.href(), MINUTES, act=kinds.SELF_TEST.begin)
REVIEW = Step(kinds.REVIEW.title, "What you learned, before it fades", kinds.REVIEW.base, 0, act=kinds.REVIEW.begin)
CAPSTONE = Step("Capstone", "A product you have never seen", "/capstone", MINUTES_OF_CAPSTONE, runs=True, act="See what it is")
LATELY = timedelta(weeks=6)
"""Whoever ended a capstone so long ago is offered another one."""
GO_ON = "Go on"
PREDICT = "Here you watched what came out. There you say it before it is measured: that is what shows whether you know."


class Next(NamedTuple):
    """What stands at the end of a page. `why`: the grey line; `says`: a sentence under the title; `concept`: its slug, or empty."""

    title: str
    href: str
    why: str
    act: str
    says: str = ""
    concept: str = ""


class OpenSteps:
    """Exercises that are open and have an end, in the order of the track, looked up as far as they are asked for."""

    def __init__(self, concepts: Iterable[Concept], but: Collection[str] = ()) -> None:
        """`but`: keys of those that are left out."""
        self._found: list[Step] = []
        self._left = _steps(concepts, but)

    def __iter__(self) -> Iterator[Step]:
        number = 0
        while True:
            if number == len(self._found):
                one = next(self._left, None)
                if one is None:
                    return
                self._found.append(one)
            yield self._found[number]
            number += 1


def _steps(concepts: Iterable[Concept], but: Collection[str]) -> Iterator[Step]:
    paths = [kind for kind in kinds.KINDS.values() if kind.end]
    every = ((one, concept) for concept in concepts for kind in paths for one in offered(kind, concept.slug))
    return (step(one, concept) for one, concept in every if one.key not in but)


def step(of: Exercise[Any], concept: Concept) -> Step:
    kind = of.kind
    about = "" if kind.secret else concept.short
    return Step(kind.title, of.title, of.href, of.minutes, concept.slug, about, kind.runs, kind.begin, title_of(concept.slug))


async def next_step(session: Session, learner: str, track: Track, now: datetime, after: str = "") -> Next:
    """The one thing to do now, as Today chooses. `after`: an exercise just finished."""
    return as_next(choose(await choice(session, learner, track, now, after)))


async def following(state: AppState, track: Track, after: str = "") -> Next:
    """What comes after an exercise just finished; one that the path does not lead through need not be named."""
    async with state.store.read() as session:
        return await next_step(session, state.learner, track, clock.now(), after)


async def after_measuring(session: Session, learner: str, concept: Concept, lab: str) -> Next | None:
    """What a measurement in a lab leads to: a mission of its concept, one on this lab before others. None where all are done."""
    left = [one for one in await listed(session, learner, kinds.MISSION, concept.slug) if not one.why_hidden and one.where != DONE]
    if not left:
        return None
    first = min(left, key=lambda one: one.exercise.of.run.instrument != lab)
    comes = step(first.exercise, concept)
    return Next(comes.title, comes.href, about(comes), comes.act if first.where == NOT_BEGUN else GO_ON, PREDICT, concept.slug)


def act(now: Now) -> str:
    return GO_ON if now.rule == "begun" else now.step.act


def about(step: Step) -> str:
    """The grey line: its kind, its concept, how long it lasts."""
    return " · ".join((*filter(None, (step.kind, step.about)), lasts(step.minutes)))


def as_next(now: Now) -> Next:
    return Next(now.step.title, now.step.href, about(now.step), act(now), now.why, now.step.concept)


async def newcomer(session: Session, learner: str) -> bool:
    """Nothing was ever run to an end, and nothing was ever shown."""
    return not await queries.ended_runs(session, learner, None, 1) and not await queries.count_evidence(session, learner)


async def choice(session: Session, learner: str, track: Track, now: datetime, after: str = "") -> Choice:
    """All that decides what to do now. `after`: an exercise just finished, not offered again; whoever works in a pack goes on in it."""
    on = await path(session, learner, now)
    due = [one for one in await review.reviews(session, learner, now) if one.can]
    last = await latest_sitting(session, learner)
    taken = last if last is None or last.complete else await latest_sitting(session, learner, complete=True)
    self_test = [(SELF_TEST, last.begun.date())] if last and not last.complete and last.shown and last.begun >= now - RECENT else []
    lab = next((concept for concept in track.concepts if concept.labs and concept.open), track.concepts[0])
    concepts = sorted(track.concepts, key=lambda one: pack_of(after) != "" and pack_of(one.slug) != pack_of(after))
    priorities = [(one.concept, one.why) for one in taken.priorities] if taken else []
    known, stands = {concept.slug: concept for concept in track.concepts}, await fluency(session, learner, now)
    core = [one for one in in_order([concept for concept, _ in priorities]) if not shown(one, stands)]
    met = {*on.done, *on.begun, *on.tried, after}
    sat = await queries.capstone_sittings(session, learner)
    sitting = _sitting(sat, now)
    return Choice(
        begun=[*sitting, *_begun(on, track, after), *self_test],
        reviews=REVIEW._replace(minutes=review.minutes(len(due))),
        due=len(due),
        self_test=None if taken else SELF_TEST,
        priorities=priorities,
        open=OpenSteps(concepts, {*met, *(one.key for one in core)}),
        core=[] if pack_of(after) else [step(one, known[one.concept]) for one in core if one.key not in met],
        lab=Step("Lab", f"The lab: {lab.short}", f"/labs/{lab.labs[0]}", 10, lab.slug, lab.short, True, "Open the lab"),
        call=CALL if not sitting and await newcomer(session, learner) else None,
        fresh=not on.done and not taken and not after,
        capstone=None if pack_of(after) or not _another(sat, now) else CAPSTONE,
    )


def _sitting(sat: Sequence[CapstoneSitting], now: datetime) -> list[tuple[Step, date]]:
    """A capstone whose hour is running goes before everything else."""
    left = [(one, minutes_left(one, now)) for one in sat]
    return [(CAPSTONE._replace(href=f"{CAPSTONE.href}/sitting", minutes=minutes), one.begun.date()) for one, minutes in left if minutes > 0]


def _another(sat: Sequence[CapstoneSitting], now: datetime) -> bool:
    """Was none ended lately, and is there a product that was not seen?"""
    return all(one.ended and one.ended < now - LATELY for one in sat) and len({one.product for one in sat}) < len(capstones())


def _begun(on: Path, track: Track, after: str) -> Iterator[tuple[Step, date]]:
    """Those that are open on the model in use."""
    for key, since in on.begun.items():
        found, concept = kinds.find(key), None
        if found and key != after and not acts(found.kind).why_hidden(found.of):
            concept = track.concept(found.concept)
        if found and concept:
            yield step(found, concept), since
