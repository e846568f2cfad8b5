"""What a person makes of drafts that a model wrote: changes their words, takes them as cases, or throws them away. One by one, or several.

    await decide(store, learner, product_id, run_id, {4: ("How long do I have?", "30 days")}, take=[4], drop=[5])

Each is decided once, whichever tab was first; a case and the word that it was taken stand in one transaction.
"""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from fluencylab import clock
from fluencylab.actions.workbench import cases
from fluencylab.actions.workbench.drafting import owned_run
from fluencylab.actions.workbench.products import owned, touch
from fluencylab.errors import BadInput, NotFound
from fluencylab.instruments.drafting import faults
from fluencylab.store import draft_queries, product_queries, queries
from fluencylab.store.draft_queries import LONGEST_DRAFT
from fluencylab.store.engine import Session, Store
from fluencylab.store.tables import DraftChoice
from fluencylab.text.numerals import counted
from fluencylab.workbench.found import CaseDraft

OPEN = ("", "changed")
QUESTION = "question"
"""The variable of a case, where the product has no cases that name another."""
TAG = "drafted by a model"


class ReviewedDraft(NamedTuple):
    """`seq`: the step; `number`: its place among the drafts; `fault`: why it is not held, or ""; `case`: what it became, or 0."""

    seq: int
    number: int
    passage: str
    place: str
    question: str
    reference: str
    fault: str
    state: str
    case: int

    @property
    def open(self) -> bool:
        return self.state in OPEN

    @property
    def held(self) -> bool:
        return not self.fault


class Decided(NamedTuple):
    """Cases kept; of those taken, how many stood there already; thrown away; and decided before, in another tab perhaps."""

    kept: int
    doubled: int
    dropped: int
    before: int

    @property
    def told(self) -> str:
        parts = [
            f"{counted(self.kept, 'case')} {'is' if self.kept == 1 else 'are'} kept" if self.kept else "",
            f"{self.doubled} stood here already" if self.doubled else "",
            f"{counted(self.dropped, 'draft')} {'is' if self.dropped == 1 else 'are'} thrown away" if self.dropped else "",
            f"{self.before} {'was' if self.before == 1 else 'were'} decided before, and stay as they were" if self.before else "",
        ]
        said = "; ".join(filter(None, parts))
        return f"{said[0].upper()}{said[1:]}." if said else "Your words are kept."


async def reviewed(session: Session, run_id: str) -> list[ReviewedDraft]:
    """Every draft of a run, with the words in which a person left it."""
    drafts = await draft_queries.drafts(session, run_id)
    chosen = await draft_queries.choices(session, run_id)
    found = []
    for number, ((seq, data), why) in enumerate(zip(drafts.items(), faults(drafts.values()), strict=True), start=1):
        one = chosen.get(seq)
        found.append(
            ReviewedDraft(
                seq, number, str(data["passage"]), f"{data['name']}, passage {data['part']}",
                one.question if one else str(data["question"]), one.reference if one else str(data["answer"]), why,
                one.state if one else "", one.case_number if one else 0,
            )
        )  # fmt: skip
    return found


async def decide(
    store: Store, learner: str, product_id: str, run_id: str, words: Mapping[int, tuple[str, str]], take: Collection[int] = (),
    drop: Collection[int] = (),
) -> Decided:  # fmt: skip
    """Steps by their numbers: `words` are a question and a reference. Raises BadInput, and then nothing is changed."""
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        await owned_run(session, learner, product_id, run_id)
        product = await owned(session, learner, product_id)
        there = {one.seq: one for one in await reviewed(session, run_id)}
        if strange := sorted({*words, *take, *drop} - there.keys()):
            raise NotFound(f"This run has no draft that is step {strange[0]}.", "Choose one of those on the page.")
        before = sum(not there[seq].open for seq in {*take, *drop})
        left = {seq: _reworded(one, words.get(seq)) for seq, one in there.items() if one.open}
        taken = [left[seq] for seq in sorted(set(take)) if seq in left]
        dropped = [left[seq] for seq in sorted(set(drop) - set(take)) if seq in left]
        if nameless := next((one for one in taken if not one.question), None):
            raise BadInput(f"Draft {nameless.number} has no question.", "Write one, or take its tick away. Nothing was kept.")
        variable = await _variable(session, product_id)
        numbers, doubled = await cases.put(session, product, [_case(one, variable) for one in taken]) if taken else ([], 0)
        decided = {one.seq: ("taken", number) for one, number in zip(taken, numbers, strict=True)}
        decided |= {one.seq: ("dropped", 0) for one in dropped}
        for seq, one in left.items():
            if seq in decided or (one.question, one.reference) != (there[seq].question, there[seq].reference):
                state, case = decided.get(seq, ("changed", 0))
                await session.merge(
                    DraftChoice(
                        run_id=run_id, seq=seq, product_id=product_id, state=state, question=one.question, reference=one.reference,
                        case_number=case, made=clock.now(),
                    )
                )  # fmt: skip
        touch(product)
    return Decided(len(taken) - doubled, doubled, len(dropped), before)


async def take_up(store: Store, learner: str, product_id: str, run_id: str, seq: int) -> None:
    """A draft that was thrown away is to be decided again. Raises BadInput for one that was not."""
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        await owned_run(session, learner, product_id, run_id)
        row = (await draft_queries.choices(session, run_id)).get(seq)
        if row is None or row.state != "dropped":
            raise BadInput("This draft was not thrown away.", "Look at the page anew: it may have been decided in another tab.")
        row.state, row.made = "changed", clock.now()


def _reworded(one: ReviewedDraft, words: tuple[str, str] | None) -> ReviewedDraft:
    question, reference = words or (one.question, one.reference)
    if "\0" in question + reference or max(len(question), len(reference)) > LONGEST_DRAFT:
        raise BadInput(
            f"Draft {one.number} has more than {LONGEST_DRAFT:,} characters, or some that are no text.", "Shorten it. Nothing was kept."
        )
    return one._replace(question=" ".join(question.split()), reference=reference.replace("\r\n", "\n").strip())


def _case(one: ReviewedDraft, variable: str) -> CaseDraft:
    return CaseDraft({variable: one.question}, one.reference, (TAG,), False, one.place, "", None, "")


async def _variable(session: Session, product_id: str) -> str:
    """The one that every case of the product has, and no other: its prompts ask for that."""
    names = {tuple(inputs) for _, inputs in await product_queries.inputs(session, product_id)}
    only = next(iter(names)) if len(names) == 1 else ()
    return only[0] if len(only) == 1 else QUESTION
