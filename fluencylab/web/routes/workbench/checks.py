"""Checks of a product: write one, see how well it agrees with what was read, take it away."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from fluencylab.actions.workbench import judging
from fluencylab.web.app_state import app_state
from fluencylab.web.pages.frame import frame
from fluencylab.web.pages.workbench.checks import checks_page
from fluencylab.web.render import page
from fluencylab.workbench.check_lines import rule

router = APIRouter(prefix="/product/{product_id}/checks")
Words = Annotated[str, Form()]


@router.get("", tags=["pages"])
async def show(request: Request, product_id: str, done: str = "", against: str = "") -> HTMLResponse:
    """Every check beside how well it agrees with the learner, or with another reader."""
    state = app_state(request)
    shown = await checks_page(state, product_id, done, against)
    return page(request, "workbench/checks.html", await frame(state, "Checks", "/product"), shown)


@router.post("", tags=["workbench"])
async def add(
    request: Request, product_id: str, kind: Words = "", value: Words = "", mode: Words = "", name: Words = ""
) -> RedirectResponse:
    """A further check."""
    state = app_state(request)
    await judging.add_check(state.store, state.learner, product_id, name, rule(kind, value), mode)
    return RedirectResponse(f"/product/{product_id}/checks?done=kept", 303)


@router.post("/{check_id}/remove", tags=["workbench"])
async def remove(request: Request, product_id: str, check_id: str) -> RedirectResponse:
    """Take a check away."""
    state = app_state(request)
    await judging.remove_check(state.store, state.learner, product_id, check_id)
    return RedirectResponse(f"/product/{product_id}/checks?done=removed", 303)
