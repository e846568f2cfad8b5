"""A lab: the instrument on the learner's own input."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from fluencylab.curriculum.loader import track
from fluencylab.errors import NotFound
from fluencylab.instruments import instrument
from fluencylab.web.lab import the_lab
from fluencylab.web.pages.frame import frame
from fluencylab.web.pages.lab import lab_page
from fluencylab.web.render import page

router = APIRouter()


@router.get("/labs/{name}", tags=["pages"])
async def show(request: Request, name: str, run: str = "") -> HTMLResponse:
    """The lab's form, and under it the run asked for, or the latest."""
    lab = the_lab(request)
    concept = next((concept for concept in track().concepts if concept.lab == name), None)
    if concept is None:
        raise NotFound("There is no such lab.", "Choose a concept from the list.")
    instrument(name)
    context = await frame(lab, f"The lab: {concept.short}", concept.slug)
    return page(request, f"labs/{name}.html", context | await lab_page(lab, concept, run))
