"""What of a product goes where: asked once for each machine that is not this one, and a line kept for each run.

    await gate(session, product, run, "Version 2 on the open half", cases=12, version=2, consent="api.openai.com")

In the transaction that adds the run: where it may not be sent there is neither a run nor a line.
"""

import uuid
from typing import NamedTuple

from fluencylab import clock
from fluencylab.actions.workbench.products import owned
from fluencylab.errors import BadInput, NotFound
from fluencylab.instruments import instrument
from fluencylab.instruments.base import read_by
from fluencylab.models import catalogue, whereabouts
from fluencylab.store import product_queries, queries
from fluencylab.store.engine import Session, Store
from fluencylab.store.tables import Product, ProductHost, ProductSent, Run
from fluencylab.text.numerals import counted

LISTED = 200
"""Lines on a page."""


class Reader(NamedTuple):
    """Who reads what a run sends. `host`: "" for the engine in the lab; `here`: it is this machine."""

    host: str
    here: bool
    model: str

    @property
    def place(self) -> str:
        if not self.host:
            return "this machine, inside the lab"
        return f"{self.host}, on this machine" if self.here else self.host


INSIDE = Reader("", True, "the lab itself")


class NotAllowed(BadInput):
    """`host`: the machine that has to be said yes to."""

    def __init__(self, host: str, product: str) -> None:
        super().__init__(
            f"{host} is not this machine, and would read texts of {product}. Nothing was sent.",
            "Read what goes there, and tick the box to say that it may.",
        )
        self.host = host


def reader(slug: str) -> Reader:
    """Of the model with this slug; "" stands for nothing but the lab. Raises NotFound where it is gone."""
    if not slug:
        return INSIDE
    entry = catalogue.find(slug)
    if entry.local:
        return Reader("", True, entry.name)
    return Reader(whereabouts.host(entry.base_url), whereabouts.is_here(entry.base_url), entry.name)


async def to_be_asked(session: Session, product_id: str, who: Reader) -> str:
    """The machine that has to be said yes to before the first call; "" where none has."""
    if who.here or await product_queries.host(session, product_id, who.host):
        return ""
    return who.host


def consent(product: str, host: str) -> str:
    """The words beside the tick."""
    return (
        f"The prompt, the cases and the documents of {product} that a run needs go to {host}, with the key where one is named. Who runs it "
        f"reads them, and may keep them and charge for them. This is asked once for {host}; what went there is listed with the product."
    )


async def allow(session: Session, product: Product, host: str) -> None:
    await queries.lock_learner(session, product.learner_id)
    if await product_queries.host(session, product.id, host) is None:
        session.add(ProductHost(product_id=product.id, host=host, allowed=clock.now()))


async def gate(
    session: Session, product: Product, run: Run, what: str, cases: int, version: int, consent: str = "", passages: int = 0
) -> None:  # fmt: skip
    """Keep a line of what a run sends. Raises NotAllowed where it goes to another machine that nobody said yes to.

    `consent`: the machine that was said yes to just now.
    """
    lab = instrument(run.instrument)
    params = lab.Params.model_validate(run.params) if hasattr(lab, "asks") or hasattr(lab, "subject") else None
    who = reader(read_by(lab, params, run.model))
    if host := await to_be_asked(session, product.id, who):
        if consent != host:
            raise NotAllowed(host, product.name)
        await allow(session, product, host)
    session.add(
        ProductSent(
            id=uuid.uuid4().hex, product_id=product.id, run_id=run.id, what=what, host=who.host, here=who.here, model=who.model,
            cases=cases, version=version, passages=passages, made=clock.now(),
        )
    )  # fmt: skip


async def still_allowed(session: Session, product: Product, run: Run) -> None:
    """Before a run goes on. Raises BadInput where a yes was taken back since it began, or its model answers on another machine now."""
    if host := await to_be_asked(session, product.id, reader(run.model)):
        raise BadInput(
            f"What is left of this run would go to {host}, and nobody has said that it may. Nothing was sent.",
            "Run its version anew: there you are asked. What came is kept, and equal calls are not made again.",
        )


async def forbid(store: Store, learner: str, product_id: str, host: str) -> None:
    """Take a yes back: what went there is not called back, and it is asked again before anything else goes."""
    async with store.begin() as session:
        await owned(session, learner, product_id)
        row = await product_queries.host(session, product_id, host) if "\0" not in host else None
        if row is None:
            raise NotFound(f"Nothing of this product may go to “{host[:60]}”.", "The page What went where lists where it may go.")
        await session.delete(row)


def texts(row: ProductSent) -> str:
    """What of the product was in it, in words."""
    prompt = f"the prompt of version {row.version}" if row.version else ""
    cases = counted(row.cases, "case") if row.cases else ""
    passages = f"{counted(row.passages, 'passage')} of its documents" if row.passages else ""
    return " and ".join(part for part in (cases, prompt, passages) if part) or "what stood in the form"
