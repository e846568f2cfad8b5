"""The cards of models on a product: the list, and what one of them says on ten things a product needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from fluencylab.actions.workbench import model_cards, products
from fluencylab.store import product_queries
from fluencylab.store.tables import Product, ProductCard
from fluencylab.text.written import moment
from fluencylab.web.app_state import AppState
from fluencylab.workbench.card_reading import THINGS, Reading, citation, read

SHOWN = 30_000
"""Letters of a card on its page."""
DONE = {"added": "The card is kept.", "removed": "The card is gone."}


class CardRow(NamedTuple):
    name: str
    href: str
    says: int
    """On so many of the ten things it says what is looked for"""
    made: str


class Said(NamedTuple):
    """What a line says, and what is written into the memo to cite it."""

    line: int
    text: str
    cite: str


class ReadThing(NamedTuple):
    reading: Reading
    said: list[Said]


@dataclass(frozen=True)
class ProductCardsPage:
    """Context of `workbench/model_cards.html`."""

    product: Product
    base: str
    rows: list[CardRow]
    things: Sequence[str]
    done: str


@dataclass(frozen=True)
class ProductCardPage:
    """Context of `workbench/model_card.html`. `ask`: every question it leaves open, to be sent. `cites`: what a memo cites it with."""

    product: Product
    base: str
    card: ProductCard
    said: list[ReadThing]
    partly: list[ReadThing]
    silent: list[ReadThing]
    ask: str
    cites: list[str]
    text: str
    rest: int


async def product_cards_page(state: AppState, product_id: str, done: str) -> ProductCardsPage:
    async with state.store.read() as session:
        product = await products.owned(session, state.learner, product_id)
        rows = await product_queries.product_cards(session, product_id)
    base = f"/product/{product_id}"
    shown = [
        CardRow(one.name, f"{base}/cards/{one.number}", sum(each.state == "said" for each in read(one.text)), moment(one.made))
        for one in rows
    ]
    return ProductCardsPage(product, base, shown, [one.title for one in THINGS], DONE.get(done, ""))


async def product_card_page(state: AppState, product_id: str, number: int) -> ProductCardPage:
    async with state.store.read() as session:
        product = await products.owned(session, state.learner, product_id)
        card = await model_cards.one(session, product_id, number)
    things = [ReadThing(one, [Said(each.line, each.text, citation(card.name, each)) for each in one.quotes]) for one in read(card.text)]
    by = {state: [one for one in things if one.reading.state == state] for state in ("said", "partly", "silent")}
    ask = "\n".join(f"{number}. {one.reading.question}" for number, one in enumerate((*by["silent"], *by["partly"]), start=1))
    cites = list(dict.fromkeys(each.cite for one in things for each in one.said))
    rest = max(0, len(card.text) - SHOWN)
    return ProductCardPage(
        product, f"/product/{product_id}", card, by["said"], by["partly"], by["silent"], ask, cites, card.text[:SHOWN], rest
    )
