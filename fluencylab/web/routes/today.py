"""Today: one thing to do now, the week, the plan; for a newcomer, the first call."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from fluencylab import clock
from fluencylab.actions import calendar_zone
from fluencylab.actions.plan import calendar, plan_of, set_plan
from fluencylab.actions.six_weeks import comes, six_weeks
from fluencylab.actions.time import spend
from fluencylab.errors import NotFound
from fluencylab.store import queries
from fluencylab.web.app_state import app_state
from fluencylab.web.pages.frame import frame
from fluencylab.web.pages.next_step import newcomer
from fluencylab.web.pages.today import today_page
from fluencylab.web.render import page
from fluencylab.web.routes import home

router = APIRouter()


@router.get("/", tags=["pages"])
async def today(request: Request, run: str = "") -> HTMLResponse:
    """`run`: a call to show, as kept addresses from before this page name it."""
    if run:
        return await home.first_call(request, run)
    state = app_state(request)
    async with state.store.read() as session:
        drawn = None if await newcomer(session, state.learner) else await today_page(state, session)
    if drawn is None:
        return await home.first_call(request)
    return page(request, "today.html", await frame(state, "Today", "/"), drawn)


@router.post("/plan", tags=["week"])
async def plan(
    request: Request,
    target: Annotated[int, Form()],
    day: Annotated[list[int] | None, Form()] = None,
    at: Annotated[str, Form(max_length=20)] = "",
    minutes: Annotated[int, Form()] = 30,
) -> RedirectResponse:
    """The week's target, and when the lab is opened: without a day there is no plan."""
    state = app_state(request)
    await set_plan(state.store, state.learner, day or [], at, minutes, target, clock.now().astimezone().date())
    return RedirectResponse("/#week", 303)


@router.get("/plan.ics", tags=["week"])
async def plan_file(request: Request) -> Response:
    """The plan for any calendar."""
    state = app_state(request)
    async with state.store.read() as session:
        plan = plan_of(await queries.learner(session, state.learner))
        ahead = comes(await six_weeks(session, state.learner, clock.now().astimezone())) if plan else ""
    if plan is None:
        raise NotFound("There is no plan yet.", "Choose a day and a time on Today.")
    name = {"Content-Disposition": 'attachment; filename="fluency-lab.ics"'}
    return Response(
        calendar(plan, state.learner, clock.now().astimezone(calendar_zone.here()), ahead),
        media_type="text/calendar; charset=utf-8",
        headers=name,
    )


@router.post("/time", status_code=204, tags=["week"])
async def time(
    request: Request,
    kind: Annotated[str, Form(max_length=16)],
    seconds: Annotated[float, Form(allow_inf_nan=False)],
    concept: Annotated[str, Form(max_length=64)] = "",
) -> Response:
    """Seconds that a page was in front of somebody who was active, up to now."""
    state = app_state(request)
    await spend(state.store, state.learner, concept, kind, seconds)
    return Response(status_code=204)
