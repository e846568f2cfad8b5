"""Failure modes of a product: name one, put notes under it, take it away."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.datastructures import FormData

from fluencylab.actions.workbench import reading
from fluencylab.web.app_state import app_state
from fluencylab.web.pages.frame import frame
from fluencylab.web.pages.workbench.modes import modes_page
from fluencylab.web.render import page
from fluencylab.web.typed import whole

router = APIRouter(prefix="/product/{product_id}/modes")
Words = Annotated[str, Form()]


@router.get("", tags=["pages"])
async def show(request: Request, product_id: str, done: str = "", placed: str = "") -> HTMLResponse:
    """The notes on what fails, side by side, and how often each failure mode is."""
    state = app_state(request)
    shown = await modes_page(state, product_id, done, whole(placed) or 0)
    return page(request, "workbench/modes.html", await frame(state, "What goes wrong", "/product"), shown)


@router.post("", tags=["workbench"])
async def put(request: Request, product_id: str) -> RedirectResponse:
    """Each note where the learner put it."""
    state = app_state(request)
    placed = [(run, seq, mode) for run, seq, mode in _places(await request.form(), "mode-")]
    await reading.sort_notes(state.store, state.learner, product_id, placed)
    return RedirectResponse(f"/product/{product_id}/modes?done=kept", 303)


@router.post("/new", tags=["workbench"])
async def name(request: Request, product_id: str, name: Words = "", what: Words = "") -> RedirectResponse:
    """A further failure mode, with the notes that were ticked."""
    state = app_state(request)
    ticked = [(run, seq) for run, seq, _ in _places(await request.form(), "tick-")]
    placed = await reading.name_notes(state.store, state.learner, product_id, name, what, ticked)
    return RedirectResponse(f"/product/{product_id}/modes?done=named&placed={placed}", 303)


def _places(form: FormData, beginning: str) -> Iterator[tuple[str, int, str]]:
    """Run, output and what was said of it, of each field whose name begins so."""
    for field, said in form.multi_items():
        run, _, number = field.removeprefix(beginning).rpartition("-")
        seq = whole(number)
        if field.startswith(beginning) and run and seq is not None and isinstance(said, str):
            yield run, seq, said


@router.post("/{mode_id}/remove", tags=["workbench"])
async def remove(request: Request, product_id: str, mode_id: str) -> RedirectResponse:
    """Take a failure mode away; its notes stay."""
    state = app_state(request)
    await reading.remove_mode(state.store, state.learner, product_id, mode_id)
    return RedirectResponse(f"/product/{product_id}/modes?done=removed", 303)
