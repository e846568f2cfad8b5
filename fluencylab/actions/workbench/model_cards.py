"""The cards of models on a product: kept as they were read, taken away, and cited in its memo as said and not measured."""

from collections.abc import Sequence

from fluencylab import clock
from fluencylab.actions.workbench.products import owned, touch
from fluencylab.documents.format import ReadDocument
from fluencylab.errors import BadInput, NotFound
from fluencylab.store import product_queries, queries
from fluencylab.store.engine import Session, Store
from fluencylab.store.tables import ProductCard

MOST = 12
"""Cards of one product."""
LONGEST = 400_000
"""Letters of one card."""


async def add(store: Store, learner: str, product_id: str, read: Sequence[ReadDocument]) -> list[int]:
    """Keep cards; gives their numbers. A text that is there already keeps the number it has."""
    if long := next((one for one in read if len(one.text) > LONGEST), None):
        raise BadInput(
            f"“{long.title}” has {len(long.text):,} letters; a card may have {LONGEST:,}.", "Bring in the part that is the card."
        )
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        product = await owned(session, learner, product_id)
        there = await product_queries.product_cards(session, product_id)
        known = {one.text: one.number for one in there}
        last, numbers = max((one.number for one in there), default=0), list[int]()
        for card in read:
            if card.text not in known:
                last += 1
                known[card.text] = last
                session.add(
                    ProductCard(product_id=product_id, number=last, name=card.title, text=card.text, source=card.says, made=clock.now())
                )
            numbers.append(known[card.text])
        if len(known) > MOST:
            raise BadInput(
                f"A product keeps at most {MOST} cards of models.",
                "Take away those of models that are out of the question. Nothing was kept.",
            )
        touch(product)
    return list(dict.fromkeys(numbers))


async def remove(store: Store, learner: str, product_id: str, number: int) -> None:
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        product = await owned(session, learner, product_id)
        await session.delete(await one(session, product_id, number))
        touch(product)


async def one(session: Session, product_id: str, number: int) -> ProductCard:
    """Raises NotFound."""
    found = await product_queries.product_card(session, product_id, number)
    if found is None:
        raise NotFound(f"This product has no card {number}.", "Choose one of those it has.")
    return found
