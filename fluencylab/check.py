"""Does all content resolve, and does every exercise prove itself on this model?

fluency check          every slug, instrument, parameter and fact that content names exists, the practice product is what it says it is,
                       and what should be looked up again is listed
fluency check --live   every exercise of a kind that proves itself is run, and what is to be accepted and refused is graded
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from fluencylab.actions.kinds import Proving, acts
from fluencylab.curriculum import practice_proof, proofs
from fluencylab.curriculum.model_cards import CardDrill
from fluencylab.curriculum.practice_product import practice_product
from fluencylab.curriculum.proofs import VERIFIED, Proof, own_book
from fluencylab.curriculum.schema import Concept, Track, months_after, pack_of
from fluencylab.errors import NotFound
from fluencylab.instruments import figures, instruments
from fluencylab.models.types import ModelInfo
from fluencylab.packs.pack import Pack
from fluencylab.practice.course_facts import mutant_facts
from fluencylab.practice.kinds import KINDS, MISSION, Exercise
from fluencylab.text.written import day

__all__ = ["TRIALS", "VERIFIED", "Finding", "chosen", "counts", "outdated", "own_book", "problems", "proving", "record"]

TRIALS = 10


class Finding(NamedTuple):
    """An exercise, and what came of proving it."""

    proving: Proving[Any]
    exercise: Exercise[Any]
    proof: Proof


def problems(whole: Track) -> Iterator[str]:
    """Everything in the content that points nowhere, one sentence each."""
    for concept in whole.concepts:
        yield from (f"{concept.slug}: there is no lab called {name}." for name in concept.labs if name not in instruments())
    for kind in KINDS.values():
        yield from acts(kind).problems(whole)
    yield from figures.problems(whole)
    yield from practice_proof.problems(practice_product(), mutant_facts())


def counts() -> dict[str, int]:
    """How many exercises of each kind there are, packs left out; of kinds that have any."""
    found = {kind.name: sum(not pack_of(one.slug) for one in kind.every()) for kind in KINDS.values()}
    return {name: n for name, n in found.items() if n}


def outdated(concepts: Sequence[Concept], today: date, cards: Iterable[CardDrill] = ()) -> Iterator[str]:
    """What is older than its own date allows, one sentence each. It may well be true still: somebody has to look.

    A model card may be as old as the words of the concept that it is about.
    """
    for concept in concepts:
        if concept.about is None:
            continue
        if concept.about.until < today:
            yield f"{concept.slug}: true as of {day(concept.about.true_as_of)}, and to be looked at again by {day(concept.about.until)}."
        for one in concept.about.lately:
            if one.until < today:
                yield f"{concept.slug}, “{one.title}”: looked up on {day(one.looked_up)}, and to be looked up again by {day(one.until)}."
    months = {concept.slug: concept.about.months for concept in concepts if concept.about}
    for drill in cards:
        if drill.card.looked_up and drill.concept in months:
            until = months_after(drill.card.looked_up, months[drill.concept])
            if until < today:
                yield f"{drill.slug}, card of {drill.card.name}: {drill.card.true_as_of}, and to be looked up again by {day(until)}."


def proving() -> list[Proving[Any]]:
    """Of the kinds whose exercises prove themselves on a model."""
    return [mine for kind in KINDS.values() if isinstance(mine := acts(kind), Proving)]


def chosen(only: Sequence[str] = (), pack: Pack | None = None) -> list[tuple[Proving[Any], Exercise[Any]]]:
    """The exercises named by their own slug, their concept's or their pack's, each with what proves it; all of them when none is named.

    `pack`: of this pack alone, which need not be here.
    """
    missions = [(acts(MISSION), one) for one in MISSION.of_concepts(pack.concepts)] if pack else []
    every = [(mine, one) for mine, one in missions if isinstance(mine, Proving)] if pack else _every()
    for name in only:
        if not any(name in _names(one) for _, one in every):
            raise NotFound(f"There is no exercise, no concept and no pack called “{name}”.", "`fluency check` without it proves them all.")
    return [(mine, one) for mine, one in every if not only or _names(one) & set(only)]


def _every() -> list[tuple[Proving[Any], Exercise[Any]]]:
    return [(mine, one) for mine in proving() for one in mine.provable()]


def _names(one: Exercise[Any]) -> set[str]:
    return {one.slug, one.concept, pack_of(one.slug)} - {""}


def record(card: ModelInfo, findings: Sequence[Finding], file: Path) -> None:
    """Write down what was proved on this model, or on what a lab measures instead, beside what was proved on others."""
    pages: dict[ModelInfo, dict[str, list[Proof]]] = {}
    for mine, exercise, proof in findings:
        pages.setdefault(mine.measured_on(exercise.of, card), {}).setdefault(mine.book, []).append(proof)
    for measured, proved in pages.items():
        proofs.record(measured.sha256, measured.name, proved, file)
