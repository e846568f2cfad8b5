"""One clear next step: gathered here, chosen by `progress/today.py`."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

from fluencylab import clock
from fluencylab.actions import review
from fluencylab.actions.kinds import offered
from fluencylab.actions.selftest import latest_sitting
from fluencylab.actions.standing import RECENT, Path, path
from fluencylab.curriculum.schema import Concept, Track, pack_of
from fluencylab.packs.full_track import title_of
from fluencylab.practice import kinds
from fluencylab.practice.kinds import Exercise
from fluencylab.progress.today import Choice, Step, choose
from fluencylab.store.engine import Session
from fluencylab.web.app_state import AppState

SELF_TEST = Step(kinds.SELF_TEST.title, "Seven questions, in your own words", kinds.SELF_TEST.href(), 20, act=kinds.SELF_TEST.begin)
REVIEW = Step(kinds.REVIEW.title, "What you learned, in another form", kinds.REVIEW.base, 0, act=kinds.REVIEW.begin)


class Next(NamedTuple):
    """What stands at the end of a page. `why`: the grey line; `says`: a sentence under the title."""

    title: str
    href: str
    why: str
    act: str
    first: bool = False
    """The very first exercise of the track, not begun yet."""
    says: str = ""


def steps(track: Track) -> Iterator[tuple[str, Step]]:
    """Every exercise that is open and has an end, with its key, in the order of the track. Looked up as they are asked for."""
    paths = [kind for kind in kinds.KINDS.values() if kind.stages]
    return ((one.key, step(one, concept)) for concept in track.concepts for kind in paths for one in offered(kind, concept.slug))


def step(of: Exercise[Any], concept: Concept) -> Step:
    kind = of.kind
    about = "" if kind.secret else concept.short
    return Step(kind.title, of.title, of.href, of.minutes, concept.slug, about, kind.runs, kind.begin, title_of(concept.slug))


async def next_step(state: AppState, track: Track) -> Next | None:
    """In the order of the track alone: for a newcomer, and on a concept's page."""
    async with state.store.read() as session:
        on = await path(session, state.learner, clock.now())
    for number, (key, found) in enumerate(steps(track)):
        if key in on.begun or key not in on.done:
            return _next(found, key in on.begun, first=number == 0 and key not in on.begun)
    return None


async def following(state: AppState, track: Track, after: str) -> Next | None:
    """What comes after an exercise just finished: as Today chooses, but not a review, which is for another day."""
    async with state.store.read() as session:
        now = choose((await choice(session, state.learner, track, clock.now(), after))._replace(due=0))
    return None if now.rule == "lab" else _next(now.step, now.rule == "begun", says=now.why)


def act(step: Step, begun: bool) -> str:
    return "Go on" if begun else step.act


def _next(step: Step, begun: bool, first: bool = False, says: str = "") -> Next:
    about = f"{step.kind} · {step.about}" if step.about else step.kind
    return Next(step.title, step.href, f"{about} · about {step.minutes} minutes", act(step, begun), first, says)


async def choice(session: Session, learner: str, track: Track, now: datetime, after: str = "") -> Choice:
    """All that decides what to do now. `after`: an exercise just finished, not offered again; whoever works in a pack goes on in it."""
    on = await path(session, learner, now)
    known = list(steps(track))
    due = [one for one in await review.reviews(session, learner, now) if one.can]
    last = await latest_sitting(session, learner)
    taken = last if last is None or last.complete else await latest_sitting(session, learner, complete=True)
    self_test = [(SELF_TEST, last.begun.date())] if last and not last.complete and last.shown and last.begun >= now - RECENT else []
    lab = next((concept for concept in track.concepts if concept.labs and concept.open), track.concepts[0])
    return Choice(
        begun=[*_begun(on, dict(known), after), *self_test],
        reviews=REVIEW._replace(minutes=review.minutes(len(due))),
        due=len(due),
        self_test=None if taken else SELF_TEST,
        priorities=[(one.concept, one.why) for one in taken.priorities] if taken else [],
        open=sorted(
            (one for key, one in known if key not in on.done and key not in on.begun and key != after),
            key=lambda one: pack_of(after) != "" and pack_of(one.concept) != pack_of(after),
        ),
        lab=Step("Lab", f"The lab: {lab.short}", f"/labs/{lab.labs[0]}", 10, lab.slug, lab.short, True, "Open the lab"),
    )


def _begun(on: Path, known: dict[str, Step], after: str) -> list[tuple[Step, date]]:
    return [(known[key], since) for key, since in on.begun.items() if key in known and key != after]
