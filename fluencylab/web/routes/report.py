"""The progress report and the certificate."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, Response

from fluencylab import clock
from fluencylab.actions import certificate
from fluencylab.actions.report import report
from fluencylab.settings import settings
from fluencylab.web.app_state import app_state
from fluencylab.web.pages.frame import frame
from fluencylab.web.pages.report import report_page
from fluencylab.web.render import page

router = APIRouter(prefix="/report")


@router.get("", tags=["pages"])
async def show(request: Request, name: Annotated[str, Query(max_length=100)] = "") -> HTMLResponse:
    """For oneself or a manager, made to be printed. `name`: the name it is to carry."""
    state, now = app_state(request), clock.now()
    async with state.store.read() as session:
        found = await report(session, state.learner, now)
    mark = await asyncio.to_thread(certificate.key_fingerprint, settings().data)
    framed = await frame(state, "Progress report", "/report")
    return page(request, "report.html", framed, report_page(found, now, " ".join(name.split()), mark))


@router.post("/certificate", tags=["data"])
async def issue(request: Request, name: Annotated[str, Form()] = "") -> Response:
    """A signed certificate of what is solid, as a file."""
    state = app_state(request)
    async with state.store.read() as session:
        token = await certificate.issue(session, state.learner, name, settings().data)
    headers = {"Content-Disposition": 'attachment; filename="fluency-certificate.jwt"', "Cache-Control": "no-store"}
    return Response(token, media_type="application/vc+jwt", headers=headers)
