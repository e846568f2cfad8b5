"""The cards of models on a product: the list, and what one of them says on ten things a product needs."""

from dataclasses import dataclass
from typing import NamedTuple

from fluencylab.actions.workbench import kept_texts, products
from fluencylab.actions.workbench.kept_texts import CARDS
from fluencylab.store import product_queries
from fluencylab.store.tables import Product, ProductCard
from fluencylab.text.written import moment
from fluencylab.web.app_state import AppState
from fluencylab.web.pages.workbench.kept_texts import KeptRow
from fluencylab.workbench.card_reading import THINGS, Reading, citation, read

SHOWN = 30_000
"""Letters of a card on its page."""
DONE = {"added": "The card is kept.", "removed": "The card is gone."}


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
    rows: list[KeptRow]
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
        rows = await product_queries.kept_texts(session, ProductCard, product_id)
    base = f"/product/{product_id}"
    shown = [KeptRow(one.name, f"{base}/cards/{one.number}", _told(one), moment(one.made)) for one in rows]
    return ProductCardsPage(product, base, shown, DONE.get(done, ""))


def _told(one: ProductCard) -> str:
    return f"Says {sum(each.state == 'said' for each in read(one.text))} of {len(THINGS)} things."


async def product_card_page(state: AppState, product_id: str, number: int) -> ProductCardPage:
    async with state.store.read() as session:
        product = await products.owned(session, state.learner, product_id)
        card = await kept_texts.one(session, product_id, CARDS, number)
    things = [ReadThing(one, [Said(each.line, each.text, citation(card.name, each)) for each in one.quotes]) for one in read(card.text)]
    by = {state: [one for one in things if one.reading.state == state] for state in ("said", "partly", "silent")}
    ask = "\n".join(f"{number}. {one.reading.question}" for number, one in enumerate((*by["silent"], *by["partly"]), start=1))
    cites = list(dict.fromkeys(each.cite for one in things for each in one.said))
    rest = max(0, len(card.text) - SHOWN)
    return ProductCardPage(
        product, f"/product/{product_id}", card, by["said"], by["partly"], by["silent"], ask, cites, card.text[:SHOWN], rest
    )
