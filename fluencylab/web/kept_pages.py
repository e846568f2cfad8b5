"""Finished pages, kept for as long as everything they were drawn from is as it was (`page_basis`), and not sent where the browser has them.

    not changed, and the browser has it      304, nothing is drawn and nothing is sent
    not changed                              the finished page
    changed                                  drawn, once for all who ask for it meanwhile, and a few pages at a time

An ETag is the hash of a page's own bytes, so it is true whatever became of the basis. Only GET of `text/html` is kept, and only what
`render.page` says may be: errors, files, streams and JSON pass through, compressed where that is worth it; streams are left as they are.
"""

import asyncio
import gzip
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fluencylab.store.engine import Reading
from fluencylab.web import page_basis
from fluencylab.web.app_state import AppState
from fluencylab.web.render import MAY_BE_KEPT

AT_ONCE = 8
"""Pages that are drawn at a time. More would wait for one another at the database, and hold what they have read meanwhile."""
MOST, LARGEST = 256, 16_000_000
"""Pages that are kept, and bytes."""
LEVEL = 4
"""Of compression: a page of 42 kB becomes 6 kB in half a millisecond."""
WORTH = 500
"""Bytes from which compression is worth its header."""

Asked = tuple[str, str, bytes]
"""Where the application is mounted, the path, the query: all of a request that a page shows."""


@dataclass(frozen=True)
class FinishedPage:
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes

    @cached_property
    def hash(self) -> str:
        return hashlib.blake2b(self.body, digest_size=12).hexdigest()

    @cached_property
    def etag(self) -> str:
        """Weak: compressed or not, it is the same page."""
        return f'W/"{self.hash}"'

    @cached_property
    def zipped(self) -> bytes:
        return gzip.compress(self.body, LEVEL, mtime=0)

    @cached_property
    def answers(self) -> dict[str, tuple[int, list[tuple[bytes, bytes]], bytes]]:
        """Status, headers and body for who takes it packed, for who does not, and for who has it."""
        told = MutableHeaders(raw=[(name, value) for name, value in self.headers if name != b"content-length"])
        told["ETag"] = self.etag
        told["Server-Timing"] = f'page;desc="{self.hash}"'  # what a script can read of the page it stands on: fresh.js
        told.add_vary_header("Accept-Encoding")
        plain, zipped, known = told.mutablecopy(), told.mutablecopy(), told.mutablecopy()
        plain["Content-Length"] = str(len(self.body))
        zipped["Content-Encoding"], zipped["Content-Length"] = "gzip", str(len(self.zipped))
        del known["Content-Type"]
        found = {"plain": (200, plain.raw, self.body), "gzip": (200, zipped.raw, self.zipped), "known": (304, known.raw, b"")}
        return found if len(self.body) >= WORTH else found | {"gzip": found["plain"]}

    async def send(self, scope: Scope, send: Send) -> None:
        asked = Headers(scope=scope)
        if self.etag in (known.strip() for known in asked.get("if-none-match", "").split(",")):
            how = "known"
        else:
            how = "gzip" if "gzip" in asked.get("accept-encoding", "") else "plain"
        status, headers, body = self.answers[how]
        await send({"type": "http.response.start", "status": status, "headers": [*headers]})
        await send({"type": "http.response.body", "body": body})


