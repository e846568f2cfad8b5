"""The practice course: six missions on the practice product, each with its task, what was found, a decision and its twin.

    course()[0].slug                  ->  "read-twenty"
    course()[0].find.best             ->  "against-the-case"

The words and what is foretold are in `course.toml`; `exercises.toml` makes exercises of them. Both lie beside the product.
"""

from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, model_validator

from fluencylab.curriculum.loader import CONTENT, _many, _parse
from fluencylab.curriculum.practice_facts import practice_facts, told
from fluencylab.curriculum.practice_product import FOLDER, Act, Grade, PracticeProduct, practice_product
from fluencylab.curriculum.schema import Capability, Condition, Content, Decision, Option, Prediction, Slug, Text
from fluencylab.errors import ContentError
from fluencylab.practice.course_facts import mutant_facts
from fluencylab.practice.spec_tests import FILE

CONCEPT = "evaluation-metrics"
TRADE = "a clinic"
TaskKind = Literal["read", "checks", "rules", "changes", "memo", "spec"]
"""What is done: on the pages of the workbench (`read`, `memo`), or on recorded data in the mission (the others)."""


class Find(Content):
    """What was found, asked before it is told."""

    question: Text
    options: tuple[Option, ...] = Field(min_length=3, max_length=5)
    best: Slug

    @model_validator(mode="after")
    def _one_is_best(self) -> "Find":
        ids = {option.id for option in self.options}
        if len(ids) != len(self.options) or self.best not in ids:
            raise ValueError("`best` must be one of the options' ids, and no two may be alike")
        return self


class _Exercise(Content):
    of: Slug
    capability: Capability
    task: TaskKind
    find: Find
    decide: Decision
    accept: tuple[Slug, ...] = Field((), description="Of the tests of a spec, those with which it should be accepted")
    proved_by: tuple[Condition, ...] = Field((), description="What has to hold of the facts, or its keys and words are wrong")


class CourseMission(Content):
    """One mission, as it is shown."""

    slug: Slug
    title: Text
    minutes: int
    capability: Capability
    situation: Text
    predict: tuple[Prediction, ...]
    acts: tuple[Act, ...]
    task: TaskKind
    grades: tuple[Grade, ...]
    find: Find
    seen: Text
    conclude: Text
    decide: Decision
    accept: tuple[Slug, ...] = ()
    proved_by: tuple[Condition, ...] = ()


@cache
def course(folder: Path = CONTENT) -> tuple[CourseMission, ...]:
    """Read once a process, in the order in which they are done. Raises ContentError, which names the file."""
    place, product = folder / FOLDER / FILE, practice_product(folder)
    exercises = {one.of: one for one in _many(_Exercise, place, "exercises")}
    if {one.slug for one in product.course} != set(exercises):
        raise ContentError(f"{place} and course.toml do not speak of the same missions.", "Each mission stands once in both.")
    facts = practice_facts(product) | mutant_facts()
    return tuple(_parse(CourseMission, _filled(_joined(product, exercises, one.slug), facts), place) for one in product.course)


def _joined(product: PracticeProduct, exercises: dict[str, _Exercise], slug: str) -> dict[str, Any]:
    lesson = next(one for one in product.course if one.slug == slug)
    return lesson.model_dump() | exercises[slug].model_dump(exclude={"of"})


def _filled(value: Any, facts: dict[str, float]) -> Any:
    """Every text in it with its numbers in place. Raises ContentError where there is no such fact."""
    if isinstance(value, str):
        try:
            return told(value, facts)
        except KeyError as unknown:
            raise ContentError(
                f"{FILE}: there is no fact called {unknown.args[0]}.", "`practice_facts.py` and `course_facts.py` say which there are."
            ) from None
    if isinstance(value, dict):
        return {name: _filled(one, facts) for name, one in value.items()}
    return [_filled(one, facts) for one in value] if isinstance(value, (list, tuple)) else value


def find_mission(slug: str) -> CourseMission | None:
    return next((one for one in course() if one.slug == slug), None)
