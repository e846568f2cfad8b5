"""Every way to practise, on one page."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from fluencylab.web.app_state import app_state
from fluencylab.web.pages.frame import frame
from fluencylab.web.pages.practice import practice_page
from fluencylab.web.render import page

router = APIRouter(prefix="/practice")


@router.get("", tags=["pages"])
async def index(request: Request) -> HTMLResponse:
    state = app_state(request)
    async with state.store.read() as session:
        drawn = await practice_page(session, state.learner)
    return page(request, "practice.html", await frame(state, "Practice", "/practice"), drawn)
