"""Open the database: SQLite in the data folder, or PostgreSQL by one setting. The code above does not know which.

A Store belongs to the event loop that opened it.
"""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Hashable, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, contextmanager, nullcontext, suppress
from contextvars import ContextVar
from pathlib import Path
from types import TracebackType
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import URL, event, make_url, text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.exc import IntegrityError as Conflict
from sqlalchemy.exc import SQLAlchemyError as StoreError
from sqlalchemy.ext.asyncio import AsyncSession as Session
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

from fluencylab.errors import LabError
from fluencylab.settings import settings
from fluencylab.store.changes import Changes
from fluencylab.store.reading import only_reads

__all__ = ["Conflict", "Session", "Store", "StoreError", "database_url", "explain", "listen_pragmas", "to_the_end"]

PRAGMAS = ("synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=10000")


def database_url() -> URL:
    """The configured address, with a synchronous driver; `Store` picks the asynchronous one."""
    if settings().database:
        return _checked(settings().database)
    try:
        settings().data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LabError(
            f"The data folder {settings().data} cannot be made: {error.strerror}.", "Set FLUENCY_DATA to a folder that is yours."
        ) from error
    return URL.create("sqlite", database=str(settings().data / "lab.sqlite"))


def _checked(address: str) -> URL:
    try:
        url = make_url(address)
    except StoreError:
        raise LabError("FLUENCY_DATABASE is not an address.", "It looks like postgresql://user@host/name; empty means SQLite.") from None
    if url.get_backend_name() not in ("sqlite", "postgresql"):
        raise LabError(f"The lab cannot keep its data in {url.get_backend_name()}.", "Use PostgreSQL, or leave FLUENCY_DATABASE empty.")
    return url if url.get_backend_name() == "sqlite" else url.set(drivername="postgresql+psycopg")


_lines: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, asyncio.Lock]] = WeakKeyDictionary()
"""Who writes to a SQLite file, by event loop and file: all stores of one loop stand in one line"""


class Store:
    """Sessions on one database. `async with Store() as store: async with store.begin() as session: ...`"""

    def __init__(self, url: URL | None = None) -> None:
        self.url = url or database_url()
        self.guard: Callable[[Session], Awaitable[None]] | None = None
        """Asked last in every transaction. What it raises undoes that."""
        self._sqlite = self.url.get_backend_name() == "sqlite"
        address = self.url.set(drivername="sqlite+aiosqlite") if self._sqlite else self.url
        self._engine = create_async_engine(
            address,
            pool_pre_ping=not self._sqlite,  # a server may have been restarted
            hide_parameters=True,  # an error is written to the log, what somebody typed is not
        )
        if self._sqlite:
            event.listen(self._engine.sync_engine, "connect", set_pragmas)
        self._sessions = async_sessionmaker(self._engine, expire_on_commit=False)
        self._changes = Changes(self.url, self._engine)

    async def __aenter__(self) -> "Store":
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._changes.close()
        await to_the_end(self._engine.dispose())

    @asynccontextmanager
    async def _session(self, **options: Any) -> AsyncIterator[Session]:
        """With its connection, which is opened and given back to the end even for somebody who was cancelled meanwhile.

        aiosqlite works in a thread, which would report to an event loop that may be gone by then. And a session that was left to close
        by itself would still have its connection when the store, next in line, closes those that were given back: nobody ever would.
        """
        with _explained(self.url):
            session = self._sessions()
            try:
                await to_the_end(session.connection(execution_options=options))
                yield session
            finally:
                await to_the_end(session.close())

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Session]:
        """A session to read with; nothing is committed. Within `one_reading` of the same task it is always the same one."""
        reading = _reading.get()
        if reading is None or not reading.is_for(self):
            async with self._session() as session:
                only_reads(session)
                yield session
            return
        with _explained(self.url):
            try:
                yield await reading.session(self._session())
            except DatabaseError:
                await reading.close()
                raise

    @asynccontextmanager
    async def one_reading(self) -> AsyncIterator["Reading"]:
        """All that this task reads meanwhile, it reads in one session, which is opened with the first. For what writes nothing."""
        reading = Reading(self)
        _reading.set(reading)
        try:
            yield reading
        finally:
            await reading.close()

    async def mark(self) -> Hashable | None:
        """What changes with every commit of anybody; None where that cannot be told."""
        return await self._changes.mark()

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Session]:
        """A session that sees the database as it is at its first SELECT, whatever others write meanwhile."""
        options = {} if self._sqlite else {"isolation_level": "REPEATABLE READ"}
        async with self._session(**options) as session:
            if self._sqlite:
                await session.execute(text("BEGIN"))
            yield session

    async def shrink(self) -> None:
        """What was deleted leaves SQLite's file too, unless another program reads it just now. PostgreSQL does so by itself."""
        if not self._sqlite:
            return
        with suppress(DatabaseError):
            async with self._engine.connect() as connection:
                await connection.execution_options(isolation_level="AUTOCOMMIT")
                await connection.exec_driver_sql("VACUUM")
                await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Session]:
        """A session whose changes are committed together at the end, or not at all.

        On SQLite it has the right to write from its first SELECT on: what it read is still so when it writes. Who writes in one program
        waits in line: SQLite lets those who wait push past each other, and tells one of sixteen that the database is locked.
        """
        async with self._in_line(), self._session() as session:
            if self._sqlite:
                await session.execute(text("BEGIN IMMEDIATE"))
            yield session
            if self.guard:
                await self.guard(session)
            await session.commit()

    def _in_line(self) -> AbstractAsyncContextManager[None]:
        if not self._sqlite:
            return nullcontext()
        of_loop = _lines.setdefault(asyncio.get_running_loop(), {})
        return of_loop.setdefault(str(self.url.database), asyncio.Lock())


