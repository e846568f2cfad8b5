"""Bring cases in: the form, the look before anything is kept, and the keeping."""

import asyncio
from collections.abc import Sequence
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse

from fluencylab.actions.workbench import cases, documents, products, versions
from fluencylab.errors import BadInput
from fluencylab.store import product_queries
from fluencylab.web.app_state import app_state
from fluencylab.web.brought import Brought
from fluencylab.web.pages.frame import frame
from fluencylab.web.pages.workbench.bring_in import BringInPage, look_page, roles_of
from fluencylab.web.pages.workbench.drafts import accepted, documents_in, drafts_page
from fluencylab.web.pages.workbench.overview import DONE
from fluencylab.web.render import page
from fluencylab.workbench import bring_in
from fluencylab.workbench.bring_in import CaseDraft

router = APIRouter(prefix="/product/{product_id}/bring-in")
PASTED = "pasted text"


@router.get("", tags=["pages"])
async def show(request: Request, product_id: str, done: str = "") -> HTMLResponse:
    """A file, or text to paste."""
    state = app_state(request)
    async with state.store.read() as session:
        product = await products.owned(session, state.learner, product_id)
        counts = await product_queries.case_counts(session, product_id)
    shown = BringInPage(product, f"/product/{product_id}", counts.all, DONE.get(done, ""))
    return page(request, "workbench/bring_in.html", await frame(state, "Bring in cases", "/product"), shown)


@router.post("", tags=["workbench"])
async def receive(
    request: Request, product_id: str, file: Annotated[UploadFile | None, File()] = None, text: Annotated[str, Form()] = ""
) -> RedirectResponse:
    """Read it, in a process of its own, and show what was read. Nothing is kept yet."""
    state = app_state(request)
    async with state.store.read() as session:
        await products.owned(session, state.learner, product_id)
    content = await file.read() if file and file.filename else text.encode("utf-8", "replace")
    name = (file.filename or "") if file and file.filename else PASTED
    if not content.strip():
        raise BadInput("No file was chosen, and nothing was pasted.", "Choose a file, or paste some lines, then press the button again.")
    found = await bring_in.read_apart(name, content)
    key = state.brought.keep(Brought(product_id, name, found))
    return RedirectResponse(f"/product/{product_id}/bring-in/{key}", 303)


@router.get("/{key}", tags=["pages"])
async def look(request: Request, product_id: str, key: str) -> HTMLResponse:
    """What was read, and which column is what."""
    state = app_state(request)
    async with state.store.read() as session:
        product = await products.owned(session, state.learner, product_id)
    brought = state.brought.get(product_id, key)
    around = await frame(state, "What was read", "/product")
    if brought.found.kind == "document":
        return page(request, "workbench/drafts.html", around, await asyncio.to_thread(drafts_page, product, key, brought))
    return page(request, "workbench/look.html", around, await asyncio.to_thread(look_page, product, key, brought))


@router.post("/{key}/lines", tags=["workbench"])
async def by_line(request: Request, product_id: str, key: str) -> RedirectResponse:
    """A text that was taken for a document, with each of its lines as a case."""
    state = app_state(request)
    brought = state.brought.get(product_id, key)
    found = await asyncio.to_thread(bring_in.by_line, brought.name, brought.found)
    return RedirectResponse(f"/product/{product_id}/bring-in/{state.brought.keep(brought._replace(found=found))}", 303)


@router.post("/{key}/drafts", tags=["workbench"])
async def let_draft(request: Request, product_id: str, key: str, mask: Annotated[bool, Form()] = False) -> RedirectResponse:
    """Keep the document, for a model to draft cases from; nothing is asked yet."""
    state = app_state(request)
    read = documents_in(state.brought.get(product_id, key).found)
    await documents.add(state.store, state.learner, product_id, read, mask)
    async with state.store.read() as session:
        numbers = await documents.numbers_of(session, product_id, read, mask)
    return RedirectResponse(f"/product/{product_id}/drafts?{urlencode({'document': numbers}, doseq=True)}", 303)


@router.post("/{key}", tags=["workbench"])
async def keep(request: Request, product_id: str, key: str) -> RedirectResponse:
    """Keep the cases, the prompt that came with them, and the answers."""
    state = app_state(request)
    brought = state.brought.get(product_id, key)
    form = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    version = 0
    if brought.found.messages and form.get("prompt"):
        typed = [(role, form.get(f"prompt-{i}", content)) for i, (role, content) in enumerate(brought.found.messages)]
        told = brought.found._replace(messages=tuple((role, content.replace("\r\n", "\n")) for role, content in typed))
        version = await versions.add(state.store, state.learner, product_id, versions.brought(told), f"As it came in {brought.name}.")
    if brought.found.kind == "document":
        drafts: Sequence[CaseDraft] = await asyncio.to_thread(accepted, brought, form)
        if form.get("document"):
            await documents.add(state.store, state.learner, product_id, documents_in(brought.found), bool(form.get("mask")))
    else:
        drafts = await asyncio.to_thread(bring_in.drafts, brought.found, roles_of(brought, form))
    if drafts:
        added = await cases.add(state.store, state.learner, product_id, drafts, bool(form.get("mask")), version)
    elif not version:
        raise BadInput("No column goes in, so there is no case.", "Say of at least one column that it goes in.")
    state.brought.drop(key)
    counted = f"&kept={added.kept}&doubled={added.doubled}" if drafts else ""
    return RedirectResponse(f"/product/{product_id}?done={'kept' if drafts else 'prompt'}{counted}", 303)
