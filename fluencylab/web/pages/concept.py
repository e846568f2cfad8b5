"""What a concept's page lists: its exercises by kind, how far each is, and those that are hidden and why."""

from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from fluencylab import clock
from fluencylab.actions.kinds import Listed, listed
from fluencylab.curriculum.schema import Concept
from fluencylab.packs.full_track import cover_of, full_track
from fluencylab.packs.pack import Cover
from fluencylab.practice import kinds
from fluencylab.practice.kinds import Kind
from fluencylab.practice.kinds.base import DONE, NOT_BEGUN
from fluencylab.store.engine import Session
from fluencylab.web.app_state import AppState
from fluencylab.web.lab_pages import lab_pages
from fluencylab.web.pages.depth import Depth, depth
from fluencylab.web.pages.next_step import Next, next_step
from fluencylab.web.pages.reading import ShownSection, reading_of


class ExerciseList(NamedTuple):
    """The exercises of one kind."""

    kind: Kind[Any]
    shown: list[Listed]
    hidden: list[Listed]


class Further(NamedTuple):
    """What a pack adds to a concept of ours."""

    name: str
    title: str
    author: str
    sections: list[ExerciseList]


class LabLink(NamedTuple):
    name: str
    title: str


class Here(NamedTuple):
    """The first exercise of a concept that is not done: offered on its own page where the next step lies elsewhere."""

    title: str
    href: str
    act: str


@dataclass(frozen=True)
class ConceptPage:
    """Context of `concept.html`. `further`: what packs add to a concept of ours; `pack`: the cover of the one it comes from."""

    concept: Concept
    reading: tuple[ShownSection, ...]
    sections: list[ExerciseList]
    further: list[Further]
    here: Here | None
    labs: list[LabLink]
    pack: Cover | None
    next: Next | None
    depth: Depth | None
    today: date


async def concept_page(state: AppState, concept: Concept) -> ConceptPage:
    async with state.store.read() as session:
        sections = await _sections(session, state.learner, concept)
        further = [
            Further(cover.name, cover.title, cover.author, await _sections(session, state.learner, more))
            for more in full_track().added_to(concept.slug)
            if (cover := cover_of(more.slug))
        ]
        comes = await next_step(session, state.learner, full_track(), clock.now())
    return ConceptPage(
        concept=concept,
        reading=reading_of(concept),
        sections=sections,
        further=further,
        here=_here(sections) if comes.concept != concept.slug else None,
        labs=[LabLink(name, lab_pages()[name].instrument.TITLE) for name in concept.labs],
        pack=cover_of(concept.slug),
        next=comes,
        depth=await depth(state, concept),
        today=clock.now().date(),
    )


async def _sections(session: Session, learner: str, concept: Concept) -> list[ExerciseList]:
    found = [(kind, await listed(session, learner, kind, concept.slug)) for kind in kinds.listed("concept")]
    return [
        ExerciseList(kind, [one for one in some if not one.why_hidden], [one for one in some if one.why_hidden])
        for kind, some in found
        if some
    ]


def _here(sections: list[ExerciseList]) -> Here | None:
    left = next((one for section in sections for one in section.shown if one.where != DONE), None)
    if left is None:
        return None
    act = left.exercise.kind.begin if left.where == NOT_BEGUN else "Go on"
    return Here(left.exercise.title, left.exercise.href, act)
