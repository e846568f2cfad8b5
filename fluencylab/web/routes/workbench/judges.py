"""A model as a judge: write one, ask it, watch it; and what is expected of a check before it is shown."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from fluencylab.actions.workbench import foretelling, judges, practice_recorded
from fluencylab.errors import BadInput
from fluencylab.web.app_state import app_state
from fluencylab.web.pages.frame import frame
from fluencylab.web.pages.workbench.judge import judge_page, judging_page
from fluencylab.web.render import page
from fluencylab.web.typed import whole

router = APIRouter(prefix="/product/{product_id}")
Words = Annotated[str, Form()]


@router.get("/judge", tags=["pages"])
async def form(request: Request, product_id: str) -> HTMLResponse:
    """A rubric, and who is asked."""
    state = app_state(request)
    shown = await judge_page(state, product_id)
    return page(request, "workbench/judge.html", await frame(state, "A judge", "/product"), shown)


@router.post("/judge", tags=["workbench"])
async def add(
    request: Request, product_id: str, rubric: Words = "", model: Words = "", mode: Words = "", name: Words = "", bar: Words = "80",
    example: Annotated[list[str] | None, Form()] = None,
) -> RedirectResponse:  # fmt: skip
    """Keep a judge. Nothing is asked yet."""
    state = app_state(request)
    least = whole(bar)
    if least is None:
        raise BadInput("The bar is a share from 50 to 99 %.", "80 % is usual.")
    check = await judges.add_judge(
        state.store, state.learner, product_id, rubric, model, name=name, mode=mode, examples=_places(example or []), bar=least
    )
    return RedirectResponse(f"/product/{product_id}/checks?done=judge#check-{check}", 303)


def _places(typed: list[str]) -> list[tuple[str, int]]:
    found = []
    for one in typed:
        run, _, number = one.rpartition("/")
        seq = whole(number)
        if not run or seq is None:
            raise BadInput("An example is an output that you have read.", "Choose examples from the list.")
        found.append((run, seq))
    return found


@router.post("/checks/recorded", tags=["workbench"])
async def recorded(request: Request, product_id: str) -> RedirectResponse:
    """The judge that is recorded of the practice product."""
    state = app_state(request)
    check = await practice_recorded.record_judge(state.store, state.learner, product_id)
    return RedirectResponse(f"/product/{product_id}/checks?done=recorded#check-{check}", 303)


@router.post("/checks/{check_id}/ask", tags=["workbench"])
async def ask(request: Request, product_id: str, check_id: str, which: Words = "all", consent: Words = "") -> RedirectResponse:
    """Ask it about outputs that it has said nothing of."""
    state = app_state(request)
    run = await judges.start(state.store, await state.queue(), state.learner, product_id, check_id, which, consent)
    return RedirectResponse(f"/product/{product_id}/judging/{run}", 303)


@router.post("/checks/{check_id}/expect", tags=["workbench"])
async def expect(request: Request, product_id: str, check_id: str) -> RedirectResponse:
    """Say what is expected of a check, once, before it is shown how it agrees."""
    state = app_state(request)
    typed = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    passes, fails = (whole(typed.get(f"{side}-{check_id}", "")) for side in ("passes", "fails"))
    await foretelling.foretell(state.store, state.learner, product_id, check_id, passes, fails, whole(typed.get("certainty", "")))
    against = f"&against={quote(typed['against'], safe='')}" if typed.get("against") else ""
    return RedirectResponse(f"/product/{product_id}/checks?done=foretold{against}#check-{check_id}", 303)


@router.get("/judging/{run_id}", tags=["pages"])
async def judging(request: Request, product_id: str, run_id: str) -> HTMLResponse:
    """A judge at work: live while it is asked, then where its verdicts stand."""
    state = app_state(request)
    shown = await judging_page(state, product_id, run_id)
    return page(request, "workbench/judging.html", await frame(state, "A judge", "/product"), shown)
