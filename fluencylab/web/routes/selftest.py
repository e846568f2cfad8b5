"""The self-test: seven questions, closed book, and what they say to do next."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from fluencylab.actions import learner, selftest
from fluencylab.actions.changed import what_changed
from fluencylab.actions.selftest import Judged, Sitting
from fluencylab.actions.standing import standings
from fluencylab.errors import LabError
from fluencylab.practice.kinds import SELF_TEST
from fluencylab.store import queries
from fluencylab.web.app_state import app_state
from fluencylab.web.pages.frame import frame
from fluencylab.web.pages.selftest import QuestionPage, check_page, closed_book, question_page, start_page
from fluencylab.web.pages.selftest_result import result_page
from fluencylab.web.render import page

router = APIRouter(prefix=SELF_TEST.base)
HERE = SELF_TEST.base


@router.get("", tags=["pages"])
async def start(request: Request) -> HTMLResponse:
    state = app_state(request)
    async with state.store.read() as session:
        row = await queries.learner(session, state.learner)
        sat = await selftest.sittings(session, state.learner)
    return page(request, "selftest.html", await frame(state, "Self-test", HERE), start_page(row.product if row else "", sat))


@router.post("/product", tags=["self-test"])
async def product(request: Request, product: Annotated[str, Form()] = "", back: Annotated[str, Form()] = "") -> RedirectResponse:
    """Change the kind of product; `back` is the sitting whose result is looked at."""
    state = app_state(request)
    await learner.choose_product(state.store, state.learner, product)
    return RedirectResponse(f"{HERE}/{back}" if back.isalnum() else HERE, 303)


@router.post("/begin", tags=["self-test"])
async def begin(request: Request, product: Annotated[str, Form()] = "", anew: Annotated[bool, Form()] = False) -> RedirectResponse:
    """Go on with the open sitting, or begin one."""
    state = app_state(request)
    return RedirectResponse(f"{HERE}/{await selftest.begin(state.store, state.learner, product, anew)}", 303)


@router.get("/{sitting}", tags=["pages"])
async def result(request: Request, sitting: str, before: str = "") -> Response:
    """The result; while a question is open, that question."""
    state = app_state(request)
    async with state.store.read() as session:
        now = await selftest.the_sitting(session, state.learner, sitting)
        if now.next_number is not None:
            return RedirectResponse(f"{HERE}/{sitting}/{now.next_number}", 303)
        sat = await selftest.sittings(session, state.learner)
        stood = await standings(session, state.learner)
        last = max((one for one in sat if one.complete), key=lambda one: one.begun, default=None)
        changed = await what_changed(session, state.learner, [sitting] if last and last.id == sitting else [], "sitting")
    earlier = [one for one in sat if one.complete and one.begun < now.begun]
    chosen = next((one for one in earlier if one.id == before), earlier[-1] if earlier else None)
    framed = await frame(state, "Self-test: what to learn first", HERE)
    return page(request, "selftest_result.html", framed, result_page(now, earlier, chosen, stood, changed))


@router.get("/{sitting}/{number}", tags=["pages"])
async def question(request: Request, sitting: str, number: int, draft: str = "") -> Response:
    """One question, wherever it was left."""
    now, kept = await _found(request, sitting, number)
    if now.stage(number) == "check" and now.shown[f"{number}.text"].answer["read"] is None:
        return RedirectResponse(f"{HERE}/{sitting}/{number}/claims", 303)
    return await _question(request, now, replace(question_page(now, number, kept), draft_state=draft))


async def _question(request: Request, now: Sitting, drawn: QuestionPage, status: int = 200) -> HTMLResponse:
    number = drawn.asked.number
    framed = await frame(app_state(request), f"Question {number} of 7", HERE)
    framed = framed if now.complete else closed_book(framed)
    template = "selftest_answers.html" if now.stage(number) == "answered" else "selftest_question.html"
    return page(request, template, framed, drawn, status=status)


@router.get("/{sitting}/{number}/claims", tags=["pages"])
async def claims(request: Request, sitting: str, number: int) -> Response:
    """The claims and the situation, once there is a text."""
    now, _ = await _found(request, sitting, number)
    if now.stage(number) != "check":
        return RedirectResponse(f"{HERE}/{sitting}/{number}", 303)
    framed = closed_book(await frame(app_state(request), f"Question {number} of 7"))
    return page(request, "selftest_claims.html", framed, check_page(now, number))


@router.post("/{sitting}/{number}/draft", tags=["self-test"])
async def draft(
    request: Request, sitting: str, number: int, text: Annotated[str, Form()] = "", clear: Annotated[bool, Form()] = False
) -> Response:
    """Keep what is being typed. A script is told what is kept; a form goes back to its page."""
    state = app_state(request)
    kept = await selftest.save_draft(state.store, state.learner, sitting, number, text, clear)
    if "text/html" not in request.headers.get("accept", ""):
        return JSONResponse({"saved": kept.saved, "text": kept.text})
    return RedirectResponse(f"{HERE}/{sitting}/{number}?draft={'saved' if kept.saved else 'kept'}", 303)


@router.get("/{sitting}/{number}/draft", tags=["self-test"])
async def drafted(request: Request, sitting: str, number: int) -> JSONResponse:
    """What is kept, for a tab that comes back to the front."""
    _, kept = await _found(request, sitting, number)
    return JSONResponse({"text": kept})


@router.post("/{sitting}/{number}/text", tags=["self-test"])
async def hand_in(
    request: Request,
    sitting: str,
    number: int,
    text: Annotated[str, Form()] = "",
    again: Annotated[bool, Form()] = False,
    cannot: Annotated[bool, Form()] = False,
) -> Response:
    """Hand the text in. What is refused comes back with the text still in its box."""
    state = app_state(request)
    try:
        await selftest.hand_in(state.store, state.learner, sitting, number, text, again, cannot and not text.strip())
    except LabError as error:
        now, _ = await _found(request, sitting, number)
        if error.status != 422 or now.stage(number) == "answered" or f"{number}.again" in now.shown:
            raise
        refused = replace(question_page(now, number, text), error=str(error), trying=True)
        return await _question(request, now, refused, error.status)
    return RedirectResponse(f"{HERE}/{sitting}/{number}#read", 303)


@router.post("/{sitting}/{number}/mark", tags=["self-test"])
async def mark(
    request: Request,
    sitting: str,
    number: int,
    idea: Annotated[str, Form()] = "",
    words: Annotated[str, Form()] = "",
    no: Annotated[bool, Form()] = False,
) -> RedirectResponse:
    """The words that say an idea, or `no`: it was not said."""
    state = app_state(request)
    await selftest.mark(state.store, state.learner, sitting, number, idea, words, no)
    return RedirectResponse(f"{HERE}/{sitting}/{number}#idea-{idea}", 303)


@router.post("/{sitting}/{number}/claims", tags=["self-test"])
async def answer(
    request: Request, sitting: str, number: int, option: Annotated[str, Form()] = "", certainty: Annotated[int, Form()] = 0
) -> RedirectResponse:
    """For each idea `claim-IDEA` (true or false) and `sure-IDEA` (1, 2, 3); for the situation `option` and `certainty`."""
    state = app_state(request)
    form = await request.form()
    said = {name.removeprefix("claim-"): value for name, value in form.items() if name.startswith("claim-") and value in ("true", "false")}
    judged = {idea: Judged(value == "true", _whole(form.get(f"sure-{idea}"))) for idea, value in said.items()}
    await selftest.answer(state.store, state.learner, sitting, number, judged, option, certainty)
    return RedirectResponse(f"{HERE}/{sitting}/{number}", 303)


def _whole(value: object) -> int:
    return int(value) if isinstance(value, str) and value in ("1", "2", "3") else 0


async def _found(request: Request, sitting: str, number: int) -> tuple[Sitting, str]:
    """The sitting, and the question's draft."""
    state = app_state(request)
    async with state.store.read() as session:
        now = await selftest.the_sitting(session, state.learner, sitting)
        now.question(number)
        kept = await queries.draft(session, state.learner, selftest.draft_name(sitting, number))
    return now, kept.text if kept else ""
