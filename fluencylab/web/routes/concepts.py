"""A concept: its reading, words, exercises and questions, on one page."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from fluencylab.curriculum.loader import track
from fluencylab.errors import NotFound
from fluencylab.web.app_state import app_state
from fluencylab.web.pages.concept import concept_page
from fluencylab.web.pages.frame import frame
from fluencylab.web.render import page

router = APIRouter()


@router.get("/concepts/{slug}", tags=["pages"])
async def concept(request: Request, slug: str) -> HTMLResponse:
    state = app_state(request)
    found = track().concept(slug)
    if found is None or not found.open:
        raise NotFound("This concept is not open yet.", "Choose one of those in the list that are.")
    return page(request, "concept.html", await frame(state, found.title, found.slug), await concept_page(state, found))
