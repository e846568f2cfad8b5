"""A mission of the practice course on its page: the loop of any mission, with its task on the workbench or on recorded data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from fluencylab.actions.course import Standing, load
from fluencylab.actions.course_told import conditions
from fluencylab.actions.kinds import listed
from fluencylab.actions.workbench.course_work import Places
from fluencylab.curriculum.practice_facts import FIRST
from fluencylab.curriculum.practice_product import practice_product
from fluencylab.curriculum.schema import Concept
from fluencylab.practice import course_tasks
from fluencylab.practice import recorded_mutants as recorded
from fluencylab.practice.course import CourseMission, course
from fluencylab.practice.course_spec import MOST_TESTS, TRIED, run_spec
from fluencylab.practice.course_tasks import SortItem
from fluencylab.practice.exercises import shuffled
from fluencylab.practice.kinds import COURSE
from fluencylab.practice.kinds.base import DONE
from fluencylab.practice.recorded_mutants import Got
from fluencylab.practice.spec_tests import SpecTest, spec_tests
from fluencylab.store.engine import Session
from fluencylab.store.tables import Product
from fluencylab.web.pages.decision import DecisionCards, decision
from fluencylab.web.pages.mission import CERTAINTY, PredictionRow, certainty_says, marks_say
from fluencylab.web.pages.next_step import Next
from fluencylab.web.pages.options import OptionAnswer, OptionCard, SelectOption, lettered
from fluencylab.web.pages.results import Beside
from fluencylab.workbench.clinic import Worse
from fluencylab.workbench.mutants import MutationScore

LABELS = ("Predict", "Do it", "What you found", "Decide", "One fact changes")
STEP_OF = {"predict": 0, "do": 1, "found": 2, "decide": 3, "twin": 4, "done": 5}
FOUND, NOT_FOUND = "That is what it shows.", "It does not show this."


class ItemShown(NamedTuple):
    """Something to be sorted; once it was, with what was said of it."""

    item: SortItem
    options: list[SelectOption]
    picked: str
    right: bool
    said: str
    is_so: str


class GradeShown(NamedTuple):
    says: str
    held: bool


class Fault(NamedTuple):
    """One of the first answers that has a fault which was put there."""

    title: str
    says: str
    href: str


class MutantShown(NamedTuple):
    """A recorded mutant. `worse`: whether it is, and what shows it. `stopped`: the tests that stop it. `got`: what a patient gets."""

    name: str
    says: str
    worse: Worse
    stopped: Sequence[str]
    got: Got | None


class SpecShown(NamedTuple):
    """A spec that was tried, or handed in. `alarms`: of each draw of the product as it is that was stopped, the tests that do it."""

    mutants: list[MutantShown]
    alarms: Sequence[str]
    stopped_today: int
    draws: int
    score: MutationScore


class TestShown(NamedTuple):
    test: SpecTest
    picked: bool


@dataclass(frozen=True)
class Work:
    """What is done on the pages of the workbench: where, and how far it is. `base`: empty before the practice product is there."""

    base: str
    read: str
    counted: list[str]


@dataclass(frozen=True)
class CoursePage:
    """Context of `course.html`."""

    concept: Concept
    mission: CourseMission
    number: int
    of: int
    stage: str
    step: int
    certainty: str
    rows: list[PredictionRow]
    predicted: bool
    marks: str
    marks_say: str
    items: list[ItemShown]
    tests: list[TestShown]
    most_tests: int
    spec: SpecShown | None
    recorded: str
    """Whose answers a spec is tried on, and when they were recorded"""
    tried: int
    """Faults on which a spec may be tried before it is handed in"""
    not_tried: str
    """Why a spec cannot be tried"""
    work: Work
    grades: list[GradeShown]
    faults: list[Fault]
    cards: list[OptionCard]
    found: str | None
    answers: dict[str | int, OptionAnswer] | None
    decision: DecisionCards
    counted: str
    next: Next | None
    changed: Sequence[str]
    beside: Beside
    labels: tuple[str, ...] = LABELS


def course_page(
    concept: Concept, mission: CourseMission, stands: Standing, where: Places | None, counted: Mapping[str, float], tried: Sequence[str],
    not_tried: str, comes: Next | None, changed: Sequence[str], beside: Beside,
) -> CoursePage:  # fmt: skip
    """`counted`: of what lies on the workbench. `tried`: tests of a spec that is tried before it is handed in."""
    shown, seed = stands.shown, stands.attempt.seed if stands.attempt else 0
    predicted, compared, done = shown.get("predict"), shown.get("compare"), shown.get("do")
    answer: dict[str, Any] = done.answer if done else {}
    said = answer.get("said") if isinstance(answer.get("said"), dict) else {}
    tests = list(said or {}) if done else list(tried)
    cards = lettered((one.id, one.text) for one in shuffled(mission.find.options, seed, "found"))
    return CoursePage(
        concept=concept,
        mission=mission,
        number=course().index(mission) + 1,
        of=len(course()),
        stage=stands.stage,
        step=STEP_OF[stands.stage],
        certainty=CERTAINTY[predicted.certainty or 1] if predicted else "",
        rows=_rows(mission, stands),
        predicted=bool(compared and compared.score == 1),
        marks=marks_say(compared.marks) if compared else "",
        marks_say=certainty_says(compared.score == 1, compared.certainty or 1) if compared and compared.marks is not None else "",
        items=[_item(one, seed, said or {}) for one in course_tasks.sorting(mission)],
        tests=[TestShown(one, one.slug in tests) for one in shuffled(spec_tests(), seed, "tests")] if mission.task == "spec" else [],
        most_tests=MOST_TESTS,
        spec=_spec(tests, whole=done is not None) if mission.task == "spec" and tests else None,
        recorded=conditions() if mission.task == "spec" else "",
        tried=len(TRIED),
        not_tried=not_tried,
        work=_work(mission, where, counted),
        grades=_grades(mission, answer) if done else [],
        faults=_faults(where) if done and mission.task == "read" else [],
        cards=cards,
        found=shown["found"].answer["picked"] if "found" in shown else None,
        answers=_answers(mission) if "found" in shown else None,
        decision=decision(mission.decide, shown, seed),
        counted=_counted(mission),
        next=comes,
        changed=changed,
        beside=beside,
    )


def _rows(mission: CourseMission, stands: Standing) -> list[PredictionRow]:
    """Counted to the last conversation, so without an interval."""
    if "predict" not in stands.shown:
        return []
    values = stands.shown["predict"].answer["values"]
    compared = stands.shown.get("compare")
    graded = {one["fact"]: one for one in compared.answer["graded"]} if compared else {}
    rows = []
    for asked in (one for one in mission.predict if one.fact in values):
        one = graded.get(asked.fact)
        measured = round(float(one["measured"]), 1) if one and one["measured"] is not None else None
        says, right = (str(one["why"]), one["score"] == 1) if one else ("", False)
        rows.append(PredictionRow(asked, values[asked.fact], measured, None, None, says, right))
    return rows


def _item(one: SortItem, seed: int, said: Mapping[str, Any]) -> ItemShown:
    texts = {option.id: option.text for option in one.options}
    picked = str(said.get(one.id, ""))
    options = [SelectOption(option.id, option.text) for option in one.options]
    return ItemShown(one, options, picked, picked == one.best, texts.get(picked, picked), texts[one.best])


def _spec(tests: Sequence[str], whole: bool) -> SpecShown:
    ran = run_spec(tests, () if whole else TRIED)
    says = {one.slug: one.says for one in spec_tests()}
    shown = [
        MutantShown(name, recorded.FAULT.get(name, ""), ran.worse[name], [says[slug] for slug in by], recorded.got(name))
        for name, by in ran.stopped.items()
    ]
    alarms = dict.fromkeys(slug for by in ran.alarms for slug in by)
    return SpecShown(shown, [says[slug] for slug in alarms], sum(map(bool, ran.alarms)), len(ran.alarms), ran.score)


def _counted(mission: CourseMission) -> str:
    """Under which conditions the figures of a mission stand."""
    over = f"Counted over all {course_tasks.counted_over(mission)} recorded conversations, so without an interval."
    if mission.task != "spec":
        return f"{over} Their answers were written by hand; no model gave them."
    return f"{over} {conditions()}"


def _work(mission: CourseMission, where: Places | None, counted: Mapping[str, float]) -> Work:
    if where is None:
        return Work("", "", [])
    told = {
        "read": [
            f"{counted.get('my_read_first', 0):.0f} of the first {FIRST} are read.",
        ],
        "memo": [
            f"Numbers bound to a measurement: {counted.get('my_bound_claims', 0):.0f}.",
            f"Bare numbers: {counted.get('my_bare_numbers', 0):.0f}.",
            f"Assumptions with an owner: {counted.get('my_owned_assumptions', 0):.0f}.",
        ],
    }
    return Work(where.base, where.read, told.get(mission.task, []))


def _grades(mission: CourseMission, answer: Mapping[str, Any]) -> list[GradeShown]:
    held = answer.get("held")
    held = held if isinstance(held, list) else []
    return [GradeShown(one.says, yes is True) for one, yes in zip(mission.grades, held, strict=False)]


def _faults(where: Places | None) -> list[Fault]:
    of = practice_product()
    names = {mode.slug: mode.name for mode in of.modes}
    return [
        Fault(
            f"Conversation {place}",
            "; ".join(f"{names[mode]}: “{words}”" for mode, words in one.modes.items()),
            f"{where.read}?output={place}" if where else "",
        )
        for place, one in enumerate(of.conversations[:FIRST], start=1)
        if one.modes
    ]


def _answers(mission: CourseMission) -> dict[str | int, OptionAnswer]:
    best = mission.find.best
    return {one.id: OptionAnswer(FOUND if one.id == best else NOT_FOUND, one.answer) for one in mission.find.options}


class WayBack(NamedTuple):
    """The mission for which somebody is on a page of the workbench."""

    title: str
    href: str


async def way_back(session: Session, learner: str, product: Product, task: str) -> WayBack | None:
    """None on a product of one's own, and where no such mission is under way."""
    mission = next((one for one in course() if one.task == task), None) if product.practice else None
    if mission is None or (await load(session, learner, mission)).stage != "do":
        return None
    return WayBack(mission.title, COURSE.href(mission.slug))


class CourseRow(NamedTuple):
    """A mission in the list on the page of the practice product. `now`: the next one to do."""

    title: str
    href: str
    minutes: int
    where: str
    state: str


async def course_rows(session: Session, learner: str) -> list[CourseRow]:
    """All six in their order, each with how far it is."""
    every = await listed(session, learner, COURSE)
    first = next((one.exercise.key for one in every if one.where != DONE), "")
    return [
        CourseRow(
            one.exercise.title,
            one.href,
            one.exercise.minutes,
            one.where,
            "done" if one.where == DONE else "next" if one.exercise.key == first else "later",
        )
        for one in every
    ]
