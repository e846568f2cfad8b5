"""What can be said of a kind of exercise on the model in use, found by the kind's name: `kinds/x.py` with its `ACTS`, else the defaults."""

from collections.abc import Hashable, Sequence
from functools import cache, lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any, NamedTuple

from fluencylab.actions.kinds.base import Acts, Listed, Proving, Tried
from fluencylab.curriculum import proofs
from fluencylab.errors import LabError
from fluencylab.instruments import instruments
from fluencylab.instruments.base import Instrument, own_card
from fluencylab.models import catalogue
from fluencylab.packs.installed import state as packs_state
from fluencylab.practice.kinds import Exercise, Kind
from fluencylab.store.engine import Session

__all__ = ["Acts", "Listed", "Proving", "Tried", "acts", "listed", "offered"]


@cache
def acts(kind: Kind[Any]) -> Acts[Any]:
    module = f"{__name__}.{kind.module}"
    if find_spec(module) is None:
        return Acts(kind)
    own: Acts[Any] = import_module(module).ACTS
    return own


def offered(kind: Kind[Any], concept: str = "") -> list[Exercise[Any]]:
    """Those that are shown on the model in use, of one concept or of all, in the order of the content."""
    return [said.exercise for said in _said(kind, concept) if not said.why_hidden]


async def listed(session: Session, learner: str, kind: Kind[Any], concept: str = "") -> list[Listed]:
    """All of them, also the hidden ones, each with how far the learner is."""
    where = await acts(kind).where(session, learner)
    return [Listed(said.exercise, where[said.exercise.key], said.proof, said.why_hidden) for said in _said(kind, concept)]


class _Said(NamedTuple):
    """Of one exercise, what is the same for every learner. As in `Listed`."""

    exercise: Exercise[Any]
    proof: str
    why_hidden: str


def _said(kind: Kind[Any], concept: str) -> Sequence[_Said]:
    """Of one concept or, without one, of all."""
    return _of_kind(kind, _basis()).get(concept, ())


def _basis() -> Hashable:
    """All that decides what is said of an exercise: the packs, the weights in use, what other weights labs stand on, and every proof.

    The content itself is read once a process. Cheap: a page asks for it with each list.
    """
    return packs_state(), catalogue.current().sha256, tuple(map(_stands_on, instruments().values())), proofs.marks()


def _stands_on(lab: Instrument) -> str:
    try:
        card = own_card(lab)
    except LabError as error:
        return error.message
    return card.sha256 if card else ""


@lru_cache(maxsize=16)
def _of_kind(kind: Kind[Any], basis: Hashable) -> dict[str, list[_Said]]:
    """By concept, and under "" all of them, in the order of the content."""
    mine, found = acts(kind), dict[str, list[_Said]]()
    for one in kind.every():
        said = _Said(one, mine.proof_says(one.of), mine.why_hidden(one.of))
        for place in ("", one.concept):
            found.setdefault(place, []).append(said)
    return found
