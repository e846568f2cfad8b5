"""What is kept on a product from the labs, as its page lists it; and what of it went where."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from starlette.datastructures import ImmutableMultiDict

from fluencylab.actions.kept import title
from fluencylab.actions.workbench import kept_results, products, sending
from fluencylab.errors import BadInput, NotFound
from fluencylab.labs import found
from fluencylab.models import catalogue
from fluencylab.store import product_queries
from fluencylab.store.engine import Session
from fluencylab.store.tables import Product
from fluencylab.text.written import day, moment
from fluencylab.web.app_state import AppState
from fluencylab.web.lab_page import PageRequest, WorkedOut
from fluencylab.web.lab_pages import lab_pages
from fluencylab.web.pages.lab import shown


class KeptResult(NamedTuple):
    """A result of a lab, as the product's page shows it. `old`: a version has come since."""

    id: str
    name: str
    lab: str
    says: str
    href: str
    numbers: list[tuple[str, str]]
    """(what it is called, the number with its interval and its n)"""
    conditions: str
    made: str
    old: bool


class SentLine(NamedTuple):
    made: str
    what: str
    href: str
    place: str
    model: str
    texts: str


class AllowedHost(NamedTuple):
    host: str
    since: str


@dataclass(frozen=True)
class SentPage:
    """Context of `workbench/sent.html`. `more`: lines that are not shown."""

    product: Product
    base: str
    lines: list[SentLine]
    more: int
    away: int
    """Of those shown, how many went to another machine"""
    hosts: list[AllowedHost]


async def kept_results_of(session: Session, product: Product, latest: int) -> list[KeptResult]:
    found = []
    for row in await product_queries.kept(session, product.id):
        measured = kept_results.of_row(row, latest)
        names = [str(told["name"]) for told in row.numbers.values()]
        found.append(
            KeptResult(
                id=row.id,
                name=row.name,
                lab=title(row.lab),
                says=row.says,
                href=kept_results.address(row),
                numbers=[(name, one.shown) for name, one in zip(names, measured, strict=True)],
                conditions=measured[0].conditions if measured else row.conditions,
                made=day(row.made),
                old=latest > row.latest,
            )
        )
    return found


async def sent_page(state: AppState, product_id: str) -> SentPage:
    async with state.store.read() as session:
        product = await products.owned(session, state.learner, product_id)
        rows = await product_queries.sent(session, product_id, sending.LISTED)
        count = await product_queries.sent_count(session, product_id)
        hosts = await product_queries.hosts(session, product_id)
    lines = [
        SentLine(
            moment(row.made), row.what, f"/runs/{row.run_id}", sending.Reader(row.host, row.here, row.model).place, row.model,
            sending.texts(row),
        )
        for row in rows
    ]  # fmt: skip
    return SentPage(
        product, f"/product/{product_id}", lines, count - len(rows), sum(not row.here for row in rows),
        [AllowedHost(one.host, day(one.allowed)) for one in hosts],
    )  # fmt: skip


async def worked_out(state: AppState, lab: str, query: Sequence[tuple[str, str]], name: str) -> WorkedOut:
    """What a lab's page works out under this view. Raises NotFound for no lab of ours, BadInput where it works out nothing of it."""
    if lab not in found().labs:
        raise NotFound("There is no such lab.", "Choose from the list.")
    told = ImmutableMultiDict(list(query))
    runs = [one for one in await shown(state, lab, told.getlist("run")) if one.sheet.trouble is None]
    drawn, request = lab_pages()[lab], PageRequest(runs, told, catalogue.current().card())
    worked = drawn.worked(drawn.own(request, drawn.form(request)))
    if (one := next((one for one in worked if one.name == name), None)) is None:
        raise BadInput("This page has worked out nothing that can be kept.", "Open the lab again, and keep it from there.")
    return one
