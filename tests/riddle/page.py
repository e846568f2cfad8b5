"""A riddle's page: two steps, each one act."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from fluencylab.actions.missions import new_attempt
from fluencylab.errors import BadInput, NotFound
from fluencylab.practice.kinds.base import Exercise
from fluencylab.practice.verdict import GRADER
from fluencylab.progress import evidence
from fluencylab.progress.evidence import NewEvidence
from fluencylab.store import queries
from fluencylab.web.app_state import app_state
from fluencylab.web.pages.frame import frame
from fluencylab.web.render import environment
from riddle.kind import RIDDLE, Riddle

router = APIRouter(prefix=RIDDLE.base + "/{slug}")
TEMPLATE = '{% extends "base.html" %}{% block main %}<h1>{{ riddle.title }}</h1><p>{{ riddle.of.asks }}</p>{% endblock %}'


def _find(slug: str) -> Exercise[Riddle]:
    if (found := RIDDLE.find(slug)) is None:
        raise NotFound("There is no such riddle.", "Choose another.")
    return found


@router.get("")
async def show(request: Request, slug: str) -> HTMLResponse:
    found = _find(slug)
    context = await frame(app_state(request), found.title, found.concept)
    return HTMLResponse(environment().from_string(TEMPLATE).render(request=request, riddle=found, **vars(context)))


@router.post("/guess")
async def guess(request: Request, slug: str, option: Annotated[str, Form()] = "") -> RedirectResponse:
    state, found = app_state(request), _find(slug)
    if option not in {one.id for one in found.of.options}:
        raise BadInput("Choose one of the options first.", "Nothing was lost.")
    async with state.store.begin() as session:
        attempt = new_attempt(state.learner, found.key)
        session.add(attempt)
        await session.flush()
        shown = NewEvidence(found.concept, "debugging", "guess", {"picked": option}, float(option == found.of.best), GRADER, 3)
        await evidence.append(session, attempt, shown._replace(content=RIDDLE.words(found.of)))
    return RedirectResponse(found.href, 303)


@router.post("/explain")
async def explain(request: Request, slug: str, text: Annotated[str, Form()] = "") -> RedirectResponse:
    state, found = app_state(request), _find(slug)
    async with state.store.begin() as session:
        attempt = await queries.latest_attempt(session, state.learner, found.key)
        assert attempt is not None
        await evidence.append(session, attempt, NewEvidence(found.concept, "debugging", "explain", {"text": text}, None, "none"))
    return RedirectResponse(found.href, 303)
