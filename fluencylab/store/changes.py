"""Has anybody written to the database since? Told by the database itself, so also of another process.

SQLite counts, for a connection that never writes, the commits of all others (`PRAGMA data_version`). PostgreSQL tells which transactions
can be seen (`pg_current_snapshot()`): where two snapshots are the same, so is everything that is read.
"""

import sqlite3
from collections.abc import Hashable

from sqlalchemy import URL, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from fluencylab.memo import file_mark


class Changes:
    """Look often: on SQLite it takes microseconds and waits for nobody, so it is done where it is asked, without a thread."""

    def __init__(self, url: URL, engine: AsyncEngine) -> None:
        self._file = url.database if url.get_backend_name() == "sqlite" else None
        self._engine = engine
        self._counter: sqlite3.Connection | None = None
        self._counts = 0

    async def mark(self) -> Hashable | None:
        """What changes with every commit; None where that cannot be told just now."""
        try:
            return self._of_file(self._file) if self._file else await self._of_server()
        except (OSError, sqlite3.Error, SQLAlchemyError):
            self.close()
            return None

    def _of_file(self, file: str) -> Hashable | None:
        there = file_mark(file)
        if there is None:
            return None
        if self._counter is None:
            self._counter = sqlite3.connect(file, timeout=0, isolation_level=None, check_same_thread=False)
            self._counts += 1  # another connection counts anew
        (count,) = self._counter.execute("PRAGMA data_version").fetchone()
        return self._counts, count, there[-1]

    async def _of_server(self) -> Hashable:
        async with self._engine.connect() as connection:
            return str(await connection.scalar(text("SELECT pg_current_snapshot()::text")))

    def close(self) -> None:
        if self._counter is not None:
            self._counter.close()
            self._counter = None
