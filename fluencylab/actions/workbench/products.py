"""Products of the learner's own: make one, say what it is for, choose which is current, delete one whole."""

import asyncio
import uuid

from fluencylab import clock
from fluencylab.actions.learner_state import recall, remember
from fluencylab.actions.runs import cancel_run
from fluencylab.errors import BadInput, NotFound
from fluencylab.runs.feed import ENDED
from fluencylab.store import product_erase, product_queries, queries
from fluencylab.store.engine import Session, Store
from fluencylab.store.tables import Product

LONGEST_NAME = 80
LONGEST_TEXT = 4_000
"""Characters."""
MOST_CALLS = 2_000_000_000
"""A month: what a database holds in a column of whole numbers."""
DEAREST = 10_000.0
"""Dollars for a million tokens."""
PATIENCE = 5.0
"""Seconds that a run has to stop."""
CURRENT = "workbench/current"


async def make(store: Store, learner: str, name: str, practice: str = "") -> str:
    """A new product, current from now on. Gives its id."""
    called = _called(name)
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        now = clock.now()
        row = Product(
            id=uuid.uuid4().hex, learner_id=learner, name=called, purpose="", never="", practice=practice, volume=0, price_in=0.0,
            price_out=0.0, created=now, changed=now,
        )  # fmt: skip
        session.add(row)
        await remember(session, learner, CURRENT, {"product": row.id})
        return row.id


async def describe(
    store: Store, learner: str, product_id: str, name: str, purpose: str, never: str, volume: int, price_in: float, price_out: float
) -> None:
    """What it is called, what it is for, what must never happen, and what it costs."""
    called = _called(name)
    for text, what in ((purpose, "What it is for"), (never, "What must never happen")):
        if len(text) > LONGEST_TEXT or "\0" in text:
            raise BadInput(f"“{what}” holds more than {LONGEST_TEXT:,} characters, or some that are no text.", "Shorten it.")
    if not 0 <= volume <= MOST_CALLS or not 0 <= price_in <= DEAREST or not 0 <= price_out <= DEAREST:
        raise BadInput(
            f"A product has at most {MOST_CALLS:,} calls a month, and a million tokens cost at most ${DEAREST:,.0f}.",
            "Leave a field at 0 where you do not know it.",
        )
    async with store.begin() as session:
        row = await owned(session, learner, product_id)
        row.name, row.purpose, row.never = called, purpose.strip(), never.strip()
        row.volume, row.price_in, row.price_out, row.changed = volume, price_in, price_out, clock.now()


async def choose(store: Store, learner: str, product_id: str) -> None:
    """The product that labs and pages mean from now on."""
    async with store.begin() as session:
        await remember(session, learner, CURRENT, {"product": (await owned(session, learner, product_id)).id})


async def current(session: Session, learner: str) -> Product | None:
    """The one chosen, else the one changed last."""
    chosen = str((await recall(session, learner, CURRENT)).get("product", ""))
    found = await product_queries.product(session, chosen) if chosen else None
    if found is not None and found.learner_id == learner:
        return found
    return next(iter(await product_queries.products(session, learner)), None)


async def owned(session: Session, learner: str, product_id: str) -> Product:
    """Raises NotFound for a product that is not there, or is somebody else's."""
    found = await product_queries.product(session, product_id)
    if found is None or found.learner_id != learner:
        raise NotFound("There is no such product.", "It may have been deleted. Your other products are listed under Your product.")
    return found


async def remove(store: Store, learner: str, product_id: str) -> None:
    """With its cases, documents, versions, evaluations, outputs, labels, checks and memos. Runs under way are stopped first."""
    async with store.read() as session:
        await owned(session, learner, product_id)
    for run in await _under_way(store, product_id):
        await cancel_run(store, run)
    for _ in range(int(PATIENCE / 0.1)):
        if not await _under_way(store, product_id):
            break
        await asyncio.sleep(0.1)
    async with store.begin() as session:
        await owned(session, learner, product_id)
        if await _going(session, product_id):
            raise BadInput("A run of this product is still being stopped.", "Try again in a moment.")
        await product_erase.erase(session, product_id)


async def _under_way(store: Store, product_id: str) -> list[str]:
    async with store.read() as session:
        return await _going(session, product_id)


async def _going(session: Session, product_id: str) -> list[str]:
    """Of every kind: a judge or a lab that went on would still send texts of it."""
    return [run for run, status in (await product_erase.runs(session, product_id)).items() if status not in ENDED]


def touch(product: Product) -> None:
    product.changed = clock.now()


def _called(name: str) -> str:
    called = " ".join(name.split())
    if not called or len(called) > LONGEST_NAME or "\0" in called:
        raise BadInput(f"A product has a name of at most {LONGEST_NAME} characters.", "Give it one that your team would use.")
    return called
