"""One case of the debugging bench: look, buy probes, name the cause, ask for a fix."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from fluencylab.actions import diagnosis
from fluencylab.actions.changed import ended
from fluencylab.actions.faults import hidden
from fluencylab.actions.results import goes
from fluencylab.errors import LabError, NotFound
from fluencylab.packs.full_track import full_track
from fluencylab.practice import faults
from fluencylab.practice.faults import ResolvedCase
from fluencylab.practice.kinds import DIAGNOSIS
from fluencylab.web.app_state import app_state
from fluencylab.web.pages.diagnosis import diagnosis_page
from fluencylab.web.pages.frame import frame
from fluencylab.web.pages.next_step import following
from fluencylab.web.pages.results import beside
from fluencylab.web.render import page

router = APIRouter(prefix=DIAGNOSIS.base + "/{slug}")


def _find(slug: str) -> ResolvedCase:
    found = faults.resolve_case(slug)
    if found is None:
        raise NotFound("There is no such case.", "Choose one from Debug.")
    if why := hidden(found):
        raise NotFound("This case is hidden on the model in use.", why)
    return found


def _to(slug: str, where: str) -> RedirectResponse:
    return RedirectResponse(f"{DIAGNOSIS.href(slug)}#{where}", 303)


@router.get("", tags=["pages"])
async def show(request: Request, slug: str) -> HTMLResponse:
    return await _page(request, slug)


@router.get("/result", tags=["pages"])
async def result(request: Request, slug: str) -> HTMLResponse:
    """The last attempt that was finished, whatever was begun after it."""
    return await _page(request, slug, result=True)


async def _page(request: Request, slug: str, result: bool = False) -> HTMLResponse:
    state, case = app_state(request), _find(slug)
    async with state.store.read() as session:
        made = await goes(session, state.learner, DIAGNOSIS, slug)
        going = await diagnosis.of_attempt(session, state.learner, case, made.shown(result))
        changed = await ended(session, state.learner, going.attempt, going.stage, made)
    framed = await frame(state, case.case.title, "/debug", case.case.concept)
    comes = await following(state, full_track(), DIAGNOSIS.key(slug)) if going.stage == "done" else None
    return page(
        request, "diagnosis.html", framed, diagnosis_page(case, going, _swap(), comes, changed, beside(made, DIAGNOSIS.href(slug), result))
    )


def _swap() -> str:
    try:
        diagnosis.another_model()
    except LabError:
        return "There is no other model here. Add one on the page Model."
    return ""


@router.post("/look", tags=["debug"])
async def look(request: Request, slug: str) -> RedirectResponse:
    """Ask the broken product a few times; a new go where the last one is done."""
    state = app_state(request)
    await diagnosis.look(state.store, await state.queue(), state.learner, _find(slug))
    return _to(slug, "look")


@router.post("/probes", tags=["debug"])
async def buy(request: Request, slug: str, probe: Annotated[str, Form()] = "") -> RedirectResponse:
    state = app_state(request)
    await diagnosis.buy(state.store, await state.queue(), state.learner, _find(slug), probe)
    return _to(slug, "probes")


@router.post("/name", tags=["debug"])
async def name(
    request: Request,
    slug: str,
    cause: Annotated[str, Form()] = "",
    evidence: Annotated[str, Form()] = "",
    certainty: Annotated[int, Form()] = 0,
) -> RedirectResponse:
    state = app_state(request)
    await diagnosis.diagnose(state.store, state.learner, _find(slug), cause, evidence, certainty)
    return _to(slug, "answer")


@router.post("/fix", tags=["debug"])
async def fix(request: Request, slug: str, fix: Annotated[str, Form()] = "") -> RedirectResponse:
    state = app_state(request)
    await diagnosis.ask_for(state.store, state.learner, _find(slug), fix)
    return _to(slug, "fix")
