"""Your product: the first page, a new one, what it is for, which one is current, and the end of one."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from fluencylab.actions.workbench import practice as workbench_practice
from fluencylab.actions.workbench import products
from fluencylab.errors import BadInput
from fluencylab.web.app_state import app_state
from fluencylab.web.pages.frame import frame
from fluencylab.web.pages.workbench.overview import product_page, welcome_page
from fluencylab.web.render import page
from fluencylab.web.typed import amount, whole

router = APIRouter(prefix="/product")
Words = Annotated[str, Form()]
WORD = "delete"
"""To be typed before a product is deleted."""


@router.get("", tags=["pages"], response_model=None)
async def first(request: Request, done: str = "") -> HTMLResponse | RedirectResponse:
    """The current product; where there is none, what this is good for and how to begin."""
    state = app_state(request)
    async with state.store.read() as session:
        found = await products.current(session, state.learner)
    if found is not None:
        return RedirectResponse(f"/product/{found.id}" + (f"?done={done}" if done.isalpha() else ""), 303)
    return page(request, "workbench/welcome.html", await frame(state, "Your product", "/product"), await welcome_page(state, done))


@router.get("/new", tags=["pages"])
async def another(request: Request) -> HTMLResponse:
    """How to begin with another product."""
    state = app_state(request)
    return page(request, "workbench/welcome.html", await frame(state, "A new product", "/product"), await welcome_page(state, ""))


@router.post("/new", tags=["workbench"])
async def make(request: Request, name: Words = "") -> RedirectResponse:
    """A new product under a name; cases come next."""
    state = app_state(request)
    made = await products.make(state.store, state.learner, name)
    return RedirectResponse(f"/product/{made}/bring-in?done=made", 303)


@router.post("/practice", tags=["workbench"])
async def practice(request: Request) -> RedirectResponse:
    """The practice product, set up as one's own would be."""
    state = app_state(request)
    made = await workbench_practice.begin(state.store, state.learner)
    return RedirectResponse(f"/product/{made}", 303)


@router.get("/{product_id}", tags=["pages"])
async def show(request: Request, product_id: str, done: str = "", kept: str = "", doubled: str = "") -> HTMLResponse:
    """A product: how far it has come, and what is next. `kept`, `doubled`: how many cases were just brought in, and stood there already."""
    state = app_state(request)
    shown = await product_page(state, product_id, done, (whole(kept) or 0, whole(doubled) or 0))
    return page(request, "workbench/product.html", await frame(state, shown.product.name, "/product"), shown)


@router.post("/{product_id}/choose", tags=["workbench"])
async def choose(request: Request, product_id: str) -> RedirectResponse:
    """Make it the current one."""
    state = app_state(request)
    await products.choose(state.store, state.learner, product_id)
    return RedirectResponse(f"/product/{product_id}?done=chosen", 303)


@router.post("/{product_id}/describe", tags=["workbench"])
async def describe(
    request: Request, product_id: str, name: Words = "", purpose: Words = "", never: Words = "", volume: Words = "", price_in: Words = "",
    price_out: Words = "",
) -> RedirectResponse:  # fmt: skip
    """What it is called, what it is for, what must never happen, what it costs."""
    state = app_state(request)
    numbers = (int(_number(volume)), _number(price_in), _number(price_out))
    await products.describe(state.store, state.learner, product_id, name, purpose, never, *numbers)
    return RedirectResponse(f"/product/{product_id}?done=described", 303)


@router.post("/{product_id}/delete", tags=["workbench"])
async def delete(request: Request, product_id: str, confirm: Words = "") -> RedirectResponse:
    """With everything that belongs to it, once the word was typed."""
    if confirm.strip().lower() != WORD:
        raise BadInput(f"Nothing was deleted: the word “{WORD}” was not typed.", "Type it if you mean it.")
    state = app_state(request)
    await products.remove(state.store, state.learner, product_id)
    return RedirectResponse("/product?done=deleted", 303)


def _number(typed: str) -> float:
    found = amount(typed)
    if found is None:
        raise BadInput(f"“{typed[:40]}” is not a number.", "Write it in figures, such as 50000 or 0.15, or leave the field empty.")
    return found
