"""A mission of the practice course, step by step. Each post is one act; the page is drawn anew from what was stored."""

from collections.abc import Iterable, Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from fluencylab.actions import course as acts
from fluencylab.actions import missions
from fluencylab.actions.changed import ended
from fluencylab.actions.results import goes
from fluencylab.actions.workbench import course_work
from fluencylab.curriculum.schema import Concept
from fluencylab.errors import BadInput, NotFound
from fluencylab.packs.full_track import full_track
from fluencylab.practice.course import CONCEPT, CourseMission, find_mission
from fluencylab.practice.kinds import COURSE
from fluencylab.web.app_state import app_state
from fluencylab.web.pages.course import course_page
from fluencylab.web.pages.frame import frame
from fluencylab.web.pages.next_step import following
from fluencylab.web.pages.results import beside
from fluencylab.web.render import page
from fluencylab.web.typed import number

router = APIRouter(prefix=COURSE.base + "/{slug}")
Words = Annotated[str, Form()]
WHERE = {"read": "", "memo": "/memo"}
"""Of a task on the workbench, the page on which it begins; the first is the reading itself."""


def _find(slug: str) -> tuple[Concept, CourseMission]:
    found, concept = find_mission(slug), full_track().concept(CONCEPT)
    if found is None or concept is None:
        raise NotFound("There is no such mission.", "The practice product's page lists the six of its course.")
    return concept, found


def _to(slug: str, where: str) -> RedirectResponse:
    return RedirectResponse(f"{COURSE.href(slug)}#{where}", 303)


@router.get("", tags=["pages"])
async def show(request: Request, slug: str, test: Annotated[list[str] | None, Query()] = None) -> HTMLResponse:
    """The mission where it stands. `test`: of a spec that is tried."""
    return await _page(request, slug, tests=test or [])


@router.get("/result", tags=["pages"])
async def result(request: Request, slug: str) -> HTMLResponse:
    """The last attempt that was finished, whatever was begun after it."""
    return await _page(request, slug, result=True)


async def _page(request: Request, slug: str, result: bool = False, tests: list[str] | None = None) -> HTMLResponse:
    state = app_state(request)
    concept, mission = _find(slug)
    tried, not_tried = _tried(tests or [])
    async with state.store.read() as session:
        made = await goes(session, state.learner, COURSE, slug)
        stands = await acts.of_attempt(session, made.shown(result))
        changed = await ended(session, state.learner, stands.attempt, stands.stage, made)
        where = await course_work.places(session, state.learner) if mission.task in WHERE else None
        counted = await course_work.facts(session, state.learner) if where and stands.stage == "do" else {}
    comes = await following(state, full_track(), COURSE.key(slug)) if stands.stage == "done" else None
    drawn = course_page(concept, mission, stands, where, counted, tried, not_tried, comes, changed, beside(made, COURSE.href(slug), result))
    return page(request, "course.html", await frame(state, mission.title, concept.slug), drawn)


@router.post("/predict", tags=["course"])
async def predict(request: Request, slug: str, certainty: Annotated[int, Form()] = 0) -> RedirectResponse:
    """Commit to the numbers asked for, each under its fact's name, and to how sure you are."""
    state = app_state(request)
    _, mission = _find(slug)
    form = await request.form()
    values = {asked.fact: number(str(form.get(asked.fact, "")), asked.label) for asked in mission.predict}
    await acts.predict(state.store, state.learner, mission, values, certainty)
    return _to(slug, "do-head")


@router.post("/open", tags=["course"])
async def open_product(request: Request, slug: str) -> RedirectResponse:
    """The practice product, with the checks of the course, at the page where the mission's work begins."""
    state = app_state(request)
    _, mission = _find(slug)
    where = await course_work.begin(state.store, state.learner)
    return RedirectResponse(where.read if mission.task == "read" else f"{where.base}{WHERE.get(mission.task, '')}", 303)


@router.post("/do", tags=["course"])
async def do(request: Request, slug: str) -> RedirectResponse:
    """Hand in what was done: what was put where, the tests of a spec, or what lies on the workbench."""
    state = app_state(request)
    _, mission = _find(slug)
    form = await request.form()
    said = {str(test): "yes" for test in form.getlist("test")} if mission.task == "spec" else _said(form.items())
    await acts.hand_in(state.store, state.learner, mission, said)
    return _to(slug, "done-head")


@router.post("/found", tags=["course"])
async def found(request: Request, slug: str, option: Words = "") -> RedirectResponse:
    """Say what was found."""
    state = app_state(request)
    _, mission = _find(slug)
    await acts.find(state.store, state.learner, mission, option)
    return _to(slug, "explained")


@router.post("/decide", tags=["course"])
async def decide(request: Request, slug: str, option: Words = "", certainty: Annotated[int, Form()] = 0) -> RedirectResponse:
    state = app_state(request)
    _, mission = _find(slug)
    await acts.decide(state.store, state.learner, mission, "decide", option, certainty)
    return _to(slug, "decided")


@router.post("/twin", tags=["course"])
async def twin(request: Request, slug: str, option: Words = "") -> RedirectResponse:
    state = app_state(request)
    _, mission = _find(slug)
    await acts.decide(state.store, state.learner, mission, "twin", option, None)
    return _to(slug, "twin-head")


@router.post("/again", tags=["course"])
async def again(request: Request, slug: str) -> RedirectResponse:
    state = app_state(request)
    _find(slug)
    await missions.begin(state.store, state.learner, COURSE.key(slug))
    return RedirectResponse(COURSE.href(slug), 303)


def _tried(tests: list[str]) -> tuple[Sequence[str], str]:
    """The tests of a spec; or why they are none. To look at a page is refused to nobody."""
    try:
        return acts.checked_tests(tests) if tests else [], ""
    except BadInput as wrong:
        return [], f"{wrong.message} {wrong.fix}"


def _said(fields: Iterable[tuple[str, object]]) -> dict[str, str]:
    return {name: value for name, value in fields if isinstance(value, str)}
