"""A concept: its reading, words, exercises and questions, on one page."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from fluencylab.curriculum.schema import pack_of
from fluencylab.errors import NotFound
from fluencylab.packs.full_track import full_track, missing
from fluencylab.web.app_state import app_state
from fluencylab.web.pages.concept import concept_page
from fluencylab.web.pages.frame import frame
from fluencylab.web.render import page

router = APIRouter()


@router.get("/concepts/{slug}", tags=["pages"])
async def concept(request: Request, slug: str) -> Response:
    """Further exercises of a pack stand on the page of the concept they belong to."""
    state = app_state(request)
    found = full_track().concept(slug)
    if found is None or not found.open:
        raise missing(slug) if pack_of(slug) else NotFound("This concept is not open yet.", "Choose one of those in the list that are.")
    if found.adds_to:
        return RedirectResponse(found.href, 303)
    return page(request, "concept.html", await frame(state, found.title, found.slug), await concept_page(state, found))
