"""What a concept's page lists: its exercises by kind, how far each is, and those that are hidden and why."""

from typing import Any, NamedTuple

from fluencylab.actions.kinds import Listed, listed
from fluencylab.curriculum.schema import Concept
from fluencylab.practice import kinds
from fluencylab.practice.kinds import Kind
from fluencylab.practice.kinds.base import DONE, NOT_BEGUN
from fluencylab.web.app_state import AppState
from fluencylab.web.lab_pages import lab_pages


class Section(NamedTuple):
    """The exercises of one kind."""

    kind: Kind[Any]
    shown: list[Listed]
    hidden: list[Listed]


async def exercises(state: AppState, concept: Concept) -> dict[str, Any]:
    async with state.store.read() as session:
        found = [(kind, await listed(session, state.learner, kind, concept.slug)) for kind in kinds.listed("concept")]
    sections = [
        Section(kind, [one for one in some if not one.why_hidden], [one for one in some if one.why_hidden]) for kind, some in found if some
    ]
    labs = [{"name": name, "title": lab_pages()[name].instrument.TITLE} for name in concept.labs]
    return {"sections": sections, "here": _here(sections), "labs": labs}


def _here(sections: list[Section]) -> dict[str, str] | None:
    """The first exercise of this concept that is not done: on its own page it comes before those of others."""
    left = next((one for section in sections for one in section.shown if one.where != DONE), None)
    if left is None:
        return None
    act = left.exercise.kind.begin if left.where == NOT_BEGUN else "Go on"
    return {"title": left.exercise.title, "href": left.exercise.href, "act": act}
