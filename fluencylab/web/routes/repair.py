"""A repair: a bad output, an editor, cases that are seen and cases that are not."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from fluencylab.actions import repairs
from fluencylab.actions.changed import what_changed
from fluencylab.actions.results import goes
from fluencylab.curriculum.repairs import Repair
from fluencylab.errors import LabError
from fluencylab.packs.full_track import full_track
from fluencylab.practice.kinds import REPAIR
from fluencylab.store import queries
from fluencylab.web.app_state import app_state
from fluencylab.web.pages.frame import frame
from fluencylab.web.pages.next_step import following
from fluencylab.web.pages.repair import repair_page
from fluencylab.web.pages.results import beside
from fluencylab.web.render import page

router = APIRouter(prefix=REPAIR.base + "/{slug}")
Typed = Annotated[str, Form()]


@router.get("", tags=["pages"])
async def show(request: Request, slug: str) -> HTMLResponse:
    """The exercise, wherever it was left."""
    return await _page(request, repairs.find(slug))


@router.get("/result", tags=["pages"])
async def result(request: Request, slug: str) -> HTMLResponse:
    """The last hand-in that passed, whatever was tried after it; the exercise where none has."""
    return await _page(request, repairs.find(slug), result=True)


async def _page(
    request: Request, repair: Repair, refused: str | None = None, error: LabError | None = None, result: bool = False
) -> HTMLResponse:
    """`refused`: a prompt that comes back in its box, with the error that says why."""
    state = app_state(request)
    async with state.store.read() as session:
        made = await goes(session, state.learner, REPAIR, repair.slug)
        kept = made.finished if result else None
        going = await (repairs.result_of(session, repair, kept) if kept else repairs.load_attempt(session, state.learner, repair))
        told = made.latest if going.debrief and not (kept and made.newer) else None
        changed = await what_changed(session, state.learner, [told.id] if told else [])
    stands = beside(made, REPAIR.href(repair.slug), kept is not None)
    comes = await following(state, full_track()) if going.passed else None
    drawn = repair_page(repair, going, comes, kept is not None, changed, stands)
    framed = await frame(state, repair.title, "/debug", repair.concept)
    if error is None or refused is None:
        return page(request, "repair.html", framed, drawn)
    return page(request, "repair.html", framed, replace(drawn, prompt=refused, error=str(error)), status=error.status)


@router.get("/draft", tags=["repairs"])
async def drafted(request: Request, slug: str) -> JSONResponse:
    """What is kept, for a tab that comes back to the front."""
    state, repair = app_state(request), repairs.find(slug)
    async with state.store.read() as session:
        kept = await queries.draft(session, state.learner, repairs.name(repair))
    return JSONResponse({"text": kept.text if kept else repair.prompt})


@router.post("/draft", tags=["repairs"])
async def draft(request: Request, slug: str, text: Typed = "") -> JSONResponse:
    """Keep what is being typed."""
    state = app_state(request)
    await repairs.keep(state.store, state.learner, repairs.find(slug), text)
    return JSONResponse({"saved": True, "text": text})


@router.post("/try", tags=["repairs"])
async def attempt(request: Request, slug: str, prompt: Typed = "") -> Response:
    """The visible cases. A prompt that is refused comes back in its box."""
    state, repair = app_state(request), repairs.find(slug)
    try:
        await repairs.attempt_visible(state.store, await state.queue(), state.learner, repair, prompt)
    except LabError as error:
        return await _refused(request, repair, prompt, error)
    return RedirectResponse(f"{REPAIR.href(slug)}#visible", 303)


@router.post("/hand-in", tags=["repairs"])
async def hand_in(request: Request, slug: str, prompt: Typed = "") -> Response:
    """The hidden cases."""
    state, repair = app_state(request), repairs.find(slug)
    try:
        await repairs.hand_in(state.store, await state.queue(), state.learner, repair, prompt)
    except LabError as error:
        return await _refused(request, repair, prompt, error)
    return RedirectResponse(f"{REPAIR.href(slug)}#result", 303)


async def _refused(request: Request, repair: Repair, prompt: str, error: LabError) -> Response:
    if "text/html" not in request.headers.get("accept", ""):
        raise error
    return await _page(request, repair, prompt, error)


@router.post("/again", tags=["repairs"])
async def again(request: Request, slug: str) -> RedirectResponse:
    """Back to the original prompt."""
    state = app_state(request)
    await repairs.again(state.store, state.learner, repairs.find(slug))
    return RedirectResponse(f"{REPAIR.href(slug)}#editor", 303)


@router.post("/hint", tags=["repairs"])
async def hint(request: Request, slug: str) -> RedirectResponse:
    state = app_state(request)
    await repairs.hint(state.store, state.learner, repairs.find(slug))
    return RedirectResponse(f"{REPAIR.href(slug)}#hints", 303)


@router.post("/debrief", tags=["repairs"])
async def debrief(request: Request, slug: str) -> RedirectResponse:
    state = app_state(request)
    await repairs.show_debrief(state.store, state.learner, repairs.find(slug))
    return RedirectResponse(f"{REPAIR.href(slug)}#debrief", 303)
