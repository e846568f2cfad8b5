"""The cards of models on a product: the list with a form for more, what one says, and one taken away."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from fluencylab.actions.workbench import kept_texts, products
from fluencylab.actions.workbench.kept_texts import CARDS
from fluencylab.web.app_state import app_state
from fluencylab.web.brought_documents import brought
from fluencylab.web.pages.frame import frame
from fluencylab.web.pages.workbench.model_cards import product_card_page, product_cards_page
from fluencylab.web.render import page

router = APIRouter(prefix="/product/{product_id}/cards")


@router.get("", tags=["pages"])
async def show(request: Request, product_id: str, done: str = "") -> HTMLResponse:
    """Every card, and a form to bring in more."""
    state = app_state(request)
    shown = await product_cards_page(state, product_id, done)
    return page(request, "workbench/model_cards.html", await frame(state, "Model cards", "/product"), shown)


@router.post("", tags=["workbench"])
async def add(request: Request, product_id: str) -> RedirectResponse:
    """Read each file in a process of its own, and keep what they say; one card leads to what it says."""
    state = app_state(request)
    async with state.store.read() as session:
        await products.owned(session, state.learner, product_id)
    found, _ = await brought(request)
    kept = await kept_texts.add(state.store, state.learner, product_id, CARDS, found)
    base = f"/product/{product_id}/cards"
    return RedirectResponse(f"{base}/{kept[0]}" if len(kept) == 1 else f"{base}?done=added", 303)


@router.get("/{number}", tags=["pages"])
async def read(request: Request, product_id: str, number: int) -> HTMLResponse:
    """What it says on ten things, and what to ask."""
    state = app_state(request)
    shown = await product_card_page(state, product_id, number)
    return page(request, "workbench/model_card.html", await frame(state, shown.card.name, "/product"), shown)


@router.post("/{number}/remove", tags=["workbench"])
async def remove(request: Request, product_id: str, number: int) -> RedirectResponse:
    state = app_state(request)
    await kept_texts.remove(state.store, state.learner, product_id, CARDS, number)
    return RedirectResponse(f"/product/{product_id}/cards?done=removed", 303)
