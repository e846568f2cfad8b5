"""The capstone: what it is and what was scored, and the sitting that is under way. Each post is one act; the page is drawn anew."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse

from fluencylab import clock
from fluencylab.actions import capstone as acts
from fluencylab.curriculum.capstone import find_capstone
from fluencylab.errors import BadInput, NotFound
from fluencylab.practice.kinds import CAPSTONE
from fluencylab.store import queries
from fluencylab.web.app_state import app_state
from fluencylab.web.pages.capstone import capstone_page
from fluencylab.web.pages.capstone_sitting import sitting_page
from fluencylab.web.pages.frame import frame
from fluencylab.web.render import page

BASE = CAPSTONE.base
HERE = f"{BASE}/sitting"
router = APIRouter(prefix=BASE)
Words = Annotated[str, Form()]
Several = Annotated[list[str], Form(default_factory=list)]


def _pairs(sent: Sequence[str]) -> dict[str, str]:
    """ "cause:probe" of each select that says something."""
    return {one.partition(":")[0]: one.partition(":")[2] for one in sent if one}


def _to(where: str = "") -> RedirectResponse:
    return RedirectResponse(f"{HERE}#{where}" if where else HERE, 303)


@router.get("", tags=["pages"])
async def show(request: Request) -> HTMLResponse:
    state = app_state(request)
    async with state.store.read() as session:
        rows = await queries.capstone_sittings(session, state.learner)
    return page(request, "capstone.html", await frame(state, "Capstone", BASE), capstone_page(rows, clock.now()))


@router.get("/sitting", tags=["pages"], response_model=None)
async def sitting(request: Request) -> HTMLResponse | RedirectResponse:
    """The one that is under way, else the latest; where there is none, what the capstone is."""
    return await _sitting(request, 0)


@router.get("/sitting/{ordinal}", tags=["pages"], response_model=None)
async def one_sitting(request: Request, ordinal: int) -> HTMLResponse | RedirectResponse:
    """A sitting by its number, from 1."""
    return await _sitting(request, ordinal)


async def _sitting(request: Request, ordinal: int) -> HTMLResponse | RedirectResponse:
    state = app_state(request)
    async with state.store.read() as session:
        rows = await queries.capstone_sittings(session, state.learner)
        if not rows and not ordinal:
            return RedirectResponse(BASE, 303)
        row = next((one for one in rows if one.ordinal == ordinal), None) if ordinal else rows[-1]
        if row is None:
            raise NotFound("There is no such sitting of the capstone.", f"{BASE} lists them all.")
        now = await acts.load(session, row)
    others = sum(one.ended is not None for one in rows) > 1
    drawn = sitting_page(now, clock.now(), others)
    return page(request, "capstone_sitting.html", await frame(state, f"Capstone: {now.of.title}", BASE), drawn)


@router.post("/begin", tags=["capstone"])
async def begin(request: Request) -> RedirectResponse:
    """Draw a product that was not seen; the hour begins. An open sitting is gone on with."""
    state = app_state(request)
    await acts.begin(state.store, state.learner)
    return _to()


@router.post("/sitting/try", tags=["capstone"])
async def attempt(
    request: Request, examples: Words = "", rules: Words = "", temperature: Words = "", length: Words = ""
) -> RedirectResponse:
    """Run a configuration on the cases shown, on the model in use."""
    state = app_state(request)
    chosen = acts.knobs({"examples": examples, "rules": rules, "temperature": temperature, "length": length})
    await acts.try_configuration(state.store, await state.queue(), state.learner, chosen)
    return _to("tried")


@router.post("/sitting/configure", tags=["capstone"])
async def configure(
    request: Request, examples: Words = "", rules: Words = "", temperature: Words = "", length: Words = ""
) -> RedirectResponse:
    """Hand in a configuration."""
    state = app_state(request)
    chosen = acts.knobs({"examples": examples, "rules": rules, "temperature": temperature, "length": length})
    await acts.hand_in_configuration(state.store, state.learner, chosen)
    return _to("configure")


@router.post("/sitting/spec", tags=["capstone"])
async def spec(request: Request, test: Several) -> RedirectResponse:
    """Hand in up to five acceptance tests."""
    state = app_state(request)
    await acts.hand_in_tests(state.store, state.learner, list(dict.fromkeys(test)))
    return _to("spec")


@router.post("/sitting/look", tags=["capstone"])
async def look(request: Request) -> RedirectResponse:
    """Ask the broken product a few times."""
    state = app_state(request)
    await acts.look(state.store, await state.queue(), state.learner)
    return _to("faults")


@router.post("/sitting/buy", tags=["capstone"])
async def buy(request: Request, cause: Several, probe: Words = "") -> RedirectResponse:
    """Buy a probe. What is said of the causes so far is kept."""
    state = app_state(request)
    await acts.buy(state.store, await state.queue(), state.learner, probe, _pairs(cause))
    return _to("probes")


@router.post("/sitting/faults", tags=["capstone"])
async def faults(request: Request, cause: Several) -> RedirectResponse:
    """Name two causes, each as `cause:probe`."""
    state = app_state(request)
    await acts.hand_in_faults(state.store, state.learner, _pairs(cause))
    return _to("faults")


@router.post("/sitting/proposal", tags=["capstone"])
async def proposal(request: Request, objection: Several, objects: Words = "", option: Words = "") -> RedirectResponse:
    """Say of each sentence that does not hold why, as `sentence:reason`, and what you answer."""
    state = app_state(request)
    if objects not in ("yes", "no"):
        raise BadInput("Say whether you object.", "Choose that you object to what is marked, or that you have no objection.")
    await acts.hand_in_proposal(state.store, state.learner, _pairs(objection), objects == "yes", option)
    return _to("proposal")


@router.get("/sitting/memo/draft", tags=["capstone"])
async def drafted(request: Request) -> JSONResponse:
    """What is kept of the memo, for a tab that comes back to the front."""
    state = app_state(request)
    async with state.store.read() as session:
        row = await acts.open_sitting(session, state.learner)
        kept = await queries.draft(session, state.learner, acts.memo_draft(row)) if row else None
    return JSONResponse({"text": kept.text if kept else ""})


@router.post("/sitting/memo/draft", tags=["capstone"])
async def draft(request: Request, text: Words = "", clear: Words = "") -> JSONResponse:
    """Keep the memo as it is being typed."""
    state = app_state(request)
    kept, saved = await acts.keep_memo(state.store, state.learner, text, clear == "true")
    return JSONResponse({"saved": saved, "text": kept})


@router.post("/sitting/memo", tags=["capstone"])
async def memo(request: Request, ruling: Words = "", words: Words = "") -> RedirectResponse:
    """Hand in the memo; `says-STATEMENT` says of each what was measured. With it the sitting ends."""
    state = app_state(request)
    form = await request.form()
    said = {name.removeprefix("says-"): value for name, value in form.items() if name.startswith("says-") and isinstance(value, str)}
    await acts.hand_in_memo(state.store, state.learner, ruling, said, words)
    return _to("score")


@router.post("/sitting/{part}/leave", tags=["capstone"])
async def leave(request: Request, part: str) -> RedirectResponse:
    """Go on without a part."""
    state = app_state(request)
    await acts.leave_out(state.store, state.learner, part)
    return _to()


@router.post("/sitting/end", tags=["capstone"])
async def end(request: Request) -> RedirectResponse:
    """End the sitting that is under way. Parts that were not handed in count 0."""
    state = app_state(request)
    product = await acts.end(state.store, state.learner)
    return _to("score") if find_capstone(product) else RedirectResponse(BASE, 303)
