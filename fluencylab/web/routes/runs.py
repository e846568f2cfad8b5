"""Runs over the wire: start one, watch it, stop it, see its sheet."""

from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response, StreamingResponse
from pydantic import BaseModel

from fluencylab.actions import kept, runs
from fluencylab.instruments.base import Step
from fluencylab.runs.feed import state
from fluencylab.store.tables import Run
from fluencylab.text.written import moment
from fluencylab.web import sse
from fluencylab.web.app_state import app_state
from fluencylab.web.lab_page import Sheet
from fluencylab.web.pages import sheet as sheets
from fluencylab.web.pages.frame import frame
from fluencylab.web.pages.outcome import RunActs, run_acts, where_made
from fluencylab.web.pages.workbench.evaluation_run import INSTRUMENT, evaluation_run
from fluencylab.web.refusal import back
from fluencylab.web.render import page

router = APIRouter()
MOST = 999_999_999
"""A greater number no step has."""


class RunRequest(BaseModel):
    """Which lab to run, and its parameters as the lab's form has them."""

    instrument: str
    params: dict[str, Any] = {}


@dataclass(frozen=True)
class SheetAlone:
    sheet: Sheet


@dataclass(frozen=True)
class RunPage(SheetAlone):
    """Context of `run.html`. `prompt`: where the run has one for all its calls. `lab`: the page that opens it, or empty."""

    prompt: str
    acts: RunActs | None
    title: str
    made: str
    lab: str


class Started(BaseModel):
    id: str
    events: str
    sheet: str


@router.post("/runs", status_code=201, tags=["runs"])
async def start(request: Request, asked: RunRequest) -> Started:
    """Queue a run. Follow `events` to watch it."""
    state = app_state(request)
    run_id = await runs.start_run(state.store, await state.queue(), state.learner, asked.instrument, asked.params)
    return Started(id=run_id, events=f"/runs/{run_id}/events", sheet=f"/runs/{run_id}/sheet")


@router.get("/runs/{run_id}", tags=["runs"])
async def show(request: Request, run_id: str) -> Response:
    """A run and all it has measured: as a page for a browser, as JSON for a program."""
    lab = app_state(request)
    run, steps = await sheets.load(lab, run_id)
    if "text/html" in request.headers.get("accept", ""):
        drawn = whole(request, run, steps)
        params = drawn.params if isinstance(drawn.params, dict) else vars(drawn.params)
        acts, title = await run_acts(lab, request, drawn), kept.title(run.instrument)
        shown = RunPage(
            drawn, params.get("prompt", ""), acts, acts.name if acts and acts.name else title, moment(run.created), where_made(run)
        )
        return page(request, "run.html", await frame(lab, f"A run: {title}"), shown)
    drawn = sheets.sheet(run, steps)
    body = {
        "id": run.id,
        "instrument": run.instrument,
        **state(run, len(steps)),
        "facts": drawn.result.facts(),
        "measures": {name: measure.model_dump() for name, measure in drawn.result.measures.items()},
        "says": drawn.says,
        "conditions": drawn.conditions,
        "steps": [{"seq": seq, "kind": step.kind, **step.data} for seq, step in enumerate(steps, start=1)],
    }
    if drawn.trouble:
        body["trouble"] = str(drawn.trouble)
    return JSONResponse(body)


@router.get("/runs/{run_id}/events", tags=["runs"], response_class=StreamingResponse)
async def events(
    request: Request, run_id: str, after: Annotated[int, Query(ge=0, le=MOST)] = 0, last_event_id: Annotated[str | None, Header()] = None
) -> StreamingResponse:
    """Server-sent events: `step` (with an id), `partial`, `state`, `end`. Send `Last-Event-ID` to go on where you were.

    `after`: the number of a step; those up to it do not come.
    """
    state = app_state(request)
    seen = sse.last_seen(last_event_id) or after
    await sheets.owned(state, run_id)
    return sse.stream(state.feed.watch(run_id, seen))


@router.get("/runs/{run_id}/sheet", tags=["pages"])
async def sheet(request: Request, run_id: str) -> HTMLResponse:
    """The run's sheet alone, for a page that shows it live."""
    state = app_state(request)
    if (await sheets.owned(state, run_id)).instrument == INSTRUMENT:
        return page(request, "sheets/sheet.html", SheetAlone((await evaluation_run(state, run_id)).sheet))
    run, steps = await sheets.load(state, run_id)
    return page(request, "sheets/sheet.html", SheetAlone(whole(request, run, steps)))


@router.post("/runs/{run_id}/cancel", tags=["runs"])
async def cancel(request: Request, run_id: str) -> RedirectResponse:
    """Ask a run to stop; what it measured is kept."""
    state = app_state(request)
    await sheets.owned(state, run_id)
    await runs.cancel_run(state.store, run_id)
    return RedirectResponse(back(request, f"/runs/{run_id}"), 303)


def whole(request: Request, run: Run, steps: list[Step]) -> Sheet:
    drawn = sheets.sheet(run, steps)
    if run.instrument != "call":
        return drawn
    return replace(drawn, call=sheets.one_call(steps, app_state(request).standby.target()))
