"""A second reader: read under a name, send a sheet and take it in, compare two, and write the rule that they lacked."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from fluencylab.actions.workbench import practice_recorded, products, readers, reading
from fluencylab.errors import BadInput, NotFound
from fluencylab.web.app_state import app_state
from fluencylab.web.pages.frame import frame
from fluencylab.web.pages.workbench.read import read_page
from fluencylab.web.pages.workbench.readers import readers_page
from fluencylab.web.render import page
from fluencylab.web.typed import whole
from fluencylab.workbench import bring_in

router = APIRouter(prefix="/product/{product_id}/readers")
Words = Annotated[str, Form()]
SAID = {"true": True, "pass": True, "false": False, "fail": False}


@router.get("", tags=["pages"])
async def show(request: Request, product_id: str, a: str = "", b: str = "", done: str = "") -> HTMLResponse:
    """Who has read what, and how far two of them agree."""
    state = app_state(request)
    shown = await readers_page(state, product_id, a, b, done)
    return page(request, "workbench/readers.html", await frame(state, "A second reader", "/product"), shown)


@router.post("", tags=["workbench"])
async def begin(request: Request, product_id: str, reader: Words = "") -> RedirectResponse:
    """Somebody else reads now, under a name."""
    state = app_state(request)
    async with state.store.read() as session:
        await products.owned(session, state.learner, product_id)
        name = await readers.known(session, product_id, reader)
        run = await readers.to_read(session, product_id)
    if run is None:
        raise BadInput("There is nothing to read yet.", "Run a version, or bring in answers first.")
    return RedirectResponse(_reading(product_id, run, name), 303)


def _reading(product_id: str, run: str, name: str) -> str:
    return f"/product/{product_id}/readers/{run}/read?reader={quote(name, safe='')}"


@router.post("/rules", tags=["workbench"])
async def write_rule(
    request: Request, product_id: str, says: Words = "", run: Words = "", output: Words = "", verdict: Words = ""
) -> RedirectResponse:
    """The sentence that two readers lacked, and what it says of the output that they differ on."""
    state = app_state(request)
    await readers.write_rule(state.store, state.learner, product_id, says, run, whole(output) or 0, SAID.get(verdict))
    return RedirectResponse(f"/product/{product_id}/readers?done=rule", 303)


@router.post("/rules/{rule_id}/remove", tags=["workbench"])
async def remove_rule(request: Request, product_id: str, rule_id: str) -> RedirectResponse:
    """Take a rule away."""
    state = app_state(request)
    await readers.remove_rule(state.store, state.learner, product_id, rule_id)
    return RedirectResponse(f"/product/{product_id}/readers?done=removed", 303)


@router.post("/recorded", tags=["workbench"])
async def recorded(request: Request, product_id: str) -> RedirectResponse:
    """What two readers said of the practice product."""
    state = app_state(request)
    await practice_recorded.record_readers(state.store, state.learner, product_id)
    return RedirectResponse(f"/product/{product_id}/readers?done=recorded", 303)


@router.get("/labels.csv", tags=["workbench"])
async def sheet(request: Request, product_id: str, run: str = "") -> Response:
    """The outputs as a sheet to be filled in by somebody else, blind."""
    state = app_state(request)
    async with state.store.read() as session:
        await products.owned(session, state.learner, product_id)
        which = run or await readers.to_read(session, product_id)
        if which is None:
            raise NotFound("There is nothing to read yet.", "Run a version, or bring in answers first.")
        content = await readers.sheet(session, state.learner, product_id, which)
    headers = {"Content-Disposition": 'attachment; filename="labels.csv"', "Cache-Control": "no-store"}
    return Response(content.encode("utf-8-sig", "replace"), media_type="text/csv; charset=utf-8", headers=headers)


@router.post("/sheet", tags=["workbench"])
async def take_in(
    request: Request, product_id: str, reader: Words = "", file: Annotated[UploadFile | None, File()] = None
) -> RedirectResponse:  # fmt: skip
    """A sheet that was filled in, under the name of whoever did."""
    state = app_state(request)
    name = readers.reader_name(reader)
    content = await file.read() if file and file.filename else b""
    if not content or file is None:
        raise BadInput("No file was chosen, or it is empty.", "Choose the sheet that was filled in, as CSV or XLSX.")
    found = await bring_in.read_apart(file.filename or "labels.csv", content)
    await readers.take_in(state.store, state.learner, product_id, name, found)
    return RedirectResponse(f"/product/{product_id}/readers?b={quote(name, safe='')}&done=sheet", 303)


@router.get("/{run_id}/read", tags=["pages"], response_model=None)
async def read(
    request: Request, product_id: str, run_id: str, reader: str = "", output: int | None = None
) -> HTMLResponse | RedirectResponse:  # fmt: skip
    """One output at a time for another reader, who sees nothing of what was said before."""
    state = app_state(request)
    name = readers.reader_name(reader)
    shown = await read_page(state, product_id, run_id, output, name)
    if shown is None:
        return RedirectResponse(f"/product/{product_id}/readers", 303)
    return page(request, "workbench/read.html", await frame(state, "Read", "/product"), shown)


@router.post("/{run_id}/read/{seq}", tags=["workbench"])
async def say(
    request: Request, product_id: str, run_id: str, seq: int, reader: Words = "", verdict: Words = "", note: Words = ""
) -> RedirectResponse:
    """What another reader says of an output; the next one comes."""
    if verdict not in ("pass", "fail"):
        raise BadInput("Say whether it passes or fails.", "Press one of the two buttons, or the keys p and f.")
    state = app_state(request)
    async with state.store.read() as session:
        name = await readers.known(session, product_id, reader)
    await reading.say(state.store, state.learner, product_id, run_id, seq, verdict == "pass", note, name)
    return RedirectResponse(_reading(product_id, run_id, name), 303)
