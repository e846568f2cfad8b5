"""A lab: the instrument on the learner's own input."""

from collections.abc import Mapping, Sequence
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from fluencylab.actions import runs
from fluencylab.curriculum.loader import track
from fluencylab.curriculum.schema import Concept
from fluencylab.errors import LabError, NotFound
from fluencylab.web.lab import the_lab
from fluencylab.web.labs import LABS
from fluencylab.web.labs.form import Form, received
from fluencylab.web.pages import lab as labs
from fluencylab.web.pages.depth import depth
from fluencylab.web.pages.frame import frame
from fluencylab.web.render import page

router = APIRouter()


@router.get("/labs/{name}", tags=["pages"])
async def show(
    request: Request,
    name: str,
    run: Annotated[list[str], Query(description="Runs on the page, oldest first")] = [],  # noqa: B006
) -> HTMLResponse:
    """The lab's form and its runs. Further parameters fill the form or choose what is seen; each lab has its own."""
    return await _page(request, _concept(name), run, request.query_params)


@router.post("/labs/{name}", tags=["runs"])
async def start(request: Request, name: str) -> Response:
    """Start a run and go back to the page that shows it."""
    concept, lab = _concept(name), the_lab(request)
    try:
        posted = await received(request)
    except LabError as error:
        if "text/html" not in request.headers.get("accept", ""):
            raise
        return await _page(request, concept, [], {}, None, error)
    drawn, before = LABS[name], posted.getlist("run")
    try:
        known = await labs.shown(lab, name, [*before, posted.get("origin", "")])
        model = posted.get("model", "")
        started = await runs.start_run(lab.store, await lab.queue(), lab.learner, name, drawn.params(posted, known), model)
    except LabError as error:
        return await _page(request, concept, before, {}, posted, error)
    query = urlencode([*(("run", old) for old in before), ("run", started)])
    return RedirectResponse(f"/labs/{name}?{query}#{drawn.place(posted)}", 303)


@router.post("/labs/{name}/plan", tags=["runs"])
async def plan(request: Request, name: str) -> dict[str, str]:
    """What the form as it stands would run: how many calls, about how long."""
    _concept(name)
    return {"says": labs.plan(name, LABS[name].params(await received(request), []))}


async def _page(
    request: Request,
    concept: Concept,
    shown: Sequence[str],
    query: Mapping[str, str],
    typed: Form | None = None,
    error: LabError | None = None,
) -> HTMLResponse:
    lab = the_lab(request)
    context = await frame(lab, f"The lab: {concept.short}", concept.slug)
    context |= await labs.lab_page(lab, concept, shown, query, typed, error) | {"depth": await depth(lab, concept)}
    return page(request, [f"labs/{concept.lab}.html", "labs/lab.html"], context, error.status if error else 200)


def _concept(name: str) -> Concept:
    found = next((concept for concept in track().concepts if concept.lab and concept.lab == name), None)
    if found is None or name not in LABS:
        raise NotFound("There is no such lab.", "Choose a concept from the list.")
    return found
