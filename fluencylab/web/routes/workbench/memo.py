"""The decision memo of a product: written, read, printed, and taken along as Markdown and as a Word document."""

from typing import Annotated

from fastapi import APIRouter, File, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from fluencylab import clock
from fluencylab.actions.workbench import memos
from fluencylab.errors import BadInput
from fluencylab.web import attached
from fluencylab.web.app_state import app_state
from fluencylab.web.pages.frame import frame
from fluencylab.web.pages.workbench.memo import memo_page, memo_read_page
from fluencylab.web.render import page
from fluencylab.workbench.memo import HEADINGS
from fluencylab.workbench.memo_docx import to_docx
from fluencylab.workbench.memo_markdown import from_markdown, to_markdown

router = APIRouter(prefix="/product/{product_id}/memo")


@router.get("", tags=["pages"])
async def show(request: Request, product_id: str, done: str = "") -> HTMLResponse:
    """Its sections, what may stand in them, and what keeps it from being handed on."""
    state = app_state(request)
    shown = await memo_page(state, product_id, done)
    return page(request, "workbench/memo.html", await frame(state, "The memo", "/product"), shown)


@router.post("", tags=["workbench"])
async def keep(request: Request, product_id: str) -> RedirectResponse:
    """Keep what was written."""
    state = app_state(request)
    form = {name: value for name, value in (await request.form()).multi_items() if isinstance(value, str)}
    again = tuple(name.removeprefix("again-") for name in form if name.startswith("again-"))
    sections = {name: form.get(name, "") for name in HEADINGS}
    seen = dict(one.split(":", 1) for one in form.get("seen", "").split(",") if ":" in one)
    both = await memos.keep(state.store, state.learner, product_id, form.get("title", ""), sections, again, seen)
    return RedirectResponse(f"/product/{product_id}/memo?done={'both' if both else 'kept'}#missing", 303)


@router.get("/read", tags=["pages"])
async def read(request: Request, product_id: str) -> HTMLResponse:
    """As it is read, and printed."""
    state = app_state(request)
    shown = await memo_read_page(state, product_id)
    return page(request, "workbench/memo_read.html", await frame(state, shown.title, "/product"), shown)


@router.get("/memo.md", tags=["workbench"])
async def markdown(request: Request, product_id: str) -> Response:
    """As Markdown; refused while a number in it is neither bound nor owned."""
    state = app_state(request)
    async with state.store.read() as session:
        memo, measures = await memos.with_measures(session, state.learner, product_id)
    return attached.markdown("memo", to_markdown(memo, measures))


@router.get("/memo.docx", tags=["workbench"])
async def word(request: Request, product_id: str) -> Response:
    """As a Word document; refused while a number in it is neither bound nor owned."""
    state = app_state(request)
    async with state.store.read() as session:
        memo, measures = await memos.with_measures(session, state.learner, product_id)
    return attached.word("memo", to_docx(memo, measures, clock.now()))


@router.post("/read", tags=["workbench"])
async def bring_back(request: Request, product_id: str, file: Annotated[UploadFile | None, File()] = None) -> RedirectResponse:
    """Read a memo back that was taken along as Markdown."""
    content = await file.read() if file and file.filename else b""
    if not content:
        raise BadInput("No file was chosen, or it is empty.", "Choose the memo.md that you took along.")
    memo = from_markdown(content.decode("utf-8-sig", "replace"))
    state = app_state(request)
    await memos.keep(state.store, state.learner, product_id, memo.title, memo.sections)
    return RedirectResponse(f"/product/{product_id}/memo?done=kept", 303)
