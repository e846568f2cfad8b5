"""Cases drafted by a model: start it, watch it, and take, change or throw away what it wrote."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse

from fluencylab.actions.workbench import draft_choices, drafting, products
from fluencylab.actions.workbench.draft_choices import Decided
from fluencylab.errors import BadInput
from fluencylab.web.app_state import app_state
from fluencylab.web.pages.frame import frame
from fluencylab.web.pages.workbench.model_drafts import (
    decision,
    draft_cases_page,
    model_drafts_page,
    seqs_of,
    spoken_of,
    words_key,
)
from fluencylab.web.render import page
from fluencylab.web.typed import whole

router = APIRouter(prefix="/product/{product_id}/drafts")
Words = Annotated[str, Form()]


@router.get("", tags=["pages"])
async def form(
    request: Request, product_id: str, document: Annotated[list[str] | None, Query()] = None, most: str = "", changed: bool = False
) -> HTMLResponse:
    """From which documents, how many, and what that takes; and the drafts that there are. `changed`: not what the button spoke of."""
    state = app_state(request)
    shown = await draft_cases_page(state, product_id, seqs_of(document or []), whole(most) or drafting.USUAL, changed)
    return page(request, "workbench/draft_cases.html", await frame(state, "Draft cases", "/product"), shown)


@router.post("", tags=["workbench"])
async def start(
    request: Request, product_id: str, document: Annotated[list[str] | None, Form()] = None, most: Words = "", consent: Words = "",
    shown: Words = "",
) -> RedirectResponse:  # fmt: skip
    """Ask the model in use about passages of these documents. `shown`: what the button spoke of."""
    state = app_state(request)
    many = whole(most) or drafting.USUAL
    if not document:
        raise BadInput("No document was chosen.", "Choose at least one that questions are to be drafted from.")
    numbers = seqs_of(document) or []
    if shown:
        async with state.store.read() as session:
            await products.owned(session, state.learner, product_id)
            told = spoken_of(await drafting.plan(session, product_id, numbers, many), numbers)
        if shown != told:
            chosen = urlencode({"document": numbers, "most": many, "changed": 1}, doseq=True)
            return RedirectResponse(f"/product/{product_id}/drafts?{chosen}", 303)
    run = await drafting.start(state.store, await state.queue(), state.learner, product_id, numbers, many, consent)
    return RedirectResponse(f"/product/{product_id}/drafts/{run}", 303)


@router.get("/{run_id}", tags=["pages"])
async def show(
    request: Request, product_id: str, run_id: str, kept: int = -1, doubled: int = 0, dropped: int = 0, before: int = 0
) -> HTMLResponse:
    """The drafts of a run: live while they are written, then one by one. `kept` and what follows: what was decided just now."""
    state = app_state(request)
    done = Decided(kept, doubled, dropped, before).told if kept >= 0 else ""
    shown = await model_drafts_page(state, product_id, run_id, done)
    return page(request, "workbench/model_drafts.html", await frame(state, "Drafts", "/product"), shown)


@router.post("/{run_id}", tags=["workbench"])
async def decide(request: Request, product_id: str, run_id: str) -> RedirectResponse:
    """Take those ticked, or throw one away, or the others; words that were changed are kept with it."""
    state = app_state(request)
    said = decision({name: value for name, value in (await request.form()).items() if isinstance(value, str)})
    done = await draft_choices.decide(state.store, state.learner, product_id, run_id, said.words, said.take, said.drop)
    return RedirectResponse(f"/product/{product_id}/drafts/{run_id}?{urlencode(done._asdict())}", 303)


@router.post("/{run_id}/words/{seq}", tags=["workbench"])
async def words(request: Request, product_id: str, run_id: str, seq: int, question: Words = "", reference: Words = "") -> JSONResponse:
    """The words of one draft as they are typed; it is still to be decided. `was`: how the next form knows them."""
    state = app_state(request)
    await draft_choices.decide(state.store, state.learner, product_id, run_id, {seq: (question, reference)})
    return JSONResponse({"was": words_key(question, reference)})


@router.post("/{run_id}/take-up/{seq}", tags=["workbench"])
async def take_up(request: Request, product_id: str, run_id: str, seq: int) -> RedirectResponse:
    """One that was thrown away is to be decided again."""
    state = app_state(request)
    await draft_choices.take_up(state.store, state.learner, product_id, run_id, seq)
    return RedirectResponse(f"/product/{product_id}/drafts/{run_id}#draft-{seq}", 303)


@router.post("/{run_id}/go-on", tags=["workbench"])
async def go_on(request: Request, product_id: str, run_id: str) -> RedirectResponse:
    """Ask about the passages that a stopped or broken-off run has not asked about."""
    state = app_state(request)
    await drafting.go_on(state.store, await state.queue(), state.learner, product_id, run_id)
    return RedirectResponse(f"/product/{product_id}/drafts/{run_id}", 303)
