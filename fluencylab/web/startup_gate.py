"""The startup gate: the port answers at once, while the application behind it is still being made ready.

Importing what the lab is made of (FastAPI, SQLAlchemy, DBOS, openai) takes seconds of one processor. So the process binds its port and
listens first, and then, in a thread:

    the engine's child is started        it loads its weights on another core
    the application is imported          its lifespan opens the database, the queue and the model
    openai is imported                   so that the first call does not wait for it

Until the application is ready the gate answers two things itself: files of ours under /static, and the landing page as it was when the lab
was last closed (`FirstPage`). Everything else waits, and is then handed on; from there on the gate is one `if` in front of the application.
"""

import asyncio
import contextlib
import gc
import hashlib
import logging
import os
import sys
import threading
import warnings
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from pydantic.warnings import UnsupportedFieldAttributeWarning
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fluencylab import __version__, clock
from fluencylab.errors import LabError
from fluencylab.settings import settings
from fluencylab.web.access import Access
from fluencylab.web.invitation import token
from fluencylab.web.static_folder import static_folders, version_in

log = logging.getLogger(__name__)
HERE = Path(__file__).parent
PACKAGE = HERE.parent
STATIC = {"": HERE / "static"}

# FastAPI ignores it too, by `catch_warnings`, which before Python 3.14 does not hold while other threads are importing.
warnings.simplefilter("ignore", UnsupportedFieldAttributeWarning)


