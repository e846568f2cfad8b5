"""The debugging bench as a learner stands before it: every exercise with how hard it is, and what was tried of it."""

from typing import NamedTuple

from fluencylab.actions.kinds import Listed, Tried, acts, listed
from fluencylab.practice import kinds
from fluencylab.practice.difficulty import Difficulty
from fluencylab.practice.kinds.base import DONE, NOT_BEGUN
from fluencylab.store.engine import Session


class BenchExercise(NamedTuple):
    """`difficulty`: None where its kind tells nothing of it."""

    listed: Listed
    difficulty: Difficulty | None
    tried: Tried

    @property
    def slug(self) -> str:
        return self.listed.exercise.slug

    @property
    def done(self) -> bool:
        """Done once, it stays so, also while it is being done again."""
        return self.tried.told or self.listed.where == DONE

    @property
    def begun(self) -> bool:
        return not self.done and (self.listed.where != NOT_BEGUN or bool(self.tried.says))


async def exercises(session: Session, learner: str) -> list[BenchExercise]:
    """All that stand on the bench, also the hidden ones."""
    found = []
    for kind in kinds.listed("bench"):
        mine, tried = acts(kind), await acts(kind).tried(session, learner)
        for one in await listed(session, learner, kind):
            found.append(BenchExercise(one, mine.difficulty(one.exercise.of), tried.get(one.exercise.key, Tried())))
    return found
