"""A run that is taken along, kept or compared: its outcome, and what can be done with it from its page."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import Request

from fluencylab.actions import kept
from fluencylab.errors import BadInput
from fluencylab.labs import found
from fluencylab.results.meeting import note
from fluencylab.results.outcome import Outcome
from fluencylab.runs.feed import ENDED
from fluencylab.store import queries
from fluencylab.store.tables import KeptRun, Run
from fluencylab.text.written import moment
from fluencylab.web.app_state import AppState
from fluencylab.web.lab_page import Sheet
from fluencylab.web.pages.keep_on import KeepOn, keep_on
from fluencylab.web.pages.sheet import load, sheet

LISTED = 12
"""Runs that a lab's page lists."""


@dataclass(frozen=True)
class RunActs:
    """Context of `components/run_acts.html`. `suggested`: its name unless another is typed.

    `changed`: what it said when it was kept, where it is counted otherwise now.
    """

    run_id: str
    kept_id: str
    name: str
    note: str
    suggested: str
    meeting: str
    changed: str
    made: str
    charts: bool
    says: str
    conditions: str
    on: KeepOn | None


@dataclass(frozen=True)
class ListedRun:
    """A run in a list: what it is called, what it said, when it was made."""

    id: str
    name: str
    says: str
    made: str
    status: str
    kept: bool
    href: str


async def load_outcome(state: AppState, run_id: str) -> Outcome:
    """Raises NotFound, or BadInput while the run is under way."""
    run, steps = await load(state, run_id)
    if run.status not in ENDED:
        raise BadInput("This run is still under way.", "Take it along when it has ended, or stop it first.")
    return outcome(sheet(run, steps), await _kept(state, run_id))


def outcome(drawn: Sheet, row: KeptRun | None) -> Outcome:
    run, called = drawn.run, kept.title(drawn.run.instrument)
    return Outcome(
        run=run,
        steps=drawn.steps,
        result=drawn.result.model_copy(update={"says": drawn.says}),
        title=called,
        conditions=drawn.conditions,
        name=row.name if row else f"{called}, {moment(run.created)}",
        note=row.note if row else "",
    )


async def _kept(state: AppState, run_id: str) -> KeptRun | None:
    async with state.store.read() as session:
        return await queries.kept_of_run(session, run_id)


async def run_acts(state: AppState, request: Request, drawn: Sheet) -> RunActs | None:
    """What can be done with a run; nothing while it is under way."""
    if not drawn.ended:
        return None
    row = await _kept(state, drawn.run.id)
    of = outcome(drawn, row)
    return RunActs(
        run_id=drawn.run.id,
        kept_id=row.id if row else "",
        name=row.name if row else "",
        note=row.note if row else "",
        suggested=of.name,
        meeting=note(of, address(request, drawn.run.id)),
        changed=_changed(row, of),
        made=moment(drawn.run.created),
        charts=bool(drawn.charts),
        says=drawn.says,
        conditions=drawn.conditions,
        on=await keep_on(state, drawn),
    )


def where_made(run: Run) -> str:
    """The page that opens a run and makes another one like it: its lab's, or where first calls are made; "" where only an exercise does."""
    if run.instrument in found().labs:
        return f"/labs/{run.instrument}?run={run.id}"
    return "/first-call" if run.instrument == "call" else ""


def address(request: Request, run_id: str) -> str:
    """The link that opens a run again on this machine."""
    return f"{str(request.base_url).rstrip('/')}/runs/{run_id}"


def _changed(row: KeptRun | None, now: Outcome) -> str:
    """What a run said when it was kept, where today's lab makes something else of the same answers."""
    if row is None or row.measures == kept.stored(now.result):
        return ""
    return f"When it was kept, this run said: “{row.says}”" if row.says else "When it was kept, this run was counted otherwise."


async def listed(state: AppState, lab: str, but: Sequence[str] = ()) -> list[ListedRun]:
    """The last runs of a lab, and all of it that are kept, the latest first."""
    async with state.store.read() as session:
        rows = await queries.kept_runs(session, state.learner, lab)
        by_run = kept.by_run(rows)
        last = list(await queries.ended_runs(session, state.learner, lab, LISTED))
        there = {run.id for run in last}
        further = [await queries.run(session, run_id) for run_id in by_run if run_id not in there]
    runs = sorted([*last, *(run for run in further if run)], key=lambda run: run.created, reverse=True)
    return [_listed(run, by_run.get(run.id)) for run in runs if run.id not in but]


def _listed(run: Run, row: KeptRun | None) -> ListedRun:
    return ListedRun(
        id=run.id,
        name=row.name if row else "",
        says=row.says if row else "",
        made=moment(run.created),
        status={"cancelled": "stopped", "failed": "could not go on"}.get(run.status, ""),
        kept=row is not None,
        href=f"/runs/{run.id}",
    )
