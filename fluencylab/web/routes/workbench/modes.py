"""Failure modes of a product: name one, put notes under it, take it away."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from fluencylab.actions.workbench import reading
from fluencylab.web.app_state import app_state
from fluencylab.web.pages.frame import frame
from fluencylab.web.pages.workbench.modes import modes_page
from fluencylab.web.render import page
from fluencylab.web.typed import whole

router = APIRouter(prefix="/product/{product_id}/modes")
Words = Annotated[str, Form()]


@router.get("", tags=["pages"])
async def show(request: Request, product_id: str, done: str = "") -> HTMLResponse:
    """The notes on what fails, side by side, and how often each failure mode is."""
    state = app_state(request)
    shown = await modes_page(state, product_id, done)
    return page(request, "workbench/modes.html", await frame(state, "What goes wrong", "/product"), shown)


@router.post("", tags=["workbench"])
async def put(request: Request, product_id: str) -> RedirectResponse:
    """Each note where the learner put it."""
    state = app_state(request)
    placed = list[tuple[str, int, str]]()
    for name, mode in (await request.form()).items():
        _, _, place = name.partition("mode-")
        run, _, number = place.rpartition("-")
        seq = whole(number)
        if run and seq is not None and isinstance(mode, str):
            placed.append((run, seq, mode))
    await reading.sort_notes(state.store, state.learner, product_id, placed)
    return RedirectResponse(f"/product/{product_id}/modes?done=kept", 303)


@router.post("/new", tags=["workbench"])
async def name(request: Request, product_id: str, name: Words = "", what: Words = "") -> RedirectResponse:
    """A further failure mode."""
    state = app_state(request)
    await reading.name_mode(state.store, state.learner, product_id, name, what)
    return RedirectResponse(f"/product/{product_id}/modes?done=named#notes", 303)


@router.post("/{mode_id}/remove", tags=["workbench"])
async def remove(request: Request, product_id: str, mode_id: str) -> RedirectResponse:
    """Take a failure mode away; its notes stay."""
    state = app_state(request)
    await reading.remove_mode(state.store, state.learner, product_id, mode_id)
    return RedirectResponse(f"/product/{product_id}/modes?done=removed", 303)
