"""Results of labs that are kept on a product: a run's measures, or what a page worked out of them, so that its memo may rest on them.

A number is kept as it was; what a product has become since then is said beside it, and a memo that rests on it turns stale.
"""

import re
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from fluencylab import clock
from fluencylab.actions.kept import LONGEST_NAME, LONGEST_VIEW, owned_run, title
from fluencylab.actions.runs import steps_of
from fluencylab.actions.workbench.products import owned, touch
from fluencylab.errors import BadInput, NotFound
from fluencylab.instruments import instrument
from fluencylab.instruments.missing import concluded
from fluencylab.models.types import ModelInfo
from fluencylab.results.words import called
from fluencylab.runs.feed import ENDED
from fluencylab.stats import Measure
from fluencylab.store import product_queries, queries
from fluencylab.store.engine import Session, Store
from fluencylab.store.tables import Product, ProductKept, ProductSent, Run
from fluencylab.text.numerals import counted
from fluencylab.text.written import day
from fluencylab.workbench.measurement import Measurement, Unit

MOST = 100
"""Results of one product."""
MOST_NUMBERS = 24
"""Of one result."""
SETTINGS = ("temperature", "seed", "samples", "max_tokens")
"""Of a run, among its conditions, where it has them."""


class KeptNumber(NamedTuple):
    """A number to be kept: what it is called, its unit, and the measure."""

    name: str
    unit: Unit
    measure: Measure


def numbers_of(lab: str, measures: Mapping[str, Measure]) -> dict[str, KeptNumber]:
    """The measures of a run as numbers that can be kept: those with an interval first, for a decision rests on these."""
    ordered = sorted(measures.items(), key=lambda item: item[1].low == item[1].high)
    return {name: KeptNumber(called(name, lab), "share" if one.kind == "share" else "number", one) for name, one in ordered}


def suggested(numbers: Mapping[str, KeptNumber]) -> list[str]:
    """The names that are kept where none is chosen: those with an interval; where there is none, the first of the others."""
    sure = [name for name, one in numbers.items() if one.measure.low != one.measure.high]
    return (sure or list(numbers))[:MOST_NUMBERS]


async def keep_run(store: Store, learner: str, product_id: str, run_id: str, name: str, chosen: Sequence[str] = ()) -> str:
    """Keep the measures of a run, or those that are chosen; again, to choose others. Gives the id of what is kept.

    Without a choice those with an interval are kept, as many as fit.
    """
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        product = await owned(session, learner, product_id)
        run = await owned_run(session, learner, run_id)
        if run.status not in ENDED:
            raise BadInput("This run is still under way.", "Keep it when it has ended, or stop it first.")
        result = concluded(instrument(run.instrument), await steps_of(session, run))
        there = numbers_of(run.instrument, result.measures)
        if strange := [one for one in chosen if one not in there]:
            raise BadInput(f"This run has no measure called “{strange[0][:60]}”.", f"It has: {', '.join(there) or 'none'}.")
        told = {one: there[one] for one in (chosen or suggested(there))}
        if not told:
            raise BadInput("This run has measured nothing that could be kept.", "Run it again, and let it come to an end.")
        row = await product_queries.kept_of_run(session, product_id, run_id)
        sent = await product_queries.sent_of_run(session, run_id)
        version = sent.version if sent and sent.product_id == product_id else 0
        return await _kept(
            session, product, row, run.instrument, name, result.says, told, _conditions(product, run, sent), run_id, "", version
        )


async def keep_view(
    store: Store, learner: str, product_id: str, lab: str, view: str, name: str, says: str, numbers: Mapping[str, KeptNumber],
    conditions: str,
) -> str:  # fmt: skip
    """Keep what a lab's page works out, by the query of that page."""
    if len(view) > LONGEST_VIEW or "\0" in view:
        raise BadInput(f"This view holds more than can be kept: at most {LONGEST_VIEW:,} characters.", "Shorten what stands in its fields.")
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        product = await owned(session, learner, product_id)
        return await _kept(session, product, None, lab, name, says, numbers, conditions, "", view, 0)


