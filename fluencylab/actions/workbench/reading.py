"""Read outputs, the thing experts do: one at a time, blind to the version, in an order drawn once; does it pass, and a note.

Then notes are put under failure modes, which the reader names.
"""

import random
import uuid
from collections.abc import Sequence
from typing import Any, NamedTuple

from fluencylab import clock
from fluencylab.actions.workbench import better
from fluencylab.actions.workbench.evaluations import owned_outputs
from fluencylab.actions.workbench.evidence import settle_expected
from fluencylab.actions.workbench.held import Held
from fluencylab.actions.workbench.products import owned, touch
from fluencylab.curriculum.practice_facts import FIRST
from fluencylab.errors import BadInput, NotFound
from fluencylab.store import product_queries, queries
from fluencylab.store.engine import Session, Store
from fluencylab.store.product_queries import Mark
from fluencylab.store.tables import Evaluation, FailureMode, Label, ProductCase

LONGEST_NOTE = 2_000
LONGEST_NAME = 60
LONGEST_WHAT = 400
ME = ""
"""The reader whom the lab belongs to."""


class Reading(NamedTuple):
    """One output before the reader. `place` of `of`, in the reading order; `marks`: what was said so far, in that order."""

    seq: int
    place: int
    of: int
    marks: list[Mark]
    output: dict[str, Any]
    case: ProductCase | None
    label: Label | None
    before: int | None
    after: int | None
    """The outputs before and after it in the order"""

    @property
    def read(self) -> int:
        """How many have a label by now."""
        return len(self.marks)


async def reading(
    session: Session, learner: str, product_id: str, run_id: str, seq: int | None = None, reader: str = ME, drawn: Sequence[int] = ()
) -> Reading | None:  # fmt: skip
    """The output asked for, else the first that has no label, else the first; None where there is none. `drawn`: their order, unless here.

    Another reader begins with those that the learner has read, and sees nothing of what was said of them.
    """
    of, product = await owned_outputs(session, learner, product_id, run_id), await owned(session, learner, product_id)
    recorded = product.practice and isinstance(of, Evaluation) and of.version == 1 and of.expected is None
    order = list(drawn) or await _order(session, run_id, FIRST if recorded else 0)
    if not order:
        return None
    marks = await product_queries.marks(session, [run_id], reader)
    if reader != ME:
        first = {mark.seq for mark in await product_queries.marks(session, [run_id], ME)}
        order = sorted(order, key=lambda one: one not in first)
    done = {mark.seq for mark in marks}
    if seq is not None and seq not in order:
        raise NotFound("There is no such output.", "Go on with the next one.")
    at = order.index(seq) if seq is not None else next((i for i, one in enumerate(order) if one not in done), 0)
    step = await product_queries.output(session, run_id, order[at])
    if step is None:
        return None
    case = await product_queries.case(session, product_id, int(step.data.get("case", 0)))
    label = await product_queries.label(session, run_id, step.seq, reader)
    before, after = (order[at - 1] if at else None), (order[at + 1] if at + 1 < len(order) else None)
    return Reading(step.seq, at + 1, len(order), marks, step.data, case, label, before, after)


_orders: Held[list[int]] = Held(len)


async def _order(session: Session, run_id: str, first: int) -> list[int]:
    key = run_id, await product_queries.output_count(session, run_id), first
    return _orders.get(key) or _orders.put(key, reading_order(run_id, await product_queries.output_numbers(session, run_id), first))


def reading_order(run_id: str, numbers: Sequence[int], first: int = 0) -> list[int]:
    """Drawn once for a run: who reads twenty of two hundred has read twenty at random.

    `first`: so many come before, as they are. On the practice product these are the ones that its course speaks of.
    """
    drawn = list(numbers[first:])
    random.Random(run_id).shuffle(drawn)
    return [*numbers[:first], *drawn]


