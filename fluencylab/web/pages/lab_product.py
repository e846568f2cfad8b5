"""A lab on the learner's own product: what its form is filled in with, and where the texts go that it sends."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fluencylab.actions.workbench import for_labs, products, sending
from fluencylab.errors import LabError, NotFound
from fluencylab.instruments.on_product import can_fill
from fluencylab.models import catalogue
from fluencylab.store import product_queries
from fluencylab.store.engine import Session
from fluencylab.store.tables import Product, Run
from fluencylab.web.app_state import AppState
from fluencylab.web.form import Form, posted
from fluencylab.web.lab_page import PageRequest, ViewsForm
from fluencylab.web.lab_pages import lab_pages
from fluencylab.workbench.product_data import Filled

FIELD = "product"
"""In the address: fill the form in from it. In the form: it holds texts of it."""


@dataclass(frozen=True)
class OnProduct:
    """The product that a lab may be filled in from. `chosen`: the form holds texts of it.

    `filled`: what was taken, where it has just been filled in; `trouble`: why it could not be.
    `ask`: the machine that is to be said yes to before the first call, with the words beside the tick; "" where none is.
    """

    id: str
    name: str
    chosen: bool
    filled: Filled | None
    trouble: LabError | None
    ask: str
    consent: str


def params_of(lab: str, filled: Filled, part: str = "") -> dict[str, Any]:
    """The parameters of the form as it is filled in and sent as it stands. `part`: which view of it."""
    page = lab_pages()[lab]
    form = page.form(PageRequest([], {**filled.values, **({"parts": part} if part else {})}, catalogue.current().card()))
    return page.params(posted(form.fields, **({"parts": form.part} if isinstance(form, ViewsForm) else {})), [])


async def on_product(state: AppState, lab: str, query: Mapping[str, str], run: Run | None, typed: Form | None) -> OnProduct | None:
    """None where the learner has no product, or the lab takes nothing of one."""
    if not can_fill(lab):
        return None
    named = typed.get(FIELD, "") if typed is not None else query.get(FIELD, "")
    async with state.store.read() as session:
        sent = await product_queries.sent_of_run(session, run.id) if run and not named else None
        wanted = named or (sent.product_id if sent else "")
        product = await _meant(session, state.learner, wanted, strict=typed is None)
        if product is None:
            return None
        filled, trouble = await _filled(session, product, lab) if named and typed is None else (None, None)
        ask = await _to_be_asked(session, product, typed.get("model", "") if typed else "") if wanted else ""
    return OnProduct(
        product.id, product.name, bool(wanted) and trouble is None, filled, trouble, ask, sending.consent(product.name, ask) if ask else ""
    )


async def _meant(session: Session, learner: str, wanted: str, *, strict: bool) -> Product | None:
    """The one that is named, else the current one. Raises NotFound where that is gone; of a form that was typed nothing is lost by it."""
    try:
        return await products.owned(session, learner, wanted) if wanted else await products.current(session, learner)
    except NotFound:
        if strict:
            raise
        return None


async def _filled(session: Session, product: Product, lab: str) -> tuple[Filled | None, LabError | None]:
    try:
        return await for_labs.fill(session, product, lab), None
    except LabError as error:
        return None, error


async def _to_be_asked(session: Session, product: Product, model: str) -> str:
    """Of the model that the form names, else of the one in use."""
    try:
        slug = model or catalogue.current().slug
        return await sending.to_be_asked(session, product.id, sending.reader(slug))
    except LabError:
        return ""  # a list of models that cannot be read is said where the run is started
