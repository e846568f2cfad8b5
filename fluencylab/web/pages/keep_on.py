"""Keep a result on the learner's own product: the numbers of a run that can be chosen, and which are kept already."""

from dataclasses import dataclass
from typing import NamedTuple

from fluencylab.actions.workbench import products
from fluencylab.actions.workbench.kept_results import numbers_of, suggested
from fluencylab.labs import found
from fluencylab.store import product_queries
from fluencylab.store.tables import Product
from fluencylab.web.app_state import AppState
from fluencylab.web.lab_page import Sheet
from fluencylab.workbench.measurement import Measurement


class Choice(NamedTuple):
    """A number that can be kept. `shown`: with its interval and its n."""

    key: str
    name: str
    shown: str
    chosen: bool


@dataclass(frozen=True)
class KeepOn:
    """The current product, and what of a run can be kept on it. `kept`: under which name it is kept; "" where it is not."""

    product: str
    name: str
    run_id: str
    kept: str
    suggested: str
    numbers: list[Choice]


async def current_product(state: AppState) -> Product | None:
    async with state.store.read() as session:
        return await products.current(session, state.learner)


async def keep_on(state: AppState, drawn: Sheet) -> KeepOn | None:
    """None where there is no product, or the run is of no lab, or has measured nothing."""
    there = numbers_of(drawn.run.instrument, drawn.result.measures)
    if drawn.run.instrument not in found().labs or not there:
        return None
    async with state.store.read() as session:
        product = await products.current(session, state.learner)
        row = await product_queries.kept_of_run(session, product.id, drawn.run.id) if product else None
    if product is None:
        return None
    chosen = set(row.numbers) if row else set(suggested(there))
    numbers = [
        Choice(key, one.name, Measurement(id="x", name=one.name, measure=one.measure, unit=one.unit).shown, key in chosen)
        for key, one in there.items()
    ]
    return KeepOn(product.id, product.name, drawn.run.id, row.name if row else "", drawn.says[:100], numbers)
