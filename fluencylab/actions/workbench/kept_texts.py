"""What others wrote about a product, kept as it was read: cards of models, and proposals. Cited in its memo as said and not measured."""

from collections.abc import Sequence
from typing import Generic, NamedTuple

from fluencylab import clock
from fluencylab.actions.workbench.products import owned, touch
from fluencylab.documents.format import ReadDocument
from fluencylab.errors import BadInput, NotFound
from fluencylab.store import product_queries, queries
from fluencylab.store.engine import Session, Store
from fluencylab.store.product_queries import KeptText
from fluencylab.store.tables import ProductCard, ProductProposal


class Kind(NamedTuple, Generic[KeptText]):
    """`most`: of one product. `longest`: letters of one. `bring`, `drop`: what to do where one is too long, or there are too many."""

    row: type[KeptText]
    name: str
    many: str
    most: int
    longest: int
    bring: str
    drop: str


CARDS = Kind(
    ProductCard, "card", "cards of models", 12, 400_000, "Bring in the part that is the card.",
    "Take away those of models that are out of the question. Nothing was kept.",
)  # fmt: skip
PROPOSALS = Kind(
    ProductProposal, "proposal", "proposals", 20, 50_000, "Bring in the part that proposes something.",
    "Take away those that were decided long ago. Nothing was kept.",
)  # fmt: skip


async def add(store: Store, learner: str, product_id: str, kind: Kind[KeptText], read: Sequence[ReadDocument]) -> list[int]:
    """Keep them; gives their numbers. A text that is there already keeps the number it has."""
    if long := next((one for one in read if len(one.text) > kind.longest), None):
        raise BadInput(f"“{long.title}” has {len(long.text):,} letters; a {kind.name} may have {kind.longest:,}.", kind.bring)
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        product = await owned(session, learner, product_id)
        there = await product_queries.kept_texts(session, kind.row, product_id)
        known = {one.text: one.number for one in there}
        last, numbers = max((one.number for one in there), default=0), list[int]()
        for one in read:
            if one.text not in known:
                last += 1
                known[one.text] = last
                session.add(kind.row(product_id=product_id, number=last, name=one.title, text=one.text, source=one.says, made=clock.now()))
            numbers.append(known[one.text])
        if len(known) > kind.most:
            raise BadInput(f"A product keeps at most {kind.most} {kind.many}.", kind.drop)
        touch(product)
    return list(dict.fromkeys(numbers))


async def remove(store: Store, learner: str, product_id: str, kind: Kind[KeptText], number: int) -> None:
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        product = await owned(session, learner, product_id)
        await session.delete(await one(session, product_id, kind, number))
        touch(product)


async def one(session: Session, product_id: str, kind: Kind[KeptText], number: int) -> KeptText:
    """Raises NotFound."""
    found = await product_queries.kept_text(session, kind.row, product_id, number)
    if found is None:
        raise NotFound(f"This product has no {kind.name} {number}.", "Choose one of those it has.")
    return found
