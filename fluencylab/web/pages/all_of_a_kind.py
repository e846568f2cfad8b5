"""A page with all exercises of one kind: each with what it is about, and how far it is."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from fluencylab.actions.kinds import listed
from fluencylab.curriculum.schema import Concept
from fluencylab.packs.full_track import full_track
from fluencylab.practice.kinds import Exercise, Kind
from fluencylab.practice.kinds.base import DONE
from fluencylab.store.engine import Session


class ExerciseRow(NamedTuple):
    """`about`: in half a sentence; `where`: how far it is; `why_hidden`: empty where it is shown."""

    exercise: Exercise[Any]
    about: str
    concept: Concept
    href: str
    where: str
    why_hidden: str


@dataclass(frozen=True)
class AllOfAKindPage:
    """Context of `all_of_a_kind.html`."""

    title: str
    lede: str
    rows: list[ExerciseRow]
    done: int


async def all_of_a_kind(session: Session, learner: str, kind: Kind[Any]) -> AllOfAKindPage:
    concepts = {one.slug: one for one in full_track().concepts}
    rows = []
    for one in await listed(session, learner, kind):
        exercise = one.exercise
        if exercise.concept in concepts:
            row = ExerciseRow(exercise, kind.about(exercise.of), concepts[exercise.concept], one.href, one.where, one.why_hidden)
            rows.append(row)
    return AllOfAKindPage(kind.heading, kind.says, rows, sum(row.where == DONE for row in rows))
