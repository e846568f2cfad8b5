"""The map and what lies behind each of its cells: in sentences, with the evidence and one next step."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from fluencylab import __version__
from fluencylab.actions.kinds import offered
from fluencylab.actions.packs import Resting
from fluencylab.actions.progress import PIECES, Behind, Cell, Fluency
from fluencylab.actions.standing import Standings
from fluencylab.charts import calibration as drawing
from fluencylab.charts.base import Chart
from fluencylab.curriculum.loader import track
from fluencylab.curriculum.schema import Concept, pack_of
from fluencylab.packs.full_track import full_track, title_of
from fluencylab.packs.installed import installed
from fluencylab.practice.kinds import KINDS, REVIEW, SELF_TEST, Exercise
from fluencylab.practice.kinds.base import DONE
from fluencylab.practice.retell import Retold, retell
from fluencylab.progress.calibration import ENOUGH, MEANS, Calibration
from fluencylab.progress.dots import SAYS
from fluencylab.progress.expiry import ANOTHER_MODEL
from fluencylab.progress.mastery import CAPABILITIES, MASTERY_BAR, SOLID_PROBABILITY
from fluencylab.store.tables import Evidence
from fluencylab.web.pages.depth import Depth
from fluencylab.web.pages.next_step import Next

ASKED = {
    "vocabulary": "Do you read the words as your engineers mean them?",
    "decisions": "Do you decide well, and again when one fact changes?",
    "debugging": "Do you find what is wrong when a product fails?",
}
LEGEND = {
    "none": "not enough evidence",
    "emerging": "emerging: something was shown, not enough to rely on",
    "solid": f"solid: with a probability of {SOLID_PROBABILITY * 100:.0f} % you get more than "
    f"{MASTERY_BAR * 100:.0f} % of such tasks right",
    "due": "due again: it was solid, and should be shown anew",
}


class MapRow(NamedTuple):
    concept: Concept
    cells: tuple[Cell, ...]


class MapPack(NamedTuple):
    """What stands of a pack under the ten."""

    title: str
    author: str
    rows: list[MapRow]


class CalibrationView(NamedTuple):
    """How sure against how right: a sentence while there are too few predictions; then a chart with its numbers."""

    says: str
    chart: Chart | None = None
    conditions: str = ""


@dataclass(frozen=True)
class MapPage:
    """Context of `map.html`. `resting`: what was shown in packs that are not on."""

    rows: list[MapRow]
    packs: list[MapPack]
    resting: Sequence[Resting]
    says: str
    calibration: CalibrationView
    conditions: str
    next: Next | None
    words: Mapping[str, str]
    legend: Mapping[str, str]
    capabilities: Sequence[str] = CAPABILITIES
    bar: float = MASTERY_BAR * 100


def map_page(fluency: Fluency, comes: Next | None, resting: Sequence[Resting] = ()) -> MapPage:
    on = [one.pack for one in installed() if one.offered and one.pack]
    return MapPage(
        rows=[MapRow(concept, fluency.of(concept.slug)) for concept in track().concepts],
        packs=[MapPack(pack.cover.title, pack.cover.author, [MapRow(one, fluency.of(one.slug)) for one in pack.concepts]) for pack in on],
        resting=resting,
        says=summary(fluency),
        calibration=calibration(fluency.calibration),
        conditions=conditions(f"{sum(cell.n for cell in fluency.cells)} different tasks"),
        next=comes,
        words=SAYS,
        legend=LEGEND,
    )


def conditions(*parts: str, cells: int = 30) -> str:
    model = f"Bayesian logistic model of {cells} cells, 80 % intervals"
    return " · ".join([*parts, model, f"fluencylab {__version__}"])


def summary(fluency: Fluency) -> str:
    counts = {state: sum(cell.state == state for cell in fluency.cells) for state in SAYS}
    if counts["none"] == len(fluency.cells):
        return "Nothing is known of you yet. The map fills from what you do, never from what you read."
    parts = [f"{n} {'is' if n == 1 else 'are'} {words}" for state, words in SAYS.items() if (n := counts[state]) and state != "none"]
    rest = f" Of the other {counts['none']} there is not enough evidence." if counts["none"] else ""
    return f"Of {len(fluency.cells)} cells {_listed(parts)}.{rest}"


def _listed(parts: list[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def calibration(found: Calibration) -> CalibrationView:
    if found.missing:
        had = f"You said how sure you were {found.n} {'time' if found.n == 1 else 'times'}. " if found.n else ""
        return CalibrationView(f"{had}From {ENOUGH} predictions on, this shows how sure against how right: {found.missing} are missing.")
    rows = [drawing.Row(level.meaning.words, *level.meaning[1:], level.right, level.measured) for level in found.levels]
    drawn = drawing.chart(rows)
    brier = f"Brier score {found.brier:.2f} (0 is best, 0.25 is what saying “half” each time gives)"
    bands = ", ".join(f"“{meaning.words}” pays from {meaning.low * 100:.0f} to {meaning.high * 100:.0f} %" for meaning in MEANS.values())
    return CalibrationView(drawn.sentence, drawn, f"n {found.n} · {brier} · 95 % Wilson intervals · {bands}")


# One cell


class EvidenceLine(NamedTuple):
    told: Retold
    verdict: str
    why: str
    when: str
    conditions: str


@dataclass(frozen=True)
class CellPage:
    """Context of `map_cell.html`. `pieces`: one page of the evidence, the newest first; `total`: of all."""

    concept: Concept
    cell: Cell
    kind: str
    words: str
    says: str
    missing: str
    next: Next | None
    pieces: list[EvidenceLine]
    total: int
    page: int
    pages: int
    conditions: str
    pack_title: str
    depth: Depth | None
    bar: float = MASTERY_BAR * 100


def cell_page(concept: Concept, behind: Behind, stood: Standings, page: int, depth: Depth | None) -> CellPage:
    cell = behind.cell
    judged = f"{cell.n} different {'task' if cell.n == 1 else 'tasks'}, {cell.deterministic} judged by code"
    needed = f"more than {MASTERY_BAR * 100:.0f} % right with a probability of {SOLID_PROBABILITY * 100:.0f} %"
    return CellPage(
        concept=concept,
        cell=cell,
        kind=ASKED[cell.capability],
        words=SAYS[cell.state],
        says=says(behind),
        missing=missing(behind),
        next=next_for(concept, cell, stood),
        pieces=[_piece(row, counts) for row, counts in behind.pieces],
        total=behind.total,
        page=page,
        pages=max(1, -(-behind.total // PIECES)),
        conditions=conditions(judged, f"solid: {needed} (now {behind.above * 100:.0f} %)", cells=_cells(concept)),
        pack_title=title_of(concept.slug),
        depth=depth,
    )


def _cells(concept: Concept) -> int:
    """Of the model that the concept's cells belong to: the ten have one, and each pack has its own."""
    return 3 * sum(pack_of(one.slug) == pack_of(concept.slug) for one in full_track().concepts)


