"""The model in use: how it is, what it can do, and a way to try again."""

import asyncio
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from fluencylab.actions import graders
from fluencylab.models import catalogue
from fluencylab.models.in_force import abilities, habits
from fluencylab.web.app_state import app_state
from fluencylab.web.pages.frame import ModelStrip, frame, strip
from fluencylab.web.pages.grader import KnownGrader, grader_page, standings
from fluencylab.web.render import page
from fluencylab.web.routes.runs import back

router = APIRouter()


@dataclass(frozen=True)
class ModelPage:
    """Context of `model.html`. `table`: each model's name, kind, window, and whether it is in use.

    `found`: of each endpoint, what was found, a sentence each.
    """

    table: list[list[str]]
    found: list[tuple[str, list[str]]]
    graders: list[KnownGrader]


@dataclass(frozen=True)
class StripAlone:
    model: ModelStrip


@router.get("/model", tags=["pages"])
async def show(request: Request) -> HTMLResponse:
    state = app_state(request)
    now = catalogue.current().slug
    table = [
        [entry.name, entry.kind, f"{entry.window:,}" if entry.window else "not known", "yes" if entry.slug == now else ""]
        for entry in catalogue.models()
    ]
    endpoints = [entry for entry in catalogue.models() if not entry.local]
    found = [(entry.name, [abilities(entry.abilities), *habits(entry.abilities)]) for entry in endpoints]
    return page(request, "model.html", await frame(state, "The model"), ModelPage(table, found, standings()))


@router.get("/model/strip", tags=["pages"])
async def model_strip(request: Request) -> HTMLResponse:
    """The line over every page, alone; a page asks for it while the model is being made ready."""
    return page(request, "components/model_strip.html", StripAlone(strip(app_state(request))))


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
