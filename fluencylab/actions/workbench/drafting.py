"""Cases drafted by a model: which passages it would be asked about, what that takes, and the durable run in which it is asked."""

import asyncio
from collections.abc import Collection, Sequence
from typing import NamedTuple

from fluencylab import clock
from fluencylab.actions.runs import add_run
from fluencylab.actions.workbench import going_on, sending
from fluencylab.actions.workbench.going_on import Words
from fluencylab.actions.workbench.held import Held
from fluencylab.actions.workbench.products import owned, touch
from fluencylab.errors import BadInput, NotFound
from fluencylab.instruments import drafting as instrument
from fluencylab.instruments.base import about_seconds
from fluencylab.instruments.chunks import cut, words
from fluencylab.instruments.drafting import DraftPassage
from fluencylab.instruments.search import Document
from fluencylab.models import catalogue
from fluencylab.models.catalogue import Entry
from fluencylab.runs.feed import ENDED
from fluencylab.runs.queue import RunQueue
from fluencylab.store import draft_queries, product_queries, queries
from fluencylab.store.engine import Session, Store
from fluencylab.store.tables import DraftRun, ProductDocument
from fluencylab.text.numerals import counted
from fluencylab.workbench.draft_rules import question_key

INSTRUMENT = "drafting"
SIZE = 80
"""Of a passage, in words."""
FEWEST = 8
"""Words of a passage that can be asked about."""
USUAL = 10
"""Drafts, unless told."""
WORDS = Words("This run", "Draft more questions from the documents instead.", "These drafts were written by", "taken")


class DraftPlan(NamedTuple):
    """What drafting would take. `passages`: there are in all; `left`: not asked about yet; `calls`: one for each draft."""

    documents: int
    passages: int
    left: int
    calls: int
    seconds: int
    dollars: float | None
    model: Entry


async def plan(session: Session, product_id: str, numbers: Collection[int] | None, most: int) -> DraftPlan:
    """`numbers`: of the documents; all, where None. Raises BadInput where there is nothing to ask about, or the model writes nothing."""
    model = writer()
    found = await _passages(session, product_id, numbers)
    params = instrument.Params(passages=tuple(found.chosen(most)))
    read, written = instrument.tokens(params)
    priced = model.price_in is not None and model.price_out is not None
    return DraftPlan(
        documents=len({one.document for one in found.passages}),
        passages=len(found.passages),
        left=len(found.left),
        calls=instrument.calls(params),
        seconds=about_seconds(instrument, params),
        dollars=(read * (model.price_in or 0) + written * (model.price_out or 0)) / 1e6 if priced else None,
        model=model,
    )


def writer() -> Entry:
    """The model in use. Raises BadInput where it writes no texts."""
    model = catalogue.current()
    if not model.abilities.writes:
        raise BadInput(f"{model.name} turns texts into embeddings and writes no questions.", "Take a language model into use.")
    return model


