"""The debugging bench: why is this output wrong?"""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from fluencylab.actions import bench
from fluencylab.web.app_state import app_state
from fluencylab.web.pages.debug import debug_page
from fluencylab.web.pages.frame import frame
from fluencylab.web.render import page

router = APIRouter(prefix="/debug")


@router.get("", tags=["pages"])
async def index(request: Request) -> HTMLResponse:
    state = app_state(request)
    async with state.store.read() as session:
        found = await bench.exercises(session, state.learner)
    return page(request, "debug.html", await frame(state, "Debug", "/debug"), debug_page(found))
