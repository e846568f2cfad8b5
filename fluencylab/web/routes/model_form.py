"""An endpoint added or changed by a form, and its test as it runs. Only at this machine: a key and an address are its owner's."""

import asyncio
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from fluencylab.actions import endpoints
from fluencylab.actions.endpoints import Typed
from fluencylab.models import catalogue, places
from fluencylab.models.catalogue import Entry
from fluencylab.models.places import Place
from fluencylab.web.access import only_at_this_machine
from fluencylab.web.app_state import app_state
from fluencylab.web.form import received
from fluencylab.web.pages.frame import frame
from fluencylab.web.pages.model_form import form_page, test_view
from fluencylab.web.render import page

router = APIRouter()


@router.get("/model/add", tags=["pages"])
async def ask_to_add(request: Request, at: str = "ollama") -> HTMLResponse:
    """The form, with the address of a place where models are usually served."""
    only_at_this_machine(request, refuse=True)
    place = places.place(at) or places.places()[0]
    typed = Typed({"address": place.address, "key_from": "variable" if place.key_env else "none", "key_env": place.key_env})
    return await _form(request, typed, place, None)


@router.post("/model/add", tags=["model"])
async def add(request: Request) -> Response:
    """Look which models the endpoint has (`act` is “look”), or test the one that is named, and add it when it answers."""
    only_at_this_machine(request, refuse=True)
    posted = await received(request)
    typed, place = endpoints.read(posted), places.place(str(posted.get("at", "")))
    if posted.get("act") == "look":
        await endpoints.look(typed)
        return await _form(request, typed, place, None)
    entry = await endpoints.ready(typed)
    if entry is None:
        return await _form(request, typed, place, None)
    return RedirectResponse(f"/model-tests/{app_state(request).tests.start(entry, 'add').id}", 303)


@router.get("/model/{slug}/change", tags=["pages"])
async def ask_to_change(request: Request, slug: str) -> HTMLResponse:
    """The form as it stands for a model that is there."""
    only_at_this_machine(request, refuse=True)
    entry = await asyncio.to_thread(endpoints.endpoint, slug)
    return await _form(request, endpoints.as_typed(entry), None, entry)


@router.post("/model/{slug}/change", tags=["model"])
async def change(request: Request, slug: str) -> Response:
    """Keep what was changed. Another address, model or key is tested first; what it replaces stays until that has ended well."""
    only_at_this_machine(request, refuse=True)
    known = await asyncio.to_thread(endpoints.endpoint, slug)
    posted = await received(request)
    typed = endpoints.read(posted)
    if posted.get("act") == "look":
        await endpoints.look(typed, known)
        return await _form(request, typed, None, known)
    entry = await endpoints.ready(typed, known)
    if entry is None:
        return await _form(request, typed, None, known)
    if endpoints.needs_test(entry, known):
        return RedirectResponse(f"/model-tests/{app_state(request).tests.start(entry, 'change').id}", 303)
    await asyncio.to_thread(catalogue.replace, entry)
    return RedirectResponse(f"/model?done=changed&name={quote(entry.name)}", 303)


async def _form(request: Request, typed: Typed, place: Place | None, known: Entry | None) -> HTMLResponse:
    shown = await asyncio.to_thread(form_page, typed, place, known)
    title = f"Change {known.name}" if known else "Add a model"
    return page(request, "model_form.html", await frame(app_state(request), title), shown, status=422 if typed.errors else 200)


@router.get("/model-tests/{id}", tags=["pages"])
async def show_test(request: Request, id: str) -> HTMLResponse:
    """A test, as far as it is."""
    state = app_state(request)
    test = state.tests.get(id)
    return page(request, "model_test.html", await frame(state, f"A test of {test.entry.name}"), test_view(test))


@router.get("/model-tests/{id}/findings", tags=["pages"])
async def test_findings(request: Request, id: str) -> HTMLResponse:
    """What was found so far, alone, for a page that shows it live."""
    return page(request, "components/model_test.html", test_view(app_state(request).tests.get(id)))


@router.get("/model-tests/{id}/form", tags=["pages"])
async def form_of_test(request: Request, id: str) -> HTMLResponse:
    """The form as it was before a test that did not end well, with the refusal at its field. A key in memory is held still."""
    only_at_this_machine(request, refuse=True)
    test = app_state(request).tests.get(id)
    typed = endpoints.as_typed(test.entry)
    if test.error:
        typed.refuse(endpoints.field_at_fault(test.error), test.error)
    return await _form(request, typed, None, None)


@router.post("/model-tests/{id}/stop", tags=["model"])
async def stop_test(request: Request, id: str) -> RedirectResponse:
    """Stop it. Nothing of it is kept."""
    await app_state(request).tests.stop(id)
    return RedirectResponse(f"/model-tests/{id}", 303)
