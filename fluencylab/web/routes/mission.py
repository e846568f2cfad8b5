"""A mission, step by step. Each post is one act; the page is drawn anew from what was stored."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from fluencylab.actions import missions
from fluencylab.actions.changed import ended
from fluencylab.actions.results import goes
from fluencylab.curriculum.schema import Concept, Mission, pack_of
from fluencylab.errors import NotFound
from fluencylab.packs.full_track import full_track, missing
from fluencylab.practice.kinds import MISSION
from fluencylab.web.app_state import app_state
from fluencylab.web.pages.frame import frame
from fluencylab.web.pages.mission import mission_page
from fluencylab.web.pages.next_step import following
from fluencylab.web.pages.results import beside
from fluencylab.web.render import page
from fluencylab.web.typed import number

router = APIRouter(prefix=MISSION.base + "/{slug}")


def _find(slug: str) -> tuple[Concept, Mission]:
    found = full_track().mission(slug)
    if found is None:
        raise missing(slug) if pack_of(slug) else NotFound("There is no such mission.", "Choose one from the concept's page.")
    return found


def _to(slug: str, where: str) -> RedirectResponse:
    return RedirectResponse(f"{MISSION.href(slug)}#{where}", 303)


@router.get("", tags=["pages"])
async def show(request: Request, slug: str) -> HTMLResponse:
    return await _page(request, slug)


@router.get("/result", tags=["pages"])
async def result(request: Request, slug: str) -> HTMLResponse:
    """The last attempt that was finished, whatever was begun after it."""
    return await _page(request, slug, result=True)


async def _page(request: Request, slug: str, result: bool = False) -> HTMLResponse:
    state = app_state(request)
    concept, mission = _find(slug)
    async with state.store.read() as session:
        made = await goes(session, state.learner, MISSION, slug)
        going = await missions.of_attempt(session, mission, made.shown(result))
        changed = await ended(session, state.learner, going.attempt, going.stage, made)
    comes = await following(state, full_track(), slug) if going.stage == "done" else None
    drawn = mission_page(concept, mission, going, comes, changed, beside(made, MISSION.href(slug), result))
    return page(request, "mission.html", await frame(state, mission.title, concept.slug), drawn)


@router.post("/predict", tags=["missions"])
async def predict(request: Request, slug: str, certainty: Annotated[int, Form()] = 0) -> RedirectResponse:
    """Commit to the numbers asked for, each under its fact's name, and to how sure you are."""
    state = app_state(request)
    concept, mission = _find(slug)
    form = await request.form()
    values = {asked.fact: number(str(form.get(asked.fact, "")), asked.label) for asked in mission.predict}
    await missions.predict(state.store, state.learner, concept, mission, values, certainty)
    return _to(slug, "run-head")


@router.post("/run", tags=["missions"])
async def run(request: Request, slug: str) -> RedirectResponse:
    state = app_state(request)
    _, mission = _find(slug)
    await missions.run(state.store, await state.queue(), state.learner, mission)
    return _to(slug, "run-head")


@router.post("/see", tags=["missions"])
async def see(request: Request, slug: str, sight: Annotated[int, Form()] = -1) -> RedirectResponse:
    state = app_state(request)
    concept, mission = _find(slug)
    await missions.see(state.store, state.learner, concept, mission, sight)
    return _to(slug, "explained")


@router.post("/decide", tags=["missions"])
async def decide(
    request: Request, slug: str, option: Annotated[str, Form()] = "", certainty: Annotated[int, Form()] = 0
) -> RedirectResponse:
    state = app_state(request)
    concept, mission = _find(slug)
    await missions.decide(state.store, state.learner, concept, mission, "decide", option, certainty)
    return _to(slug, "decided")


@router.post("/twin", tags=["missions"])
async def twin(request: Request, slug: str, option: Annotated[str, Form()] = "") -> RedirectResponse:
    state = app_state(request)
    concept, mission = _find(slug)
    await missions.decide(state.store, state.learner, concept, mission, "twin", option, None)
    return _to(slug, "twin-head")


@router.post("/again", tags=["missions"])
async def again(request: Request, slug: str) -> RedirectResponse:
    """A new go, with another seed; what was shown before stays."""
    state = app_state(request)
    _, mission = _find(slug)
    await missions.begin(state.store, state.learner, mission.slug)
    return RedirectResponse(MISSION.href(slug), 303)
