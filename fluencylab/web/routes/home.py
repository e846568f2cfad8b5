"""The first call: what a newcomer meets, and everybody can find again."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from fluencylab import clock
from fluencylab.actions import runs
from fluencylab.instruments.call import Params
from fluencylab.packs.full_track import full_track
from fluencylab.store import queries
from fluencylab.web.app_state import app_state
from fluencylab.web.lab_page import Sheet
from fluencylab.web.pages import sheet as sheets
from fluencylab.web.pages.frame import ModelStrip, frame
from fluencylab.web.pages.next_step import SELF_TEST, Next, newcomer, next_step
from fluencylab.web.render import page
from fluencylab.web.routes.runs import whole

router = APIRouter()


@dataclass(frozen=True)
class FirstCallPage:
    """Context of `first_call.html`. `sheet`: of the latest call, once there is one; `params`: what the form holds.

    `welcome`: nothing was done yet, so the page says what this is; `about_model`: what is known of the model now.
    """

    sheet: Sheet | None
    params: Params
    next: Next
    welcome: bool
    about_model: str
    selftest_minutes: int = SELF_TEST.minutes


@router.get("/first-call", tags=["pages"])
async def first_call(request: Request, run: str = "") -> HTMLResponse:
    """A prompt stands ready; the latest call is shown under it."""
    state = app_state(request)
    async with state.store.read() as session:
        latest = await queries.run(session, run) if run else await queries.latest_run(session, state.learner, "call")
        comes = await next_step(session, state.learner, full_track(), clock.now())
        new = await newcomer(session, state.learner)
    framed = await frame(state, "Your first call")
    drawn = None
    if latest is not None and latest.instrument == "call":
        found, steps = await sheets.load(state, latest.id)
        drawn = whole(request, found, steps)
    params = drawn.params if drawn and isinstance(drawn.params, Params) else Params.model_validate({})
    return page(request, "first_call.html", framed, FirstCallPage(drawn, params, comes, new, about_model(framed.model)))


def about_model(strip: ModelStrip) -> str:
    """Never that it is here while it is not."""
    if not strip.local:
        return f"Your prompt goes to {strip.name}, word for word, and its answer comes back here as it is written."
    small = "It is very small, so it fails in front of you the way large ones fail in front of your customers."
    match strip.state:
        case "fetching":
            return f"A real model is being fetched to this machine, once. {small} Run it now if you like: the answer comes when it is here."
        case "broken":
            return f"A real model belongs on this machine, and does not run yet: the line above says what to do. {small}"
        case _:
            return f"A real model is on this machine. {small} It costs nothing: run it as often as you like."


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
