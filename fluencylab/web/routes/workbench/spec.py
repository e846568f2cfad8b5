"""The spec of a product: write its sentences, put tests beside them, test it on broken products, and read what they answer."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from fluencylab.actions.workbench import practice_spec, products, spec, spec_judges, spec_reading, spec_runs
from fluencylab.errors import BadInput
from fluencylab.store import product_queries
from fluencylab.web.app_state import app_state
from fluencylab.web.pages.frame import frame
from fluencylab.web.pages.workbench.read import read_page
from fluencylab.web.pages.workbench.spec import NEW, PowerPart, power_part, spec_page
from fluencylab.web.pages.workbench.spec_run import spec_run_page
from fluencylab.web.render import page
from fluencylab.web.typed import percent, whole
from fluencylab.workbench.check_lines import rule

router = APIRouter(prefix="/product/{product_id}/spec")
Words = Annotated[str, Form()]


@dataclass(frozen=True)
class PowerAlone:
    """Context of `workbench/spec_power.html`, drawn by itself."""

    power: PowerPart


@router.get("", tags=["pages"])
async def show(
    request: Request, product_id: str, version: int | None = None, draws: int | None = None, n: int | None = None,
    healthy: int | None = None, done: str = "",
) -> HTMLResponse:  # fmt: skip
    """Its sentences with their tests, what so many cases can see, and what testing it would take."""
    state = app_state(request)
    shown = await spec_page(state, product_id, version, draws, n, healthy, done)
    return page(request, "workbench/spec.html", await frame(state, "The spec", "/product"), shown)


@router.get("/power", tags=["pages"])
async def power(request: Request, product_id: str, n: int = 20, healthy: int = 95) -> HTMLResponse:
    """What so many cases can see: the sentences alone, for a slider that is moved."""
    state = app_state(request)
    async with state.store.read() as session:
        await products.owned(session, state.learner, product_id)
        counts = await product_queries.case_counts(session, product_id)
    return page(request, "workbench/spec_power.html", PowerAlone(power_part(f"/product/{product_id}", n, healthy, counts.held_back)))


@router.post("/requirements", tags=["workbench"])
async def require(request: Request, product_id: str, text: Words = "") -> RedirectResponse:
    """A further sentence."""
    state = app_state(request)
    made = await spec.require(state.store, state.learner, product_id, text)
    return RedirectResponse(f"/product/{product_id}/spec?done=said#requirement-{made}", 303)


@router.post("/requirements/{requirement_id}", tags=["workbench"])
async def reword(request: Request, product_id: str, requirement_id: str, text: Words = "") -> RedirectResponse:
    """Write a sentence anew; without any text it is taken out."""
    state = app_state(request)
    await spec.reword(state.store, state.learner, product_id, requirement_id, text)
    return RedirectResponse(f"/product/{product_id}/spec?done={'changed' if text.strip() else 'out'}", 303)


@router.post("/tests", tags=["workbench"])
async def add_test(
    request: Request, product_id: str, requirement: Words = "", check: Words = "", kind: Words = "", value: Words = "", least: Words = "",
    cases: Words = "", part: Words = "held back",
) -> RedirectResponse:  # fmt: skip
    """Put a test beside a sentence, by a check that is there or one written with it."""
    state = app_state(request)
    new = rule(kind, value) if check == NEW else None
    await spec.add_test(state.store, state.learner, product_id, requirement, check, percent(least), whole(cases), part, new)
    return RedirectResponse(f"/product/{product_id}/spec?done=test", 303)


@router.post("/tests/{test_id}/remove", tags=["workbench"])
async def remove_test(request: Request, product_id: str, test_id: str) -> RedirectResponse:
    """Take a test out."""
    state = app_state(request)
    await spec.remove_test(state.store, state.learner, product_id, test_id)
    return RedirectResponse(f"/product/{product_id}/spec?done=out", 303)


@router.post("/practice", tags=["workbench"])
async def practice(request: Request, product_id: str) -> RedirectResponse:
    """The spec that the practice product has to begin with."""
    state = app_state(request)
    await practice_spec.begin(state.store, state.learner, product_id)
    return RedirectResponse(f"/product/{product_id}/spec?done=practice", 303)


@router.post("/runs", tags=["workbench"])
async def start(
    request: Request, product_id: str, version: Annotated[int, Form()], draws: Annotated[int, Form()] = 3, expected: Words = "",
    certainty: Words = "", consent: Words = "",
) -> RedirectResponse:  # fmt: skip
    """Commit to what the spec will stop, and test it."""
    state = app_state(request)
    queue = await state.queue()
    share, sure = percent(expected), whole(certainty)
    made = await spec_runs.start(state.store, queue, state.learner, product_id, version, draws, share, sure, consent)
    return RedirectResponse(f"/product/{product_id}/spec/runs/{made}", 303)


@router.get("/runs/{run_id}", tags=["pages"])
async def run(request: Request, product_id: str, run_id: str) -> HTMLResponse:
    """The test of a spec: live while it runs, then what it stopped and what got through."""
    state = app_state(request)
    shown = await spec_run_page(state, product_id, run_id)
    return page(request, "workbench/spec_run.html", await frame(state, shown.title, "/product"), shown)


@router.post("/runs/{run_id}/ask/{check_id}", tags=["workbench"])
async def ask(request: Request, product_id: str, run_id: str, check_id: str, consent: Words = "") -> RedirectResponse:
    """Ask a judge about what the products answered."""
    state = app_state(request)
    asked = await spec_judges.ask(state.store, await state.queue(), state.learner, product_id, run_id, check_id, consent)
    return RedirectResponse(f"/product/{product_id}/judging/{asked}", 303)


@router.get("/read/{run_id}", tags=["pages"], response_model=None)
async def read(request: Request, product_id: str, run_id: str, output: int | None = None) -> HTMLResponse | RedirectResponse:
    """One answer at a time, large, and never by which product."""
    state = app_state(request)
    async with state.store.read() as session:
        await spec_runs.owned_spec_run(session, state.learner, product_id, run_id)
    shown = await read_page(state, product_id, run_id, output, of_spec=True)
    if shown is None:
        return RedirectResponse(f"/product/{product_id}/spec/runs/{run_id}", 303)
    return page(request, "workbench/read.html", await frame(state, "Read, blind", "/product"), shown)


@router.post("/read/{run_id}/{seq}", tags=["workbench"])
async def say(request: Request, product_id: str, run_id: str, seq: int, verdict: Words = "", note: Words = "") -> RedirectResponse:
    """Pass or fail, and a note; the next one comes."""
    if verdict not in ("pass", "fail"):
        raise BadInput("Say whether it passes or fails.", "Press one of the two buttons, or the keys p and f.")
    state = app_state(request)
    await spec_reading.say(state.store, state.learner, product_id, run_id, seq, verdict == "pass", note)
    return RedirectResponse(f"/product/{product_id}/spec/read/{run_id}", 303)
