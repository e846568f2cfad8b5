"""A second reader of the same outputs: under a name and blind to the first, or by a sheet; how far two agree, and the rule they lacked."""

import uuid
from collections.abc import Sequence
from typing import NamedTuple

from fluencylab import clock
from fluencylab.actions.learner_state import recall, remember
from fluencylab.actions.workbench import judge_verdicts
from fluencylab.actions.workbench.evaluations import owned_evaluation
from fluencylab.actions.workbench.held_against import SETTLED
from fluencylab.actions.workbench.products import owned, touch
from fluencylab.actions.workbench.reading import LONGEST_NOTE, ME, reading_order
from fluencylab.errors import BadInput, NotFound
from fluencylab.store import judge_queries, product_queries, queries
from fluencylab.store.engine import Session, Store
from fluencylab.store.tables import Label, ProductRule
from fluencylab.workbench import agreement
from fluencylab.workbench.agreement import Readers
from fluencylab.workbench.found import Found
from fluencylab.workbench.label_sheet import CameBack, SheetRow, came_back, written

SHEET = "workbench/sheet/"
"""Under which name it is remembered what the last sheet came to."""
LONGEST_READER = 60
LONGEST_RULE = 600
MOST_RULES = 60
LOW = 0.6
"""A kappa below which two readers do not follow one rule."""


class Apart(NamedTuple):
    """An output that two readers differ on."""

    run: str
    seq: int
    first: Label
    second: Label
    rule: ProductRule | None


class TwoReaders(NamedTuple):
    first: str
    second: str
    found: Readers
    apart: list[Apart]

    @property
    def kappa_says(self) -> str:
        """What a low kappa says, and what it does not; "" where it is none, or there is too little to tell."""
        if not self.apart or self.found.kappa.value >= LOW:
            return ""
        return "So low a kappa says that the policy is not written down; it says nothing against the model, and nothing for it."


def reader_name(name: str) -> str:
    """As it is kept. Raises BadInput."""
    called = " ".join(name.split())
    if not called or len(called) > LONGEST_READER or "\0" in called or called == SETTLED:
        raise BadInput(f"A reader has a name of at most {LONGEST_READER} characters.", "Type the name of whoever reads now.")
    return called


async def known(session: Session, product_id: str, name: str) -> str:
    """The reader of that name, whatever the capitals; a new one as they are called."""
    called = reader_name(name)
    readers = await judge_queries.reader_counts(session, product_id)
    return next((one for one in readers if one.casefold() == called.casefold()), called)


async def to_read(session: Session, product_id: str) -> str | None:
    """The evaluation that another reader begins with: the one in which the learner read most, else the latest."""
    counts = await product_queries.output_counts(session, product_id)
    runs = [one.run_id for one, _ in await product_queries.evaluations(session, product_id) if counts.get(one.run_id)]
    read = await product_queries.label_counts(session, product_id)
    return max(runs, key=lambda run: read.get(run, (0, 0))[0], default=None)


async def between(session: Session, product_id: str, first: str, second: str, names: tuple[str, str]) -> TwoReaders:
    """`names`: what the two are called in the sentence."""
    runs = await product_queries.runs_of(session, product_id)
    said = [{(one.run_id, one.seq): one for one in await product_queries.labels(session, runs, reader)} for reader in (first, second)]
    one, other = ({f"{run}/{seq}": label.passed for (run, seq), label in each.items()} for each in said)
    found = agreement.readers(one, other, *names)
    ruled = {(one.run_id, one.seq): one for one in await judge_queries.rules(session, product_id)}
    places = [(run, int(seq)) for run, _, seq in (name.rpartition("/") for name in found.disagreed)]
    return TwoReaders(first, second, found, [Apart(*place, said[0][place], said[1][place], ruled.get(place)) for place in places])


async def write_rule(
    store: Store, learner: str, product_id: str, says: str, run: str = "", seq: int = 0, passed: bool | None = None
) -> str:  # fmt: skip
    """The sentence that two readers lacked. `passed`: what it says of the output that it was written for. Gives its id."""
    told = " ".join(says.split())
    if not told or len(told) > LONGEST_RULE or "\0" in told:
        raise BadInput(f"A rule is a sentence of at most {LONGEST_RULE} characters.", "Write what the two would have had to know.")
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        product = await owned(session, learner, product_id)
        there = await judge_queries.rules(session, product_id)
        if len(there) >= MOST_RULES:
            raise BadInput(f"A product has at most {MOST_RULES} rules.", "Take one away that another one covers.")
        if run:
            await owned_evaluation(session, learner, product_id, run)
            if await product_queries.output(session, run, seq) is None:
                raise NotFound("There is no such output.", "Write the rule from the list of those that two readers differ on.")
            for old in there:
                if (old.run_id, old.seq) == (run, seq):
                    await session.delete(old)
        row = ProductRule(
            id=uuid.uuid4().hex, product_id=product_id, says=told, run_id=run, seq=seq if run else 0, passed=passed if run else None,
            made=clock.now(),
        )  # fmt: skip
        session.add(row)
        touch(product)
        return row.id


