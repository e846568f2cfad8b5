"""The progress report's page: sentences and rows, each percentage with its interval, and what is not shown."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from fluencylab import __version__
from fluencylab.actions.capstone import TITLES as CAPSTONE_PARTS
from fluencylab.actions.progress import Cell
from fluencylab.actions.report import Minutes, Report, Worked
from fluencylab.actions.selftest import PastSitting, product_of
from fluencylab.actions.six_weeks import status
from fluencylab.curriculum.loader import track
from fluencylab.models import catalogue
from fluencylab.packs.full_track import full_track, title_of
from fluencylab.practice.kinds import REVIEW, SELF_TEST
from fluencylab.progress.calibration import Calibration
from fluencylab.progress.certificate import LIMITS, RULE, Certified
from fluencylab.progress.mastery import CAPABILITIES
from fluencylab.stats import difference, wilson
from fluencylab.text.written import day, moment
from fluencylab.web.pages.capstone import SittingLine, change, lines_of
from fluencylab.web.pages.fluency_map import right_of, summary

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
    """A cell of the map: its state in words, what was right of what was asked, and where its evidence is."""

    cell: Cell
    state: str
    says: str
    href: str


class DoneTitle(NamedTuple):
    """An exercise. `begun`: it was not brought to its end."""

    title: str
    href: str
    begun: bool


class DoneKind(NamedTuple):
    """What was done of one kind of exercise."""

    says: str
    titles: list[DoneTitle]


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
    done: list[DoneKind]
    runs: str
    core: str
    """How far the six weeks are, and when they end at this pace"""
    time_in_all: str
    time: list[tuple[str, str]]
    """(how long, what)"""
    by_concept: list[tuple[str, str]]
    """(concept, how long): all of the time again"""
    deterministic: int
    pieces: int
    certified: list[Certified]
    fingerprint: str
    conditions: str
    capstones: list[SittingLine]
    capstone_change: str
    capstone_heads: Sequence[str] = tuple(CAPSTONE_PARTS.values())
    capabilities: tuple[str, ...] = CAPABILITIES
    rule: str = RULE
    limits: Sequence[str] = LIMITS


def report_page(found: Report, now: datetime, name: str, fingerprint: str) -> ReportPage:
    cells = found.fluency.cells
    shown = {cell.concept for cell in cells if cell.n}
    in_all, time = _time(found.minutes)
    capstones = lines_of(found.capstones)
    concepts = track().concepts
    return ReportPage(
        now=now,
        name=name,
        since=found.since,
        product=product_of(found.product).title if found.product else "",
        empty=not found.pieces
        and found.before is None
        and not any(cell.n for cell in found.fluency.packs)
        and not found.resting
        and not capstones,
        says=summary(found.fluency),
        before_after=_before_after(found.before, found.after),
        rows=[_row(concept.slug, concept.title, cells) for concept in concepts if concept.slug in shown],
        without=[concept.title for concept in concepts if concept.slug not in shown],
        packs=_packs(found.fluency.packs),
        resting=[f"“{one.title}”, {one.n} {'answer' if one.n == 1 else 'answers'}" for one in found.resting],
        unsure=_grouped(cell for cell in cells if cell.state == "emerging"),
        due=[f"{_title(cell)} ({cell.capability}): {cell.due_because}" for cell in cells if cell.state == "due"],
        calibration=found.fluency.calibration,
        done=_done(found),
        runs=_runs(found),
        core=status(found.six_weeks),
        time_in_all=in_all,
        time=time,
        by_concept=_by_concept(found.minutes),
        deterministic=sum(cell.deterministic for cell in cells),
        pieces=found.pieces,
        certified=found.certified,
        fingerprint=fingerprint,
        conditions=_conditions(found, now),
        capstones=capstones,
        capstone_change=change(capstones),
    )


def _conditions(found: Report, now: datetime) -> str:
    model = catalogue.current().card()
    weights = f"sha256 {model.sha256[:12]}" if model.sha256 else "weights not known"
    counted = [f"as of {moment(now)}", f"{found.pieces} different tasks"]
    return " · ".join([*counted, f"model now in use {model.name}", weights, f"fluencylab {__version__}"])


def _packs(cells: Sequence[Cell]) -> list[ReportPack]:
    found: dict[str, list[ReportRow]] = {}
    for concept in full_track().of_packs:
        if any(cell.concept == concept.slug and cell.state != "none" for cell in cells):
            found.setdefault(concept.pack, []).append(_row(concept.slug, concept.title, cells))
    return [ReportPack(title_of(rows[0].cells[0].cell.concept), rows) for rows in found.values()]


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
    return ReportRow(title, slug, [ReportCell(cell, STATES[cell.state], right_of(cell.right, cell.n), _address(cell)) for cell in own])


def _address(cell: Cell) -> str:
    return f"/map/{cell.concept}/{cell.capability}"


# Before and after


def _before_after(before: PastSitting | None, after: PastSitting | None) -> BeforeAfter:
    if before is None:
        return BeforeAfter([], [], FEW)
    first = _score(day(before.begun), before)
    if after is None:
        said = f"One sitting so far: {first.right} of {first.of} right. {FEW}"
        return BeforeAfter([first], _changes(before, None), said)
    second = _score(day(after.begun), after)
    return BeforeAfter([first, second], _changes(before, after), _changed(first, second))


def _score(label: str, one: PastSitting) -> Score:
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


def _changes(before: PastSitting, after: PastSitting | None) -> list[Change]:
    titles = {concept.slug: concept.title for concept in track().concepts}
    concepts = list(before.outcomes) + [slug for slug in (after.outcomes if after else {}) if slug not in before.outcomes]
    return [Change(titles.get(slug, slug), _counted(before, slug), _counted(after, slug)) for slug in concepts]


def _counted(one: PastSitting | None, slug: str) -> str:
    shown = one.outcomes.get(slug, []) if one else []
    return f"{sum(outcome.right for outcome in shown)} of {len(shown)}" if shown else "not asked"


# What was done, and how long it took


def _done(found: Report) -> list[DoneKind]:
    return [_done_kind(one) for one in found.worked]


def _done_kind(of: Worked) -> DoneKind:
    kind, n = of.kind, len(of.exercises)
    if kind.name == REVIEW.name:
        return DoneKind(f"Reviews of {n} {'skill' if n == 1 else 'skills'}", [])
    if kind.name == SELF_TEST.name:
        return DoneKind("The self-test", [])
    titles = [DoneTitle(one.title, one.href, bool(kind.stages) and one.key not in of.done) for one in of.exercises]
    return DoneKind(f"{n} {kind.title.lower() if n == 1 else kind.plural}", titles)


def _runs(found: Report) -> str:
    if not found.runs:
        return "No run was made yet."
    return f"{found.runs} finished {'run' if found.runs == 1 else 'runs'}, with {found.calls:,} calls of a model."


def in_whole(parts: Sequence[float]) -> list[int]:
    """Whole minutes that add up to what all of it comes to: what rounding loses goes to those who lost most."""
    whole = [int(part) for part in parts]
    lost = sorted(range(len(parts)), key=lambda i: whole[i] - parts[i])
    for i in lost[: max(0, round(sum(parts)) - sum(whole))]:
        whole[i] += 1
    return whole


def _time(minutes: Minutes) -> tuple[str, list[tuple[str, str]]]:
    """In all, and by what it was spent on."""
    kinds = ("doing exercises", "reading", "beyond what the job needs")
    spent = in_whole((minutes.applied, minutes.read, minutes.beyond))
    return _hours(sum(spent)), [(_hours(one), what) for one, what in zip(spent, kinds, strict=True) if one]


def _hours(whole: int) -> str:
    return f"{whole // 60} h {whole % 60:02d} min" if whole >= 60 else f"{whole} min"


ELSEWHERE = "Self-test, bench, reviews, and what belongs to no concept"


def _by_concept(minutes: Minutes) -> list[tuple[str, str]]:
    """All of the time again, by where it was spent, so that it adds up."""
    known = [(concept.title, spent) for concept in full_track().concepts if (spent := minutes.by_concept.get(concept.slug, 0))]
    rest = max(0.0, minutes.applied + minutes.read + minutes.beyond - sum(spent for _, spent in known))
    parts = [*sorted(known, key=lambda pair: -pair[1]), (ELSEWHERE, rest)]
    whole = in_whole([spent for _, spent in parts])
    return [(title, _hours(one)) for (title, _), one in zip(parts, whole, strict=True) if one]
