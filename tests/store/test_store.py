"""The database: its settings, its shape, its refusals in words, on SQLite and on PostgreSQL."""

import asyncio
import shutil
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from threading import Barrier
from typing import Any

import aiosqlite
import pytest
from lab_fixture import rows
from sqlalchemy import URL, create_engine, event, inspect, text

from fluencylab import clock
from fluencylab.actions.runs import the_learner
from fluencylab.errors import LabError
from fluencylab.settings import settings
from fluencylab.store import engine as store_engine
from fluencylab.store import queries
from fluencylab.store.engine import Store, database_url, listen_pragmas
from fluencylab.store.migrate import head, migrate
from fluencylab.store.tables import Base, Learner, Run


def a_run(name: str = "r", **fields: object) -> Run:
    plain = {"id": name, "learner_id": "you", "instrument": "call", "params": {}, "model": "m", "status": "queued", "planned": 1}
    return Run(**plain | {"created": clock.now()} | fields)


async def test_every_connection_writes_ahead_waits_and_keeps_references(home: Path) -> None:
    migrate()
    async with Store() as store, store.read() as session:
        for pragma, value in (("journal_mode", "wal"), ("synchronous", 1), ("foreign_keys", 1), ("busy_timeout", 10000)):
            assert await session.scalar(text(f"PRAGMA {pragma}")) == value


async def test_an_empty_database_gets_every_table_and_column_of_the_code(empty_database: str) -> None:
    migrate()
    engine = create_engine(database_url())
    found = inspect(engine)
    for table in Base.metadata.sorted_tables:
        assert {column["name"] for column in found.get_columns(table.name)} == set(table.columns.keys())
        kept = {tuple(u["column_names"]) for u in found.get_unique_constraints(table.name)}
        assert kept >= {("attempt_id", "stage")} if table.name == "evidence" else True
    engine.dispose()


async def test_migrating_twice_does_nothing(empty_database: str) -> None:
    migrate()
    async with Store() as store:
        await the_learner(store)
    before = rows("SELECT id, created FROM learners"), rows("SELECT version_num FROM alembic_version")
    migrate()
    assert (rows("SELECT id, created FROM learners"), rows("SELECT version_num FROM alembic_version")) == before


async def test_two_programs_may_migrate_at_once(empty_database: str) -> None:
    await asyncio.gather(*(asyncio.to_thread(migrate) for _ in range(4)))
    assert rows("SELECT version_num FROM alembic_version") == [(head(),)]


def test_several_programs_may_make_the_same_new_database_at_once(tmp_path: Path) -> None:
    """SQLite refuses the write-ahead log to all but the first, in about one of twenty such moments."""
    with ThreadPoolExecutor(4) as programs:
        for number in range(100):
            start, url = Barrier(4), URL.create("sqlite", database=str(tmp_path / f"{number}.sqlite"))
            list(programs.map(opened, [start] * 4, [url] * 4))


def opened(start: Barrier, url: URL) -> None:
    engine = create_engine(url)
    listen_pragmas(engine)
    start.wait(10)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    engine.dispose()


async def test_a_database_of_a_newer_lab_is_refused_with_a_sentence(empty_database: str) -> None:
    migrate()
    engine = create_engine(database_url())
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(LabError, match="newer Fluency Lab"):
        migrate()


