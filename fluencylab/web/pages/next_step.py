"""One clear next step: gathered here, chosen by `progress/today.py`."""

from datetime import date, datetime
from typing import NamedTuple

from fluencylab import clock
from fluencylab.actions import faults, review
from fluencylab.actions.selftest import latest_sitting
from fluencylab.actions.standing import FAULTS, RECENT, Path, path
from fluencylab.check import standing
from fluencylab.curriculum.schema import Case, Concept, Mission, Track, pack_of
from fluencylab.models import catalogue
from fluencylab.packs.offered import title_of
from fluencylab.practice.faults import ResolvedCase
from fluencylab.progress.today import Choice, Step, choose
from fluencylab.store.engine import Session
from fluencylab.web.app_state import AppState

SELF_TEST = Step("Self-test", "Seven questions, in your own words", "/self-test", 20)
REVIEW = Step("Review", "What you learned, in another form", "/review", 0)
ACTS = {
    "Mission": "Begin the mission",
    "Decision case": "Open the case",
    "Diagnosis": "Open the case",
    "Self-test": "Take the self-test",
    "Review": "Review",
    "AppState": "Open the lab",
}


class Next(NamedTuple):
    """What stands at the end of a page. `why`: the grey line; `says`: a sentence under the title."""

    title: str
    href: str
    why: str
    act: str
    first: bool = False
    """The very first mission, not begun yet."""
    says: str = ""


def shown_missions(concept: Concept) -> list[Mission]:
    """The missions that prove themselves on the model in use, and those nobody has tried on it; never one that failed."""
    sha256 = catalogue.current().card().sha256
    stood = [(mission, standing(mission, sha256)) for mission in concept.missions]
    return [mission for mission, proof in stood if proof.shown or proof.trials == 0]


def steps(track: Track) -> list[tuple[str, Step]]:
    """Every exercise that is open, with its slug, in the order of the track."""
    found: list[tuple[str, Step]] = []
    for concept in track.concepts:
        found += [(mission.slug, _step(concept, mission)) for mission in shown_missions(concept)]
        found += [(case.slug, _step(concept, case)) for case in concept.cases]
        found += [(FAULTS + one.case.slug, fault_step(concept, one)) for one in faults.shown(concept.slug)]
    return found


def fault_step(concept: Concept, of: ResolvedCase) -> Step:
    """A diagnosis. Its concept is not told: it would give the cause away."""
    return Step("Diagnosis", of.case.title, f"/debug/cases/{of.case.slug}", of.case.minutes, concept.slug, "", True)


def _step(concept: Concept, exercise: Mission | Case) -> Step:
    mission = isinstance(exercise, Mission)
    kind, place = ("Mission", "missions") if mission else ("Decision case", "cases")
    href, pack = f"/{place}/{exercise.slug}", title_of(concept.slug)
    return Step(kind, exercise.title, href, exercise.minutes, concept.slug, concept.short, mission, pack)


async def next_step(state: AppState, track: Track) -> Next | None:
    """In the order of the track alone: for a newcomer, and on a concept's page."""
    async with state.store.read() as session:
        on = await path(session, state.learner, clock.now())
    for slug, step in steps(track):
        if slug in on.begun or slug not in on.done:
            first = slug not in on.begun and track.concepts[0].missions[:1] != () and slug == track.concepts[0].missions[0].slug
            return _next(step, slug in on.begun, first=first)
    return None


async def following(state: AppState, track: Track, after: str) -> Next | None:
    """What comes after an exercise just finished: as Today chooses, but not a review, which is for another day."""
    async with state.store.read() as session:
        now = choose((await choice(session, state.learner, track, clock.now(), after))._replace(due=0))
    return None if now.rule == "lab" else _next(now.step, now.rule == "begun", says=now.why)


def act(step: Step, begun: bool) -> str:
    return "Go on" if begun else ACTS[step.kind]


def _next(step: Step, begun: bool, first: bool = False, says: str = "") -> Next:
    about = f"{step.kind} · {step.about}" if step.about else step.kind
    return Next(step.title, step.href, f"{about} · about {step.minutes} minutes", act(step, begun), first, says)


async def choice(session: Session, learner: str, track: Track, now: datetime, after: str = "") -> Choice:
    """All that decides what to do now. `after`: an exercise just finished, not offered again; whoever works in a pack goes on in it."""
    on = await path(session, learner, now)
    known = steps(track)
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
            (step for slug, step in known if slug not in on.done and slug not in on.begun and slug != after),
            key=lambda step: pack_of(after) != "" and pack_of(step.concept) != pack_of(after),
        ),
        lab=Step("Lab", f"The lab: {lab.short}", f"/labs/{lab.labs[0]}", 10, lab.slug, lab.short, True),
    )


def _begun(on: Path, known: dict[str, Step], after: str) -> list[tuple[Step, date]]:
    return [(known[slug], since) for slug, since in on.begun.items() if slug in known and slug != after]
