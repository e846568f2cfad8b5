"""The documents of a product: the list with a form for more, one to read, and one taken away."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from fluencylab.actions.workbench import documents, products
from fluencylab.web.app_state import app_state
from fluencylab.web.brought_documents import brought
from fluencylab.web.pages.frame import frame
from fluencylab.web.pages.workbench.documents import document_page, documents_page
from fluencylab.web.render import page

router = APIRouter(prefix="/product/{product_id}/documents")


@router.get("", tags=["pages"])
async def show(request: Request, product_id: str, done: str = "") -> HTMLResponse:
    """Every document, and a form to bring in more."""
    state = app_state(request)
    shown = await documents_page(state, product_id, done)
    return page(request, "workbench/documents.html", await frame(state, "Documents", "/product"), shown)


@router.post("", tags=["workbench"])
async def add(request: Request, product_id: str) -> RedirectResponse:
    """Read each file in a process of its own, and keep what they say; nothing, where one of them cannot be read."""
    state = app_state(request)
    async with state.store.read() as session:
        await products.owned(session, state.learner, product_id)
    found, typed = await brought(request)
    kept = await documents.add(state.store, state.learner, product_id, found, bool(typed.get("mask")))
    return RedirectResponse(f"/product/{product_id}/documents?done={'added' if kept.numbers else 'there'}", 303)


@router.get("/{number}", tags=["pages"])
async def read(request: Request, product_id: str, number: int) -> HTMLResponse:
    """One document, as it was read."""
    state = app_state(request)
    shown = await document_page(state, product_id, number)
    return page(request, "workbench/document.html", await frame(state, shown.row.name, "/product"), shown)


@router.post("/{number}/remove", tags=["workbench"])
async def remove(request: Request, product_id: str, number: int) -> RedirectResponse:
    """Take one away that no version looks things up in."""
    state = app_state(request)
    await documents.remove(state.store, state.learner, product_id, number)
    return RedirectResponse(f"/product/{product_id}/documents?done=removed", 303)
