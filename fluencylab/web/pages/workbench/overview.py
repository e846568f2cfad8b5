"""The page Your product: what it is, how far it has come, and the one next step; and the same before there is any."""

from dataclasses import dataclass
from typing import NamedTuple

from fluencylab.actions.workbench import products
from fluencylab.store import product_queries
from fluencylab.store.engine import Session
from fluencylab.store.tables import Product
from fluencylab.text.numerals import counted
from fluencylab.web.app_state import AppState
from fluencylab.web.pages.course import CourseRow, course_rows
from fluencylab.web.pages.workbench.kept import KeptResult, kept_results_of
from fluencylab.web.pages.workbench.way import READ, Way, way

ACTS = {
    "bring-in": "Bring in cases",
    "versions": "Write down the prompt",
    "evaluate": "Say what you expect, and run it",
    "read": "Read the next output",
    "modes": "Name what goes wrong",
    "checks": "Write a check",
    "compare": "Change one thing, and compare",
    "memo": "Write the memo",
    "spec": "Write the spec, and test it",
    "hand-over": "Hand it over",
}
"""What the button of each step says."""
DONE = {
    "made": "Your product is here. It begins with cases: what people ask of it.",
    "described": "It is kept.",
    "kept": "The cases are kept.",
    "prompt": "The prompt is kept.",
    "deleted": "The product is deleted, with all that belonged to it.",
    "result": "It is kept, and its numbers stand in the list for the memo.",
    "released": "It is no longer kept on this product. The run itself is still in its lab.",
    "chosen": "Labs and pages mean this product from now on.",
}


class ProductLink(NamedTuple):
    name: str
    href: str
    choose: str
    current: bool


@dataclass(frozen=True)
class ProductPage:
    """Context of `workbench/product.html`."""

    product: Product
    base: str
    way: Way
    act: str
    enough: int
    others: list[ProductLink]
    done: str
    kept: list[KeptResult]
    """Results of labs"""
    course: list[CourseRow]
    """Of the practice product; empty for one's own"""


@dataclass(frozen=True)
class WelcomePage:
    """Context of `workbench/welcome.html`."""

    others: list[ProductLink]
    done: str


async def product_page(state: AppState, product_id: str, done: str, cases: tuple[int, int] = (0, 0)) -> ProductPage:
    """`cases`: how many were just kept, and how many of those brought in stood there already."""
    async with state.store.read() as session:
        product = await products.owned(session, state.learner, product_id)
        stands = await way(session, product)
        kept = await kept_results_of(session, product, len(stands.versions))
        others = [one for one in await links(session, state.learner) if not one.href.endswith(product.id)]
        course = await course_rows(session, state.learner) if product.practice else []
    return ProductPage(
        product,
        stands.base,
        stands,
        ACTS[stands.next.name],
        READ,
        others,
        _done(done, *cases, held_back=stands.cases.held_back),
        kept,
        course,
    )


def _done(done: str, kept: int, doubled: int, held_back: int) -> str:
    """With how many cases it were, and what becomes of half of them."""
    if done != "kept" or not kept + doubled:
        return DONE.get(done, "")
    there = counted(doubled, "case")
    if not kept:
        return f"Nothing was added: {there} {'stands' if doubled == 1 else 'stand'} here already. Answers that came with them are kept."
    fresh = f"{counted(kept, 'case')} {'is' if kept == 1 else 'are'} kept"
    again = f"; {there} stood here already" if doubled else ""
    half = f" The {held_back:,} held back are for the decision: change the prompt by looking at the others." if held_back else ""
    return f"{fresh}{again}.{half}"


async def welcome_page(state: AppState, done: str) -> WelcomePage:
    async with state.store.read() as session:
        return WelcomePage(await links(session, state.learner), DONE.get(done, ""))


async def links(session: Session, learner: str) -> list[ProductLink]:
    chosen = await products.current(session, learner)
    return [
        ProductLink(one.name, f"/product/{one.id}", f"/product/{one.id}/choose", chosen is not None and one.id == chosen.id)
        for one in await product_queries.products(session, learner)
    ]
