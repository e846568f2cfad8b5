"""A lab: the instrument on the learner's own input."""

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, File, Query, Request, UploadFile
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from fluencylab.actions import keeping, runs
from fluencylab.actions.workbench import lab_runs
from fluencylab.curriculum.schema import Concept
from fluencylab.documents import read as reading
from fluencylab.documents.format import ReadFile, joined
from fluencylab.errors import BadInput, LabError, NotFound
from fluencylab.labs import found, hidden
from fluencylab.packs.full_track import full_track
from fluencylab.web.app_state import AppState, app_state
from fluencylab.web.form import Form, NotRead, received
from fluencylab.web.lab_pages import lab_pages
from fluencylab.web.pages import lab as labs
from fluencylab.web.pages.frame import frame
from fluencylab.web.render import page

router = APIRouter()


@router.get("/labs/{name}", tags=["pages"])
async def show(
    request: Request,
    name: str,
    run: Annotated[list[str], Query(description="Runs on the page, oldest first")] = [],  # noqa: B006
) -> HTMLResponse:
    """The lab's form and its runs. Further parameters fill the form or choose what is seen; each lab has its own."""
    return await _page(request, name, run, request.query_params)


@router.post("/labs/{name}", tags=["runs"])
async def start(request: Request, name: str) -> Response:
    """Start a run and go back to the page that shows it."""
    state = app_state(request)
    _known(name)
    try:
        posted = await received(request)
    except LabError as error:
        if "text/html" not in request.headers.get("accept", ""):
            raise
        return await _page(request, name, [], {}, error.form if isinstance(error, NotRead) else None, error)
    drawn, before = lab_pages()[name], posted.getlist("run")
    try:
        known = await labs.shown(state, name, [*before, posted.get("origin", "")])
        await _keep(state, name, posted)
        started = await _started(state, name, drawn.params(posted, known), posted)
    except LabError as error:
        return await _page(request, name, before, {}, posted, error)
    query = urlencode([*(("run", old) for old in before), ("run", started)])
    return RedirectResponse(f"/labs/{name}?{query}#{drawn.place(posted)}", 303)


async def _started(state: AppState, name: str, params: dict[str, Any], posted: Form) -> str:
    """The run's id. A form that was filled in from a product says which one, and its texts go nowhere without being asked."""
    model, queue = posted.get("model", ""), await state.queue()
    if not (product := posted.get("product", "")):
        return await runs.start_run(state.store, queue, state.learner, name, params, model)
    return await lab_runs.start(state.store, queue, state.learner, name, params, model, product, posted.get("consent", ""))


@router.post("/labs/{name}/keep", tags=["pages"])
async def keep(request: Request, name: str) -> Response:
    """Keep what the form holds for the next visit. A script is told what is kept; a form goes back to its page."""
    _known(name)
    posted = await received(request)
    kept = await _keep(app_state(request), name, posted)
    if "text/html" not in request.headers.get("accept", ""):
        return JSONResponse(kept)
    query = urlencode([(field, value) for field in ("run", "parts") for value in posted.getlist(field)])
    return RedirectResponse(f"/labs/{name}?{query}#lab-form", 303)


async def _keep(state: AppState, name: str, posted: Form) -> dict[str, str]:
    given = lab_pages()[name].keeps(posted)
    return await keeping.keep(state.store, state.learner, name, given) if given else {}


@router.post("/labs/{name}/read", tags=["runs"])
async def read_file(
    request: Request, name: str, file: Annotated[UploadFile, File(description="A document, or several in a ZIP or a mail")]
) -> dict[str, str]:
    """What a file says, for a field that takes documents: its text under its title, and a line about how it was read."""
    _known(name)
    found = await _while_there(request, reading.read_file(file.filename or "", await file.read()))
    return {"text": joined(found.documents), "says": found.says}


async def _while_there(request: Request, work: Coroutine[Any, Any, ReadFile]) -> ReadFile:
    """Given up, and its process ended, once nobody waits for it any more."""
    task = asyncio.create_task(work)
    try:
        while not (await asyncio.wait({task}, timeout=0.5))[0]:
            if await request.is_disconnected():
                raise BadInput("The page that sent this file is gone.", "Choose it again.")
        return await task
    finally:
        task.cancel()
        await asyncio.wait({task})


@router.post("/labs/{name}/plan", tags=["runs"])
async def plan(request: Request, name: str) -> dict[str, str]:
    """What the form as it stands would run: how many calls, about how long."""
    _known(name)
    given = lab_pages()[name].params(await received(request), [])
    return {"says": labs.plan(name, given), "hint": labs.plan_hint(name, given)}


async def _page(
    request: Request,
    name: str,
    shown: Sequence[str],
    query: Mapping[str, str],
    typed: Form | None = None,
    error: LabError | None = None,
) -> HTMLResponse:
    _known(name)
    state, concept = app_state(request), _concept(name)
    title = concept.short if concept and len(concept.labs) == 1 else lab_pages()[name].instrument.TITLE
    framed = await frame(state, f"The lab: {title}", concept.slug if concept else f"/labs/{name}")
    drawn = await labs.lab_page(state, concept, name, shown, query, typed, error, asked=request)
    return page(request, [f"labs/{name}/lab.html", "lab.html"], framed, drawn, status=error.status if error else 200)


def _known(name: str) -> None:
    """Raises NotFound where there is no such lab, with the reason where it is hidden."""
    if name not in found().labs:
        away = hidden(name)
        said = away.told if away else "There is no such lab."
        raise NotFound(said, "Choose from the list. What was measured with a lab that is gone is kept.")


def _concept(name: str) -> Concept | None:
    """The one that names it; a lab of a wheel may have none."""
    return next((concept for concept in full_track().concepts if name in concept.labs), None)
