"""The progress report's page: sentences and rows, each percentage with its interval, and what is not shown."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from fluencylab import __version__
from fluencylab.actions.progress import Cell
from fluencylab.actions.report import Minutes, Report
from fluencylab.actions.selftest import Sitting, product_of
from fluencylab.curriculum.loader import track
from fluencylab.models import catalogue
from fluencylab.packs.full_track import full_track, title_of
from fluencylab.progress.calibration import Calibration
from fluencylab.progress.certificate import LIMITS, RULE, Certified
from fluencylab.progress.mastery import CAPABILITIES
from fluencylab.stats import difference, wilson

STATES = {"none": "not enough evidence", "emerging": "emerging", "solid": "solid", "due": "due again"}
FEW = "Two sittings of the self-test make a before and an after."


class Score(NamedTuple):
    """What was right in one sitting, all questions together, in percent with its 95 % interval."""

    label: str
    right: int
    of: int
    share: float
    low: float
    high: float


class Change(NamedTuple):
    """One concept of the self-test, then and now, as counts: too few for a percentage."""

    title: str
    before: str
    after: str


class ReportCell(NamedTuple):
    """A cell of the map, its state in words, and where its evidence is."""

    cell: Cell
    state: str
    href: str


class ReportRow(NamedTuple):
    title: str
    slug: str
    cells: list[ReportCell]


class ReportPack(NamedTuple):
    """What was shown in a pack. It stands apart: it is no part of the ten, and of no certificate."""

    title: str
    rows: list[ReportRow]


@dataclass(frozen=True)
class BeforeAfter:
    scores: list[Score]
    changes: list[Change]
    says: str


@dataclass(frozen=True)
class ReportPage:
    """Context of `report.html`."""

    now: datetime
    name: str
    since: datetime
    product: str
    empty: bool
    says: str
    before_after: BeforeAfter
    rows: list[ReportRow]
    without: list[str]
    packs: list[ReportPack]
    resting: list[str]
    unsure: list[str]
    due: list[str]
    calibration: Calibration
    time: list[tuple[str, str]]
    """(how long, what)"""
    by_concept: list[tuple[str, str]]
    """(concept, how long)"""
    deterministic: int
    pieces: int
    certified: list[Certified]
    fingerprint: str
    conditions: str
    capabilities: tuple[str, ...] = CAPABILITIES
    rule: str = RULE
    limits: Sequence[str] = LIMITS


def report_page(found: Report, now: datetime, name: str, fingerprint: str) -> ReportPage:
    cells = found.fluency.cells
    shown = {cell.concept for cell in cells if cell.state != "none"}
    concepts = track().concepts
    return ReportPage(
        now=now,
        name=name,
        since=found.since,
        product=product_of(found.product).title if found.product else "",
        empty=not found.pieces and found.before is None and not any(cell.n for cell in found.fluency.packs) and not found.resting,
        says=_says(cells),
        before_after=_before_after(found.before, found.after),
        rows=[_row(concept.slug, concept.title, cells) for concept in concepts if concept.slug in shown],
        without=[concept.title for concept in concepts if concept.slug not in shown],
        packs=_packs(found.fluency.packs),
        resting=[f"“{one.title}”, {one.n} {'answer' if one.n == 1 else 'answers'}" for one in found.resting],
        unsure=_grouped(cell for cell in cells if cell.state == "emerging"),
        due=[f"{_title(cell)} ({cell.capability}): {cell.due_because}" for cell in cells if cell.state == "due"],
        calibration=found.fluency.calibration,
        time=_time(found.minutes),
        by_concept=_by_concept(found.minutes),
        deterministic=sum(cell.deterministic for cell in cells),
        pieces=found.pieces,
        certified=found.certified,
        fingerprint=fingerprint,
        conditions=_conditions(found, now),
    )


def _conditions(found: Report, now: datetime) -> str:
    model = catalogue.current().card()
    weights = f"sha256 {model.sha256[:12]}" if model.sha256 else "weights not known"
    counted = [f"as of {now:%Y-%m-%d %H:%M} UTC", f"{found.pieces} different tasks"]
    return " · ".join([*counted, f"model now in use {model.name}", weights, f"fluencylab {__version__}"])


def _packs(cells: Sequence[Cell]) -> list[ReportPack]:
    found: dict[str, list[ReportRow]] = {}
    for concept in full_track().of_packs:
        if any(cell.concept == concept.slug and cell.state != "none" for cell in cells):
            found.setdefault(concept.pack, []).append(_row(concept.slug, concept.title, cells))
    return [ReportPack(title_of(rows[0].cells[0].cell.concept), rows) for rows in found.values()]


def _says(cells: Iterable[Cell]) -> str:
    """The result in a sentence, without a percentage: counts of cells need no interval."""
    cells = list(cells)
    count = {state: sum(cell.state == state for cell in cells) for state in STATES}
    parts = [f"{count['solid']} of {len(cells)} cells of the map {'is' if count['solid'] == 1 else 'are'} solid"]
    parts += [f"{count['emerging']} {'is' if count['emerging'] == 1 else 'are'} emerging"] if count["emerging"] else []
    parts += [f"{count['due']} {'was' if count['due'] == 1 else 'were'} solid and should be shown again"] if count["due"] else []
    listed = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
    return f"{listed}. Of the other {count['none']} nothing can be said yet." if count["none"] else f"{listed}."


def _grouped(cells: Iterable[Cell]) -> list[str]:
    """One entry for each concept, with its kinds of fluency."""
    kinds: dict[str, list[str]] = {}
    for cell in cells:
        kinds.setdefault(_title(cell), []).append(cell.capability)
    return [f"{title} ({', '.join(found)})" for title, found in kinds.items()]


def _title(cell: Cell) -> str:
    concept = track().concept(cell.concept)
    return concept.title if concept else cell.concept


def _row(slug: str, title: str, cells: Iterable[Cell]) -> ReportRow:
    own = [cell for cell in cells if cell.concept == slug]
    return ReportRow(title, slug, [ReportCell(cell, STATES[cell.state], _address(cell)) for cell in own])


def _address(cell: Cell) -> str:
    return f"/map/{cell.concept}/{cell.capability}"


# Before and after


def _before_after(before: Sitting | None, after: Sitting | None) -> BeforeAfter:
    if before is None:
        return BeforeAfter([], [], FEW)
    first = _score(f"{before.begun:%d %B %Y}", before)
    if after is None:
        said = f"One sitting so far: {first.right} of {first.of} right. {FEW}"
        return BeforeAfter([first], _changes(before, None), said)
    second = _score(f"{after.begun:%d %B %Y}", after)
    return BeforeAfter([first, second], _changes(before, after), _changed(first, second))


def _score(label: str, one: Sitting) -> Score:
    outcomes = [outcome for shown in one.outcomes.values() for outcome in shown]
    right, of = sum(outcome.right for outcome in outcomes), len(outcomes)
    low, high = wilson(right, of)
    return Score(label, right, of, round(100 * right / of), round(100 * low), round(100 * high))


def _changed(first: Score, second: Score) -> str:
    low, high = (round(100 * bound) for bound in difference((first.right, first.of), (second.right, second.of)))
    points = round(100 * (second.right / second.of - first.right / first.of))
    said = f"From {first.right} of {first.of} right to {second.right} of {second.of}, on other variants of the same questions."
    if low <= 0 <= high:
        return f"{said} A change of {points:+d} points (95 % interval {low:+d} to {high:+d}) may be chance."
    return f"{said} That is {points:+d} points (95 % interval {low:+d} to {high:+d}), more than chance explains."


def _changes(before: Sitting, after: Sitting | None) -> list[Change]:
    titles = {concept.slug: concept.title for concept in track().concepts}
    concepts = list(before.outcomes) + [slug for slug in (after.outcomes if after else {}) if slug not in before.outcomes]
    return [Change(titles.get(slug, slug), _counted(before, slug), _counted(after, slug)) for slug in concepts]


def _counted(one: Sitting | None, slug: str) -> str:
    shown = one.outcomes.get(slug, []) if one else []
    return f"{sum(outcome.right for outcome in shown)} of {len(shown)}" if shown else "not asked"


# Time


def _time(minutes: Minutes) -> list[tuple[str, str]]:
    told = (("doing exercises", minutes.applied), ("reading", minutes.read), ("beyond what the job needs", minutes.beyond))
    return [(_hours(spent), what) for what, spent in told if spent >= 0.5]


def _hours(minutes: float) -> str:
    whole = round(minutes)
    return f"{whole // 60} h {whole % 60:02d} min" if whole >= 60 else f"{whole} min"


def _by_concept(minutes: Minutes) -> list[tuple[str, str]]:
    spent = [(concept.title, minutes.by_concept.get(concept.slug, 0)) for concept in full_track().concepts]
    return [(title, _hours(m)) for title, m in sorted(spent, key=lambda pair: -pair[1]) if m >= 0.5]
