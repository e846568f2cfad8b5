"""Read one output: what went in, what came out, large; pass or fail, a note; and how far the reader is."""

from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import quote

from fluencylab.actions.workbench import evaluations, products, readers, reading, spec_reading
from fluencylab.actions.workbench.judging import passages_of
from fluencylab.actions.workbench.reading import Reading
from fluencylab.store import product_queries
from fluencylab.store.product_queries import Mark
from fluencylab.store.tables import Product
from fluencylab.web.app_state import AppState
from fluencylab.web.pages.course import WayBack, way_back
from fluencylab.web.pages.options import SelectOption
from fluencylab.web.pages.workbench.way import READ
from fluencylab.workbench.output import Passage
from fluencylab.workbench.unseen import Unseen, unseen

LAST = 10


class Given(NamedTuple):
    name: str
    text: str


class Called(NamedTuple):
    """A tool that was called on the way to the output, with what it brought back."""

    tool: str
    arguments: str
    result: str


@dataclass(frozen=True)
class ReadPage:
    """Context of `workbench/read.html`. Which version answered is not said: a reader who knows it reads otherwise."""

    product: Product
    base: str
    to: str
    """What comes once all is read; empty for what goes wrong, named"""
    reading: Reading
    given: list[Given]
    looked_up: tuple[Passage, ...] | None
    """What was found for the case; None where nothing was looked up"""
    calls: list[Called]
    text: str
    enough: int
    passed: int
    modes: list[SelectOption]
    all_read: bool
    """And none was asked for by its number"""
    still: str
    """What may still be hiding, in words; empty before there is anything to say"""
    reader: str
    """Who reads; empty for the learner"""
    place: str
    """The address of this reading"""
    asks: str
    """What follows an address within it: whose reading it is"""
    way_back: WayBack | None


async def read_page(
    state: AppState, product_id: str, run_id: str, seq: int | None, reader: str = reading.ME, of_spec: bool = False
) -> ReadPage | None:  # fmt: skip
    """None where the run has no output yet. `reader`: another one sees nothing of what the learner said.

    `of_spec`: outputs of broken products, among them those of the product as it is.
    """
    async with state.store.read() as session:
        product = await products.owned(session, state.learner, product_id)
        own = reader == reading.ME
        reader = reader if own else await readers.known(session, product_id, reader)
        if of_spec:
            found = await spec_reading.reading(session, state.learner, product_id, run_id, seq)
        else:
            found = await reading.reading(session, state.learner, product_id, run_id, seq, reader)
        if found is None:
            return None
        back = await way_back(session, state.learner, product, "read")
        modes = [SelectOption(mode.id, mode.name) for mode in await product_queries.failure_modes(session, product_id)] if own else []
    given = [Given(name.replace("_", " "), text) for name, text in evaluations.shown(found.case).items()] if found.case else []
    base = f"/product/{product_id}"
    return ReadPage(
        product=product,
        base=base,
        to=f"{base}/spec/runs/{run_id}" if of_spec else "",
        reading=found,
        given=given,
        looked_up=passages_of(found.output) if "passages" in found.output else None,
        calls=[Called(one["tool"], one["arguments"], one["result"]) for one in found.output.get("calls", ())],
        text=str(found.output.get("text", "")),
        enough=found.of if of_spec else min(READ, found.of),
        passed=sum(one.passed for one in found.marks),
        modes=modes,
        all_read=seq is None and found.read >= found.of,
        still=_still(found.marks) if own and not of_spec else "",
        reader=reader,
        place=_place(base, run_id, own, of_spec),
        asks="" if own else f"reader={quote(reader, safe='')}",
        way_back=back,
    )


def _place(base: str, run_id: str, own: bool, of_spec: bool) -> str:
    if of_spec:
        return f"{base}/spec/read/{run_id}"
    return f"{base}/read/{run_id}" if own else f"{base}/readers/{run_id}/read"


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
