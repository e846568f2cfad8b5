"""The six weeks: the core of the course, laid out from today."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from fluencylab import clock
from fluencylab.actions.six_weeks import six_weeks
from fluencylab.packs.full_track import full_track
from fluencylab.web.app_state import app_state
from fluencylab.web.pages.frame import frame
from fluencylab.web.pages.next_step import next_step
from fluencylab.web.pages.six_weeks import six_weeks_page
from fluencylab.web.render import page

router = APIRouter(tags=["pages"])


@router.get("/six-weeks")
async def show(request: Request) -> HTMLResponse:
    state, now = app_state(request), clock.now().astimezone()
    async with state.store.read() as session:
        found = await six_weeks(session, state.learner, now)
        comes = await next_step(session, state.learner, full_track(), clock.now())
    return page(request, "six_weeks.html", await frame(state, "Six weeks", "/six-weeks"), six_weeks_page(found, comes, now.date()))
