"""What is kept on a product from the labs, and what of it went where."""

from typing import Annotated
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from fluencylab.actions.workbench import kept_results, sending
from fluencylab.web.app_state import app_state
from fluencylab.web.pages.frame import frame
from fluencylab.web.pages.workbench.kept import sent_page, worked_out
from fluencylab.web.refusal import back
from fluencylab.web.render import page

router = APIRouter(prefix="/product/{product_id}")
Words = Annotated[str, Form()]


@router.post("/keep", tags=["workbench"])
async def keep(
    request: Request, product_id: str, name: Words = "", run: Words = "", measure: Annotated[list[str], Form()] = [],  # noqa: B006
    lab: Words = "", worked: Words = "", view: Words = "",
) -> RedirectResponse:  # fmt: skip
    """Keep the measures of a run that are ticked, or what a lab's page has worked out under this view."""
    state = app_state(request)
    if run:
        await kept_results.keep_run(state.store, state.learner, product_id, run, name, measure)
        return RedirectResponse(f"{back(request, f'/runs/{run}')}#keep", 303)
    query = parse_qsl(view, keep_blank_values=True)
    found = await worked_out(state, lab, query, worked)
    numbers = {key: kept_results.KeptNumber(*number) for key, number in found.numbers.items()}
    said = (name or found.title, found.says, numbers, found.conditions)
    await kept_results.keep_view(state.store, state.learner, product_id, lab, urlencode(query), *said)
    return RedirectResponse(f"/product/{product_id}?done=result#kept", 303)


@router.post("/kept/{kept_id}/remove", tags=["workbench"])
async def remove(request: Request, product_id: str, kept_id: str) -> RedirectResponse:
    """Take it off the product; the run itself stays."""
    state = app_state(request)
    await kept_results.let_go(state.store, state.learner, product_id, kept_id)
    return RedirectResponse(f"/product/{product_id}?done=released#kept", 303)


@router.get("/sent", tags=["pages"])
async def show_sent(request: Request, product_id: str) -> HTMLResponse:
    """What of the product went where: a line for each run, and the machines to which it may go."""
    state = app_state(request)
    shown = await sent_page(state, product_id)
    return page(request, "workbench/sent.html", await frame(state, "What went where", "/product"), shown)


@router.post("/sent/forbid", tags=["workbench"])
async def forbid(request: Request, product_id: str, host: Words = "") -> RedirectResponse:
    """Take the yes to a machine back: it is asked again before anything else goes there."""
    state = app_state(request)
    await sending.forbid(state.store, state.learner, product_id, host)
    return RedirectResponse(f"/product/{product_id}/sent", 303)
