"""What a concept's page lists: its exercises by kind, how far each is, and those that are hidden and why."""

from typing import Any, NamedTuple

from fluencylab.actions.kinds import Listed, listed
from fluencylab.curriculum.schema import Concept
from fluencylab.packs.full_track import cover_of, full_track
from fluencylab.practice import kinds
from fluencylab.practice.kinds import Kind
from fluencylab.practice.kinds.base import DONE, NOT_BEGUN
from fluencylab.store.engine import Session
from fluencylab.web.app_state import AppState
from fluencylab.web.lab_pages import lab_pages


class Section(NamedTuple):
    """The exercises of one kind."""

    kind: Kind[Any]
    shown: list[Listed]
    hidden: list[Listed]


class Further(NamedTuple):
    """What a pack adds to a concept of ours."""

    name: str
    title: str
    author: str
    sections: list[Section]


async def exercises(state: AppState, concept: Concept) -> dict[str, Any]:
    async with state.store.read() as session:
        sections = await _sections(session, state.learner, concept)
        further = [
            Further(cover.name, cover.title, cover.author, await _sections(session, state.learner, more))
            for more in full_track().added_to(concept.slug)
            if (cover := cover_of(more.slug))
        ]
    labs = [{"name": name, "title": lab_pages()[name].instrument.TITLE} for name in concept.labs]
    return {"sections": sections, "further": further, "here": _here(sections), "labs": labs, "pack": cover_of(concept.slug)}


async def _sections(session: Session, learner: str, concept: Concept) -> list[Section]:
    found = [(kind, await listed(session, learner, kind, concept.slug)) for kind in kinds.listed("concept")]
    return [
        Section(kind, [one for one in some if not one.why_hidden], [one for one in some if one.why_hidden]) for kind, some in found if some
    ]


def _here(sections: list[Section]) -> dict[str, str] | None:
    """The first exercise of this concept that is not done: on its own page it comes before those of others."""
    left = next((one for section in sections for one in section.shown if one.where != DONE), None)
    if left is None:
        return None
    act = left.exercise.kind.begin if left.where == NOT_BEGUN else "Go on"
    return {"title": left.exercise.title, "href": left.exercise.href, "act": act}