async def _kept(
    session: Session, product: Product, row: ProductKept | None, lab: str, name: str, says: str, numbers: Mapping[str, KeptNumber],
    conditions: str, run_id: str, view: str, version: int,
) -> str:  # fmt: skip
    said = " ".join(name.split())
    if not said or len(said) > LONGEST_NAME or "\0" in said:
        raise BadInput(f"What you keep needs a name of at most {LONGEST_NAME} characters.", "Type a few words by which you find it again.")
    if len(numbers) > MOST_NUMBERS:
        raise BadInput(
            f"{len(numbers)} numbers are chosen; {MOST_NUMBERS} are kept of one result.", "Choose those that a decision rests on."
        )
    versions = await product_queries.versions(session, product.id)
    if row is None:
        if len(await product_queries.kept(session, product.id)) >= MOST:
            raise BadInput(f"A product keeps at most {MOST} results.", "Take one away first, on the product’s page.")
        row = ProductKept(id=uuid.uuid4().hex, product_id=product.id, made=clock.now())
        session.add(row)
    row.lab, row.run_id, row.view, row.name, row.says, row.conditions = lab, run_id, view, said, says, conditions
    row.numbers, row.version, row.latest = _stored(numbers), version, len(versions)
    touch(product)
    return row.id


def _stored(numbers: Mapping[str, KeptNumber]) -> dict[str, Any]:
    return {key: {"name": one.name, "unit": one.unit, "measure": one.measure.model_dump(mode="json")} for key, one in numbers.items()}


def _conditions(product: Product, run: Run, sent: ProductSent | None) -> str:
    card = ModelInfo.model_validate(run.card) if run.card else None
    model = f"{card.name}, sha256 {card.sha256[:8]}" if card and card.sha256 else card.name if card else run.model
    settings = [f"{name.replace('_', ' ')} {run.params[name]}" for name in SETTINGS if run.params.get(name) is not None]
    whole = "" if run.status == "done" else "; stopped before its end"
    return f"{title(run.instrument)}; {'; '.join([model, *settings])}{whole}; {day(run.created)}. {on_what(product, sent)}"


def on_what(product: Product, sent: ProductSent | None) -> str:
    """Whose texts a run was made on."""
    if sent is None or sent.product_id != product.id:
        return "Not filled in from this product: measured on the lab’s own texts, or on what was typed."
    cases = f"up to {counted(sent.cases, 'open case')}" if sent.cases else "no case"
    return f"Filled in from version {sent.version} and {cases}." if sent.version else f"Filled in from {cases}."


async def let_go(store: Store, learner: str, product_id: str, kept_id: str) -> ProductKept:
    """Take it off the product. The run itself stays."""
    async with store.begin() as session:
        await owned(session, learner, product_id)
        row = await product_queries.one_kept(session, kept_id)
        if row is None or row.product_id != product_id:
            raise NotFound(
                "Nothing like that is kept on this product.", "It may have been taken away. The product’s page lists what there is."
            )
        await session.delete(row)
        return row


async def measurements(session: Session, product: Product) -> list[Measurement]:
    """What is kept, as a memo may rest on it: a version that came since is among its conditions."""
    rows = await product_queries.kept(session, product.id)
    latest = len(await product_queries.versions(session, product.id)) if rows else 0
    return [one for row in rows for one in of_row(row, latest)]


def of_row(row: ProductKept, latest: int) -> list[Measurement]:
    since = f" Version {latest} has come since." if latest > row.latest else ""
    found = []
    for number, (key, told) in enumerate(row.numbers.items()):
        slug = re.sub(r"[^\w.-]+", ".", key)[:60]
        found.append(
            Measurement(
                id=f"kept:{row.id[:8]}:{number}.{slug}",
                name=f"{told['name']} ({row.name})",
                measure=Measure.model_validate(told["measure"]),
                unit=told["unit"],
                conditions=f"{row.conditions}{since}",
            )
        )
    return found


def address(row: ProductKept) -> str:
    """The page that shows it."""
    return f"/runs/{row.run_id}" if row.run_id else f"/labs/{row.lab}?{row.view}"
