"""Carry out one run: every step and every completed model call is stored, in the order in which it came (`journal.py`).

Killed at any moment and called again with the same id, it goes on: calls already completed are remembered, steps already
stored are recognised by what they say, and neither is made twice.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from fluencylab import clock
from fluencylab.errors import LabError
from fluencylab.instruments import instrument
from fluencylab.instruments.base import asks, subject
from fluencylab.instruments.guest import GuestInstrument
from fluencylab.models import catalogue, close, download, on_ray, tell_waits
from fluencylab.models.checked import sound
from fluencylab.models.client import Client
from fluencylab.models.recorded import Recorded
from fluencylab.models.tolerant import Tolerant
from fluencylab.models.types import Completion, Model, ModelWrapper, Request, Token
from fluencylab.runs.apart import apart
from fluencylab.runs.earlier import Earlier, same_model
from fluencylab.runs.feed import ENDED
from fluencylab.runs.journal import Journal, Memory
from fluencylab.runs.live import LIVE
from fluencylab.settings import settings
from fluencylab.store import leases, queries
from fluencylab.store.engine import Session, Store, StoreError
from fluencylab.store.leases import LeaseLost
from fluencylab.store.tables import Run

log = logging.getLogger(__name__)
ASK_EVERY = 1.0
"""Seconds between looks whether another process asked this run to stop."""
Verdict = Callable[[Session, Run], Awaitable[None]]
"""Told of a run's end in the transaction that stores it, the learner locked: what the run counts for is there with it, or neither is."""


async def execute(run_id: str, verdict: Verdict) -> None:
    """Work on a run until it has ended: done, failed with a sentence, or cancelled. Never raises for what went wrong inside.

    Once another server works on it, nothing more of it is written, and all that is left to do here is to stop.
    """
    try:
        async with Store() as store:
            await _execute(store, run_id, verdict)
    except LeaseLost:
        log.warning("another server works on run %s, which ends here", run_id)


async def _execute(store: Store, run_id: str, verdict: Verdict) -> None:
    run = await _begin(store, run_id)
    if run is None:
        return
    work = asyncio.create_task(_work(store, run))
    LIVE.began(run_id, work)
    watch = asyncio.create_task(_watch_for_cancel(store, run_id, work))
    try:
        await _finish(store, run_id, await _outcome(work), verdict)
    finally:
        watch.cancel()
        LIVE.ended(run_id)
        await asyncio.wait((watch,))  # it may hold a connection, which must go back before the store is closed


async def _outcome(work: "asyncio.Task[None]") -> dict[str, str]:
    try:
        await asyncio.shield(work)
    except asyncio.CancelledError:
        if not work.cancelled():  # it is we who are being ended, not the run: another start goes on with it
            work.cancel()
            await asyncio.wait((work,))
            raise
        return {"status": "cancelled"}
    except LabError as error:
        return {"status": "failed", "message": error.message, "fix": error.fix}
    except (StoreError, LeaseLost):
        raise
    except Exception:
        log.exception("a run failed in a way nobody foresaw")
        return {
            "status": "failed",
            "message": "The run stopped for a reason this program did not foresee.",
            "fix": "What was measured is kept. Run it again; if it happens twice, `fluency doctor` tells where the log is.",
        }
    return {"status": "done"}


async def _begin(store: Store, run_id: str) -> Run | None:
    async with store.begin() as session:
        run = await queries.run(session, run_id)
        if run is None or run.status in ENDED:
            return None
        run.status = "running"
        run.started = run.started or clock.now()
        await session.flush()
        guard = await leases.take(session, run_id)
    store.guard = guard
    LIVE.nudge(run_id)
    return run


async def _finish(store: Store, run_id: str, outcome: dict[str, str], verdict: Verdict) -> None:
    """Say how it ended, however long the database cannot be written: a full disk is emptied, a server comes back."""
    while True:
        try:
            return await _say(store, run_id, outcome, verdict)
        except (LabError, OSError) as error:
            log.warning("a run has ended, and that cannot be stored: %s", error)
            await asyncio.sleep(ASK_EVERY)


