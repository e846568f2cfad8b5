"""Review: what is due again, one item at a time, one that was not met wherever there is one; and the items as a file."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from fluencylab import clock
from fluencylab.actions import review
from fluencylab.actions.cards import anki, met, table
from fluencylab.practice.kinds import REVIEW
from fluencylab.web.app_state import app_state
from fluencylab.web.pages.frame import frame
from fluencylab.web.pages.review import item_page, overview_page
from fluencylab.web.render import page

router = APIRouter(prefix=REVIEW.base)


@router.get("", tags=["pages"])
async def overview(request: Request) -> HTMLResponse:
    """What is due and why; after a sitting, how it went."""
    state = app_state(request)
    async with state.store.read() as session:
        drawn = await overview_page(session, state.learner, clock.now())
    return page(request, "review.html", await frame(state, "Review", REVIEW.base), drawn)


@router.post("", tags=["review"])
async def begin(
    request: Request, concept: Annotated[str, Form(max_length=200)] = "", capability: Annotated[str, Form(max_length=200)] = ""
) -> RedirectResponse:
    """The next item of what is due; or one on a cell of the map, by its concept and capability."""
    state = app_state(request)
    skill = (concept, capability) if concept or capability else None
    return RedirectResponse(f"{REVIEW.base}/items/{await review.begin(state.store, state.learner, skill)}", 303)


@router.get("/items/{attempt_id}", tags=["pages"])
async def show(request: Request, attempt_id: str) -> HTMLResponse:
    """One item, or, once it was answered, every option's answer."""
    state = app_state(request)
    async with state.store.read() as session:
        asked = await review.asked(session, state.learner, attempt_id)
        sitting = await review.the_sitting(session, state.learner, clock.now())
        unmet = await review.unmet(session, state.learner, (asked.item.concept, asked.item.capability)) if asked.shown else 0
    drawn = item_page(asked, sitting, unmet)
    return page(request, "review_item.html", await frame(state, "Review", REVIEW.base, asked.item.concept), drawn)


@router.post("/items/{attempt_id}", tags=["review"])
async def answer(
    request: Request,
    attempt_id: str,
    item: Annotated[str, Form(max_length=200)] = "",
    option: Annotated[str, Form(max_length=200)] = "",
    certainty: Annotated[int, Form()] = 0,
) -> RedirectResponse:
    state = app_state(request)
    await review.answer(state.store, state.learner, attempt_id, item, option, certainty)
    return RedirectResponse(f"{REVIEW.base}/items/{attempt_id}#answer", 303)


@router.get("/items.csv", tags=["review"])
async def items_csv(request: Request) -> Response:
    """Every item of the concepts you have met, with its answers."""
    state = app_state(request)
    async with state.store.read() as session:
        items = await met(session, state.learner)
    return Response(table(items), media_type="text/csv; charset=utf-8", headers=_named("fluency-lab-review.csv"))


@router.get("/anki.txt", tags=["review"])
async def items_anki(request: Request) -> Response:
    """The same as a file that Anki imports."""
    state = app_state(request)
    async with state.store.read() as session:
        items = await met(session, state.learner)
    return Response(anki(items), media_type="text/plain; charset=utf-8", headers=_named("fluency-lab-anki.txt"))


def _named(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}
