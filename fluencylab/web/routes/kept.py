"""Kept runs: keep one, find it again, give it another name or note, take it off the list."""

from typing import Annotated
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from fluencylab.actions import kept
from fluencylab.errors import NotFound
from fluencylab.labs import found
from fluencylab.web.app_state import app_state
from fluencylab.web.pages.frame import frame
from fluencylab.web.pages.kept import kept_page
from fluencylab.web.refusal import back
from fluencylab.web.render import page

router = APIRouter()
Words = Annotated[str, Form()]


@router.get("/kept", tags=["pages"])
async def show(request: Request, q: str = "", lab: str = "", since: str = "", until: str = "", done: str = "") -> HTMLResponse:
    """What was kept, over all labs; narrowed by words, by lab and by day."""
    state = app_state(request)
    search = kept.Search(q.strip()[:200], lab[:64], kept.day(since), kept.day(until))
    return page(request, "kept.html", await frame(state, "Kept runs", "/kept"), await kept_page(state, search, done))


@router.post("/runs/{run_id}/keep", tags=["runs"])
async def keep(request: Request, run_id: str, name: Words = "", note: Words = "") -> RedirectResponse:
    """Keep a run under a name, or give the kept one another name and note."""
    state = app_state(request)
    await kept.keep(state.store, state.learner, run_id, name, note)
    return RedirectResponse(f"{back(request, f'/runs/{run_id}')}#keep", 303)


@router.post("/labs/{name}/keep-view", tags=["runs"])
async def keep_view(request: Request, name: str, view: Words, says: Words = "", called: Words = "", note: Words = "") -> RedirectResponse:
    """Keep a view of a lab that needs no run, by the fields of its form."""
    if name not in found().labs:
        raise NotFound("There is no such lab.", "Choose from the list.")
    state = app_state(request)
    fields = urlencode(parse_qsl(view, keep_blank_values=True))
    await kept.keep_view(state.store, state.learner, name, fields, says[:2_000], called, note)
    return RedirectResponse("/kept?done=kept", 303)


@router.post("/kept/{kept_id}", tags=["runs"])
async def change(request: Request, kept_id: str, name: Words = "", note: Words = "") -> RedirectResponse:
    """Another name and note."""
    state = app_state(request)
    await kept.change(state.store, state.learner, kept_id, name, note)
    return RedirectResponse("/kept?done=changed", 303)


@router.post("/kept/{kept_id}/remove", tags=["runs"])
async def remove(request: Request, kept_id: str) -> RedirectResponse:
    """Take it off the list; the run itself stays."""
    state = app_state(request)
    await kept.let_go(state.store, state.learner, kept_id)
    return RedirectResponse("/kept?done=removed", 303)
