"""Missions of the practice course, proved: what should be accepted holds, what should be refused does not. Nothing of it asks a model."""

from collections.abc import Iterator, Mapping

from fluencylab.actions.kinds.base import Acts
from fluencylab.actions.workbench.course_work import counted
from fluencylab.curriculum.course import CourseMission, spec_tests
from fluencylab.curriculum.practice_facts import FIRST
from fluencylab.curriculum.practice_piles import sorted_into
from fluencylab.curriculum.practice_product import practice_product
from fluencylab.curriculum.schema import Track
from fluencylab.practice import course_tasks
from fluencylab.practice.kinds import COURSE
from fluencylab.workbench.memo import Memo

BOUND = "It fails [[m:a]] of the answers, [[m:b]] of them gravely, and [[m:c]] as often as before. [[a:£38 each|Ana]] is reckoned."
BARE = "It fails 32 % of the answers, and each costs £38."


class CourseActs(Acts[CourseMission]):
    def problems(self, track: Track) -> Iterator[str]:
        for one in self.kind.every():
            if track.concept(one.concept) is None:
                yield f"{one.key}: there is no concept called {one.concept}."
            if not all(course_tasks.held(one.of, accepted(one.of))):
                yield f"{one.key}: what should be accepted was refused."
            if all(course_tasks.held(one.of, refused(one.of))):
                yield f"{one.key}: what should be refused was accepted."


ACTS = CourseActs(COURSE)


def accepted(mission: CourseMission) -> dict[str, float]:
    """What code counts of somebody who does it as it should be done."""
    if items := course_tasks.sorting(mission):
        return course_tasks.facts_of_sorting(mission, {one.id: one.best for one in items})
    if mission.task == "spec":
        return course_tasks.run_spec(mission.accept).facts
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
        return course_tasks.run_spec([one.slug for one in spec_tests()]).facts
    if mission.task == "memo":
        return counted(Memo(sections={"decision": BARE}), ("a", "b", "c"))
    return _piles({one.id: [one.id] for one in practice_product().conversations[:FIRST]})


def _piles(piles: Mapping[str, list[str]]) -> dict[str, float]:
    found = sorted_into(practice_product(), piles)
    return {"my_read_first": float(FIRST), "my_modes_found": float(len(found.found)), "my_piles_wrong": float(found.wrong)}
