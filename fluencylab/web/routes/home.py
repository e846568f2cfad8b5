"""The first call: what a newcomer meets, and everybody can find again."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from fluencylab.actions import runs
from fluencylab.instruments.call import Params
from fluencylab.packs.full_track import full_track
from fluencylab.store import queries
from fluencylab.web.app_state import app_state
from fluencylab.web.pages import sheet as sheets
from fluencylab.web.pages.frame import frame
from fluencylab.web.pages.next_step import next_step
from fluencylab.web.render import page
from fluencylab.web.routes.runs import whole

router = APIRouter()


@router.get("/first-call", tags=["pages"])
async def first_call(request: Request, run: str = "") -> HTMLResponse:
    """A prompt stands ready; the latest call is shown under it."""
    state = app_state(request)
    async with state.store.read() as session:
        latest = await queries.run(session, run) if run else await queries.latest_run(session, state.learner, "call")
    context = await frame(state, "Your first call")
    if latest is not None and latest.instrument == "call":
        found, steps = await sheets.load(state, latest.id)
        context |= whole(request, found, steps)
    else:
        context |= {"run": None, "params": Params.model_validate({})}
    return page(request, "first_call.html", context | {"next": await next_step(state, full_track())})


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