class KeptPages:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._packed = GZipMiddleware(app, compresslevel=LEVEL)
        self._look: _Look | None = None
        self._places = asyncio.Semaphore(AT_ONCE)
        self._rests_on: Any = None
        self._pages: dict[Asked, FinishedPage] = {}
        self._drawing: dict[Asked, asyncio.Future[FinishedPage | None]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not _may_be_page(scope):
            await self._packed(scope, receive, send)
            return
        basis = await self._current_basis(scope["app"].state.lab)
        if basis is None:
            page = await self._draw(scope, receive, send)
        else:
            page = await self._kept(basis, scope, receive, send)
        if page is not None:
            await page.send(scope, send)

    async def _current_basis(self, lab: AppState) -> Any:
        """All who ask in one turn of the event loop share one look: what they ask for came in before it. A task that asks a second time
        looks itself, for it may have changed something meanwhile."""
        look, task = self._look, asyncio.current_task()
        if look is not None and look.whole and task is not look.task and look.lab is lab:
            return look.basis
        look = self._look = _Look(lab, task)
        asyncio.get_running_loop().call_soon(self._end_turn)
        look.basis = await page_basis.basis(lab)
        look.whole = True
        return look.basis

    def _end_turn(self) -> None:
        self._look = None

    async def _kept(self, basis: Any, scope: Scope, receive: Receive, send: Send) -> FinishedPage | None:
        """The page, drawn where it has to be; None where the answer was none, and was sent."""
        if basis != self._rests_on:
            self._rests_on, self._pages, self._drawing = basis, {}, {}
        asked = (scope.get("root_path", ""), scope["path"], scope["query_string"])
        if (page := self._pages.get(asked)) is not None:
            return page
        if (drawing := self._drawing.get(asked)) is not None and (page := await asyncio.shield(drawing)) is not None:
            return page
        pages, under_way = self._pages, self._drawing
        drawing = under_way[asked] = asyncio.get_running_loop().create_future()

        def told(page: FinishedPage | None) -> None:
            """To all who wait, once."""
            if not drawing.done():
                drawing.set_result(page)
            if under_way.get(asked) is drawing:
                del under_way[asked]

        page = None
        try:
            page = await self._draw(scope, receive, send, no_page=lambda: told(None))
        finally:
            told(page)
        if page is not None and basis == await page_basis.basis(scope["app"].state.lab):
            _keep(pages, asked, page)
        return page

    async def _draw(self, scope: Scope, receive: Receive, send: Send, no_page: Callable[[], None] = lambda: None) -> FinishedPage | None:
        """The page, or None where the answer is something else, which then goes its own way: a stream may last for hours.

        `no_page` is called as soon as that is known.
        """
        await self._places.acquire()
        drawn = _Drawn(self._places, no_page)
        try:
            async with scope["app"].state.lab.store.one_reading() as reading:
                drawn.reading = reading
                await GZipMiddleware(partial(self._into, drawn), compresslevel=LEVEL)(scope, receive, send)
        finally:
            drawn.release()
        return drawn.page

    async def _into(self, drawn: "_Drawn", scope: Scope, receive: Receive, send: Send) -> None:
        drawn.onward = send
        await self._app(scope, receive, drawn.send)


@dataclass
class _Look:
    """At the basis, by one task. `whole`: it has been taken."""

    lab: AppState
    task: "asyncio.Task[Any] | None"
    basis: Any = None
    whole: bool = False


class _Drawn:
    """What the application answers: a page is held back, anything else is passed on as it comes."""

    onward: Send
    """Where what is no page goes."""

    def __init__(self, places: asyncio.Semaphore, no_page: Callable[[], None]) -> None:
        self._places, self._held, self._no_page = places, True, no_page
        self._start: Message | None = None
        self._body = b""
        self.reading: Reading | None = None
        self.page: FinishedPage | None = None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_page(message):
            self._start = message
        elif self._start is None:
            self.release()
            self._no_page()
            if self.reading:
                await self.reading.close()
            await self.onward(message)
        elif message["type"] == "http.response.body":
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                self.page = FinishedPage(tuple(self._start["headers"]), self._body)

    def release(self) -> None:
        if self._held:
            self._held = False
            self._places.release()


def _may_be_page(scope: Scope) -> bool:
    """Does somebody look at a page? Before the lab is open there is none."""
    if scope["type"] != "http" or scope["method"] != "GET" or scope["path"].startswith("/static/"):
        return False
    return "text/html" in Headers(scope=scope).get("accept", "") and getattr(scope["app"].state, "lab", None) is not None


def _is_page(start: Message) -> bool:
    headers = Headers(raw=start["headers"])
    html = headers.get("content-type", "").startswith("text/html")
    return start["status"] == 200 and html and headers.get("cache-control") == MAY_BE_KEPT and "set-cookie" not in headers


def _keep(pages: dict[Asked, FinishedPage], asked: Asked, page: FinishedPage) -> None:
    pages[asked] = page
    while len(pages) > MOST or sum(len(one.body) for one in pages.values()) > LARGEST:
        del pages[next(iter(pages))]
