"""A proposal, step by step. Each post is one act; the page is drawn anew from what was stored."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from fluencylab.actions import missions
from fluencylab.actions import proposals as acts
from fluencylab.actions.changed import ended
from fluencylab.actions.kinds.proposal import ACTS
from fluencylab.actions.results import goes
from fluencylab.curriculum.proposals import Proposal, find_proposal
from fluencylab.curriculum.schema import Concept
from fluencylab.errors import BadInput, NotFound
from fluencylab.packs.full_track import full_track
from fluencylab.practice.exercises import first_seed
from fluencylab.practice.kinds import PROPOSAL
from fluencylab.web.app_state import app_state
from fluencylab.web.pages.frame import frame
from fluencylab.web.pages.next_step import following
from fluencylab.web.pages.proposal import proposal_page
from fluencylab.web.pages.results import beside
from fluencylab.web.render import page

router = APIRouter(prefix=PROPOSAL.base)
Words = Annotated[str, Form()]
Objections = Annotated[list[str], Form(alias="objection", default_factory=list)]
"""`sentence:reason`; an empty one is no objection."""


def _find(slug: str) -> tuple[Concept, Proposal]:
    found = find_proposal(slug)
    concept = full_track().concept(found.concept) if found else None
    if found is None or concept is None:
        raise NotFound("There is no such proposal.", f"{PROPOSAL.base} lists them all.")
    if why := ACTS.why_hidden(found):
        raise NotFound("This proposal is hidden on the model in use.", why)
    return concept, found


def _to(slug: str, where: str) -> RedirectResponse:
    return RedirectResponse(f"{PROPOSAL.href(slug)}#{where}", 303)


def _objections(sent: Sequence[str]) -> dict[str, str]:
    pairs = [one.partition(":") for one in sent if one]
    return {sentence: reason for sentence, _, reason in pairs}


@router.get("/{slug}", tags=["pages"])
async def show(request: Request, slug: str) -> HTMLResponse:
    return await _page(request, slug)


@router.get("/{slug}/result", tags=["pages"])
async def result(request: Request, slug: str) -> HTMLResponse:
    """The last attempt that was finished, whatever was begun after it."""
    return await _page(request, slug, result=True)


async def _page(request: Request, slug: str, result: bool = False) -> HTMLResponse:
    state = app_state(request)
    concept, of = _find(slug)
    async with state.store.read() as session:
        made = await goes(session, state.learner, PROPOSAL, slug)
        now = await acts.of_attempt(session, state.learner, of, made.shown(result))
        changed = await ended(session, state.learner, now.attempt, now.stage, made)
    seed = now.attempt.seed if now.attempt else first_seed(state.learner, PROPOSAL.key(slug))
    comes = await following(state, full_track(), PROPOSAL.key(slug)) if now.stage == "done" else None
    drawn = proposal_page(concept, of, now, seed, comes, changed, beside(made, PROPOSAL.href(slug), result))
    return page(request, "proposal.html", await frame(state, of.title, concept.slug), drawn)


@router.post("/{slug}/try", tags=["proposals"])
async def try_out(request: Request, slug: str, objection: Objections, mission: Words = "") -> RedirectResponse:
    """Run an experiment on the model in use. What is marked so far is kept."""
    state = app_state(request)
    _, of = _find(slug)
    await acts.try_out(state.store, await state.queue(), state.learner, of, mission, _objections(objection))
    return _to(slug, "tried")


@router.post("/{slug}/mark", tags=["proposals"])
async def mark(request: Request, slug: str, objection: Objections, objects: Words = "") -> RedirectResponse:
    """Say of each sentence that does not hold why, or that there is no objection."""
    state = app_state(request)
    _, of = _find(slug)
    if objects not in ("yes", "no"):
        raise BadInput("Say whether you object.", "Choose that you object to what is marked, or that you have no objection.")
    await acts.mark(state.store, state.learner, of, _objections(objection), objects == "yes")
    return _to(slug, "marked")


@router.post("/{slug}/decide", tags=["proposals"])
async def decide(request: Request, slug: str, option: Words = "", certainty: Annotated[int, Form()] = 0) -> RedirectResponse:
    state = app_state(request)
    _, of = _find(slug)
    await acts.decide(state.store, state.learner, of, "decide", option, certainty)
    return _to(slug, "decided")


@router.post("/{slug}/twin", tags=["proposals"])
async def twin(request: Request, slug: str, option: Words = "") -> RedirectResponse:
    state = app_state(request)
    _, of = _find(slug)
    await acts.decide(state.store, state.learner, of, "twin", option, None)
    return _to(slug, "twin-head")


@router.post("/{slug}/again", tags=["proposals"])
async def again(request: Request, slug: str) -> RedirectResponse:
    """A new go, with another seed; what was shown before stays."""
    state = app_state(request)
    _find(slug)
    await missions.begin(state.store, state.learner, PROPOSAL.key(slug))
    return RedirectResponse(PROPOSAL.href(slug), 303)
