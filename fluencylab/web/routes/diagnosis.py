"""One case of the debugging bench: look, buy probes, name the cause, ask for a fix."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from fluencylab.actions import diagnosis
from fluencylab.actions.faults import hidden
from fluencylab.actions.standing import FAULTS
from fluencylab.errors import LabError, NotFound
from fluencylab.packs.offered import offered
from fluencylab.practice import faults
from fluencylab.practice.faults import Laid
from fluencylab.web.lab import the_lab
from fluencylab.web.pages.diagnosis import diagnosis_page
from fluencylab.web.pages.frame import frame
from fluencylab.web.pages.next_step import following
from fluencylab.web.render import page

router = APIRouter(prefix="/debug/cases/{slug}")


def _find(slug: str) -> Laid:
    found = faults.laid(slug)
    if found is None:
        raise NotFound("There is no such case.", "Choose one from Debug.")
    if why := hidden(found):
        raise NotFound("This case is hidden on the model in use.", why)
    return found


def _to(slug: str, where: str) -> RedirectResponse:
    return RedirectResponse(f"/debug/cases/{slug}#{where}", 303)


@router.get("", tags=["pages"])
async def show(request: Request, slug: str) -> HTMLResponse:
    lab, case = the_lab(request), _find(slug)
    async with lab.store.read() as session:
        going = await diagnosis.going(session, lab.learner, case)
    context = await frame(lab, case.case.title, "/debug") | diagnosis_page(case, going, _swap())
    context["spent_on"] = case.case.concept
    comes = await following(lab, offered(), FAULTS + slug) if going.stage == "done" else None
    return page(request, "diagnosis.html", context | {"next": comes})


def _swap() -> str:
    try:
        diagnosis.another_model()
    except LabError:
        return "There is no other model here. Add one on the page Model."
    return ""


@router.post("/look", tags=["debug"])
async def look(request: Request, slug: str) -> RedirectResponse:
    """Ask the broken product a few times; a new go where the last one is done."""
    lab = the_lab(request)
    await diagnosis.look(lab.store, await lab.queue(), lab.learner, _find(slug))
    return _to(slug, "look")


@router.post("/probes", tags=["debug"])
async def buy(request: Request, slug: str, probe: Annotated[str, Form()] = "") -> RedirectResponse:
    lab = the_lab(request)
    await diagnosis.buy(lab.store, await lab.queue(), lab.learner, _find(slug), probe)
    return _to(slug, "probes")


@router.post("/name", tags=["debug"])
async def name(
    request: Request,
    slug: str,
    cause: Annotated[str, Form()] = "",
    evidence: Annotated[str, Form()] = "",
    certainty: Annotated[int, Form()] = 0,
) -> RedirectResponse:
    lab = the_lab(request)
    await diagnosis.diagnose(lab.store, lab.learner, _find(slug), cause, evidence, certainty)
    return _to(slug, "answer")


@router.post("/fix", tags=["debug"])
async def fix(request: Request, slug: str, fix: Annotated[str, Form()] = "") -> RedirectResponse:
    lab = the_lab(request)
    await diagnosis.ask_for(lab.store, lab.learner, _find(slug), fix)
    return _to(slug, "fix")
