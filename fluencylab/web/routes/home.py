"""The first call: what a newcomer meets, and everybody can find again."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from fluencylab.actions import runs
from fluencylab.instruments.call import Params
from fluencylab.packs.full_track import full_track
from fluencylab.store import queries
from fluencylab.web.app_state import app_state
from fluencylab.web.lab_page import Sheet
from fluencylab.web.pages import sheet as sheets
from fluencylab.web.pages.frame import frame
from fluencylab.web.pages.next_step import Next, next_step
from fluencylab.web.render import page
from fluencylab.web.routes.runs import whole

router = APIRouter()
NOW_MANY = "You have watched it answer once. One answer says little about a product. Predict what twelve will do, then measure."


@dataclass(frozen=True)
class FirstCallPage:
    """Context of `first_call.html`. `sheet`: of the latest call, once there is one; `params`: what the form holds."""

    sheet: Sheet | None
    params: Params
    next: Next | None


@router.get("/first-call", tags=["pages"])
async def first_call(request: Request, run: str = "") -> HTMLResponse:
    """A prompt stands ready; the latest call is shown under it."""
    state = app_state(request)
    async with state.store.read() as session:
        latest = await queries.run(session, run) if run else await queries.latest_run(session, state.learner, "call")
    drawn = None
    if latest is not None and latest.instrument == "call":
        found, steps = await sheets.load(state, latest.id)
        drawn = whole(request, found, steps)
    comes = await next_step(state, full_track())
    shown = FirstCallPage(
        drawn, drawn.params if drawn and isinstance(drawn.params, Params) else Params.model_validate({}), _now_many(comes)
    )
    return page(request, "first_call.html", await frame(state, "Your first call"), shown)


def _now_many(comes: Next | None) -> Next | None:
    """What is said of the very first mission, here alone."""
    return comes._replace(says=NOW_MANY) if comes and comes.first else comes


@router.post("/calls", tags=["runs"])
async def call(
    request: Request,
    prompt: Annotated[str, Form()] = "",
    temperature: Annotated[float, Form()] = 0.7,
) -> RedirectResponse:
    """Make the call and go back to the page that shows it."""
    state = app_state(request)
    params = {"prompt": prompt, "temperature": temperature, "seed": runs.fresh_seed()}
    run_id = await runs.start_run(state.store, await state.queue(), state.learner, "call", params)
    return RedirectResponse(f"/first-call?run={run_id}#call", 303)