class _Found(NamedTuple):
    """`left`: the passages that no draft was written about before."""

    passages: Sequence[DraftPassage]
    left: Sequence[DraftPassage]

    def chosen(self, most: int) -> list[DraftPassage]:
        """So many at most, evenly from the first to the last; of those not asked about, while there are some."""
        some = self.left or self.passages
        n = min(max(1, most), instrument.MOST, len(some))
        return [some[at * len(some) // n] for at in range(n)]


_held: Held[tuple[DraftPassage, ...]] = Held(len)


async def _passages(session: Session, product_id: str, numbers: Collection[int] | None) -> _Found:
    lines = await product_queries.document_lines(session, product_id)
    if not lines:
        raise BadInput("This product has no document yet.", "Bring in a handbook, a policy or a page of help first.")
    wanted = [one.number for one in lines if numbers is None or one.number in numbers]
    if not wanted:
        raise BadInput("No document was chosen.", "Choose at least one that questions are to be drafted from.")
    key = product_id, *((one.number, one.sha256) for one in lines if one.number in wanted)
    if (found := _held.get(key)) is None:
        rows = await product_queries.documents(session, product_id, wanted)
        found = _held.put(key, tuple(await asyncio.to_thread(cut_up, rows)))
    asked = await draft_queries.passages_asked(session, product_id)
    if not found:
        which = "The document" if len(wanted) == 1 else f"None of the {len(wanted)} documents"
        what = "no passage" if len(wanted) == 1 else "a passage"
        raise BadInput(
            f"{which} holds {what} of {FEWEST} words or more, so there is nothing to ask about.", "Bring in one with sentences in it."
        )
    return _Found(found, [one for one in found if one.id not in asked])


def cut_up(rows: Sequence[ProductDocument]) -> list[DraftPassage]:
    """The documents as retrieval cuts them, without overlap; the same words once, and nothing that is too short to be asked about."""
    found: dict[str, DraftPassage] = {}
    for row in rows:
        for chunk in cut(Document(str(row.number), row.text, row.name), SIZE):
            if words(chunk.text) >= FEWEST:
                one = DraftPassage(document=row.number, name=row.name, part=chunk.number, text=chunk.text)
                found.setdefault(one.id, one)
    return list(found.values())


async def known_questions(session: Session, product_id: str) -> dict[str, int]:
    """The keys of what the cases ask, which are equal for equal questions -> the number of the case."""
    rows = await product_queries.inputs(session, product_id)
    return await asyncio.to_thread(lambda: {question_key(str(text)): case for case, inputs in rows for text in inputs.values() if text})


async def start(
    store: Store, queue: RunQueue, learner: str, product_id: str, numbers: Collection[int] | None = None, most: int = USUAL,
    consent: str = "",
) -> str:  # fmt: skip
    """Ask the model in use. Gives the run's id. `consent`: the machine that was said yes to, where that was asked."""
    run_id = await add(store, learner, product_id, numbers, most, consent)
    await queue.put(run_id)
    return run_id


async def add(
    store: Store, learner: str, product_id: str, numbers: Collection[int] | None = None, most: int = USUAL, consent: str = ""
) -> str:  # fmt: skip
    """The run, not begun yet. Passages that were not asked about come first.

    Raises NotAllowed where the passages would go to a machine that nobody said yes to.
    """
    model = writer()
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        product = await owned(session, learner, product_id)
        if await draft_queries.under_way(session, product_id, ENDED):
            raise BadInput("Questions are being drafted for this product already.", "Watch that run, or stop it; what it has is kept.")
        found = await _passages(session, product_id, numbers)
        chosen, cases = found.chosen(most), await known_questions(session, product_id)
        params = {"passages": [one.model_dump() for one in chosen], "cases": cases}
        run = add_run(session, learner, INSTRUMENT, params, model.slug)
        await session.flush()
        what = f"Cases drafted from {counted(len({one.document for one in chosen}), 'document')}"
        await sending.gate(session, product, run, what, 0, 0, consent, passages=len(chosen))
        session.add(DraftRun(run_id=run.id, product_id=product_id, created=clock.now()))
        touch(product)
        return run.id


async def go_on(store: Store, queue: RunQueue, learner: str, product_id: str, run_id: str) -> None:
    """Ask about the passages that a stopped or broken-off run has no draft of yet; what it has stays."""
    await reopen(store, learner, product_id, run_id)
    await queue.go_on(run_id)


async def reopen(store: Store, learner: str, product_id: str, run_id: str) -> None:
    """The run waits for its turn again. Raises BadInput where nothing of it is left to do."""
    async with store.begin() as session:
        await owned_run(session, learner, product_id, run_id)
        await going_on.reopen(session, await owned(session, learner, product_id), run_id, WORDS)


async def owned_run(session: Session, learner: str, product_id: str, run_id: str) -> DraftRun:
    """Raises NotFound."""
    await owned(session, learner, product_id)
    found = await draft_queries.draft_run(session, run_id)
    if found is None or found.product_id != product_id:
        raise NotFound("There is no such run of drafts.", "The page of drafts lists those that there are.")
    return found
