"""What can be said of a kind of exercise on the model in use, found by the kind's name: `kinds/x.py` with its `ACTS`, else the defaults."""

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from fluencylab.actions.kinds.base import Acts, Listed, Proving
from fluencylab.practice.kinds import Exercise, Kind
from fluencylab.store.engine import Session

__all__ = ["Acts", "Listed", "Proving", "acts", "listed", "offered"]


@cache
def acts(kind: Kind[Any]) -> Acts[Any]:
    module = f"{__name__}.{kind.name}"
    if find_spec(module) is None:
        return Acts(kind)
    own: Acts[Any] = import_module(module).ACTS
    return own


def offered(kind: Kind[Any], concept: str = "") -> list[Exercise[Any]]:
    """Those that are shown on the model in use, of one concept or of all, in the order of the content."""
    mine, every = acts(kind), (one for one in kind.every() if not concept or one.concept == concept)
    return [one for one in every if not mine.why_hidden(one.of)]


async def listed(session: Session, learner: str, kind: Kind[Any], concept: str = "") -> list[Listed]:
    """All of them, also the hidden ones, each with how far the learner is."""
    mine = acts(kind)
    where = await mine.where(session, learner)
    every = (one for one in kind.every() if not concept or one.concept == concept)
    return [Listed(one, where[one.key], mine.proof_says(one.of), mine.why_hidden(one.of)) for one in every]
