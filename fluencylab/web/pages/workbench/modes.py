"""Name what goes wrong: the notes on failing outputs, side by side, put under failure modes; and how often each of these is."""

from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

from fluencylab.actions.workbench import practice, products
from fluencylab.charts import rates
from fluencylab.charts.base import Chart
from fluencylab.stats import Measure, share
from fluencylab.store import product_queries
from fluencylab.store.tables import Product
from fluencylab.text.numerals import counted
from fluencylab.text.written import shortened
from fluencylab.web.app_state import AppState
from fluencylab.web.pages.course import WayBack, way_back
from fluencylab.web.pages.options import SelectOption
from fluencylab.web.pages.workbench.read import still_hiding
from fluencylab.web.pages.workbench.way import READ

CUT = 320
"""Characters shown of an output."""
NOTES = 200
"""That are shown at once: those under no name first, so the next come when these are sorted."""


class Note(NamedTuple):
    """What the learner said of one output that fails, beside the beginning of it."""

    place: str
    note: str
    text: str
    mode: str
    href: str


class ModeRow(NamedTuple):
    id: str
    name: str
    what: str
    rate: Measure
    told: str
    example: str
    href: str


@dataclass(frozen=True)
class ModesPage:
    """Context of `workbench/modes.html`."""

    product: Product
    base: str
    read: int
    failing: int
    unsorted: int
    notes: list[Note]
    choices: list[SelectOption]
    modes: list[ModeRow]
    chart: Chart | None
    still: str
    truth: str
    """On the practice product: how the reading stands to what was put there"""
    done: str
    way_back: WayBack | None


DONE = {
    "kept": "The notes stand where you put them.",
    "named": "The failure mode is there.",
    "removed": "It is gone; its notes stand under none.",
}


async def modes_page(state: AppState, product_id: str, done: str, placed: int = 0) -> ModesPage:
    """`placed`: how many notes were just put under a name."""
    base = f"/product/{product_id}"
    async with state.store.read() as session:
        product = await products.owned(session, state.learner, product_id)
        runs = await product_queries.runs_of(session, product_id)
        marks = await product_queries.marks(session, runs, "")
        modes = await product_queries.failure_modes(session, product_id)
        known = await practice.truth(session, product, READ)
        back = await way_back(session, state.learner, product, "read")
        failing = [one for one in marks if not one.passed]
        shown = await product_queries.failing(session, runs, "", NOTES)
        first = {one.mode: (one.run_id, one.seq) for one in reversed(failing)}
        outputs = await product_queries.some_outputs(session, {*((one.run_id, one.seq) for one in shown), *first.values()})

    def text(place: tuple[str, int]) -> str:
        return shortened(str(outputs.get(place, {}).get("text", "")), CUT)

    notes = [
        Note(f"{one.run_id}-{one.seq}", one.note, text((one.run_id, one.seq)), one.mode, _href(base, one.run_id, one.seq)) for one in shown
    ]
    counts = Counter(one.mode for one in failing)
    rows = []
    for mode in modes:
        rate, place = share(counts[mode.id], len(marks)), first.get(mode.id)
        example, href = (text(place), _href(base, *place)) if place else ("", "")
        rows.append(ModeRow(mode.id, mode.name, mode.what, rate, rate.told, example, href))
    rows.sort(key=lambda row: -row.rate.value)
    told = still_hiding(marks)
    return ModesPage(
        product=product,
        base=base,
        read=len(marks),
        failing=len(failing),
        unsorted=sum(not one.mode for one in failing),
        notes=notes,
        choices=[SelectOption("", "not named yet"), *(SelectOption(mode.id, mode.name) for mode in modes)],
        modes=rows,
        chart=_chart(rows),
        still=told.says if told else "",
        truth=known.says if known else "",
        done=_done(done, placed),
        way_back=back,
    )


def _done(done: str, placed: int) -> str:
    if done != "named":
        return DONE.get(done, "")
    stand = "stands" if placed == 1 else "stand"
    then = f"{counted(placed, 'note')} {stand} under it." if placed else "Tick the notes that belong under it."
    return f"{DONE[done]} {then}"


def _href(base: str, run: str, seq: int) -> str:
    return f"{base}/read/{run}?output={seq}"


def _chart(rows: list[ModeRow]) -> Chart | None:
    drawn = [row for row in rows if row.rate.value]
    if not drawn:
        return None
    first = drawn[0]
    low, high = rates.percent(first.rate.low), rates.percent(first.rate.high)
    sentence = f"“{first.name}” is the most frequent: {first.told} outputs you read, which may stand for {low} to {high} of all."
    return rates.chart(
        "How often each is seen", [(row.name, "outputs", row.rate) for row in drawn], sentence, {row.name: row.name for row in drawn}
    )
