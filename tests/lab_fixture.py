"""A lab of a test's own, in this process or in one of its own, on SQLite and on PostgreSQL, and a model that says what it is told.

    async def test_it_runs(lab: Bench) -> None:
        run_id = await lab.start(samples=4)
        await lab.ended(run_id)

`lab` comes twice where PostgreSQL is named by FLUENCY_TEST_POSTGRES. The model is a server on loopback: `endpoint.gives`
limits how many answers it completes, `endpoint.asked` lists what it was asked.
"""

import asyncio
import json
import os
import shutil
import threading
import time
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import URL, create_engine, make_url, text

from fluencylab.actions import verdicts
from fluencylab.actions.runs import start_run, the_learner
from fluencylab.runs.feed import ENDED
from fluencylab.runs.queue import RunQueue
from fluencylab.settings import settings
from fluencylab.store import queries
from fluencylab.store.engine import Store, database_url
from fluencylab.store.migrate import migrate
from fluencylab.store.tables import Run, Step

PATIENCE = 120
AGAIN = {"parts": ["again"], "temperatures": [0.7, 1.3], "samples": 12, "max_tokens": 8, "prompt": "Name a café."}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Empty data and cache folders."""
    monkeypatch.setenv("FLUENCY_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("FLUENCY_CACHE", str(tmp_path / "cache"))
    settings.cache_clear()
    yield tmp_path
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture(scope="session")
def shape(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with every table in it, ours and the queue's, and no row: copied, it is there ten times sooner than made."""
    folder = tmp_path_factory.mktemp("shape")
    with configured(FLUENCY_DATA=str(folder)):
        make_tables()
    return folder


