"""A decision case: argue it, then decide again with one fact changed."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from fluencylab.actions import cases, missions
from fluencylab.actions.changed import ended
from fluencylab.actions.results import goes
from fluencylab.curriculum.schema import Case, Concept, pack_of
from fluencylab.errors import NotFound
from fluencylab.packs.full_track import full_track, missing
from fluencylab.practice.kinds import CASE
from fluencylab.web.app_state import app_state
from fluencylab.web.pages.case import case_page
from fluencylab.web.pages.frame import frame
from fluencylab.web.pages.next_step import following
from fluencylab.web.pages.results import beside
from fluencylab.web.render import page

router = APIRouter(prefix=CASE.base + "/{slug}")


def _find(slug: str) -> tuple[Concept, Case]:
    found = full_track().case(slug)
    if found is None:
        raise missing(slug) if pack_of(slug) else NotFound("There is no such case.", "Choose one from the concept's page.")
    return found


@router.get("", tags=["pages"])
async def show(request: Request, slug: str) -> HTMLResponse:
    return await _page(request, slug)


@router.get("/result", tags=["pages"])
async def result(request: Request, slug: str) -> HTMLResponse:
    """The last attempt that was finished, whatever was begun after it."""
    return await _page(request, slug, result=True)


async def _page(request: Request, slug: str, result: bool = False) -> HTMLResponse:
    state = app_state(request)
    concept, case = _find(slug)
    async with state.store.read() as session:
        made = await goes(session, state.learner, CASE, slug)
        argued = await cases.of_attempt(session, state.learner, case, made.shown(result))
        changed = await ended(session, state.learner, argued.attempt, argued.stage, made)
    comes = await following(state, full_track(), slug) if argued.stage == "done" else None
    drawn = case_page(concept, case, argued, comes, changed, beside(made, CASE.href(slug), result))
    return page(request, "case.html", await frame(state, case.title, concept.slug), drawn)


@router.post("/decide", tags=["cases"])
async def decide(
    request: Request,
    slug: str,
    option: Annotated[str, Form()] = "",
    reason: Annotated[list[str] | None, Form()] = None,
    flip: Annotated[str, Form()] = "",
    certainty: Annotated[int, Form()] = 0,
) -> RedirectResponse:
    state = app_state(request)
    concept, case = _find(slug)
    await cases.argue(state.store, state.learner, concept, case, option, reason or [], flip, certainty)
    return RedirectResponse(f"{CASE.href(slug)}#decided", 303)


@router.post("/twin", tags=["cases"])
async def twin(request: Request, slug: str, option: Annotated[str, Form()] = "") -> RedirectResponse:
    state = app_state(request)
    concept, case = _find(slug)
    await cases.argue_twin(state.store, state.learner, concept, case, option)
    return RedirectResponse(f"{CASE.href(slug)}#twin-head", 303)


@router.post("/again", tags=["cases"])
async def again(request: Request, slug: str) -> RedirectResponse:
    state = app_state(request)
    _, case = _find(slug)
    await missions.begin(state.store, state.learner, case.slug)
    return RedirectResponse(CASE.href(slug), 303)
