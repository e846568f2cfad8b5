"""Packs: which there are, and one click to switch one on or off."""

import asyncio

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from fluencylab.packs import installed
from fluencylab.web.app_state import app_state
from fluencylab.web.pages.frame import frame
from fluencylab.web.pages.installed_labs import installed_labs
from fluencylab.web.pages.packs import packs_page
from fluencylab.web.render import page

router = APIRouter(prefix="/packs")


@router.get("", tags=["pages"])
async def show(request: Request) -> HTMLResponse:
    state = app_state(request)
    return page(request, "packs.html", await frame(state, "Packs"), await packs_page(state), installed_labs())


@router.post("/{name}/on", tags=["packs"])
async def on(name: str) -> RedirectResponse:
    """Its concepts and exercises are met again, and what was shown in them counts."""
    await asyncio.to_thread(installed.switch, name, True)
    return RedirectResponse("/packs", 303)


@router.post("/{name}/off", tags=["packs"])
async def off(name: str) -> RedirectResponse:
    """Nothing of it is met any more. What was shown in it is kept, and does not count until it is on again."""
    await asyncio.to_thread(installed.switch, name, False)
    return RedirectResponse("/packs", 303)