class Reading:
    """One session for all that a task reads. Tasks that it starts read for themselves: a session is no two tasks' at once."""

    def __init__(self, store: Store) -> None:
        self._store, self._task = store, asyncio.current_task()
        self._stack = AsyncExitStack()
        self._opened: Session | None = None
        self._closed = False

    def is_for(self, store: Store) -> bool:
        return not self._closed and self._store is store and self._task is asyncio.current_task()

    async def session(self, fresh: AbstractAsyncContextManager[Session]) -> Session:
        if self._opened is None:
            self._opened = await self._stack.enter_async_context(fresh)
            only_reads(self._opened)
        return self._opened

    async def close(self) -> None:
        """At once, where there is more to send than to read. Whoever reads afterwards opens a session of their own."""
        self._closed = True
        await self._stack.aclose()


_reading: ContextVar[Reading | None] = ContextVar("reading", default=None)


async def to_the_end(work: Coroutine[Any, Any, Any]) -> None:
    """Whoever is cancelled meanwhile, however often, learns it when the work is done."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        while not task.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait((task,))
        raise


@contextmanager
def _explained(url: URL) -> Iterator[None]:
    try:
        yield
    except DatabaseError as error:
        if isinstance(error, OperationalError) or type(error) is DatabaseError:  # not a conflict or a mistake of ours
            raise explain(error, url) from error
        raise


def explain(error: DatabaseError, url: URL) -> LabError:
    """The database's refusal, in words: what is the matter with the disk, the folder, the file or the server."""
    said = str(error.orig).lower()
    if "is full" in said or "no space left" in said:
        return LabError(
            "The disk is full, so nothing can be saved.", f"Free some space on the disk that holds {folder(url)}, then try again."
        )
    if url.get_backend_name() != "sqlite":
        return _server_error(str(error.orig), url)
    if "readonly" in said or "unable to open" in said:
        if Path(str(url.database)).is_dir():
            return LabError(f"{url.database} is a folder, and should be the database.", "Move the folder away, then start again.")
        return LabError(
            f"The data folder {folder(url)} cannot be written.", "Check its permissions, or set FLUENCY_DATA to another folder."
        )
    if "locked" in said:
        return LabError("Another program holds the lab's database.", "Close it and try again; nothing was lost.")
    if "malformed" in said or "not a database" in said:
        return LabError(
            f"The database {url.database} is damaged.",
            f"Copy back {folder(url)} from your last copy, or move the file away, start again, and restore a backup.",
        )
    if "disk i/o" in said:
        return LabError(f"The disk that holds {folder(url)} does not read or write.", "Check the disk and its cable, then start again.")
    return LabError("The database does not answer.", f"It says: {_first_line(str(error.orig))}")


def _server_error(said: str, url: URL) -> LabError:
    place = f"{url.host or 'localhost'}:{url.port or 5432}"
    line = _first_line(said)
    if any(
        sign in said.lower() for sign in ("password", "authentication", "no pg_hba.conf", "role", "does not exist", "permission denied")
    ):
        return LabError(f"The database server at {place} refuses the lab: {line}.", "Check user, password and name in FLUENCY_DATABASE.")
    return LabError(
        f"The database server at {place} does not answer: {line}.",
        "Start it, or correct FLUENCY_DATABASE; with FLUENCY_DATABASE empty the lab keeps its work in the data folder.",
    )


def _first_line(said: str) -> str:
    return next((line.strip() for line in said.splitlines() if line.strip()), "nothing").rstrip(".")


def folder(url: URL) -> Path | str:
    return Path(url.database).parent if url.get_backend_name() == "sqlite" and url.database else url.render_as_string()


def set_pragmas(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    _write_ahead(cursor)
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _write_ahead(cursor: Any, patience: float = 10.0) -> None:
    """Keep a write-ahead log. Where several programs make the same new database at once, SQLite tells all but one at once that it is
    locked, whatever `busy_timeout` says (two that both read and both want to write would wait for ever): they ask again."""
    deadline = time.monotonic() + patience
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def listen_pragmas(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", set_pragmas)
