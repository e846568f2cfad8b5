"""Two evaluations of a product beside each other, case by case."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from fluencylab.web.app_state import app_state
from fluencylab.web.pages.frame import frame
from fluencylab.web.pages.workbench.compare import compare_page
from fluencylab.web.render import page

router = APIRouter(prefix="/product/{product_id}/compare")


@router.get("", tags=["pages"])
async def show(request: Request, product_id: str, a: str = "", b: str = "", by: str = "") -> HTMLResponse:
    """What the change fixed, what it broke, and whether that may be chance."""
    state = app_state(request)
    shown = await compare_page(state, product_id, a, b, by)
    return page(request, "workbench/compare.html", await frame(state, "Compare", "/product"), shown)
