"""The next meeting about a product: a sheet to take along, and what was said there, brought back in."""

from typing import Annotated

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from fluencylab import clock
from fluencylab.actions.workbench import next_meetings, products
from fluencylab.store.tables import Product
from fluencylab.web import attached
from fluencylab.web.app_state import app_state
from fluencylab.web.pages.frame import frame
from fluencylab.web.pages.workbench.next_meeting import chosen, next_meeting_page, sheet_of
from fluencylab.web.render import page
from fluencylab.workbench.meeting_sheet import to_docx, to_markdown

router = APIRouter(prefix="/product/{product_id}/meeting")


@router.get("", tags=["pages"])
async def show(request: Request, product_id: str, concept: str = "", done: str = "") -> HTMLResponse:
    """The sheet for one concept, and what was said in meetings that were held."""
    state = app_state(request)
    shown = await next_meeting_page(state, product_id, concept, done)
    return page(request, "workbench/next_meeting.html", await frame(state, "Your next meeting", "/product"), shown)


@router.post("", tags=["workbench"])
async def keep(
    request: Request,
    product_id: str,
    concept: Annotated[str, Form()] = "",
    by: Annotated[str, Form()] = "",
    notes: Annotated[str, Form()] = "",
    file: Annotated[UploadFile | None, File()] = None,
) -> RedirectResponse:
    """What was said: typed, pasted, or the sheet with what was written into it."""
    state = app_state(request)
    brought = (await file.read(next_meetings.LONGEST * 4)).decode("utf-8-sig", "replace") if file and file.filename else ""
    await next_meetings.keep(state.store, state.learner, product_id, concept, by, "\n".join(filter(None, (notes, brought))))
    return RedirectResponse(f"/product/{product_id}/meeting?concept={chosen(concept).slug}&done=kept#said", 303)


@router.post("/{id}/remove", tags=["workbench"])
async def remove(request: Request, product_id: str, id: str) -> RedirectResponse:
    """Take what was said in one meeting off the product."""
    state = app_state(request)
    await next_meetings.take_off(state.store, state.learner, product_id, id)
    return RedirectResponse(f"/product/{product_id}/meeting#said", 303)


@router.get("/sheet.md", tags=["workbench"])
async def markdown(request: Request, product_id: str, concept: str = "") -> Response:
    """The sheet as Markdown, to be written into."""
    return attached.markdown("meeting", to_markdown(sheet_of(await _owned(request, product_id), chosen(concept))))


@router.get("/sheet.docx", tags=["workbench"])
async def word(request: Request, product_id: str, concept: str = "") -> Response:
    """The sheet as a Word document."""
    return attached.word("meeting", to_docx(sheet_of(await _owned(request, product_id), chosen(concept)), clock.now()))


async def _owned(request: Request, product_id: str) -> Product:
    state = app_state(request)
    async with state.store.read() as session:
        return await products.owned(session, state.learner, product_id)