@pytest.fixture(scope="session")
def postgres_shape(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The same as a database of the server. Gives its name."""
    with postgres() as address:
        with configured(FLUENCY_DATA=str(tmp_path_factory.mktemp("shape")), FLUENCY_DATABASE=address):
            make_tables()
        yield str(make_url(address).database)


def make_tables() -> None:
    async def open_once() -> None:
        queue = RunQueue(verdicts.of_run)
        await queue.open()
        await queue.close()

    migrate()
    asyncio.run(open_once())


@contextmanager
def configured(**environment: str) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        settings.cache_clear()
        yield
    settings.cache_clear()


@contextmanager
def postgres(template: str = "template1") -> Iterator[str]:
    """A database of its own on the server, like `template`. Gives its address."""
    server = make_url(os.environ["FLUENCY_TEST_POSTGRES"])
    name = f"test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(plain(server), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    yield server.set(database=name).render_as_string(hide_password=False)
    with psycopg.connect(plain(server), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def plain(server: URL) -> str:
    return server.set(drivername="postgresql").render_as_string(hide_password=False)


ON_BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(params=ON_BOTH)
def empty_database(request: pytest.FixtureRequest, home: Path) -> Iterator[str]:
    """A database without a table; the settings name it. Gives its address, empty for SQLite."""
    if request.param == "sqlite":
        yield ""
        return
    with postgres() as address, configured(FLUENCY_DATABASE=address):
        yield address


@pytest.fixture(params=ON_BOTH)
def database(request: pytest.FixtureRequest, home: Path) -> Iterator[str]:
    """The same with all tables, and no row in them."""
    if request.param == "sqlite":
        request.getfixturevalue("tables")
        yield ""
        return
    with postgres(request.getfixturevalue("postgres_shape")) as address, configured(FLUENCY_DATABASE=address):
        yield address


@pytest.fixture
def tables(home: Path, shape: Path) -> None:
    """In the data folder, as SQLite."""
    shutil.copytree(shape, home / "data", dirs_exist_ok=True)


class Listening(ThreadingHTTPServer):
    """Python's server lets five callers wait at its door. A run calls with sixteen, and on a busy machine one is hung up on."""

    request_queue_size = 128
    daemon_threads = True


class Endpoint:
    """An OpenAI-compatible server in a thread. `says` gives the pieces of an answer; `at_once` calls are answered together."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.says: Callable[[dict[str, Any]], list[str]] = lambda body: ["Café ", f"{body['temperature']:g}/", str(body["seed"])]
        self.delay = 0.0
        self.refuses: tuple[int, str] | None = None
        self.gives: int | None = None
        self.lost = 0
        self._given = 0
        self._slots = threading.Semaphore(2)
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                endpoint.asked.append(body)
                with endpoint._slots:
                    try:
                        endpoint._answer(self, body)
                    except OSError:
                        endpoint.lost += 1

            def log_message(self, *_: Any) -> None: ...

        self._server = Listening(("127.0.0.1", 0), Handler)
        self.base_url = f"http://127.0.0.1:{self._server.server_port}/v1"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def _answer(self, wire: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        if self.refuses:
            wire.send_response(self.refuses[0])
            wire.end_headers()
            wire.wfile.write(json.dumps({"error": {"message": self.refuses[1]}}).encode())
            return
        wire.send_response(200)
        wire.send_header("Content-Type", "text/event-stream")
        wire.end_headers()
        pieces = self.says(body)
        while self.gives is not None and self._given >= self.gives:
            wire.wfile.write(b": waiting\n\n")  # fails when the caller has hung up
            time.sleep(0.02)
        self._given += 1
        for number, piece in enumerate(pieces):
            time.sleep(self.delay)
            last = number == len(pieces) - 1
            choice = {"index": 0, "delta": {"content": piece}, "finish_reason": "stop" if last else None}
            wire.wfile.write(b"data: " + json.dumps({"choices": [choice]}).encode() + b"\n\n")
        wire.wfile.write(b"data: [DONE]\n\n")

    def close(self) -> None:
        self.gives = None
        self._server.shutdown()
        self._server.server_close()

    def listed(self) -> str:
        """`models.json` with this model in use."""
        abilities = {"usage_in_stream": True, "seed": True, "continues": True}
        told = {"slug": "told", "name": "Told", "kind": "endpoint", "base_url": self.base_url, "model": "told", "abilities": abilities}
        return json.dumps({"current": "told", "models": [told]})


@pytest.fixture
def endpoint(home: Path) -> Iterator[Endpoint]:
    """The model in use in `home`."""
    endpoint = Endpoint()
    (home / "data").mkdir(parents=True, exist_ok=True)
    (home / "data" / "models.json").write_text(endpoint.listed())
    yield endpoint
    endpoint.close()


class Bench:
    """A lab without pages: its store, its queue, its learner."""

    def __init__(self, store: Store, queue: RunQueue, learner: str) -> None:
        self.store, self.queue, self.learner = store, queue, learner

    async def start(self, lab: str = "sampling", **params: Any) -> str:
        return await start_run(self.store, self.queue, self.learner, lab, (AGAIN if lab == "sampling" else {}) | params)

    async def run(self, run_id: str) -> Run:
        async with self.store.read() as session:
            run = await queries.run(session, run_id)
        assert run
        return run

    async def steps(self, run_id: str) -> list[Step]:
        async with self.store.read() as session:
            return list(await queries.steps_after(session, run_id))

    async def until(self, run_id: str, *status: str) -> Run:
        for _ in range(PATIENCE * 20):
            run = await self.run(run_id)
            if run.status in status:
                return run
            await asyncio.sleep(0.05)
        raise AssertionError(f"the run is {run.status}, not {status}")

    async def stored(self, run_id: str, steps: int) -> list[Step]:
        """As soon as there are so many."""
        for _ in range(PATIENCE * 50):
            if len(found := await self.steps(run_id)) >= steps:
                return found
            await asyncio.sleep(0.02)
        raise AssertionError(f"there are only {len(found)} steps")

    async def ended(self, run_id: str) -> Run:
        return await self.until(run_id, *ENDED)


async def until(true: Callable[[], bool]) -> None:
    for _ in range(PATIENCE * 50):
        if true():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it never came")


@pytest.fixture
async def lab(database: str, endpoint: Endpoint) -> AsyncIterator[Bench]:
    async with Store() as store:
        queue = RunQueue(verdicts.of_run)
        await queue.open()
        bench = Bench(store, queue, await the_learner(store))
        yield bench
        endpoint.gives = None
        await bench.queue.close()


def rows(query: str, **values: Any) -> list[tuple[Any, ...]]:
    """What stands in the configured database, read from outside."""
    engine = create_engine(database_url())
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(text(query), values)]
    engine.dispose()
    return found
