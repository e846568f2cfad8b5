"""Start a run, stop a run."""

import secrets
import uuid
from typing import Any

from pydantic import ValidationError

from fluencylab import __version__, clock
from fluencylab.errors import BadInput, NotFound
from fluencylab.instruments import instrument
from fluencylab.instruments.base import Step
from fluencylab.instruments.fields import first_refusal
from fluencylab.models import catalogue
from fluencylab.runs.feed import ENDED
from fluencylab.runs.live import LIVE
from fluencylab.runs.queue import RunQueue
from fluencylab.store import leases, queries
from fluencylab.store.engine import Session, Store
from fluencylab.store.tables import Learner, Run

LOCAL_LEARNER = "you"
ALIVE = ("queued", "running", "done")
"""Of a run: it gave something, or still may."""


async def the_learner(store: Store) -> str:
    """The one learner of this data folder."""
    async with store.read() as session:
        if await queries.learner(session, LOCAL_LEARNER):
            return LOCAL_LEARNER
    async with store.begin() as session:
        await session.merge(Learner(id=LOCAL_LEARNER, created=clock.now()))
    return LOCAL_LEARNER


async def start_run(store: Store, queue: RunQueue, learner: str, lab: str, params: dict[str, Any], model: str = "") -> str:
    """Store a run and queue it, on the model in use or the one named. Parameters the instrument refuses become a sentence."""
    async with store.begin() as session:
        run = add_run(session, learner, lab, params, model)
    await queue.put(run.id)
    return run.id


def add_run(session: Session, learner: str, lab: str, params: dict[str, Any], model: str = "") -> Run:
    """A queued run in the caller's transaction; the caller queues it after the commit."""
    checked = check_params(lab, params)
    run = Run(
        id=uuid.uuid4().hex,
        learner_id=learner,
        instrument=lab,
        params=checked.model_dump(mode="json"),
        model=(catalogue.find(model) if model else catalogue.current()).slug,
        status="queued",
        planned=instrument(lab).calls(checked),
        message="",
        fix="",
        cancel_asked=False,
        created=clock.now(),
        version=__version__,
    )
    session.add(run)
    leases.grant(session, run)
    return run


def check_params(lab: str, params: dict[str, Any]) -> Any:
    try:
        return instrument(lab).Params.model_validate(params)
    except ValidationError as error:
        field, why = first_refusal(error)
        info = instrument(lab).Params.model_fields.get(field)
        said = f"“{(info.title if info else '') or field}” cannot be used" if field else "Some of the fields do not go together"
        raise BadInput(f"{said}: {why}.", "Change it and run again.") from None


async def steps_of(session: Session, run: Run) -> list[Step]:
    """What a run has measured so far, in order."""
    return [Step(kind=row.kind, data=row.data) for row in await queries.steps_after(session, run.id)]


def fresh_seed() -> int:
    return secrets.randbelow(10_000) + 1


async def cancel_run(store: Store, run_id: str) -> None:
    """Ask a run to stop. What it measured is kept."""
    async with store.begin() as session:
        run = await queries.run(session, run_id)
        if run is None:
            raise NotFound("There is no such run.", "It may have been made on another machine.")
        if run.status in ENDED:
            return
        run.cancel_asked = True
        if run.status == "queued":
            run.status, run.ended = "cancelled", clock.now()
    LIVE.cancel(run_id)
    LIVE.nudge(run_id)
