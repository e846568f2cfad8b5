"""Missions of the practice course, proved: what should be accepted holds, what should be refused does not, and the keys are so.

One stands on what was recorded of a model, and a part of that is asked again. It is shown on any model: its page says whose they are.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from fluencylab.actions.kinds.base import Proving
from fluencylab.actions.workbench import practice_mutants
from fluencylab.actions.workbench.course_work import counted
from fluencylab.curriculum.practice_facts import FIRST
from fluencylab.curriculum.practice_piles import sorted_into
from fluencylab.curriculum.practice_product import practice_product
from fluencylab.curriculum.proofs import Proved
from fluencylab.curriculum.schema import Track
from fluencylab.models.types import Model
from fluencylab.practice import course_spec, course_tasks, graders
from fluencylab.practice.course import CourseMission
from fluencylab.practice.course_facts import course_facts
from fluencylab.practice.kinds import COURSE, Exercise
from fluencylab.practice.spec_tests import spec_tests
from fluencylab.workbench.memo import Memo

BOUND = "It fails [[m:a]] of the answers, [[m:b]] of them gravely, and [[m:c]] as often as before. [[a:£38 each|Ana]] is reckoned."
BARE = "It fails 32 % of the answers, and each costs £38."


class CourseActs(Proving[CourseMission]):
    book = "recordings"
    provable_says = "recorded practice mission"

    def provable(self) -> list[Exercise[CourseMission]]:
        return [one for one in self.kind.every() if one.of.task == "spec"]

    async def prove(self, model: Model, of: CourseMission, asked: int, advance: Callable[[], None], known: dict[Any, Any]) -> Proved:
        """The product as it is and with its plainest fault, on all conversations of the recording: is it worse here, too?"""
        found = await practice_mutants.redo(model)
        advance()
        told = f"“{found.fault}”: {found.worse.says} {found.alike} of {found.of} answers are word for word as recorded."
        return Proved(of.slug, COURSE.words(of), int(bool(found.worse.really)), 1, "" if found.worse.really else told)

    def problems(self, track: Track) -> Iterator[str]:
        for one in self.kind.every():
            if track.concept(one.concept) is None:
                yield f"{one.key}: there is no concept called {one.concept}."
            if not all(course_tasks.held(one.of, accepted(one.of))):
                yield f"{one.key}: what should be accepted was refused."
            if all(course_tasks.held(one.of, refused(one.of))):
                yield f"{one.key}: what should be refused was accepted."
            for condition in one.of.proved_by:
                if not graders.holds(condition, course_facts()):
                    yield f"{one.key}: what its keys rest on is not so: {condition}."


ACTS = CourseActs(COURSE)


def accepted(mission: CourseMission) -> dict[str, float]:
    """What code counts of somebody who does it as it should be done."""
    if items := course_tasks.sorting(mission):
        return course_tasks.facts_of_sorting(mission, {one.id: one.best for one in items})
    if mission.task == "spec":
        return course_spec.run_spec(mission.accept).facts
    if mission.task == "memo":
        return counted(Memo(sections={"decision": BOUND}), ("a", "b", "c"))
    piles: dict[str, list[str]] = {}
    for one in practice_product().conversations[:FIRST]:
        for mode in one.modes:
            piles.setdefault(mode, []).append(one.id)
    return _piles(piles)


def refused(mission: CourseMission) -> dict[str, float]:
    """And of somebody who takes the first answer for all, ticks all tests, writes a bare memo, or puts each answer on a pile."""
    if items := course_tasks.sorting(mission):
        return course_tasks.facts_of_sorting(mission, {one.id: one.options[0].id for one in items})
    if mission.task == "spec":
        return course_spec.run_spec([one.slug for one in spec_tests()]).facts
    if mission.task == "memo":
        return counted(Memo(sections={"decision": BARE}), ("a", "b", "c"))
    return _piles({one.id: [one.id] for one in practice_product().conversations[:FIRST]})


def _piles(piles: Mapping[str, list[str]]) -> dict[str, float]:
    found = sorted_into(practice_product(), piles)
    return {"my_read_first": float(FIRST), "my_modes_found": float(len(found.found)), "my_piles_wrong": float(found.wrong)}
