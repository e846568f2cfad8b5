"""The model in use: how it is, what it can do, and a way to try again."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from fluencylab.models import catalogue
from fluencylab.web.lab import the_lab
from fluencylab.web.pages.frame import frame, strip
from fluencylab.web.render import page
from fluencylab.web.routes.runs import back

router = APIRouter()


@router.get("/model", tags=["pages"])
async def show(request: Request) -> HTMLResponse:
    lab = the_lab(request)
    now = catalogue.current().slug
    table = [
        [entry.name, entry.kind, f"{entry.window:,}" if entry.window else "not known", "yes" if entry.slug == now else ""]
        for entry in catalogue.models()
    ]
    context = {"table": table}
    return page(request, "model.html", await frame(lab, "The model") | context)


@router.get("/model/strip", tags=["pages"])
async def model_strip(request: Request) -> HTMLResponse:
    """The line over every page, alone; a page asks for it while the model is being made ready."""
    return page(request, "components/model_strip.html", {"model": strip(the_lab(request))})


@router.post("/model/retry", tags=["model"])
async def retry(request: Request) -> RedirectResponse:
    """Fetch or start the model again, after what was wrong has been mended."""
    the_lab(request).standby.retry()
    return RedirectResponse(back(request, "/model"), 303)
