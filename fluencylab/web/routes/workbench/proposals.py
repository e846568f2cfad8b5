"""Proposals about a product: the list with a form for more, the questions of one, each settled, and what is open taken along."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from fluencylab import clock
from fluencylab.actions.workbench import kept_texts, product_proposals, products
from fluencylab.actions.workbench.kept_texts import PROPOSALS
from fluencylab.web import attached
from fluencylab.web.app_state import app_state
from fluencylab.web.brought_documents import brought
from fluencylab.web.pages.frame import frame
from fluencylab.web.pages.workbench.proposals import product_proposal_page, product_proposals_page, questions_of
from fluencylab.web.render import page
from fluencylab.workbench.meeting_sheet import to_docx, to_markdown

router = APIRouter(prefix="/product/{product_id}/proposals")


@router.get("", tags=["pages"])
async def show(request: Request, product_id: str, done: str = "") -> HTMLResponse:
    """Every proposal, and a form to bring in more."""
    state = app_state(request)
    shown = await product_proposals_page(state, product_id, done)
    return page(request, "workbench/proposals.html", await frame(state, "Proposals", "/product"), shown)


@router.post("", tags=["workbench"])
async def add(request: Request, product_id: str) -> RedirectResponse:
    """Read each file in a process of its own, and keep what they say; one proposal leads to its questions."""
    state = app_state(request)
    async with state.store.read() as session:
        await products.owned(session, state.learner, product_id)
    found, _ = await brought(request)
    kept = await kept_texts.add(state.store, state.learner, product_id, PROPOSALS, found)
    base = f"/product/{product_id}/proposals"
    return RedirectResponse(f"{base}/{kept[0]}" if len(kept) == 1 else f"{base}?done=added", 303)


@router.get("/{number}", tags=["pages"])
async def read(request: Request, product_id: str, number: int, done: str = "") -> HTMLResponse:
    """The questions that it raises, leaves out or speaks of."""
    state = app_state(request)
    shown = await product_proposal_page(state, product_id, number, done)
    return page(request, "workbench/proposal.html", await frame(state, shown.proposal.name, "/product"), shown)


@router.post("/{number}/answers/{slug}", tags=["workbench"])
async def settle(
    request: Request,
    product_id: str,
    number: int,
    slug: str,
    state: Annotated[str, Form()] = "",
    note: Annotated[str, Form()] = "",
    by: Annotated[str, Form()] = "",
) -> RedirectResponse:
    """Answered, not for us, to be asked all the same, or open again."""
    app = app_state(request)
    await product_proposals.settle(app.store, app.learner, product_id, number, slug, state, note, by)
    return RedirectResponse(f"/product/{product_id}/proposals/{number}?done=settled#{slug}", 303)


@router.post("/{number}/remove", tags=["workbench"])
async def remove(request: Request, product_id: str, number: int) -> RedirectResponse:
    state = app_state(request)
    await kept_texts.remove(state.store, state.learner, product_id, PROPOSALS, number)
    return RedirectResponse(f"/product/{product_id}/proposals?done=removed", 303)


@router.get("/{number}/questions.md", tags=["workbench"])
async def markdown(request: Request, product_id: str, number: int) -> Response:
    """What is open, as Markdown."""
    return attached.markdown("questions", to_markdown(await questions_of(app_state(request), product_id, number)))


@router.get("/{number}/questions.docx", tags=["workbench"])
async def word(request: Request, product_id: str, number: int) -> Response:
    """What is open, as a Word document."""
    return attached.word("questions", to_docx(await questions_of(app_state(request), product_id, number), clock.now()))
