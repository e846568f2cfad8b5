"""The web application: which routes there are, and the one place where an error becomes a page."""

import logging
from dataclasses import dataclass

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from fluencylab import __version__
from fluencylab.errors import BadInput, LabError, NotFound, disk_error
from fluencylab.models.catalogue import ListBroken
from fluencylab.practice.kinds import page_above
from fluencylab.web import static_files
from fluencylab.web.access import HEADERS, Access
from fluencylab.web.app_state import AppState, lifespan
from fluencylab.web.kept_pages import KeptPages
from fluencylab.web.pages.frame import Frame, Retry, bare, frame
from fluencylab.web.post_limits import longest
from fluencylab.web.refusal import sent_back
from fluencylab.web.render import page
from fluencylab.web.routes import (
    adapters,
    all_of_a_kind,
    compare,
    concepts,
    data,
    debug,
    fluency_map,
    home,
    kept,
    labs,
    model,
    model_form,
    of_kinds,
    packs,
    practice,
    report,
    runs,
    six_weeks,
    style,
    take_along,
    today,
)
from fluencylab.web.routes.workbench import (
    bring_in,
    checks,
    documents,
    evaluations,
    hand_over,
    judges,
    memo,
    model_drafts,
    modes,
    next_meeting,
    overview,
    readers,
    spec,
    versions,
)
from fluencylab.web.routes.workbench import compare as compare_versions
from fluencylab.web.routes.workbench import kept as kept_results
from fluencylab.web.routes.workbench import model_cards as product_cards
from fluencylab.web.routes.workbench import proposals as product_proposals

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ErrorPage:
    """Context of `error.html`. `exercise`: the address of the exercise in which something was refused, or ""."""

    message: str
    fix: str
    exercise: str
    act: Retry | None = None
    """What can be done about it on the spot"""


def create_app() -> FastAPI:
    app = FastAPI(title="Fluency Lab", version=__version__, lifespan=lifespan, docs_url=None, redoc_url=None)
    app.add_middleware(KeptPages)
    app.add_middleware(Access, longest=longest)
    app.mount("/static", static_files.served())
    of_runs = (runs, kept, take_along, compare)
    of_product = (
        overview,
        bring_in,
        model_drafts,
        documents,
        product_cards,
        versions,
        evaluations,
        modes,
        checks,
        judges,
        readers,
        compare_versions,
        memo,
        next_meeting,
        product_proposals,
        spec,
        hand_over,
        kept_results,
    )
    for routes in (
        today,
        home,
        concepts,
        all_of_a_kind,
        *of_kinds(),
        labs,
        debug,
        practice,
        *of_runs,
        *of_product,
        fluency_map,
        six_weeks,
        report,
        data,
        model_form,
        model,
        packs,
        adapters,
        style,
    ):
        app.include_router(routes.router)
    app.add_exception_handler(LabError, _explain)
    app.add_exception_handler(HTTPException, _explain)
    app.add_exception_handler(RequestValidationError, _explain)
    app.add_exception_handler(Exception, _explain)
    return app


async def _explain(request: Request, error: Exception) -> Response:
    """Every error, shown in one place: a sentence of what happened and one of what to do next."""
    told = _as_lab_error(error)
    if "text/html" not in request.headers.get("accept", ""):
        return JSONResponse({"message": told.message, "fix": told.fix}, told.status, HEADERS)
    lab: AppState | None = getattr(request.app.state, "lab", None)
    foreseen = isinstance(error, LabError | HTTPException | RequestValidationError)
    if request.method == "POST" and lab and foreseen and (returned := await sent_back(request, lab.refusals, told)):
        return returned
    exercise = page_above(request.url.path) if request.method == "POST" else ""
    act = Retry("Go on with the default model", "/model/reset") if isinstance(told, ListBroken) else None
    shown = ErrorPage(told.message, told.fix, exercise, act)
    answer = page(request, "error.html", await _around(lab), shown, status=told.status)
    answer.headers.update(HEADERS)  # what nobody foresaw is answered outside of Access
    return answer


async def _around(lab: AppState | None) -> Frame:
    """What stands around an error; without the rail where that cannot be drawn either, as when nothing can be read."""
    if lab:
        try:
            return await frame(lab, "Not quite")
        except (LabError, OSError) as error:
            log.warning("the page around an error could not be drawn: %s", error)
    return bare("Not quite")


def _as_lab_error(error: Exception) -> LabError:
    if isinstance(error, LabError):
        return error
    if isinstance(error, HTTPException) and error.status_code == 404:
        return NotFound("There is no such page.", "Go back to the start, or choose from the list.")
    if isinstance(error, HTTPException) and error.status_code == 413:
        told = LabError(f"That was too much at once: {error.detail}.", "Choose a smaller file, or send less at a time.")
        told.status = 413
        return told
    if isinstance(error, HTTPException):
        told = LabError(f"This cannot be done here: {error.detail}.", "Go on from where the page stands, and try again.")
        told.status = error.status_code
        return told
    if isinstance(error, OSError):
        log.error("the disk refused something", exc_info=error)
        return disk_error(error)
    if isinstance(error, RequestValidationError):
        first = error.errors()[0]
        return BadInput(f"“{first['loc'][-1]}” cannot be used: {first['msg']}.", "Change it; nothing was lost.")
    log.error("an error nobody foresaw", exc_info=error)
    return LabError("Something went wrong that this program did not foresee.", "Nothing you did is lost. Try again.")
