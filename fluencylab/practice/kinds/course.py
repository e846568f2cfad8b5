"""Missions of the practice course: foretell, do it on the practice product, say what was found, decide, decide with one fact changed."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from fluencylab.curriculum.schema import Concept
from fluencylab.practice import course_tasks
from fluencylab.practice.course import CONCEPT, TRADE, CourseMission, course, find_mission
from fluencylab.practice.exercises import DECISION, short_hash
from fluencylab.practice.items import Choice, Item, Met
from fluencylab.practice.kinds import decision
from fluencylab.practice.kinds.base import NOT_BEGUN, Exercise, Kind
from fluencylab.practice.kinds.telling import Said, Weighed, option
from fluencylab.practice.spec_tests import spec_tests

FORMS = {"practice-decide": "decide", "practice-twin": "twin"}
"""Of review items that ask in the mission's own words -> the stage that asked it first."""
ASKED: dict[str, Any] = {
    "slug": True, "situation": True, "predict": True, "task": True, "grades": True, "find": {"question", "best"}, "decide": DECISION,
}  # fmt: skip
"""What its evidence is of: however its options are worded or explained, evidence of a question holds."""


class CourseKind(Kind[CourseMission]):
    name, title, plural = "course", "Practice mission", "practice missions"
    prefix, base = "course/", "/course"
    begin = "Begin the mission"
    place = "concept"
    heading = "On the practice product"
    all_at_base = True
    says = "Six missions on the assistant of an invented clinic, whose faults are known: what you will do on your own product."
    stages = ("predict", "do", "found", "decide", "twin")
    where: ClassVar = {"predict": NOT_BEGUN, "do": "to be done", "found": "say what you found", "twin": "one fact has changed"}
    parts: ClassVar = {
        "predict": "your prediction",
        "compare": "your prediction",
        "do": "what you did",
        "found": "what you found",
        **decision.PARTS,
        "practice-decide": "your decision",
        "practice-twin": "one fact changed",
    }
    told_later = ("predict",)
    forecasts = ("compare", "predict")
    pairs: ClassVar = decision.PAIRS
    guesses: ClassVar = {"do": 0.3, "found": 1 / 4, **decision.GUESSES}

    def every(self) -> Iterator[Exercise[CourseMission]]:
        return map(self._one, course())

    def find(self, slug: str) -> Exercise[CourseMission] | None:
        found = find_mission(slug)
        return self._one(found) if found else None

    def _one(self, of: CourseMission) -> Exercise[CourseMission]:
        gives = tuple(dict.fromkeys((of.capability, "decisions")))
        return Exercise(self, of.slug, of.title, CONCEPT, of.minutes, gives, of, TRADE)

    def words(self, of: CourseMission) -> str:
        return short_hash(of.model_dump_json(include=ASKED))

    def chances(self, of: CourseMission) -> dict[str, float]:
        return {"do": course_tasks.chance(of), "found": 1 / len(of.find.options), **decision.chances(of.decide)}

    def retell(self, of: CourseMission, stage: str, answer: Mapping[str, Any]) -> Said:
        if stage in ("predict", "compare"):
            values = {one["fact"]: one["said"] for one in answer["graded"]} if "graded" in answer else answer.get("values", {})
            lines = (f"{one.label}: {values[one.fact]:g}{' ' if one.unit else ''}{one.unit}" for one in of.predict if one.fact in values)
            return "What do you expect?", tuple(lines)
        if stage == "do":
            return " ".join(act.does for act in of.acts), _done(of, answer)
        if stage == "found":
            return of.find.question, (option(((one.id, one.text) for one in of.find.options), answer.get("picked")),)
        return decision.retell(of.decide, stage, answer)

    def weighed(self, of: CourseMission, stage: str, answer: Mapping[str, Any], score: float) -> Weighed | None:
        return decision.weighed(of.decide, stage, answer, score)

    def items(self, concept: Concept) -> Iterator[Item]:
        """The decision as it was, and with one fact changed, once the mission is done."""
        for of in course() if concept.slug == CONCEPT else ():
            asked = of.decide
            first = tuple(Choice(one.id, one.text, one.answer) for one in asked.options)
            second = tuple(Choice(one.id, one.text, asked.twin.answers[one.id]) for one in asked.options)
            situation, key = f"{of.situation}\n\n{of.seen}", self.key(of.slug)
            changed = f"{situation}\n\n**One fact is different.** {asked.twin.change}"
            yield Item(f"practice-decide/{of.slug}", CONCEPT, "decisions", situation, asked.question, first, asked.best, key)
            yield Item(f"practice-twin/{of.slug}", CONCEPT, "decisions", changed, asked.asked_again, second, asked.twin.best, key)

    def met(self, item: Item) -> list[tuple[str, str]]:
        form, _, slug = item.id.partition("/")
        return [(self.key(slug), FORMS[form])] if form in FORMS else []

    def first_shown(self, item: Item) -> Met | None:
        form, _, slug = item.id.partition("/")
        found = self.find(slug) if form in FORMS else None
        return Met((found.key, FORMS[form], self.words(found.of))) if found else None


def _done(of: CourseMission, answer: Mapping[str, Any]) -> tuple[str, ...]:
    """What was put where; of a task on the pages of the workbench, what of it was counted."""
    said, held = answer.get("said"), answer.get("held")
    said, held = (said if isinstance(said, Mapping) else {}), (held if isinstance(held, list) else [])
    if items := {one.id: one for one in course_tasks.sorting(of)}:
        options = {one.id: [(each.id, each.text) for each in one.options] for one in items.values()}
        return tuple(f"{items[id].title}: {option(options[id], picked)}" for id, picked in said.items() if id in items)
    if of.task == "spec":
        names = {one.slug: one.says for one in spec_tests()}
        return tuple(names.get(str(slug), str(slug)) for slug in said)
    return tuple(f"{one.says} {'Yes.' if yes is True else 'No.'}" for one, yes in zip(of.grades, held, strict=False))


COURSE = CourseKind()
