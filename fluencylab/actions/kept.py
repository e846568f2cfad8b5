"""Keep a run under a name with a note of one's own, change both, and let it go; find what was kept again.

A run stays in the data folder whether it is kept or not: nothing cleans up. Kept, it is found again by its words, and remembers what it
added up to, so that a later version of the lab that counts differently is noticed.
"""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from pydantic import TypeAdapter

from fluencylab import clock
from fluencylab.actions.runs import steps_of
from fluencylab.errors import BadInput, LabError, NotFound
from fluencylab.instruments import instrument
from fluencylab.instruments.base import Result
from fluencylab.instruments.missing import concluded
from fluencylab.runs.feed import ENDED
from fluencylab.stats import Measure
from fluencylab.store import queries
from fluencylab.store.engine import Session, Store
from fluencylab.store.tables import KeptRun, Run

LONGEST_NAME = 120
LONGEST_NOTE = 4_000
LONGEST_VIEW = 4_000
"""Characters."""
NO_RUN = ("There is no such run.", "It may have been made on another machine.")
_MEASURES: TypeAdapter[dict[str, Measure]] = TypeAdapter(dict[str, Measure])


class Search(NamedTuple):
    """What to look for among what was kept. `words`: all of them must be in the name, the note, the sentence or the lab's name."""

    words: str = ""
    lab: str = ""
    since: date | None = None
    until: date | None = None


async def keep(store: Store, learner: str, run_id: str, name: str, note: str) -> str:
    """Keep a run that has ended, or give the kept one another name and note. Gives the id of what is kept."""
    called, written = _checked(name, note)
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        run = await owned_run(session, learner, run_id)
        if run.status not in ENDED:
            raise BadInput("This run is still under way.", "Keep it when it has ended, or stop it first.")
        row = await queries.kept_of_run(session, run.id)
        if row is None:
            result = await _result(session, run)
            row = KeptRun(**_fresh(learner, run.instrument), run_id=run.id, says=result.says, measures=stored(result))
            session.add(row)
        row.name, row.note, row.changed = called, written, clock.now()
        return row.id


async def keep_view(store: Store, learner: str, lab: str, view: str, says: str, name: str, note: str) -> str:
    """Keep a view of a lab that needs no run, by the query of its page."""
    called, written = _checked(name, note)
    if len(view) > LONGEST_VIEW or "\0" in view:
        raise BadInput(f"This view holds more than can be kept: at most {LONGEST_VIEW:,} characters.", "Shorten what stands in its fields.")
    async with store.begin() as session:
        row = KeptRun(**_fresh(learner, lab), view=view, says=says, measures={}, name=called, note=written, changed=clock.now())
        session.add(row)
        return row.id


async def change(store: Store, learner: str, kept_id: str, name: str, note: str) -> KeptRun:
    """Another name and note."""
    called, written = _checked(name, note)
    async with store.begin() as session:
        row = await _owned(session, learner, kept_id)
        row.name, row.note, row.changed = called, written, clock.now()
        return row


async def let_go(store: Store, learner: str, kept_id: str) -> KeptRun:
    """Take name and note away. The run itself stays, as every run does."""
    async with store.begin() as session:
        row = await _owned(session, learner, kept_id)
        await session.delete(row)
        return row


async def found(session: Session, learner: str, search: Search) -> list[KeptRun]:
    """What fits, the latest first."""
    return [row for row in await queries.kept_runs(session, learner, search.lab or None) if _fits(row, search)]


def _fits(row: KeptRun, search: Search) -> bool:
    day = row.created.date()
    if (search.since and day < search.since) or (search.until and day > search.until):
        return False
    said = " ".join((row.name, row.note, row.says, row.lab, title(row.lab))).casefold()
    return all(word in said for word in search.words.casefold().split())


async def owned_run(session: Session, learner: str, run_id: str) -> Run:
    """Raises NotFound for a run that is not there, or is somebody else's."""
    run = await queries.run(session, run_id)
    if run is None or run.learner_id != learner:
        raise NotFound(*NO_RUN)
    return run


async def _owned(session: Session, learner: str, kept_id: str) -> KeptRun:
    row = await queries.kept_run(session, kept_id)
    if row is None or row.learner_id != learner:
        raise NotFound(
            "There is nothing kept under this address.", "It may have been let go. The run itself is still among the lab's runs."
        )
    return row


def title(lab: str) -> str:
    """What a lab is called; one that is not here, by its short name."""
    try:
        return instrument(lab).TITLE
    except LabError:
        return lab


def measures(kept: Mapping[str, Any]) -> dict[str, Measure]:
    """As they were kept. Raises ValueError where they are none."""
    return _MEASURES.validate_python(dict(kept))


def stored(result: Result) -> dict[str, Any]:
    return {name: one.model_dump(mode="json") for name, one in result.measures.items()}


async def _result(session: Session, run: Run) -> Result:
    """Of a lab that is not here, or cannot fold these steps any more, nothing."""
    try:
        return concluded(instrument(run.instrument), await steps_of(session, run))
    except LabError:
        return Result(measures={})


def _fresh(learner: str, lab: str) -> dict[str, Any]:
    return {"id": uuid.uuid4().hex, "learner_id": learner, "lab": lab, "created": clock.now()}


def _checked(name: str, note: str) -> tuple[str, str]:
    called, written = " ".join(name.split()), note.strip()
    for what, text, most in (("name", called, LONGEST_NAME), ("note", written, LONGEST_NOTE)):
        if len(text) > most:
            raise BadInput(f"The {what} has {len(text):,} characters; it may have {most:,}.", "Shorten it. Nothing was kept yet.")
        if "\0" in text:
            raise BadInput(f"The {what} holds a sign that cannot be kept.", "Type it again.")
    if not called:
        raise BadInput("What you keep needs a name.", "Type a few words by which you find it again.")
    return called, written


def by_run(rows: Sequence[KeptRun]) -> dict[str, KeptRun]:
    return {row.run_id: row for row in rows if row.run_id}


def day(text: str) -> date | None:
    """A date as a form sends it; None where it is empty or none."""
    try:
        return datetime.strptime(text, "%Y-%m-%d").date() if text else None
    except ValueError:
        return None
