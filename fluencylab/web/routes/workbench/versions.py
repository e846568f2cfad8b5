"""The versions of a product's prompt: the list with what each changed, and a further one."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from fluencylab.actions.workbench import versions
from fluencylab.web.app_state import app_state
from fluencylab.web.pages.frame import frame
from fluencylab.web.pages.workbench.versions import versions_page
from fluencylab.web.render import page
from fluencylab.workbench.tools import read_tools
from fluencylab.workbench.turns_typed import read_turns

router = APIRouter(prefix="/product/{product_id}/versions")
Words = Annotated[str, Form()]


@router.get("", tags=["pages"])
async def show(request: Request, product_id: str, begin: int | None = None) -> HTMLResponse:
    """Every version, the latest first, and a form that begins with it."""
    state = app_state(request)
    shown = await versions_page(state, product_id, begin)
    return page(request, "workbench/versions.html", await frame(state, "The prompt", "/product"), shown)


@router.post("", tags=["workbench"])
async def add(
    request: Request, product_id: str, user: Words = "", system: Words = "", reason: Words = "",
    temperature: Annotated[float, Form()] = 0.0, max_tokens: Annotated[int, Form()] = 200, model: Words = "", json_schema: Words = "",
    document: Annotated[list[int] | None, Form()] = None, query: Words = "", method: Words = "hybrid", k: Annotated[int, Form()] = 3,
    size: Annotated[int, Form()] = 120, overlap: Annotated[int, Form()] = 20, numbered: Words = "",
    tools: Words = "", tool_results: Words = "", turns: Words = "",
) -> RedirectResponse:  # fmt: skip
    """Keep a further version. It looks things up in the documents that are ticked, and in none where none is."""
    state = app_state(request)
    looked_up = {"query": query, "method": method, "k": k, "size": size, "overlap": overlap, "numbered": bool(numbered)}
    content = versions.made_of(
        system, user, temperature, max_tokens, model=model, json_schema=versions.schema_typed(json_schema),
        retrieval={"documents": document, **looked_up} if document else None,
        tools=read_tools(tools, tool_results), turns=read_turns(turns),
    )  # fmt: skip
    number = await versions.add(state.store, state.learner, product_id, content, reason)
    return RedirectResponse(f"/product/{product_id}/evaluate?version={number}", 303)
