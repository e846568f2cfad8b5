"""Where a learner stands: every cell of the map, and how sure against how right, from evidence alone.

Evidence is only ever added, so a process keeps what it has folded of a learner and goes on from there. That it is still the beginning of
what the database holds is looked at each time: the last piece must be there, and no piece may have come in before it.
"""

from collections.abc import Hashable, Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

from fluencylab.curriculum.loader import track
from fluencylab.curriculum.schema import Concept
from fluencylab.errors import NotFound
from fluencylab.models import catalogue
from fluencylab.packs.full_track import full_track
from fluencylab.packs.installed import state as packs_state
from fluencylab.practice import kinds
from fluencylab.practice.variants import ever_asked
from fluencylab.progress.calibration import Calibration, calibration
from fluencylab.progress.evidence import LOOKED
from fluencylab.progress.expiry import Present, expired
from fluencylab.progress.ledger import EvidenceRow, Ledger, Names, Tally, days
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
    `n`: different tasks asked, of `right` of them the latest answer was right, `deterministic` of them judged by code.
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
    right: int = 0


class Fluency(NamedTuple):
    cells: tuple[Cell, ...]
    """Of the ten, in the order of the track, and of CAPABILITIES within a concept."""
    calibration: Calibration
    packs: tuple[Cell, ...] = ()
    """Of the concepts of packs that are on. They are told apart, and never counted among the ten."""

    @property
    def every(self) -> tuple[Cell, ...]:
        return self.cells + self.packs

    def cell(self, concept: str, capability: str) -> Cell:
        return next(cell for cell in self.every if (cell.concept, cell.capability) == (concept, capability))

    def of(self, concept: str) -> tuple[Cell, ...]:
        return tuple(cell for cell in self.every if cell.concept == concept)


async def fluency(session: Session, learner: str, now: datetime, reviews: Mapping[tuple[str, str], str] | None = None) -> Fluency:
    """`reviews`: (concept, capability) -> why a review of it is due at `now`; by itself what the schedule says."""
    held = await ledger(session, learner)
    present, due = _present(), lapsed(held.recall.held, now.date()) if reviews is None else reviews

    def cells(concepts: Iterable[Concept]) -> tuple[Cell, ...]:
        places = [(concept.slug, capability) for concept in concepts for capability in CAPABILITIES]
        return tuple(_cell(held, *place, due.get(place, ""), present, now) for place in places)

    packs = [concept for concept in full_track().of_packs if held.knows(concept.slug)]
    return Fluency(cells(track().concepts), calibration(held.sureness), cells(packs))


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
    held = await ledger(session, learner)
    if not held.knows(concept):
        raise NotFound("There is no such cell on the map.", "Choose one from the map.")
    cell = (await fluency(session, learner, now)).cell(concept, capability)
    elsewhere = kinds.told_later() | kinds.forecasts()
    rows, total = await queries.cell_evidence(session, learner, concept, capability, PIECES, (page - 1) * PIECES, elsewhere)
    belief = held.belief_of(concept)
    above = belief.estimate(concept, capability).above
    missing = rights_missing(belief, concept, capability, cell.n) if cell.state in ("none", "emerging") else 0
    return Behind(cell, above, missing, [(row, held.counted.get(row.id, 0.0)) for row in rows], total)


async def outdated(session: Session, learner: str) -> dict[tuple[str, str], str]:
    """(concept, capability) -> why, where words or the subject changed since. Any fresh evidence renews these, on whatever model."""
    held = await ledger(session, learner)
    present = _present()._replace(sha256="")
    return {cell: why for cell, tally in held.tallies.items() if (why := expired(cell[0], tally, present))}


def _cell(ledger: Ledger, concept: str, capability: str, review: str, present: Present, today: datetime) -> Cell:
    """What it is called rests on the latest answer; by time alone it only falls due. Its interval widens with each day."""
    tally = ledger.tallies.get((concept, capability)) or Tally()
    believed = ledger.belief_of(concept).estimate(concept, capability)
    why = (expired(concept, tally, present) or review) if tally.n else ""
    right = sum(tally.right.values())
    found = state(believed, tally.n, tally.deterministic, bool(why))
    if found == "emerging" and not right:
        found = "none"  # to be asked is not to show something
    now = ledger.belief_of(concept).estimate(concept, capability, days(today))
    share = (now.mean, now.low, now.high)
    return Cell(concept, capability, found, *share, tally.n, tally.deterministic, why, tally.last, right)


def _present() -> Present:
    packs = packs_state()
    return Present(_contents(packs), catalogue.current().sha256, _dates(packs))


@lru_cache(maxsize=2)
def _contents(packs: Hashable) -> dict[str, str]:
    return kinds.contents()


@lru_cache(maxsize=2)
def _dates(packs: Hashable) -> dict[str, date]:
    return {concept.slug: concept.about.true_as_of for concept in full_track().concepts if concept.about}


@lru_cache(maxsize=2)
def _chances(packs: Hashable) -> dict[tuple[str, str], float]:
    return kinds.chances()


@lru_cache(maxsize=2)
def _names(packs: Hashable) -> Names:
    items = (item for concept in full_track().concepts for item in ever_asked(concept))
    return {(item.concept, item.id): met for item in items if (met := kinds.first_shown(item))}


def names() -> Names:
    """Of all review items, also of those that are asked no more, where their words are shown elsewhere."""
    return _names(packs_state())


def _new() -> Ledger:
    return Ledger([concept.slug for concept in full_track().concepts], _chances(packs_state()), names())


class _Held:
    """`packs`: the state of the packs of which the ledger is. Once it is another, all is counted anew."""

    ledger: Ledger | None = None
    packs: Hashable = None


@lru_cache(maxsize=LEARNERS)
def _held(learner: str) -> _Held:
    return _Held()


async def ledger(session: Session, learner: str) -> Ledger:
    """What is held, brought up to date; all of it anew where what is held is not the beginning of what is stored.

    Within one session it is looked at once: a page asks for it in several places, and `progress/evidence.py` says when it writes.
    """
    if isinstance(known := session.info.get(LOOKED), Ledger):
        return known
    held, packs = _held(learner), packs_state()
    ledger = held.ledger if held.packs == packs else None
    since = ledger.last if ledger else None
    total = await queries.count_evidence(session, learner)
    rows = [EvidenceRow(**row) for row in await queries.evidence_from(session, learner, since and since[0])]
    if ledger is None or not _goes_on(ledger, since, rows, total):
        everything = rows if since is None else [EvidenceRow(**row) for row in await queries.evidence_from(session, learner, None)]
        ledger = _new()
        ledger.add(everything)
        held.ledger, held.packs = ledger, packs
    session.info[LOOKED] = ledger
    return ledger


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
