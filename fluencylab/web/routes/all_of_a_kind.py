"""The pages that list every exercise of one kind, at the address under which each has its own."""

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from fluencylab.practice.kinds import KINDS, Kind
from fluencylab.web.app_state import app_state
from fluencylab.web.pages.all_of_a_kind import all_of_a_kind
from fluencylab.web.pages.frame import frame
from fluencylab.web.render import page

router = APIRouter(tags=["pages"])


def _listing(kind: Kind[Any]) -> Callable[[Request], Awaitable[HTMLResponse]]:
    async def show_all(request: Request) -> HTMLResponse:
        state = app_state(request)
        async with state.store.read() as session:
            drawn = await all_of_a_kind(session, state.learner, kind)
        return page(request, "all_of_a_kind.html", await frame(state, kind.heading), drawn)

    return show_all


for one in KINDS.values():
    if one.all_at_base:
        router.add_api_route(one.base, _listing(one), name=f"all_{one.name}", response_class=HTMLResponse)
