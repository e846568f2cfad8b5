"""Compare two runs of one lab."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from fluencylab.errors import BadInput
from fluencylab.web.app_state import app_state
from fluencylab.web.pages.compare import choose_page, compare_page
from fluencylab.web.pages.frame import frame
from fluencylab.web.render import page

router = APIRouter()


@router.get("/compare", tags=["pages"])
async def show(request: Request, a: str = "", b: str = "") -> HTMLResponse:
    """Two runs side by side; with one of them, a choice of the others."""
    state = app_state(request)
    if not a:
        raise BadInput("There is no run to compare.", "Open a run, and choose “Compare with another run” under it.")
    framed = await frame(state, "Compare two runs", "/kept")
    if not b:
        return page(request, "compare_choose.html", framed, await choose_page(state, a))
    return page(request, "compare.html", framed, await compare_page(state, a, b))
