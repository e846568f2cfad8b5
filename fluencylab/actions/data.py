"""What belongs to the learner: take it along as one file, bring it back, delete it."""

import asyncio
import contextlib
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from fluencylab import clock
from fluencylab.actions import packs
from fluencylab.actions.archive import Archive, seal, unseal
from fluencylab.actions.archive_rows import checked
from fluencylab.actions.runs import cancel_run
from fluencylab.actions.verdicts import catch_up
from fluencylab.actions.workbench.held import forget
from fluencylab.errors import BadInput
from fluencylab.instruments import instrument, instruments
from fluencylab.instruments.base import Step
from fluencylab.packs.full_track import told
from fluencylab.runs.feed import ENDED
from fluencylab.store import portable, queries
from fluencylab.store.engine import Store
from fluencylab.store.tables import Learner

PATIENCE = 5.0
"""Seconds that a run has to stop; one that no process works on any more never would."""
INTERRUPTED = "This run was under way when the backup was made."
REPLACE = "If what is here may be deleted, tick the box (with the command: add --replace)."
KEY = "certificate.key"
"""In the data folder: what certificates are signed with."""
PERSONAL = (f"{KEY}*", "first-page.*", "adapters")
"""Files and folders of the data folder that are the learner's, beside the database and the log."""


Reads = Callable[[dict[str, Any], list[dict[str, Any]]], None]
_restoring = threading.Lock()


class Restored(NamedTuple):
    made: str
    counts: dict[str, int]
    resting: list[str]
    """Packs that some of the evidence comes from and that are not on here, as the file names them."""


async def export(store: Store, learner: str) -> bytes:
    """Everything of the learner as it is at one moment, also while runs write."""
    async with store.snapshot() as session:
        tables = await portable.take_out(session, learner)
        worked_in = await packs.shown(session, learner)
    return await asyncio.to_thread(seal, tables, clock.now(), {name: told(name) for name in worked_in})


@contextlib.contextmanager
def one_restore() -> Iterator[None]:
    """Held from before the file is read: it takes several times its size while it is looked through. Raises BadInput for a second one."""
    if not _restoring.acquire(blocking=False):
        raise BadInput("Another file is being restored just now.", "Wait until it is done, then look at what is here.")
    try:
        yield
    finally:
        _restoring.release()


def folds(run: dict[str, Any], steps: list[dict[str, Any]]) -> None:
    """Can the run's lab make of its steps what it makes of its own? Raises whatever it meets; a lab that is not here is not asked."""
    if run["instrument"] in instruments():
        instrument(run["instrument"]).conclude([Step(kind=step["kind"], data=step["data"]) for step in steps])


async def restore(store: Store, learner: str, content: bytes, replace: bool = False, reads: Reads = folds) -> Restored:
    """Bring back what `export` gave: all of it or nothing. Work that is here already is overwritten only when told to `replace` it.

    `reads`: raises where a run of the file, given as rows, could not be shown.
    """
    archive = await asyncio.to_thread(_looked_through, content, reads)
    if replace:
        await stop_runs(store, learner)
    async with store.begin() as session:
        if replace:
            await portable.erase(session, learner)
        elif await portable.worked(session, learner):
            raise BadInput("There is work here already, and a backup takes its place.", REPLACE)
        await portable.put_back(session, learner, archive.tables)
        counts = await portable.counts(session, learner)
        resting = [archive.packs.get(one.name, one.name) for one in await packs.resting(session, learner)]
    forget()
    await catch_up(store)
    return Restored(archive.made.isoformat(), counts, resting)


def _looked_through(content: bytes, reads: Reads) -> Archive:
    archive = unseal(content)
    _interrupt(archive)
    return archive._replace(tables=checked(archive.tables, reads))


def _interrupt(archive: Archive) -> None:
    """A run that was under way is not gone on with: a restore calls no model."""
    rows: Any = archive.tables.get("runs")
    for row in rows if isinstance(rows, list) else []:
        if isinstance(row, dict) and row.get("status") not in ENDED:
            row |= {"status": "cancelled", "message": INTERRUPTED, "ended": archive.made.isoformat()}


async def delete_everything(store: Store, learner: str, folder: Path) -> None:
    """The learner's rows, adapters, key and traces in the data folder. What is left is a learner who has done nothing.

    Models that were added, packs, and what was proved about models stay: nothing the learner wrote is in them.
    """
    await stop_runs(store, learner)
    async with store.begin() as session:
        await portable.erase(session, learner)
        session.add(Learner(id=learner, created=clock.now()))
    await store.shrink()
    await asyncio.to_thread(_clear, folder)


def _clear(folder: Path) -> None:
    """What lies beside the database: an adapter's record holds the examples it was trained on, and the log may quote what was typed."""
    for name in PERSONAL:
        for file in folder.glob(name):
            if file.is_dir():
                shutil.rmtree(file)
            else:
                file.unlink(missing_ok=True)
    for log in folder.glob("fluency.log*"):  # open for appending: emptied, not removed
        with contextlib.suppress(OSError):
            os.truncate(log, 0)


async def stop_runs(store: Store, learner: str) -> None:
    """Stop every run under way and wait for it, for a moment."""
    for run_id in await _under_way(store, learner):
        await cancel_run(store, run_id)
    for _ in range(int(PATIENCE / 0.1)):
        if not await _under_way(store, learner):
            return
        await asyncio.sleep(0.1)


async def _under_way(store: Store, learner: str) -> list[str]:
    async with store.read() as session:
        return [run.id for run in await queries.unfinished_runs(session) if run.learner_id == learner]
