"""How the debugging bench lists its exercises: `content/bench/list.toml`. Groups by what a customer says is wrong, a symptom for each.

    group "It makes things up"
        the-whole-handbook    symptom "The one fact asked for is in its prompt, and not in its answers."

It is kept beside the exercises, not in them: a content hash is of what an answer is judged by, and these words may be mended freely.
"""

from functools import cache
from pathlib import Path

from pydantic import Field, model_validator

from fluencylab.curriculum.bench import Kind, bench
from fluencylab.curriculum.loader import CONTENT, _one
from fluencylab.curriculum.repairs import repairs
from fluencylab.curriculum.schema import Content, Slug, Text
from fluencylab.errors import ContentError


class ListedExercise(Content):
    """`symptom`: what is seen, and never why. `was`: of a repair, what it came down to; told once it is done."""

    slug: Slug
    symptom: Text
    was: str = ""


class Group(Content):
    slug: Slug
    title: Text
    says: Text
    exercises: tuple[ListedExercise, ...] = Field(min_length=2)


class BenchList(Content):
    """`causes`: each fault in half a sentence, told once a case is named. `trades`: where the product of each kind of scenario works."""

    causes: dict[Slug, Text]
    trades: dict[Kind, Text]
    groups: tuple[Group, ...] = Field(min_length=2)

    def exercise(self, slug: str) -> ListedExercise | None:
        return next((one for group in self.groups for one in group.exercises if one.slug == slug), None)

    @model_validator(mode="after")
    def _once(self) -> "BenchList":
        slugs = [one.slug for group in self.groups for one in group.exercises]
        if twice := sorted({slug for slug in slugs if slugs.count(slug) > 1}):
            raise ValueError(f"{', '.join(twice)} is listed twice")
        return self


@cache
def bench_list(folder: Path = CONTENT) -> BenchList:
    """Read once a process. Raises ContentError where an exercise of the bench is not listed, or a listed one is none."""
    file = folder / "bench" / "list.toml"
    found = _one(BenchList, file)
    cases, mended = bench(folder), repairs(folder)
    known = {*(one.slug for one in cases.cases), *(one.slug for one in mended.repairs)}
    listed = {one.slug: one for group in found.groups for one in group.exercises}
    if wrong := sorted(known ^ set(listed)):
        raise ContentError(f"{file}: {', '.join(wrong)} stands in no group, or is no exercise.", "List every exercise of the bench once.")
    if silent := sorted(one.slug for one in mended.repairs if not listed[one.slug].was):
        raise ContentError(f"{file}: {', '.join(silent)} says nothing once it is done.", "Give each repair its `was`.")
    if missing := sorted({one.slug for one in cases.faults} ^ set(found.causes)):
        raise ContentError(f"{file}: {', '.join(missing)} has no words among the causes, or is no fault.", "Name each fault once.")
    return found
