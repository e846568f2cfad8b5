"""Where a learner stands: every cell of the map, and how sure against how right, from evidence alone.

Evidence is only ever added, so a process keeps what it has folded of a learner and goes on from there. That it is still the beginning of
what the database holds is looked at each time: the last piece must be there, and no piece may have come in before it.
"""

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache, lru_cache
from typing import NamedTuple

from fluencylab.curriculum.bench import bench
from fluencylab.curriculum.loader import track
from fluencylab.models import catalogue
from fluencylab.practice import faults
from fluencylab.practice.chance import by_exercise
from fluencylab.practice.exercises import content_hash
from fluencylab.progress.calibration import Calibration, calibration
from fluencylab.progress.evidence import LOOKED
from fluencylab.progress.expiry import Present, expired
from fluencylab.progress.ledger import EvidenceRow, Ledger, Tally
from fluencylab.progress.mastery import CAPABILITIES, State, rights_missing, state
from fluencylab.progress.review import lapsed
from fluencylab.store import queries
from fluencylab.store.engine import Session
from fluencylab.store.tables import Evidence

LEARNERS = 256
"""Of so many learners a process keeps what it has folded."""


PIECES = 40
"""On one page."""


class Cell(NamedTuple):
    """One concept in one kind of fluency.

    `mean`: of tasks of this kind, the share the learner would get right (0..1), with its 80 % interval `low` to `high`.
    `n`: different tasks shown, `deterministic` of them judged by code.
    `due_because`: why it wants renewing, or empty; only what was solid then has the state "due".
    """

    concept: str
    capability: str
    state: State
    mean: float
    low: float
    high: float
    n: int
    deterministic: int
    due_because: str
    last: datetime | None


class Fluency(NamedTuple):
    cells: tuple[Cell, ...]
    """In the order of the track, and of CAPABILITIES within a concept."""
    calibration: Calibration

    def cell(self, concept: str, capability: str) -> Cell:
        return next(cell for cell in self.cells if (cell.concept, cell.capability) == (concept, capability))

    def of(self, concept: str) -> tuple[Cell, ...]:
        return tuple(cell for cell in self.cells if cell.concept == concept)


async def fluency(session: Session, learner: str, now: datetime, reviews: Mapping[tuple[str, str], str] | None = None) -> Fluency:
    """`reviews`: (concept, capability) -> why a review of it is due at `now`; by itself what the schedule says."""
    held = await ledger(session, learner)
    present, due = _present(), lapsed(held.recall.held, now.date()) if reviews is None else reviews
    cells = tuple(
        _cell(held, concept.slug, capability, due.get((concept.slug, capability), ""), present)
        for concept in track().concepts
        for capability in CAPABILITIES
    )
    return Fluency(cells, calibration(held.sureness))


class Behind(NamedTuple):
    """What lies behind a cell, the newest first. `above`: the probability that more than BAR of such tasks would be right."""

    cell: Cell
    above: float
    rights_missing: int
    """Right answers to new tasks that would make it solid."""
    pieces: list[tuple[Evidence, float]]
    """Each with what it counts, 0 to 1."""
    total: int


async def behind(session: Session, learner: str, concept: str, capability: str, now: datetime, page: int = 1) -> Behind:
    cell = (await fluency(session, learner, now)).cell(concept, capability)
    held = await ledger(session, learner)
    rows, total = await queries.cell_evidence(session, learner, concept, capability, PIECES, (page - 1) * PIECES)
    above = held.belief.estimate(concept, capability).above
    missing = rights_missing(held.belief, concept, capability, cell.n) if cell.state in ("none", "emerging") else 0
    return Behind(cell, above, missing, [(row, held.counted.get(row.id, 0.0)) for row in rows], total)


async def outdated(session: Session, learner: str) -> dict[tuple[str, str], str]:
    """(concept, capability) -> why, where words or the subject changed since. Any fresh evidence renews these, on whatever model."""
    held = await ledger(session, learner)
    present = _present()._replace(sha256="")
    return {cell: why for cell, tally in held.tallies.items() if (why := expired(cell[0], tally, present))}


def _cell(ledger: Ledger, concept: str, capability: str, review: str, present: Present) -> Cell:
    tally = ledger.tallies.get((concept, capability)) or Tally()
    believed = ledger.belief.estimate(concept, capability)
    why = (expired(concept, tally, present) or review) if tally.n else ""
    found = state(believed, tally.n, tally.deterministic, bool(why))
    share = (believed.mean, believed.low, believed.high)
    return Cell(concept, capability, found, *share, tally.n, tally.deterministic, why, tally.last)


def _present() -> Present:
    return Present(_hashes(), catalogue.current().card().sha256, _dates())


@cache
def _hashes() -> dict[str, str]:
    missions = {mission.slug: content_hash(mission) for concept in track().concepts for mission in concept.missions}
    found = [case for one in bench().cases if (case := faults.resolve_case(one.slug))]
    diagnoses = {f"debug/{case.case.slug}": faults.words_hash(case) for case in found}
    return missions | diagnoses | {case.slug: content_hash(case) for concept in track().concepts for case in concept.cases}


@cache
def _dates() -> dict[str, date]:
    return {concept.slug: concept.about.true_as_of for concept in track().concepts if concept.about}


@cache
def _chances() -> dict[tuple[str, str], float]:
    return by_exercise(track())


def _new() -> Ledger:
    return Ledger([concept.slug for concept in track().concepts], _chances())


class _Held:
    ledger: Ledger | None = None


@lru_cache(maxsize=LEARNERS)
def _held(learner: str) -> _Held:
    return _Held()


async def ledger(session: Session, learner: str) -> Ledger:
    """What is held, brought up to date; all of it anew where what is held is not the beginning of what is stored.

    Within one session it is looked at once: a page asks for it in several places, and `progress/evidence.py` says when it writes.
    """
    if isinstance(known := session.info.get(LOOKED), Ledger):
        return known
    held = _held(learner)
    since = held.ledger.last if held.ledger else None
    total = await queries.count_evidence(session, learner)
    rows = [EvidenceRow(**row) for row in await queries.evidence_from(session, learner, since and since[0])]
    if held.ledger is None or not _goes_on(held.ledger, since, rows, total):
        everything = rows if since is None else [EvidenceRow(**row) for row in await queries.evidence_from(session, learner, None)]
        held.ledger = _new()
        held.ledger.add(everything)
    session.info[LOOKED] = held.ledger
    return held.ledger


def _goes_on(ledger: Ledger, since: tuple[datetime, str] | None, rows: list[EvidenceRow], total: int) -> bool:
    """Add what is new to the ledger, if it is all that is new. `rows`: from `since` on, with it; of `total` there are.

    Another page may have brought the ledger further while these rows were read; so no piece is added twice.
    """
    fresh = [piece for piece in rows if ledger.last is None or (piece.made, piece.id) > ledger.last]
    there = since is None or any(piece.id == since[1] for piece in rows)
    if not there or total != ledger.count + len(fresh):
        return False
    ledger.add(fresh)
    return True
