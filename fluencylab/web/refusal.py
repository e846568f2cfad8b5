"""A form that was refused: its own page comes back, with the error in that form, in sight and under the keyboard, and what was typed.

Post, redirect, get: the page that comes is asked for anew, so loading it again sends nothing. It works without a script: `#error` in the
address scrolls there and gives it the focus. js/trouble.js adds what was typed. Programs, which send no Referer, get the error itself.
"""

import re
import secrets
from collections import OrderedDict
from typing import Any, NamedTuple
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import RedirectResponse
from markupsafe import escape

from fluencylab.errors import LabError
from fluencylab.web.access import parts
from fluencylab.web.invitation import within

NAME = "refused"
"""In the address, before the key under which the error is kept."""
KEPT = 20
MOST_TYPED = 200_000
SECRET = re.compile("key|secret|passw|token", re.IGNORECASE)
"""Fields of which nothing is kept."""


class Refusal(NamedTuple):
    """`action`: where the form was sent. `typed`: its fields, as they were sent."""

    action: str
    error: LabError
    typed: tuple[tuple[str, str], ...]


class Refusals:
    """The last few, in memory: a page that is loaded again says them again."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Refusal] = OrderedDict()

    def keep(self, refusal: Refusal) -> str:
        key = secrets.token_urlsafe(6)
        self._kept[key] = refusal
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return key

    def get(self, key: str) -> Refusal | None:
        return self._kept.get(key)


def back(request: Request, otherwise: str) -> str:
    """The page of ours the form stood on."""
    referer = parts(request.headers.get("referer", ""))
    if referer.scheme not in ("http", "https") or referer.netloc != request.headers.get("host", ""):
        return otherwise
    query = "&".join(part for part in referer.query.split("&") if part and not part.startswith(f"{NAME}="))
    return within(referer.path) + (f"?{query}" if query else "")


async def sent_back(request: Request, refusals: Refusals, error: LabError) -> RedirectResponse | None:
    """To the page the form stood on, where the error is said; None where there is no such page, or a script asks."""
    page = back(request, "")
    if not page or "x-requested-with" in request.headers:
        return None
    key = refusals.keep(Refusal(request.url.path, error, await _typed(request, error)))
    return RedirectResponse(f"{page}{'&' if '?' in page else '?'}{urlencode({NAME: key})}#error", 303)


async def _typed(request: Request, error: LabError) -> tuple[tuple[str, str], ...]:
    if error.status == 413:
        return ()  # too long to be read at all
    form = await request.form()
    typed = tuple((name, value) for name, value in form.multi_items() if isinstance(value, str) and not SECRET.search(name))
    return typed if sum(len(name) + len(value) for name, value in typed) <= MOST_TYPED else ()


def refused(request: Request) -> Refusal | None:
    """What a page that is drawn now has to say of a form that was refused."""
    lab: Any = getattr(request.app.state, "lab", None)
    key = request.query_params.get(NAME)
    return lab.refusals.get(key) if lab and key else None


def placed(html: str, action: str, notice: str) -> str:
    """The page with the notice at the head of the form that was sent, whatever it is folded into; else at the head of the page."""
    at = _form(html, str(escape(action)))
    if at is None:
        main = re.search(r"<main\b[^>]*>", html)
        return html[: main.end()] + notice + html[main.end() :] if main else html
    return _unfolded(html[:at]) + notice + html[at:]


def _form(html: str, action: str) -> int | None:
    """Where the content of the form begins that posts to this address, or a button of which does."""
    form = re.search(rf'<form\b(?=[^>]*\bmethod="post")(?=[^>]*\saction="{re.escape(action)}")[^>]*>', html)
    if form:
        return form.end()
    button = re.search(rf'\sformaction="{re.escape(action)}"', html)
    around = list(re.finditer(r"<form\b[^>]*>", html[: button.start()])) if button else []
    return around[-1].end() if around else None


def _unfolded(before: str) -> str:
    """What stands before, with every fold open that is not closed yet."""
    unclosed: list[int] = []
    for tag in re.finditer(r"<details\b|</details>", before):
        if tag[0] == "</details>":
            if unclosed:
                unclosed.pop()
        else:
            unclosed.append(tag.end())
    for end in reversed(unclosed):
        before = f"{before[:end]} open{before[end:]}"
    return before