async def say(
    store: Store, learner: str, product_id: str, run_id: str, seq: int, passed: bool, note: str, reader: str = ME
) -> None:  # fmt: skip
    """Keep what the reader says of one output; said again, it takes the place of what was said before."""
    written = note.replace("\r\n", "\n").strip()
    if len(written) > LONGEST_NOTE or "\0" in written:
        raise BadInput(f"A note holds at most {LONGEST_NOTE:,} characters of text.", "Shorten it.")
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        await owned_outputs(session, learner, product_id, run_id)
        if await product_queries.output(session, run_id, seq) is None:
            raise NotFound("There is no such output.", "Go on with the next one.")
        before = await product_queries.label(session, run_id, seq, reader)
        if before is None:
            session.add(Label(run_id=run_id, seq=seq, reader=reader, passed=passed, note=written, mode="", made=clock.now()))
        else:
            before.passed, before.note = passed, written
            before.mode = "" if passed else before.mode
        if reader == ME:
            await session.flush()
            await settle_expected(session, learner, run_id)
            await better.settle(session, learner, product_id, run_id)


# Failure modes


async def name_mode(store: Store, learner: str, product_id: str, name: str, what: str = "") -> str:
    """A new failure mode, or the one of that name. Gives its id."""
    called, told = " ".join(name.split()), " ".join(what.split())
    if not called or len(called) > LONGEST_NAME or len(told) > LONGEST_WHAT or "\0" in called + told:
        raise BadInput(
            f"A failure mode has a name of at most {LONGEST_NAME} characters.", "Name what went wrong, as you would tell it a colleague."
        )
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        product = await owned(session, learner, product_id)
        for mode in await product_queries.failure_modes(session, product_id):
            if mode.name.casefold() == called.casefold():
                mode.what = told or mode.what
                return mode.id
        row = FailureMode(id=uuid.uuid4().hex, product_id=product_id, name=called, what=told, made=clock.now())
        session.add(row)
        touch(product)
        return row.id


async def name_notes(store: Store, learner: str, product_id: str, name: str, what: str, ticked: Sequence[tuple[str, int]]) -> int:
    """A failure mode with these notes under it, and those that say just its name and stand under none. Gives how many were put there."""
    mode_id = await name_mode(store, learner, product_id, name, what)
    async with store.read() as session:
        runs = await product_queries.runs_of(session, product_id)
        same = await product_queries.notes_that_say(session, runs, ME, " ".join(name.split()))
    placed = list(dict.fromkeys([*ticked, *same]))
    await sort_notes(store, learner, product_id, [(run, seq, mode_id) for run, seq in placed])
    return len(placed)


async def put_under(store: Store, learner: str, product_id: str, run_id: str, seq: int, mode_id: str) -> None:
    """Put a note under a failure mode, or take it out again with an empty id."""
    await sort_notes(store, learner, product_id, [(run_id, seq, mode_id)])


async def sort_notes(store: Store, learner: str, product_id: str, placed: Sequence[tuple[str, int, str]]) -> None:
    """Each note, by its run and output, under a failure mode: all of them, or none where one cannot be."""
    async with store.begin() as session:
        await owned(session, learner, product_id)
        runs = set(await product_queries.runs_of(session, product_id)) & {run for run, _, _ in placed}
        modes = {mode.id for mode in await product_queries.failure_modes(session, product_id)}
        labels = {(one.run_id, one.seq): one for one in await product_queries.labels(session, runs, ME)}
        for run_id, seq, mode_id in placed:
            if run_id not in runs:
                raise NotFound("There is no such evaluation.", "Its product lists those that there are.")
            label = labels.get((run_id, seq))
            if not mode_id and (label is None or label.passed):
                continue  # another tab says meanwhile that it passes, so it stands under none
            if label is None or label.passed:
                raise BadInput("Only an output that does not pass stands under a failure mode.", "Say first that it fails.")
            if mode_id and mode_id not in modes:
                raise NotFound("There is no such failure mode.", "Choose one of the list, or name a new one.")
            label.mode = mode_id


async def remove_mode(store: Store, learner: str, product_id: str, mode_id: str) -> None:
    """Its notes stay, and stand under none."""
    async with store.begin() as session:
        await owned(session, learner, product_id)
        mode = await product_queries.failure_mode(session, mode_id)
        if mode is None or mode.product_id != product_id:
            raise NotFound("There is no such failure mode.", "It may have been removed before.")
        for label in await product_queries.labels(session, await product_queries.runs_of(session, product_id)):
            if label.mode == mode_id:
                label.mode = ""
        await session.delete(mode)
