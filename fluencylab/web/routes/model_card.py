"""Drills on model cards: the list of them, and one step by step. Each post is one act; the page is drawn anew from what was stored."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from fluencylab.actions import missions, model_cards
from fluencylab.actions.changed import ended
from fluencylab.actions.results import goes
from fluencylab.curriculum.model_cards import CardDrill, find_drill
from fluencylab.curriculum.schema import Concept
from fluencylab.errors import NotFound
from fluencylab.packs.full_track import full_track
from fluencylab.practice.kinds import MODEL_CARD
from fluencylab.web.app_state import app_state
from fluencylab.web.pages.frame import frame
from fluencylab.web.pages.model_card import model_card_page
from fluencylab.web.pages.next_step import following
from fluencylab.web.pages.results import beside
from fluencylab.web.render import page
from fluencylab.web.typed import number

router = APIRouter(prefix=MODEL_CARD.base)
Words = Annotated[str, Form()]


def _find(slug: str) -> tuple[Concept, CardDrill]:
    found = find_drill(slug)
    concept = full_track().concept(found.concept) if found else None
    if found is None or concept is None:
        raise NotFound("There is no such card.", "The page “Model cards” lists those there are.")
    return concept, found


def _to(slug: str, where: str) -> RedirectResponse:
    return RedirectResponse(f"{MODEL_CARD.href(slug)}#{where}", 303)


@router.get("/{slug}", tags=["pages"])
async def show(request: Request, slug: str) -> HTMLResponse:
    return await _page(request, slug)


@router.get("/{slug}/result", tags=["pages"])
async def result(request: Request, slug: str) -> HTMLResponse:
    """The last attempt that was finished, whatever was begun after it."""
    return await _page(request, slug, result=True)


async def _page(request: Request, slug: str, result: bool = False) -> HTMLResponse:
    state = app_state(request)
    concept, drill = _find(slug)
    async with state.store.read() as session:
        made = await goes(session, state.learner, MODEL_CARD, slug)
        going = await missions.of_attempt(session, drill, made.shown(result), MODEL_CARD)
        changed = await ended(session, state.learner, going.attempt, going.stage, made)
    comes = await following(state, full_track(), MODEL_CARD.key(slug)) if going.stage == "done" else None
    drawn = model_card_page(concept, drill, going, comes, changed, beside(made, MODEL_CARD.href(slug), result))
    return page(request, "model_card.html", await frame(state, drill.title, concept.slug), drawn)


@router.post("/{slug}/mark", tags=["model cards"])
async def mark(request: Request, slug: str, line: Annotated[list[str] | None, Form()] = None, silent: Words = "") -> RedirectResponse:
    """Mark the lines that decide; or, in `silent`, the question to send where the card does not say it."""
    state = app_state(request)
    _, drill = _find(slug)
    await model_cards.mark(state.store, state.learner, drill, line or [], silent)
    return _to(slug, "marked")


@router.post("/{slug}/predict", tags=["model cards"])
async def predict(request: Request, slug: str, certainty: Annotated[int, Form()] = 0) -> RedirectResponse:
    """Commit to the numbers asked for, each under its fact's name, and to how sure you are."""
    state = app_state(request)
    concept, drill = _find(slug)
    form = await request.form()
    values = {asked.fact: number(str(form.get(asked.fact, "")), asked.label) for asked in drill.predict}
    await missions.predict(state.store, state.learner, concept, drill, values, certainty, MODEL_CARD)
    return _to(slug, "run-head")


@router.post("/{slug}/run", tags=["model cards"])
async def run(request: Request, slug: str) -> RedirectResponse:
    state = app_state(request)
    _, drill = _find(slug)
    await missions.run(state.store, await state.queue(), state.learner, drill, MODEL_CARD)
    return _to(slug, "run-head")


@router.post("/{slug}/see", tags=["model cards"])
async def see(request: Request, slug: str, sight: Annotated[int, Form()] = -1) -> RedirectResponse:
    state = app_state(request)
    concept, drill = _find(slug)
    await missions.see(state.store, state.learner, concept, drill, sight, MODEL_CARD)
    return _to(slug, "explained")


@router.post("/{slug}/decide", tags=["model cards"])
async def decide(request: Request, slug: str, option: Words = "", certainty: Annotated[int, Form()] = 0) -> RedirectResponse:
    state = app_state(request)
    concept, drill = _find(slug)
    await missions.decide(state.store, state.learner, concept, drill, "decide", option, certainty, MODEL_CARD)
    return _to(slug, "decided")


@router.post("/{slug}/twin", tags=["model cards"])
async def twin(request: Request, slug: str, option: Words = "") -> RedirectResponse:
    state = app_state(request)
    concept, drill = _find(slug)
    await missions.decide(state.store, state.learner, concept, drill, "twin", option, None, MODEL_CARD)
    return _to(slug, "twin-head")


@router.post("/{slug}/again", tags=["model cards"])
async def again(request: Request, slug: str) -> RedirectResponse:
    """A new go, with another seed; what was shown before stays."""
    state = app_state(request)
    _find(slug)
    await missions.begin(state.store, state.learner, MODEL_CARD.key(slug))
    return RedirectResponse(MODEL_CARD.href(slug), 303)
