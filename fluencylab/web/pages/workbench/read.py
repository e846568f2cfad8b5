"""Read one output: what went in, what came out, large; pass or fail, a note; and how far the reader is."""

from dataclasses import dataclass
from typing import NamedTuple

from fluencylab.actions.workbench import evaluations, products, reading, spec_reading
from fluencylab.actions.workbench.reading import Reading
from fluencylab.store import product_queries
from fluencylab.store.product_queries import Mark
from fluencylab.store.tables import Product
from fluencylab.web.app_state import AppState
from fluencylab.web.pages.options import SelectOption
from fluencylab.web.pages.workbench.way import READ
from fluencylab.workbench.unseen import Unseen, unseen

LAST = 10


class Given(NamedTuple):
    name: str
    text: str


@dataclass(frozen=True)
class ReadPage:
    """Context of `workbench/read.html`. Which version answered is not said: a reader who knows it reads otherwise."""

    product: Product
    base: str
    at: str
    """Where this run is read"""
    to: str
    """What comes once all is read; empty for what goes wrong, named"""
    reading: Reading
    given: list[Given]
    text: str
    enough: int
    passed: int
    modes: list[SelectOption]
    all_read: bool
    """And none was asked for by its number"""
    still: str
    """What may still be hiding, in words; empty before there is anything to say"""


async def read_page(state: AppState, product_id: str, run_id: str, seq: int | None, of_spec: bool = False) -> ReadPage | None:
    """None where the run has no output yet. `of_spec`: outputs of broken products, among them those of the product as it is."""
    ordered = spec_reading.reading if of_spec else reading.reading
    async with state.store.read() as session:
        product = await products.owned(session, state.learner, product_id)
        found = await ordered(session, state.learner, product_id, run_id, seq)
        if found is None:
            return None
        modes = [SelectOption(mode.id, mode.name) for mode in await product_queries.failure_modes(session, product_id)]
    given = [Given(name, text) for name, text in evaluations.shown(found.case).items()] if found.case else []
    base = f"/product/{product_id}"
    return ReadPage(
        product=product,
        base=base,
        at=f"{base}/spec/read/{run_id}" if of_spec else f"{base}/read/{run_id}",
        to=f"{base}/spec/runs/{run_id}" if of_spec else "",
        reading=found,
        given=given,
        text=str(found.output.get("text", "")),
        enough=found.of if of_spec else min(READ, found.of),
        passed=sum(one.passed for one in found.marks),
        modes=modes,
        all_read=seq is None and found.read >= found.of,
        still="" if of_spec else _still(found.marks),
    )


def _still(marks: list[Mark]) -> str:
    """Of what was read, the kinds of failure in their order: how long since a new one came."""
    told = still_hiding(marks)
    return told.says if told else ""


def still_hiding(marks: list[Mark]) -> Unseen | None:
    """None before there are enough marks, or while notes stand under no failure mode."""
    if len(marks) < LAST or any(not one.passed and not one.mode for one in marks):
        return None
    seen: set[str] = set()
    since = 0
    for one in marks:
        new = bool(one.mode) and one.mode not in seen
        since = 0 if new else since + 1
        seen |= {one.mode} if one.mode else set()
    return unseen(len(marks), since)
