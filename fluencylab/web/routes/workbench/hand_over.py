"""Hand a product over: what is in the folder for engineers, and the folder as a zip."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from fluencylab.actions.workbench import bundling
from fluencylab.web.app_state import app_state
from fluencylab.web.pages.frame import frame
from fluencylab.web.pages.workbench.hand_over import hand_over_page
from fluencylab.web.render import page

router = APIRouter(prefix="/product/{product_id}/hand-over")
Versions = Annotated[list[int] | None, Query(description="Which versions; unless told, the latest and the one it was compared with")]


@router.get("", tags=["pages"])
async def show(request: Request, product_id: str, version: Versions = None) -> HTMLResponse:
    """What is inside, and what a reviewer will miss."""
    state = app_state(request)
    shown = await hand_over_page(state, product_id, version or ())
    return page(request, "workbench/hand_over.html", await frame(state, "Hand it over", "/product"), shown)


@router.get("/bundle.zip", tags=["workbench"])
async def take(request: Request, product_id: str, version: Versions = None) -> Response:
    """The folder, as a zip."""
    state = app_state(request)
    made = await bundling.make(state.store, state.learner, product_id, version or ())
    content = await asyncio.to_thread(lambda: made.packed)
    headers = {"Content-Disposition": f'attachment; filename="{made.name}.zip"', "Cache-Control": "no-store"}
    return Response(content, media_type="application/zip", headers=headers)
