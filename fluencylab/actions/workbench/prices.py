"""What the tokens of a run cost: the price kept with its model as it ran, else the product's own.

An endpoint's price is typed with it and goes into the card of each run, so that a price that is changed later changes no bill of before.
"""

from collections.abc import Collection
from typing import NamedTuple, Protocol

from fluencylab.models.types import ModelInfo
from fluencylab.store import product_queries
from fluencylab.store.engine import Session
from fluencylab.store.tables import Product


class Priced(Protocol):
    """In dollars for a million tokens; 0 where that was not said."""

    @property
    def price_in(self) -> float: ...

    @property
    def price_out(self) -> float: ...


class Prices(NamedTuple):
    """`whose`: the name of the model they were kept with; "" for the product's own."""

    price_in: float
    price_out: float
    whose: str = ""

    @property
    def says(self) -> str:
        of = f" of {self.whose}" if self.whose else ""
        return f"${self.price_in:g} for a million tokens in, ${self.price_out:g} out{', the price' + of if of else ''}."


async def of_runs(session: Session, product: Product, runs: Collection[str]) -> dict[str, Prices]:
    """Run -> its prices."""
    cards = await product_queries.cards(session, runs)
    return {run: _of(product, ModelInfo.model_validate(cards[run]) if cards.get(run) else None) for run in runs}


def _of(product: Product, card: ModelInfo | None) -> Prices:
    if card is None or (card.price_in is None and card.price_out is None):
        return Prices(product.price_in, product.price_out)
    return Prices(card.price_in or 0.0, card.price_out or 0.0, card.name)
