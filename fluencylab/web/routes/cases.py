"""A decision case: argue it, then decide again with one fact changed."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from fluencylab.actions import cases, missions
from fluencylab.curriculum.schema import Case, Concept, pack_of
from fluencylab.errors import NotFound
from fluencylab.packs.offered import missing, offered
from fluencylab.web.lab import the_lab
from fluencylab.web.pages.case import case_page
from fluencylab.web.pages.frame import frame
from fluencylab.web.pages.next_step import following
from fluencylab.web.render import page

router = APIRouter(prefix="/cases/{slug}")


def _find(slug: str) -> tuple[Concept, Case]:
    found = offered().case(slug)
    if found is None:
        raise missing(slug) if pack_of(slug) else NotFound("There is no such case.", "Choose one from the concept's page.")
    return found


@router.get("", tags=["pages"])
async def show(request: Request, slug: str) -> HTMLResponse:
    lab = the_lab(request)
    concept, case = _find(slug)
    async with lab.store.read() as session:
        argued = await cases.argued(session, lab.learner, case)
    context = await frame(lab, case.title, concept.slug) | case_page(concept, case, argued)
    comes = await following(lab, offered(), slug) if argued.stage == "done" else None
    return page(request, "case.html", context | {"next": comes})


@router.post("/decide", tags=["cases"])
async def decide(
    request: Request,
    slug: str,
    option: Annotated[str, Form()] = "",
    reason: Annotated[list[str] | None, Form()] = None,
    flip: Annotated[str, Form()] = "",
    certainty: Annotated[int, Form()] = 0,
) -> RedirectResponse:
    lab = the_lab(request)
    concept, case = _find(slug)
    await cases.argue(lab.store, lab.learner, concept, case, option, reason or [], flip, certainty)
    return RedirectResponse(f"/cases/{slug}#answers", 303)


@router.post("/twin", tags=["cases"])
async def twin(request: Request, slug: str, option: Annotated[str, Form()] = "") -> RedirectResponse:
    lab = the_lab(request)
    concept, case = _find(slug)
    await cases.argue_twin(lab.store, lab.learner, concept, case, option)
    return RedirectResponse(f"/cases/{slug}#twin", 303)


@router.post("/again", tags=["cases"])
async def again(request: Request, slug: str) -> RedirectResponse:
    lab = the_lab(request)
    _, case = _find(slug)
    await missions.begin(lab.store, lab.learner, case.slug)
    return RedirectResponse(f"/cases/{slug}", 303)
