"""Run a version of a product on its cases, watch it, and read what came out."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from fluencylab.actions.workbench import better, evaluations, labelling, reading
from fluencylab.errors import BadInput
from fluencylab.web.app_state import app_state
from fluencylab.web.pages.frame import frame
from fluencylab.web.pages.workbench.evaluate import Foretold, evaluate_page, evaluation_page
from fluencylab.web.pages.workbench.read import read_page
from fluencylab.web.render import page
from fluencylab.web.typed import percent, whole

router = APIRouter(prefix="/product/{product_id}")
Words = Annotated[str, Form()]


@router.get("/evaluate", tags=["pages"])
async def form(
    request: Request, product_id: str, version: int | None = None, part: str = "open", draws: int = 1, expected: str = "",
    certainty: str = "", changed: bool = False,
) -> HTMLResponse:  # fmt: skip
    """What to run, what it takes, and what is expected of it. `changed`: something else was chosen than the button spoke of."""
    state = app_state(request)
    foretold = Foretold(percent(expected), whole(certainty))
    shown = await evaluate_page(state, product_id, version, part, draws, foretold, changed)
    return page(request, "workbench/evaluate.html", await frame(state, "Expect, and run", "/product"), shown)


@router.post("/evaluate", tags=["workbench"])
async def start(
    request: Request, product_id: str, version: Annotated[int, Form()], part: Words = "open", draws: Annotated[int, Form()] = 1,
    expected: Words = "", certainty: Words = "", anew: Annotated[bool, Form()] = False, consent: Words = "",
    shown: Words = "",
) -> RedirectResponse:  # fmt: skip
    """Commit to a share, and run. `anew`: what an earlier evaluation asked is asked again. `shown`: what the button spoke of."""
    state = app_state(request)
    if shown and shown != f"{version}|{part}|{draws}":
        chosen = {"version": version, "part": part, "draws": draws, "expected": expected, "certainty": certainty, "changed": 1}
        return RedirectResponse(f"/product/{product_id}/evaluate?{urlencode(chosen)}", 303)
    queue = await state.queue()
    share, sure = percent(expected), whole(certainty)
    run = await evaluations.start(state.store, queue, state.learner, product_id, version, part, draws, share, sure, anew, consent)
    return RedirectResponse(f"/product/{product_id}/evaluations/{run}", 303)


@router.post("/evaluations/{run_id}/go-on", tags=["workbench"])
async def go_on(request: Request, product_id: str, run_id: str) -> RedirectResponse:
    """Make the calls that a stopped or broken-off evaluation has not made."""
    state = app_state(request)
    await evaluations.go_on(state.store, await state.queue(), state.learner, product_id, run_id)
    return RedirectResponse(f"/product/{product_id}/evaluations/{run_id}", 303)


@router.get("/evaluations/{run_id}", tags=["pages"])
async def show(request: Request, product_id: str, run_id: str) -> HTMLResponse:
    """One evaluation: live while it runs, then what to do with it."""
    state = app_state(request)
    shown = await evaluation_page(state, product_id, run_id)
    return page(request, "workbench/evaluation.html", await frame(state, shown.title, "/product"), shown)


@router.post("/evaluations/{run_id}/better", tags=["workbench"])
async def foretell(
    request: Request, product_id: str, run_id: str, picked: Words = "", certainty: Annotated[int, Form()] = 0
) -> RedirectResponse:
    """Say which of two versions will turn out better, before anything of the second is read."""
    state = app_state(request)
    await better.foretell(state.store, state.learner, product_id, run_id, picked, certainty)
    return RedirectResponse(f"/product/{product_id}/evaluations/{run_id}#better", 303)


@router.get("/read/{run_id}", tags=["pages"], response_model=None)
async def read(request: Request, product_id: str, run_id: str, output: int | None = None) -> HTMLResponse | RedirectResponse:
    """One output at a time, large; the first that has no label, or the one that is named."""
    state = app_state(request)
    shown = await read_page(state, product_id, run_id, output)
    if shown is None:
        return RedirectResponse(f"/product/{product_id}/evaluations/{run_id}", 303)
    return page(request, "workbench/read.html", await frame(state, "Read", "/product"), shown)


@router.post("/read/{run_id}/{seq}", tags=["workbench"])
async def say(
    request: Request, product_id: str, run_id: str, seq: int, verdict: Words = "", note: Words = "", mode: Words = ""
) -> RedirectResponse:
    """Pass or fail, and a note; the next one comes."""
    if verdict not in ("pass", "fail"):
        raise BadInput("Say whether it passes or fails.", "Press one of the two buttons, or the keys p and f.")
    state = app_state(request)
    await labelling.say(state.store, state.learner, product_id, run_id, seq, verdict == "pass", note)
    if mode and verdict == "fail":
        await reading.put_under(state.store, state.learner, product_id, run_id, seq, mode)
    return RedirectResponse(f"/product/{product_id}/read/{run_id}", 303)
