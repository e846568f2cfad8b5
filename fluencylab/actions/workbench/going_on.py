"""A run on a product that was stopped or broke off waits for its turn again, where its model is still there and may still be asked."""

from typing import NamedTuple

from fluencylab.actions.workbench import sending
from fluencylab.errors import BadInput
from fluencylab.models import catalogue
from fluencylab.store import queries
from fluencylab.store.engine import Session
from fluencylab.store.tables import Product

BROKEN_OFF = ("failed", "cancelled")


class Words(NamedTuple):
    """What is said where a run cannot go on. `run`: what it is called; `instead`: what else can be done; `did`: what it did on its model.

    `kept`: what can be done with what came.
    """

    run: str
    instead: str
    did: str
    kept: str


async def reopen(session: Session, product: Product, run_id: str, words: Words) -> None:
    """Raises BadInput where nothing of it is left to do."""
    run = await queries.locked_run(session, run_id)
    if run is None or run.status not in BROKEN_OFF:
        raise BadInput(f"{words.run} was neither stopped nor broken off.", words.instead)
    if not any(one.slug == run.model for one in catalogue.models()):
        raise BadInput(
            f"{words.did} “{run.model}”, which is not among your models any more.",
            f"Add it again under that name to go on. What came is kept, and can be {words.kept}.",
        )
    await sending.still_allowed(session, product, run)
    run.status, run.message, run.fix, run.cancel_asked = "queued", "", "", False
    run.started = run.ended = None