def says(behind: Behind) -> str:
    cell = behind.cell
    if cell.state == "none":
        return "Nothing was shown here yet." if cell.n == 0 else "One task says too little to go by."
    likely = f"about {cell.mean * 100:.0f} % of such tasks right (80 % interval: {cell.low * 100:.0f} to {cell.high * 100:.0f} %)"
    if cell.state == "due":
        return f"It was solid, and is due again. {cell.due_because} You would still get {likely}."
    begins = {"solid": "Probably solid"}.get(cell.state) or ("Nearly there" if behind.above > 0.5 else "Emerging")
    return f"{begins}: you would get {likely}."


def missing(behind: Behind) -> str:
    """What it takes to become solid."""
    cell, more = behind.cell, behind.rights_missing
    if cell.state == "solid":
        return "Nothing is missing. More of the same would earn little."
    if cell.state == "due":
        return f"One new {'run' if cell.due_because == ANOTHER_MODEL else 'task'}, done right, renews it."
    if cell.n == 0:
        return f"About {more} new tasks of four options, all right, would make it solid."
    if more >= 20:
        return "Many new tasks done right. What was missed weighs; it fades as you show better."
    return f"To become solid: about {more} new {'task' if more == 1 else 'tasks'} of four options, all right."


def next_for(concept: Concept, cell: Cell, stood: Standings) -> Next | None:
    """The one next step of a cell: renew what is due, else the first exercise that gives evidence for it and is not done."""
    if cell.state == "due" and cell.due_because == ANOTHER_MODEL:
        again = next((one for one in _giving(concept, cell) if one.kind.runs), None)
        return Next(again.title, again.href, "A run on the model installed now", "Run it again") if again else None
    if cell.state == "due":
        return Next("A review, with a new variant", REVIEW.base, "It takes a few minutes", "Review it now")
    if cell.capability == "vocabulary" and concept.selftest and cell.state != "solid":
        return Next("The self-test", SELF_TEST.href(), f"Its question on {concept.short} is judged by code", "Open the self-test")
    if cell.state == "solid" or not concept.open:
        return None
    for one in _giving(concept, cell):
        stage, begun = stood.of(one)
        if stage != DONE:
            return Next(one.title, one.href, f"{one.kind.title} · about {one.minutes} minutes", "Go on" if begun else one.kind.begin)
    return None


def _giving(concept: Concept, cell: Cell) -> Iterator[Exercise[Any]]:
    """What gives evidence for a cell, and can be brought to an end."""
    paths = (kind for kind in KINDS.values() if kind.stages)
    return (one for kind in paths for one in offered(kind, concept.slug) if cell.capability in one.gives)


def _piece(row: Evidence, counts: float) -> EvidenceLine:
    return EvidenceLine(
        retell(row.exercise, row.stage, row.answer),
        _verdict(row.score),
        row.why,
        f"{row.made:%d %B %Y, %H:%M} UTC",
        _how(row, counts),
    )


def _verdict(score: float | None) -> str:
    if score is None:
        return "Not graded."
    return {0.0: "Not right.", 1.0: "Right."}.get(score, f"Partly right: {score:.2f}.")


def _how(row: Evidence, counts: float) -> str:
    """The grey line of a piece: its grader, certainty, help, time, and the run it rests on."""
    sure = MEANS[row.certainty].words if row.certainty in MEANS else ""
    run = row.conditions or {}
    hash_ = str(run.get("sha256") or "")
    parts = [
        f"judged by {row.grader}" if row.score is not None else "",
        sure,
        f"help: {row.help}" if row.help else "no help",
        f"{row.seconds:.0f} s" if row.seconds is not None and row.seconds >= 0 else "",
        f"guessing reaches {run['chance'] * 100:.0f} %" if "chance" in run else "",
        str(run.get("name") or ""),
        f"sha256 {hash_[:4]}…{hash_[-4:]}" if hash_ else "",
        counted(counts) if row.score is not None else "",
    ]
    return " · ".join(part for part in parts if part)


def counted(counts: float) -> str:
    return (
        "counts in full"
        if counts == 1
        else f"counts {counts * 100:.0f} % (asked before, or with help)"
        if counts >= 0.01
        else "counts no more"
    )