class StartupGate:
    """An ASGI application. `on_trouble` is called when the lab could not be opened; `trouble` then says why."""

    def __init__(self, on_trouble: Callable[[], None] = lambda: None) -> None:
        self.lab: Any = None
        self.trouble: Exception | None = None
        self._on_trouble = on_trouble
        self._app: Any = None
        self._answered = asyncio.Event()
        self._closing = asyncio.Event()
        self._first_page = FirstPage()
        self._early = Access(self._first, lambda _: sys.maxsize)  # the application behind it looks at lengths
        self._static = static_folders(STATIC)
        self._engine: Any = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif self._app:
            await self._app(scope, receive, send)
        else:
            await self._early(scope, receive, send)

    async def _first(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A request that came before the application was ready."""
        path, reading = scope["path"], scope["method"] in ("GET", "HEAD")
        if reading and path.startswith("/static/"):
            with contextlib.suppress(HTTPException):
                await self._static({**scope, "root_path": scope.get("root_path", "") + "/static"}, receive, send)
                return
        if reading and path == "/" and not scope["query_string"] and (page := self._first_page.read()):
            self._static = static_folders(STATIC, version_in(page))  # their files are as they were when the page was made
            await HTMLResponse(page, headers={"Cache-Control": "no-store"})(scope, receive, send)
            return
        await self._answered.wait()
        later: ASGIApp = self._app or PlainTextResponse(f"The lab could not be opened. {self.trouble or ''}", 503)
        await later(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        opening = asyncio.create_task(self._open())
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self._closing.set()
        if not self._app:  # what is being imported cannot be stopped, only left
            opening.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await opening
        if self._engine:
            self._engine.release()
        await send({"type": "lifespan.shutdown.complete"})

    async def _open(self) -> None:
        """Make the lab ready, keep it open, close it."""
        try:
            app = await in_daemon(self._load)
            async with app.router.lifespan_context(app):
                self.lab, self._app = app.state.lab, app
                self._answered.set()
                preparing = asyncio.ensure_future(in_daemon(_prepare))
                await self._closing.wait()
                preparing.cancel()
                await self.lab.rest()
                page = await ask(app, "/")
            if page and not _packs_from_elsewhere():
                self._first_page.keep(page)
        except Exception as error:
            if not isinstance(error, LabError):
                log.error("the lab could not be opened or closed", exc_info=error)
            self.trouble = error
            self._answered.set()
            self._on_trouble()

    def _load(self) -> Any:
        sys.setswitchinterval(0.001)  # the page's files are read meanwhile
        models, engine = import_module("fluencylab.models"), import_module("fluencylab.models.engine")
        with contextlib.suppress(LabError):  # told by the lab, where it is opened
            entry = models.catalogue.current()
            if entry.local and models.download.locate(entry):
                self._engine = engine.Engine(entry)
                threading.Thread(target=_start, args=(self._engine,), name="engine-start", daemon=True).start()
        app = import_module("fluencylab.web.app").create_app()
        import_module("fluencylab.packs.full_track").full_track()
        return app


def _start(engine: Any) -> None:
    with contextlib.suppress(LabError):
        asyncio.run(engine.ensure())


def _packs_from_elsewhere() -> bool:
    """Wheels and linked folders come and go without a trace in the data folder; a page that was kept would still show them."""
    return any(one.kind != "folder" for one in import_module("fluencylab.packs.installed").installed())


def _prepare() -> None:
    """What the first call would wait for. Afterwards nothing that was loaded is looked at by the garbage collector again."""
    import_module("fluencylab.models.transport").library("httpx2")
    sys.setswitchinterval(0.005)
    gc.freeze()
    gc.enable()


def in_daemon(work: Callable[[], Any]) -> "asyncio.Future[Any]":
    """Like `asyncio.to_thread`, but in a thread that does not hold up the end of the program."""
    loop = asyncio.get_running_loop()
    result: asyncio.Future[Any] = loop.create_future()

    def settle(value: Any, error: Exception | None) -> None:
        if not result.done():
            result.set_exception(error) if error else result.set_result(value)

    def run() -> None:
        value, error = None, None
        try:
            value = work()
        except Exception as raised:
            error = raised
        with contextlib.suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(settle, value, error)

    threading.Thread(target=run, name=work.__name__, daemon=True).start()
    return result


async def ask(app: ASGIApp, path: str) -> bytes:
    """Ask the application for a page, without a network. Empty when it does not answer with one."""
    answer: dict[str, Any] = {"status": 0, "body": b""}

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        answer["status"] = message.get("status", answer["status"])
        answer["body"] += message.get("body", b"")

    scope: Scope = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http"}
    scope["headers"] = [(b"host", b"localhost"), (b"accept", b"text/html"), (b"authorization", f"Bearer {token()}".encode())]
    scope.update(path=path, raw_path=path.encode(), query_string=b"", root_path="", client=("127.0.0.1", 0))
    await app(scope, receive, send)
    return bytes(answer["body"]) if answer["status"] == 200 else b""


MATERIAL = (".html", ".py", ".toml", ".md", ".json", ".css", ".js", ".svg", ".woff2")
"""The endings of files of ours that a page is made of, or links."""


class FirstPage:
    """The landing page as it was when the lab was last closed, kept in the data folder.

    It counts only while everything it was made from is as it was then: this version, the templates and the content, what is installed
    beside it, the database, the lists of models and packs and what was proved, and the day, here and in UTC, because Today is of one
    day. After a crash in the middle of work the database has moved on, and the page waits for the lab. On PostgreSQL others may have
    written meanwhile: there nothing is kept.
    """

    def __init__(self) -> None:
        self._file = settings().data / "first-page.html"

    def read(self) -> bytes:
        if settings().database:
            return b""
        with contextlib.suppress(OSError):
            key, _, page = self._file.read_bytes().partition(b"\n")
            if key == self._key():
                return page
        return b""

    def keep(self, page: bytes) -> None:
        if settings().database:
            return
        with contextlib.suppress(OSError):
            fresh = self._file.with_suffix(".new")
            fresh.write_bytes(self._key() + b"\n" + page)
            fresh.replace(self._file)

    def _key(self) -> bytes:
        files = [settings().data / name for name in ("lab.sqlite", "lab.sqlite-wal", "models.json", "packs.json", "verified.json")]
        files += sorted((settings().data / "packs").rglob("*"))
        files += [file for file in sorted(PACKAGE.rglob("*")) if file.suffix in MATERIAL]
        days = [clock.now().date(), clock.now().astimezone().date()]
        return hashlib.sha256(repr([__version__, days, _wheels(), *map(_mark, files)]).encode()).hexdigest().encode()


def _wheels() -> list[str]:
    """What is installed beside us: a wheel may bring a lab. Their names are quick to read, and what is in them is not."""
    return [name for place in sys.path if os.path.isdir(place) for name in sorted(os.listdir(place)) if name.endswith(".dist-info")]


def _mark(file: Path) -> tuple[str, int, int] | None:
    """What changes when a file does. An empty one, as a database that is only read leaves beside itself, counts as none."""
    with contextlib.suppress(OSError):
        stat = file.stat()
        if stat.st_size:
            return str(file), stat.st_size, stat.st_mtime_ns
    return None
