"""A lab's run on the texts of a product: started like any other, once it is clear where they go; a line is kept of it."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from fluencylab.actions.runs import add_run, check_params
from fluencylab.actions.workbench import sending
from fluencylab.actions.workbench.for_labs import product_data
from fluencylab.actions.workbench.products import owned
from fluencylab.instruments import base, instrument
from fluencylab.models import catalogue
from fluencylab.runs.queue import RunQueue
from fluencylab.store.engine import Store
from fluencylab.workbench.product_data import OpenCase

SHORTEST = 4
"""Letters of a text that is looked for: a shorter one stands in many others."""


async def start(
    store: Store, queue: RunQueue, learner: str, lab: str, params: dict[str, Any], model: str, product_id: str, consent: str
) -> str:  # fmt: skip
    """Gives the run's id. Raises NotAllowed where the texts would go to a machine that nobody said yes to."""
    run_id = await add(store, learner, lab, params, model, product_id, consent)
    await queue.put(run_id)
    return run_id


async def add(store: Store, learner: str, lab: str, params: dict[str, Any], model: str, product_id: str, consent: str) -> str:
    """The run, not begun yet."""
    async with store.read() as session:
        data = await product_data(session, await owned(session, learner, product_id))
    cases = await asyncio.to_thread(standing_in, data.cases, params)
    async with store.begin() as session:
        product = await owned(session, learner, product_id)
        run = add_run(session, learner, lab, params, model)
        await session.flush()
        await sending.gate(session, product, run, instrument(lab).TITLE, cases, data.version, consent)
    return run.id


def read_by(lab: str, params: dict[str, Any]) -> str:
    """The model in use, or what the lab names instead, that would read the texts of such a run; "" where they stay within the lab."""
    return base.read_by(instrument(lab), check_params(lab, params), catalogue.current().slug)


def standing_in(cases: Sequence[OpenCase], params: Mapping[str, Any]) -> int:
    """How many cases' texts stand in what a form holds, whatever was changed there: as many at most are sent."""
    form = _plain(" ".join(str(value) for value in params.values() if isinstance(value, str)))
    return sum(len(text) >= SHORTEST and text in form for text in (_plain(case.text) for case in cases))


def _plain(text: str) -> str:
    """Blanks, the bar and doubled quotes are written otherwise in tables and lines."""
    return " ".join(text.replace("|", "/").replace('""', '"').split())
