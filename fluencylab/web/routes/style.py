"""The style guide: every component in every state."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from fluencylab.web.app_state import app_state
from fluencylab.web.pages.frame import frame
from fluencylab.web.render import page

router = APIRouter()


@router.get("/style", tags=["pages"])
async def show(request: Request) -> HTMLResponse:
    return page(request, "style.html", await frame(app_state(request), "Style guide"))
