"""A lab: the instrument on the learner's own input."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import Field

from fluencylab.actions import runs
from fluencylab.curriculum.loader import track
from fluencylab.curriculum.schema import Concept
from fluencylab.errors import BadInput, LabError, NotFound
from fluencylab.web.lab import Lab, the_lab
from fluencylab.web.pages.frame import frame
from fluencylab.web.pages.lab import VIEWS, Asked, Typed, branch, lab_page, settings
from fluencylab.web.render import page

router = APIRouter()


class Sent(Typed):
    """The lab's form as it is posted; with `origin`, `at` and `take` an earlier answer goes another way at one of its tokens."""

    view: str = "next"
    run: list[str] = Field([], description="Runs already on the page")
    origin: str = Field("", description="The answer to branch from")
    at: str = Field("", description="Its token")
    take: str = Field("", description="Which of the token's alternatives")


@router.get("/labs/{name}", tags=["pages"])
async def show(
    request: Request,
    name: str,
    run: Annotated[list[str], Query(description="Runs on the page, oldest first")] = [],  # noqa: B006
    show: str = "",
    at: str = "",
    view: str = "",
    prompt: Annotated[str, Query(max_length=20_000)] = "",
    temperature: str = "",
    top_p: str = "",
    top_k: str = "",
    min_p: str = "",
) -> HTMLResponse:
    """The lab's form, and in each view the run it shows."""
    concept = _concept(name)
    sliders = settings(temperature=temperature, top_p=top_p, top_k=top_k, min_p=min_p)
    asked = Asked(run=run, show=show, at=_whole(at), view=view, prompt=prompt, settings=sliders)
    return await _page(request, concept, asked)


@router.post("/labs/{name}", tags=["runs"])
async def start(
    request: Request,
    name: str,
    sent: Annotated[Sent, Form()],
) -> Response:
    """Start a run of one view and go back to the page that shows it."""
    concept, lab = _concept(name), the_lab(request)
    if sent.view not in VIEWS:
        raise BadInput("There is no such view.", "Go back and choose one of the three.")
    try:
        started = await _start(lab, name, sent)
    except LabError as error:
        return await _page(request, concept, Asked(run=sent.run, view=sent.view), sent, error)
    query = urlencode([*(("run", old) for old in sent.run), ("run", started)])
    return RedirectResponse(f"/labs/{name}?{query}#{sent.view}", 303)


async def _start(lab: Lab, name: str, sent: Sent) -> str:
    at, take = _whole(sent.at), _whole(sent.take)
    if sent.origin and at is not None and take is not None:
        params = await branch(lab, sent.origin, at, take)
    else:
        params = sent.params(sent.view) | ({} if sent.view == "next" else {"seed": runs.fresh_seed()})
    return await runs.start_run(lab.store, await lab.queue(), lab.learner, name, params)


async def _page(
    request: Request, concept: Concept, asked: Asked, typed: Typed | None = None, error: LabError | None = None
) -> HTMLResponse:
    lab = the_lab(request)
    context = await frame(lab, f"The lab: {concept.short}", concept.slug)
    context |= await lab_page(lab, concept, asked, typed, error)
    return page(request, f"labs/{concept.lab}.html", context, error.status if error else 200)


def _concept(name: str) -> Concept:
    found = next((concept for concept in track().concepts if concept.lab and concept.lab == name), None)
    if found is None:
        raise NotFound("There is no such lab.", "Choose a concept from the list.")
    return found


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None
