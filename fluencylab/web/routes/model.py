"""The models: which there are, to use one, to test it again, to remove it; and the line over every page that says how the one in use is."""

import asyncio
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from fluencylab.actions import endpoints, graders
from fluencylab.models import catalogue
from fluencylab.web.access import only_at_this_machine
from fluencylab.web.app_state import app_state
from fluencylab.web.pages.frame import ModelStrip, frame, strip
from fluencylab.web.pages.grader import grader_page
from fluencylab.web.pages.model import CHANGED, REMOVED, USED, model_page, remove_page
from fluencylab.web.refusal import back
from fluencylab.web.render import page

router = APIRouter()
DONE = {"used": USED, "removed": REMOVED, "changed": CHANGED}


@dataclass(frozen=True)
class StripAlone:
    model: ModelStrip


@router.get("/model", tags=["pages"])
async def show(request: Request, done: str = "", name: str = "") -> HTMLResponse:
    """Every model there is. `done` and `name`: what was just done, and to which."""
    state = app_state(request)
    says = DONE[done].format(name[:200]) if done in DONE and name else ""
    shown = await asyncio.to_thread(model_page, state.tests, says, only_at_this_machine(request))
    return page(request, "model.html", await frame(state, "The model"), shown)


@router.get("/model/strip", tags=["pages"])
async def model_strip(request: Request) -> HTMLResponse:
    """The line over every page, alone; a page asks for it while the model is being made ready."""
    return page(request, "components/model_strip.html", StripAlone(strip(app_state(request))))


@router.post("/model/{slug}/use", tags=["model"])
async def use(slug: str) -> RedirectResponse:
    """Let it answer from now on. Runs that are under way stay with the model they began with."""
    await asyncio.to_thread(endpoints.entry, slug)
    entry = await asyncio.to_thread(catalogue.use, slug)
    return RedirectResponse(f"/model?done=used&name={quote(entry.name)}", 303)


@router.post("/model/{slug}/test", tags=["model"])
async def test(request: Request, slug: str) -> RedirectResponse:
    """Ask it again what it can do."""
    entry = await asyncio.to_thread(endpoints.entry, slug)
    started = app_state(request).tests.start(entry, "again")
    return RedirectResponse(f"/model-tests/{started.id}", 303)


@router.get("/model/{slug}/remove", tags=["pages"])
async def ask_to_remove(request: Request, slug: str) -> HTMLResponse:
    """What goes with it, and what stays."""
    only_at_this_machine(request, refuse=True)
    state = app_state(request)
    entry = await asyncio.to_thread(endpoints.entry, slug)
    left = await endpoints.stays(state.store, state.learner, slug)
    shown = await asyncio.to_thread(remove_page, entry, catalogue.current().slug, left, state.tests)
    return page(request, "model_remove.html", await frame(state, f"Remove {entry.name}"), shown)


@router.post("/model/{slug}/remove", tags=["model"])
async def remove(request: Request, slug: str, key_too: Annotated[str, Form()] = "") -> RedirectResponse:
    """Stop what runs on it, and forget it. What was measured on it stays, with its name."""
    only_at_this_machine(request, refuse=True)
    state = app_state(request)
    if going := state.tests.running(slug):
        await state.tests.stop(going.id)
    gone = await endpoints.remove(state.store, state.learner, slug, key_too=key_too == "yes")
    return RedirectResponse(f"/model?done=removed&name={quote(gone.name)}", 303)


@router.get("/model/{slug}/grader", tags=["pages"])
async def show_grader(request: Request, slug: str) -> HTMLResponse:
    """A model as a grader: its test, while it runs and afterwards, held against the gate."""
    state = app_state(request)
    found = await graders.standing(state.store, state.learner, slug)
    return page(request, "grader.html", await frame(state, f"{found.entry.name} as a grader"), grader_page(found))


@router.post("/model/{slug}/grader", tags=["model"])
async def test_grader(request: Request, slug: str, sample: Annotated[int, Form(ge=0, le=300)] = 0) -> RedirectResponse:
    """Test it: on all marked answers and attacks, or on a sample."""
    state = app_state(request)
    await graders.start(state.store, await state.queue(), state.learner, slug, sample)
    return RedirectResponse(f"/model/{quote(slug)}/grader", 303)


@router.post("/model/reset", tags=["model"])
async def reset(request: Request) -> RedirectResponse:
    """Set a list of models that cannot be read aside, and go on with the default model. One that can be read stays."""
    await asyncio.to_thread(catalogue.set_aside)
    app_state(request).standby.retry()
    return RedirectResponse("/model", 303)


@router.post("/model/retry", tags=["model"])
async def retry(request: Request) -> RedirectResponse:
    """Fetch or start the model again, after what was wrong has been mended."""
    app_state(request).standby.retry()
    return RedirectResponse(back(request, "/model"), 303)