async def remove_rule(store: Store, learner: str, product_id: str, rule_id: str) -> None:
    async with store.begin() as session:
        await owned(session, learner, product_id)
        row = await judge_queries.rule(session, rule_id)
        if row is None or row.product_id != product_id:
            raise NotFound("There is no such rule.", "It may have been taken away before.")
        await session.delete(row)


# By a sheet


async def sheet(session: Session, learner: str, product_id: str, run_id: str, reader: str | None = None) -> str:
    """The outputs of an evaluation as CSV, in the order in which they are best read: blind, or with what a reader has said."""
    await owned_evaluation(session, learner, product_id, run_id)
    outputs = (await product_queries.outputs(session, [run_id]))[run_id]
    cases = {case.number: case for case in await product_queries.cases(session, product_id)}
    said = {one.seq: one for one in await product_queries.labels(session, [run_id], reader)} if reader is not None else {}
    rows = []
    for seq in reading_order(run_id, sorted(outputs)):
        question = judge_verdicts.question_of(cases.get(int(outputs[seq]["case"])), outputs[seq])
        label = said.get(seq)
        passed, note = (label.passed, label.note) if label else (None, "")
        rows.append(SheetRow(run_id, seq, question.inputs, question.reference, question.output, passed, note))
    return written(rows)


class TakenIn(NamedTuple):
    """`kept`: labels that were new; `changed`: that say something else than before."""

    kept: int
    changed: int
    notes: list[str]


async def take_in(store: Store, learner: str, product_id: str, reader: str, found: Found) -> TakenIn:
    """What a sheet says, under a reader's name; "" for the learner. All of it, or nothing. Raises BadInput."""
    told = came_back(found)
    if not told.said:
        raise BadInput("This sheet says pass or fail of no output.", " ".join(told.notes) or "Fill in the column “pass or fail”.")
    too_long = next((one for one in told.said if len(one.note) > LONGEST_NOTE or "\0" in one.note), None)
    if too_long is not None:
        raise BadInput(
            f"The note on output {too_long.seq} holds more than {LONGEST_NOTE:,} characters.", "Shorten it, and bring it in again."
        )
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        product = await owned(session, learner, product_id)
        whose = await known(session, product_id, reader) if reader != ME else ME
        runs = set(await product_queries.runs_of(session, product_id))
        there = await product_queries.some_outputs(session, {(one.run, one.seq) for one in told.said if one.run in runs})
        said = [one for one in told.said if (one.run, one.seq) in there]
        if not said:
            raise BadInput("None of these outputs is one of this product.", "Choose the product that the sheet was given out from.")
        before = await judge_queries.some_labels(session, {(one.run, one.seq) for one in said}, whose)
        kept = changed = 0
        for one in said:
            label = before.get((one.run, one.seq))
            if label is None:
                kept += 1
                made = clock.now()
                session.add(Label(run_id=one.run, seq=one.seq, reader=whose, passed=one.passed, note=one.note, mode="", made=made))
            elif (label.passed, label.note) != (one.passed, one.note):
                changed += label.passed != one.passed
                label.passed, label.note, label.mode = one.passed, one.note, "" if one.passed else label.mode
        touch(product)
        notes = [*told.notes, *_strangers(told, len(said))]
        await remember(session, learner, f"{SHEET}{product_id}", {"reader": whose, "kept": kept, "changed": changed, "notes": notes})
    return TakenIn(kept, changed, notes)


async def last_sheet(session: Session, learner: str, product_id: str) -> TakenIn | None:
    """What the sheet that was taken in last came to."""
    told = await recall(session, learner, f"{SHEET}{product_id}")
    return TakenIn(int(told["kept"]), int(told["changed"]), [str(note) for note in told["notes"]]) if told else None


def _strangers(told: CameBack, there: int) -> Sequence[str]:
    lost = len(told.said) - there
    return [f"{lost} {'is' if lost == 1 else 'are'} of no output of this product, and left out."] if lost else []
