"""A meeting, turn by turn. Each post is one act; the page is drawn anew from what was stored."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from fluencylab.actions import meeting as acts
from fluencylab.actions import missions
from fluencylab.actions.changed import ended
from fluencylab.actions.kinds.meeting import ACTS
from fluencylab.actions.results import goes
from fluencylab.curriculum.meetings import Meeting, find_meeting
from fluencylab.curriculum.schema import Concept
from fluencylab.errors import NotFound
from fluencylab.packs.full_track import full_track
from fluencylab.practice.exercises import first_seed
from fluencylab.practice.kinds import MEETING
from fluencylab.web.app_state import app_state
from fluencylab.web.pages.frame import frame
from fluencylab.web.pages.meeting import meeting_page
from fluencylab.web.pages.next_step import following
from fluencylab.web.pages.results import beside
from fluencylab.web.render import page

router = APIRouter(prefix=MEETING.base + "/{slug}")
Words = Annotated[str, Form()]
OWN = "own"
"""Sent in place of a question's id where it is asked in one's own words."""


def _find(slug: str) -> tuple[Concept, Meeting]:
    found = find_meeting(slug)
    concept = full_track().concept(found.concept) if found else None
    if found is None or concept is None:
        raise NotFound("There is no such meeting.", "The page of a concept lists its meetings.")
    if why := ACTS.why_hidden(found):
        raise NotFound("This meeting is hidden on the model in use.", why)
    return concept, found


def _to(slug: str, where: str) -> RedirectResponse:
    return RedirectResponse(f"{MEETING.href(slug)}#{where}", 303)


@router.get("", tags=["pages"])
async def show(request: Request, slug: str) -> HTMLResponse:
    return await _page(request, slug)


@router.get("/result", tags=["pages"])
async def result(request: Request, slug: str) -> HTMLResponse:
    """The last attempt that was finished, whatever was begun after it."""
    return await _page(request, slug, result=True)


async def _page(request: Request, slug: str, result: bool = False) -> HTMLResponse:
    state = app_state(request)
    concept, of = _find(slug)
    async with state.store.read() as session:
        made = await goes(session, state.learner, MEETING, slug)
        now = await acts.of_attempt(session, state.learner, made.shown(result))
        changed = await ended(session, state.learner, now.attempt, now.stage, made)
    seed = now.attempt.seed if now.attempt else first_seed(state.learner, MEETING.key(slug))
    comes = await following(state, full_track(), MEETING.key(slug)) if now.stage == "done" else None
    drawn = meeting_page(concept, of, now, seed, comes, changed, beside(made, MEETING.href(slug), result))
    return page(request, "meeting.html", await frame(state, of.title, concept.slug), drawn)


@router.post("/ask", tags=["meetings"])
async def ask(request: Request, slug: str, ask: Words = "", own: Words = "") -> RedirectResponse:
    """Ask one of the questions of the round, or in words of one's own."""
    state = app_state(request)
    _, of = _find(slug)
    heard = await acts.ask(state.store, state.learner, of, "" if ask == OWN else ask, own if ask == OWN else "")
    return _to(slug, "answer-head" if heard else "ask-head")


@router.post("/hear", tags=["meetings"])
async def hear(request: Request, slug: str, hears: Words = "", lacks: Words = "") -> RedirectResponse:
    """Say what kind of answer it was, and which fact is missing."""
    state = app_state(request)
    _, of = _find(slug)
    await acts.hear(state.store, state.learner, of, hears, lacks)
    return _to(slug, "heard")


@router.post("/check", tags=["meetings"])
async def check(request: Request, slug: str) -> RedirectResponse:
    """Try the claim on the model in use."""
    state = app_state(request)
    _, of = _find(slug)
    await acts.check(state.store, await state.queue(), state.learner, of)
    return _to(slug, "check-head")


@router.post("/decide", tags=["meetings"])
async def decide(request: Request, slug: str, option: Words = "", certainty: Annotated[int, Form()] = 0) -> RedirectResponse:
    state = app_state(request)
    _, of = _find(slug)
    await acts.decide(state.store, state.learner, of, "decide", option, certainty)
    return _to(slug, "decided")


@router.post("/twin", tags=["meetings"])
async def twin(request: Request, slug: str, option: Words = "") -> RedirectResponse:
    state = app_state(request)
    _, of = _find(slug)
    await acts.decide(state.store, state.learner, of, "twin", option, None)
    return _to(slug, "twin-head")


@router.post("/again", tags=["meetings"])
async def again(request: Request, slug: str) -> RedirectResponse:
    state = app_state(request)
    _find(slug)
    await missions.begin(state.store, state.learner, MEETING.key(slug))
    return RedirectResponse(MEETING.href(slug), 303)
