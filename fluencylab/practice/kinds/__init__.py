"""Every kind of exercise, named once; and what is asked of all of them. `dev/adding-a-kind.md` says how another one comes in."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from fluencylab.practice.chance import UNKNOWN
from fluencylab.practice.items import Item, Met
from fluencylab.practice.kinds.base import Exercise, Kind
from fluencylab.practice.kinds.capstone import CAPSTONE
from fluencylab.practice.kinds.case import CASE
from fluencylab.practice.kinds.course import COURSE
from fluencylab.practice.kinds.diagnosis import DIAGNOSIS
from fluencylab.practice.kinds.foretold import FORETOLD
from fluencylab.practice.kinds.meeting import MEETING
from fluencylab.practice.kinds.mission import MISSION
from fluencylab.practice.kinds.model_card import MODEL_CARD
from fluencylab.practice.kinds.proposal import PROPOSAL
from fluencylab.practice.kinds.repair import REPAIR
from fluencylab.practice.kinds.review import REVIEW, STAGE
from fluencylab.practice.kinds.selftest import SELF_TEST

__all__ = [
    "CAPSTONE", "CASE", "COURSE", "DIAGNOSIS", "FORETOLD", "KINDS", "MEETING", "MISSION", "MODEL_CARD", "PROPOSAL", "REPAIR", "REVIEW",
    "SELF_TEST", "Exercise", "Kind", "chance", "chances", "contents", "ends", "find", "first_shown", "forecasts", "kind_of", "listed",
    "met", "page_above", "pairs", "part", "told_later",
]  # fmt: skip

V = TypeVar("V")

KINDS: dict[str, Kind[Any]] = {
    kind.name: kind
    for kind in (SELF_TEST, MISSION, CASE, COURSE, MODEL_CARD, MEETING, PROPOSAL, DIAGNOSIS, REPAIR, REVIEW, FORETOLD, CAPSTONE)
}
"""In the order in which they are offered."""


def find(key: str) -> Exercise[Any] | None:
    """What a stored key names; None where the content has it no longer."""
    for kind in KINDS.values():
        slug = kind.slug(key)
        if slug is not None and (found := kind.find(slug)):
            return found
    return None


def kind_of(key: str) -> Kind[Any] | None:
    """The kind that wrote a key, also where the exercise is gone; None where no kind writes so."""
    found = find(key)
    return found.kind if found else next((kind for kind in KINDS.values() if kind.slug(key) is not None), None)


def ends(key: str, stage: str) -> bool:
    """Does evidence of this stage bring the exercise to its end? By the form of the key, so also of one that is gone."""
    return any(kind.stages[-1:] == (stage,) and kind.slug(key) is not None for kind in KINDS.values())


def last_stages() -> set[str]:
    """Stages that end an exercise, of whichever kind. No kind goes on after a stage that ends another."""
    return {kind.stages[-1] for kind in KINDS.values() if kind.stages}


def told_later() -> set[str]:
    return {stage for kind in KINDS.values() for stage in kind.told_later}


def forecasts() -> set[str]:
    """Stages at which a number was foretold, here and in the reviews of before."""
    words = {word for kind in KINDS.values() for word in kind.forecasts}
    return words | {STAGE + word for word in words}


def pairs() -> dict[str, str]:
    return {second: first for kind in KINDS.values() for second, first in kind.pairs.items()}


def contents() -> dict[str, str]:
    """Key -> hash of its words, for every exercise that has one."""
    return {one.key: words for kind in KINDS.values() for one in kind.every() if (words := kind.words(one.of))}


def chances() -> dict[tuple[str, str], float]:
    """(key, stage) -> what guessing reaches, for every exercise there is."""
    every = (one for kind in KINDS.values() for one in kind.every())
    return {(one.key, stage): share for one in every for stage, share in one.kind.chances(one.of).items()}


def chance(known: Mapping[tuple[str, str], float], key: str, stage: str) -> float:
    """`known`: of `chances`. Where the exercise is gone, what its kind says, or else any."""
    found = known.get((key, stage))
    if found is None:
        found = _by_word({kind.name: kind.guesses for kind in KINDS.values()}, kind_of(key), stage)
    return UNKNOWN if found is None else found


def part(kind: Kind[Any] | None, stage: str) -> str:
    """What evidence of a stage is called. Items of a review are named by the kind they were turned from."""
    return _by_word({one.name: one.parts for one in KINDS.values()}, kind, stage) or stage


def _by_word(said: Mapping[str, Mapping[str, V]], kind: Kind[Any] | None, stage: str) -> V | None:
    """What is said of a word in a stage's name, "3.claim.draw" or "item-twin": by the kind itself, else by the first that knows it."""
    names = stage.removeprefix("item-").split(".")
    own = said.get(kind.name, {}) if kind else {}
    return next((words[name] for words in (own, *said.values()) for name in names if name in words), None)


def met(item: Item) -> list[tuple[str, str]]:
    """(key, variant or stage) under which the words of a review item may have been met outside of its review."""
    return [place for kind in KINDS.values() for place in kind.met(item)]


def first_shown(item: Item) -> Met | None:
    """Where the very words of a review item are shown outside of its own review; None where they are nowhere else."""
    return next((found for kind in KINDS.values() if (found := kind.first_shown(item))), None)


def page_above(path: str) -> str:
    """The page of the exercise one of whose steps has this address; empty where it belongs to none."""
    page, _, step = path.rpartition("/")
    base, _, slug = page.rpartition("/")
    return page if slug and step and base in {kind.base for kind in KINDS.values() if kind.place} else ""


def listed(place: str) -> Iterator[Kind[Any]]:
    """Kinds that are listed on the pages of concepts, or on the debugging bench."""
    return (kind for kind in KINDS.values() if kind.place == place)