async def _say(store: Store, run_id: str, outcome: dict[str, str], verdict: Verdict) -> None:
    async with store.begin() as session:
        run = await queries.locked_run(session, run_id)
        if run is not None and run.status not in ENDED:
            run.status = outcome["status"]
            run.message, run.fix = outcome.get("message", ""), outcome.get("fix", "")
            run.ended = clock.now()
            await _judge(session, run, verdict)


async def _judge(session: Session, run: Run, verdict: Verdict) -> None:
    """A verdict that cannot be given does not keep the run from its end; a database or a file that cannot be written does."""
    try:
        async with session.begin_nested():
            await verdict(session, run)
    except (StoreError, OSError):
        raise
    except Exception:
        log.exception("a run has ended without its verdict")


async def _watch_for_cancel(store: Store, run_id: str, work: "asyncio.Task[None]") -> None:
    while True:
        with contextlib.suppress(LabError):
            async with store.read() as session:
                run = await queries.run_progress(session, run_id)
            if run is None or run.cancel_asked:
                work.cancel()
                return
        await asyncio.sleep(ASK_EVERY)


async def _work(store: Store, run: Run) -> None:
    if not isinstance(instrument(run.instrument), GuestInstrument):
        return await _measure(store, run)

    async def with_a_store_of_its_own() -> None:
        async with Store() as other:
            other.guard = store.guard
            await _measure(other, run)

    await apart(with_a_store_of_its_own)


async def _measure(store: Store, run: Run) -> None:
    lab = instrument(run.instrument)
    params = lab.Params.model_validate(run.params)
    run.params = {}  # thousands of cases need not be held twice
    if not hasattr(lab, "subject") and asks(lab, params) != "nothing":
        await _fetch_if_missing(run.model)
    model = await subject(lab, params, run.model)
    if settings().ray and getattr(lab, "MANY", False) and isinstance(model, Client):
        model = await on_ray.spread(model)
    tell_waits(model, partial(LIVE.waits, run.id))
    first = model.card
    try:
        await _keep_card(store, run.id, model)
        asked = Tolerant(model, lab.calls(params))
        async with Journal(store, run.id, partial(LIVE.nudge, run.id), each=isinstance(lab, GuestInstrument)) as journal:
            earlier = () if getattr(params, "anew", True) else await same_model(store, run.id, model.card)
            remembering = LiveModel(Recorded(Earlier(asked, journal, earlier), Memory(journal)), run.id)
            async with contextlib.aclosing(lab.run(remembering, params)) as observations:
                async for observation in observations:
                    await journal.put_step(observation.kind, observation.data)
    finally:
        if model.card != first:  # it was found out on the way what this model takes
            await _keep_card(store, run.id, model)
        await close(model)


async def _fetch_if_missing(slug: str) -> None:
    """A run asked for while the model is still on its way waits for it."""
    entry = await asyncio.to_thread(catalogue.find, slug)
    if entry.local and not await asyncio.to_thread(sound, entry):
        await download.fetched(entry)


async def _keep_card(store: Store, run_id: str, model: Model) -> None:
    async with store.begin() as session:
        run = await queries.run(session, run_id)
        if run is not None:
            run.card = model.card.model_dump(mode="json")


class LiveModel(ModelWrapper):
    """A Model whose answers can be watched while they are written."""

    def __init__(self, model: Model, run_id: str) -> None:
        super().__init__(model)
        self._run_id = run_id

    async def complete(self, request: Request, *, repetition: int = 0, on_token: Any = None) -> Completion:
        call = request.call_id(repetition)

        def show(token: Token) -> None:
            if token.thought:
                LIVE.thinks(self._run_id, call, token.text)
            else:
                LIVE.writes(self._run_id, call, token.text, token.logprob if request.top_logprobs else None)
            if on_token:
                on_token(token)

        try:
            return await super().complete(request, repetition=repetition, on_token=show)
        finally:
            LIVE.wrote(self._run_id, call)
