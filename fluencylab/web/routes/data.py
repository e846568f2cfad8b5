"""Your data: take it along, bring it back, delete it."""

from typing import Annotated

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from fluencylab import clock
from fluencylab.actions import data
from fluencylab.errors import BadInput
from fluencylab.settings import settings
from fluencylab.web.app_state import app_state
from fluencylab.web.pages.data import WORD, data_page
from fluencylab.web.pages.frame import frame
from fluencylab.web.pages.sheet import readable
from fluencylab.web.render import page

router = APIRouter(prefix="/data")


@router.get("", tags=["pages"])
async def show(request: Request, done: str = "") -> HTMLResponse:
    """What is kept, and the three things that can be done with it."""
    state = app_state(request)
    return page(request, "data.html", await frame(state, "Your data"), await data_page(state, done))


@router.get("/export", tags=["data"])
async def export(request: Request) -> Response:
    """Everything you did, as one JSON to keep."""
    state = app_state(request)
    name = f"fluency-lab-{clock.now():%Y-%m-%d}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(await data.export(state.store, state.learner), media_type="application/json", headers=headers)


@router.post("/restore", tags=["data"])
async def restore(request: Request, file: Annotated[UploadFile, File()], replace: Annotated[str, Form()] = "") -> RedirectResponse:
    """Bring a file back; with `replace` in the place of what is here."""
    state = app_state(request)
    with data.one_restore():
        content = await file.read()
        if not content:
            raise BadInput("No file was chosen, or it is empty.", "Choose the file, then press the button again.")
        await data.restore(state.store, state.learner, content, bool(replace), readable)
    return RedirectResponse("/data?done=restored", 303)


@router.post("/delete", tags=["data"])
async def delete(request: Request, confirm: Annotated[str, Form()] = "") -> RedirectResponse:
    """Delete everything of the learner, once the word was typed."""
    state = app_state(request)
    if confirm.strip().lower() != WORD:
        raise BadInput(f"Nothing was deleted: the word “{WORD}” was not typed.", "Type it if you mean it.")
    await data.delete_everything(state.store, state.learner, settings().data)
    return RedirectResponse("/data?done=deleted", 303, {"Clear-Site-Data": '"cache"'})  # pages that the browser kept say what was there
