"""The map: what was asked in each of its cells, what was right of it, and what moves it next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from fluencylab import __version__
from fluencylab.actions.kinds import offered
from fluencylab.actions.packs import Resting
from fluencylab.actions.progress import Cell, Fluency
from fluencylab.actions.standing import Standings
from fluencylab.charts import calibration as drawing
from fluencylab.charts.base import Chart
from fluencylab.curriculum.loader import track
from fluencylab.curriculum.schema import Concept
from fluencylab.packs.installed import installed
from fluencylab.practice.kinds import KINDS
from fluencylab.practice.kinds.base import DONE
from fluencylab.progress import telling
from fluencylab.progress.calibration import ENOUGH, MEANS, Calibration
from fluencylab.progress.dots import SAYS
from fluencylab.progress.mastery import CAPABILITIES, MASTERY_BAR, State
from fluencylab.progress.today import lasts
from fluencylab.web.pages.next_step import Next

DRAWN = 20
"""Marks of a cell, two rows of ten. Where more was asked, they stand for all of it in proportion, and the rest is a number."""
LEGEND = {
    "none": "not enough evidence",
    "emerging": "emerging: some of it was right, not enough to rely on",
    "solid": "solid: sure enough to rely on",
    "due": "due again: it was solid, and should be shown anew",
}


class MapCell(NamedTuple):
    """A cell as it is drawn: what was asked and what was right of it, mark by mark. `more`: tasks beyond those that are drawn."""

    cell: Cell
    says: str
    right: int
    wrong: int
    more: int


class MapRow(NamedTuple):
    """`next`: what moves this concept next; None where all that is open is done."""

    concept: Concept
    cells: tuple[MapCell, ...]
    next: Next | None


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
    words: Mapping[State, str]
    legend: Mapping[str, str]
    capabilities: Sequence[str] = CAPABILITIES
    bar: float = MASTERY_BAR * 100


def map_page(fluency: Fluency, comes: Next | None, stood: Standings, resting: Sequence[Resting] = ()) -> MapPage:
    on = [one.pack for one in installed() if one.offered and one.pack]

    def row(concept: Concept) -> MapRow:
        own = first_open(concept, stood)
        if comes and comes.concept == concept.slug:
            own = comes._replace(why=comes.why.replace(f" · {concept.short}", "", 1))  # the row names it
        return MapRow(concept, tuple(drawn(cell) for cell in fluency.of(concept.slug)), own)

    return MapPage(
        rows=[row(concept) for concept in track().concepts],
        packs=[MapPack(pack.cover.title, pack.cover.author, [row(one) for one in pack.concepts]) for pack in on],
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


def drawn(cell: Cell) -> MapCell:
    marks = min(cell.n, DRAWN)
    right = round(marks * cell.right / cell.n) if cell.n else 0
    return MapCell(cell, right_of(cell.right, cell.n), right, marks - right, cell.n - marks)


def right_of(right: int, of: int) -> str:
    """First of all that is said of a cell."""
    return "not asked yet" if of == 0 else telling.right_of(telling.Rights(right, of))


def first_open(concept: Concept, stood: Standings) -> Next | None:
    """The first exercise of a concept that is not done. Not one of the bench: under a concept's name it would be a hint at its cause."""
    for kind in KINDS.values():
        for one in offered(kind, concept.slug) if kind.place == "concept" and concept.open else ():
            stage, begun = stood.of(one)
            if stage != DONE:
                return Next(one.title, one.href, f"{kind.title} · {lasts(one.minutes)}", "Go on" if begun else kind.begin)
    return None


def summary(fluency: Fluency) -> str:
    asked, right = sum(cell.n for cell in fluency.cells), sum(cell.right for cell in fluency.cells)
    if asked == 0:
        return "Nothing is known of you yet. The map fills from what you do, never from what you read."
    places = sum(cell.n > 0 for cell in fluency.cells)
    tasks = f"{asked} {'task' if asked == 1 else 'different tasks'} answered in {places} of the map’s {len(fluency.cells)} cells"
    return f"{tasks}, {right} of them right. {_stands(fluency)}"


def _stands(fluency: Fluency) -> str:
    """What that adds up to: counts of cells."""
    count = {state: sum(cell.state == state for cell in fluency.cells) for state in SAYS}
    parts = [f"{count['solid']} {'is' if count['solid'] == 1 else 'are'} solid"] if count["solid"] else []
    parts += (
        [f"{count['due']} {'was' if count['due'] == 1 else 'were'} solid and {'wants' if count['due'] == 1 else 'want'} renewing"]
        if count["due"]
        else []
    )
    parts += [f"{count['emerging']} {'is' if count['emerging'] == 1 else 'are'} emerging"] if count["emerging"] else []
    said = _listed(parts)
    return f"{said[0].upper()}{said[1:]}." if said else "That is a beginning: two tasks of a kind begin to show something."


def _listed(parts: list[str]) -> str:
    last = ", and " if any(" and " in part for part in parts) else " and "
    return last.join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def calibration(found: Calibration) -> CalibrationView:
    if found.missing:
        had = f"You said how sure you were {found.n} {'time' if found.n == 1 else 'times'}. " if found.n else ""
        comes = f"After {ENOUGH} such answers a chart here sets how sure you were against how often you were right."
        return CalibrationView(f"{had}{comes} {found.missing} to go.")
    rows = [drawing.Row(level.meaning.words, *level.meaning[1:], level.right, level.measured) for level in found.levels]
    drawn = drawing.chart(rows)
    brier = f"Brier score {found.brier:.2f} (0 is best, 0.25 is what saying “half” each time gives)"
    bands = ", ".join(f"“{meaning.words}” pays from {meaning.low * 100:.0f} to {meaning.high * 100:.0f} %" for meaning in MEANS.values())
    return CalibrationView(drawn.sentence, drawn, f"n {found.n} · {brier} · 95 % Wilson intervals · {bands}")