async def test_a_migration_that_is_interrupted_leaves_nothing_half_done(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As when the program dies in its middle: the next start begins again."""

    def dies(statement: str) -> None:
        if "evidence" in statement:
            raise KeyboardInterrupt

    listen = store_engine.listen_pragmas

    def listening(engine):  # type: ignore[no-untyped-def]
        listen(engine)
        event.listen(engine, "before_cursor_execute", lambda _c, _k, statement, *_: dies(statement))

    monkeypatch.setattr("fluencylab.store.migrate.listen_pragmas", listening)
    with pytest.raises(KeyboardInterrupt):
        migrate()
    assert not rows("SELECT name FROM sqlite_master WHERE name = 'runs'")
    monkeypatch.undo()
    settings.cache_clear()


async def test_times_are_aware_and_utc_on_both(empty_database: str) -> None:
    migrate()
    here = datetime(2026, 7, 1, 12, 30, 0, 123456, tzinfo=timezone(timedelta(hours=5, minutes=45)))
    async with Store() as store:
        await the_learner(store)
        async with store.begin() as session:
            session.add(a_run(created=here))
        async with store.read() as session:
            run = await queries.run(session, "r")
        assert run and run.created == here
        assert run.created.tzinfo is UTC and run.created.hour == 6
        with pytest.raises(Exception, match="without a zone"):
            async with store.begin() as session:
                session.add(a_run("naive", created=datetime(2026, 7, 1)))


@pytest.mark.parametrize("said", ["\0", "a\0b", "🫖", "\u2028", "مرحبا" * 1000, "\\u0000", '"', "\ud800"])
async def test_json_keeps_what_a_model_may_write(empty_database: str, said: str) -> None:
    migrate()
    async with Store() as store:
        await the_learner(store)
        async with store.begin() as session:
            session.add(a_run(params={"prompt": said, said: 1}))
        async with store.read() as session:
            run = await queries.run(session, "r")
        assert run and run.params == {"prompt": said, said: 1}


async def test_a_nul_in_an_address_finds_nothing(empty_database: str) -> None:
    migrate()
    async with Store() as store, store.read() as session:
        assert await queries.run(session, "a\0b") is None


async def test_what_is_not_finished_is_not_there(empty_database: str) -> None:
    migrate()
    async with Store() as store:
        await the_learner(store)
        with pytest.raises(ZeroDivisionError):
            async with store.begin() as session:
                session.add(a_run())
                await session.flush()
                raise ZeroDivisionError
        async with store.read() as session:
            assert await queries.run(session, "r") is None


async def test_who_reads_before_writing_writes_what_he_read(empty_database: str) -> None:
    """Twenty at once each add one to a number they read: none is lost."""
    migrate()
    async with Store() as store:
        await the_learner(store)
        async with store.begin() as session:
            session.add(a_run(planned=0))

        async def add_one() -> None:
            async with store.begin() as session:
                await queries.lock_learner(session, "you")
                run = await queries.run(session, "r")
                assert run
                await asyncio.sleep(0.005)
                run.planned += 1

        await asyncio.gather(*(add_one() for _ in range(20)))
        async with store.read() as session:
            run = await queries.run(session, "r")
        assert run and run.planned == 20


async def test_a_copied_data_folder_opens(home: Path) -> None:
    migrate()
    async with Store() as store:
        await the_learner(store)
        async with store.begin() as session:
            session.add(a_run())
        shutil.copytree(home / "data", home / "copy")  # while it is open: the write-ahead log goes with it
    url = URL.create("sqlite", database=str(home / "copy" / "lab.sqlite"))
    migrate(url)
    async with Store(url) as copy, copy.read() as session:
        assert await queries.run(session, "r")


async def test_a_write_that_was_told_as_done_outlives_the_death_of_the_program(home: Path) -> None:
    migrate()
    code = """
import asyncio, os, signal
from fluencylab.actions.runs import the_learner
from fluencylab.store.engine import Store
async def main():
    await the_learner(Store())
    os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
asyncio.run(main())
"""
    await asyncio.to_thread(subprocess.run, [sys.executable, "-c", code], check=False, timeout=120)
    assert [row[0] for row in rows("SELECT id FROM learners")] == ["you"]


# Refusals, in words


def also(store: Store, pragma: str) -> None:
    def connected(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    event.listen(store._engine.sync_engine, "connect", connected)


async def test_a_full_disk_is_said_with_the_folder_to_make_room_in(home: Path) -> None:
    migrate()
    async with Store() as store:
        also(store, "max_page_count = 1")
        await the_learner(store)
        with pytest.raises(LabError) as refused:
            async with store.begin() as session:
                session.add(a_run(params={"prompt": "x" * 10_000_000}))
        assert "disk is full" in refused.value.message
        assert str(home / "data") in refused.value.fix
        async with store.read() as session:
            assert await queries.learner(session, "you"), "what was there is still there"


async def test_a_folder_that_cannot_be_written_is_named(home: Path) -> None:
    migrate()
    async with Store() as store:
        also(store, "query_only = ON")
        with pytest.raises(LabError, match="cannot be written") as refused:
            async with store.begin() as session:
                session.add(Learner(id="x", created=clock.now()))
        assert str(home / "data") in refused.value.message and "FLUENCY_DATA" in refused.value.fix


async def test_a_database_held_by_another_program_is_said(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    migrate()
    monkeypatch.setattr(store_engine, "PRAGMAS", ("busy_timeout=50",))
    other = sqlite3.connect(home / "data" / "lab.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    async with Store() as store:
        with pytest.raises(LabError, match="Another program holds"):
            async with store.begin() as session:
                session.add(Learner(id="x", created=clock.now()))
        other.execute("ROLLBACK")
        other.close()
        await the_learner(store)


async def test_who_writes_in_one_program_waits_in_line_however_long_it_takes(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    migrate()
    monkeypatch.setattr(store_engine, "PRAGMAS", ("busy_timeout=50",))
    async with Store() as store, Store() as of_a_run:

        async def write(name: str, place: Store) -> None:
            async with place.begin() as session:
                session.add(Learner(id=name, created=clock.now()))
                await session.flush()
                await asyncio.sleep(0.03)

        await asyncio.gather(*(write(f"l{i}", (store, of_a_run)[i % 2]) for i in range(16)))
        async with store.read() as session:
            assert all([await queries.learner(session, f"l{i}") for i in range(16)])


@pytest.mark.parametrize(
    "content", [b"this is no database at all, but long enough to be read as one" * 100, b"SQLite format 3\0" + b"\xff" * 4096]
)
async def test_a_damaged_file_is_said(home: Path, content: bytes) -> None:
    (home / "data").mkdir()
    (home / "data" / "lab.sqlite").write_bytes(content)
    with pytest.raises(LabError) as refused:
        migrate()
    assert "database" in refused.value.message and refused.value.fix
    async with Store() as store:
        with pytest.raises(LabError, match="damaged"):
            async with store.read() as session:
                await queries.run(session, "r")


def test_a_data_folder_that_is_a_file_is_said(home: Path) -> None:
    (home / "data").write_text("")
    with pytest.raises(LabError, match="cannot be made") as refused:
        migrate()
    assert "FLUENCY_DATA" in refused.value.fix


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("nonsense", "not an address"),
        ("mysql://host/db", "cannot keep its data in mysql"),
        ("postgres://host/db", "cannot keep its data in postgres"),
    ],
)
def test_an_address_that_is_no_database_of_ours_is_said(home: Path, monkeypatch: pytest.MonkeyPatch, address: str, says: str) -> None:
    monkeypatch.setenv("FLUENCY_DATABASE", address)
    settings.cache_clear()
    with pytest.raises(LabError, match=says) as refused:
        database_url()
    assert "PostgreSQL" in refused.value.fix or "postgresql" in refused.value.fix


async def test_a_server_that_does_not_answer_is_said_without_its_password(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLUENCY_DATABASE", "postgresql://you:geheim@127.0.0.1:1/lab")
    settings.cache_clear()
    with pytest.raises(LabError) as refused:
        migrate()
    assert "geheim" not in str(refused.value)
    async with Store() as store:
        with pytest.raises(LabError) as refused:
            async with store.read() as session:
                await queries.run(session, "r")
    assert "geheim" not in str(refused.value)


@pytest.mark.parametrize("moment", ["opened", "given back"])
async def test_whoever_is_cancelled_twice_leaves_no_connection_open(home: Path, monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    """As a run is that was stopped, and then ended with the lab. The store is closed right after it; the connection's thread is busy."""
    migrate()
    begun, made = asyncio.Event(), []
    connect = aiosqlite.Connection._connect

    async def slowly(self: aiosqlite.Connection) -> aiosqlite.Connection:
        made.append(self)
        if moment == "opened":
            begun.set()
            await asyncio.sleep(0.2)
        return await connect(self)

    monkeypatch.setattr(aiosqlite.Connection, "_connect", slowly)

    async def work(store: Store) -> None:
        async with store.read() as session:
            await queries.learner(session, "x")
            if moment == "given back":
                busy.append(asyncio.ensure_future(made[0]._execute(time.sleep, 0.2)))  # type: ignore[no-untyped-call]
                begun.set()

    busy: list[asyncio.Future[None]] = []
    async with Store() as store:
        task = asyncio.create_task(work(store))
        await begun.wait()
        for _ in range(2):
            await asyncio.sleep(0.03)
            task.cancel()
        await asyncio.wait((task,))
        assert task.cancelled()
    await asyncio.gather(*busy)
    await asyncio.sleep(0.3)
    assert [one._connection for one in made] == [None]
