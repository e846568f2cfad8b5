"""The fluency map: ten concepts by three kinds of fluency, and the evidence behind each cell."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from fluencylab import clock
from fluencylab.actions import progress, review
from fluencylab.actions.packs import resting
from fluencylab.actions.standing import standings
from fluencylab.curriculum.schema import pack_of
from fluencylab.errors import NotFound
from fluencylab.packs.full_track import full_track, missing
from fluencylab.progress.mastery import CAPABILITIES
from fluencylab.web.app_state import app_state
from fluencylab.web.pages.depth import depth
from fluencylab.web.pages.fluency_map import map_page
from fluencylab.web.pages.frame import frame
from fluencylab.web.pages.map_cell import cell_page
from fluencylab.web.pages.next_step import next_step
from fluencylab.web.render import page

router = APIRouter(prefix="/map", tags=["pages"])


@router.get("")
async def fluency_map(request: Request) -> HTMLResponse:
    state = app_state(request)
    async with state.store.read() as session:
        found = await progress.fluency(session, state.learner, clock.now())
        kept = await resting(session, state.learner)
        stood = await standings(session, state.learner)
        comes = await next_step(session, state.learner, full_track(), clock.now())
    return page(request, "map.html", await frame(state, "Fluency map", "/map"), map_page(found, comes, stood, kept))


@router.get("/{concept}/{capability}")
async def cell(request: Request, concept: str, capability: str, older: Annotated[int, Query(ge=1, le=1000)] = 1) -> HTMLResponse:
    """A cell's evidence, the newest first. `older`: the page of it, from 1."""
    state, found = app_state(request), full_track().concept(concept)
    if found is None and pack_of(concept):
        raise missing(concept)
    if found is None or capability not in CAPABILITIES:
        raise NotFound("There is no such cell on the map.", "Choose one from the map.")
    async with state.store.read() as session:
        behind = await progress.behind(session, state.learner, concept, capability, clock.now(), older)
        stood = await standings(session, state.learner)
        unmet = (
            await review.unmet(session, state.learner, (concept, capability))
            if found.open and behind.cell.state in ("none", "emerging")
            else 0
        )
    drawn = cell_page(found, behind, stood, older, await depth(state, found), unmet)
    return page(request, "map_cell.html", await frame(state, f"{found.short}: {capability}", "/map"), drawn)
