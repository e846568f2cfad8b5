"""A model that says what the test wants, when the test wants it: a small OpenAI-compatible server on loopback, and a lab that uses it."""

import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from lab_fixture import Listening
from server_fixture import PATIENCE, Server

from fluencylab.models import catalogue
from fluencylab.models.types import ModelCapabilities
from fluencylab.settings import settings

ABLE = ModelCapabilities(usage_in_stream=True, continues=True, seed=True)


class Told:
    """`say` gives the pieces of an answer, `pace` the seconds each piece of a call takes: without them its times are the machine's noise.

    After `hold(n)` calls beyond the nth stop after their first piece, until `release()`.
    """

    def __init__(self) -> None:
        self.say: Callable[[dict[str, Any]], list[str]]
        self.pace: Callable[[], float]
        self._lock = threading.Lock()
        self._open = threading.Event()
        self.reset()

    def reset(self) -> None:
        self.say, self.pace = names, float
        self.calls, self._free = 0, 10**6
        self._open.set()

    def hold(self, after: int = 0) -> None:
        self.calls, self._free = 0, after
        self._open.clear()

    def release(self) -> None:
        self._open.set()

    def answer(self, body: dict[str, Any], write: Callable[[bytes], Any]) -> None:
        with self._lock:
            self.calls += 1
            held = self.calls > self._free
        pieces, pace = self.say(body), self.pace()
        for i, piece in enumerate(pieces):
            time.sleep(pace)
            write(_event({"delta": {"content": piece}}))
            if i == 0 and held:
                self._open.wait(PATIENCE)
        usage = {"prompt_tokens": 12, "completion_tokens": len(pieces)}
        write(_event({"delta": {}, "finish_reason": "stop"}, usage) + b"data: [DONE]\n\n")


def _event(choice: dict[str, Any], usage: dict[str, int] | None = None) -> bytes:
    told: dict[str, Any] = {"choices": [{"index": 0, **choice}]} | ({"usage": usage} if usage else {})
    return b"data: " + json.dumps(told).encode() + b"\n\n"


def names(body: dict[str, Any]) -> list[str]:
    """One name at temperature 0, another for each seed otherwise."""
    return ["The ", "Harbour"] if body["temperature"] == 0 else ["Café ", str(body.get("seed"))]


@pytest.fixture(scope="session")
def _told() -> Iterator[tuple[Told, str]]:
    told = Told()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.send_header("content-type", "text/event-stream")
            self.end_headers()
            with contextlib.suppress(OSError):  # the run was stopped
                told.answer(body, self.wfile.write)

        def log_message(self, *_: Any) -> None:
            pass

    server = Listening(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield told, f"http://127.0.0.1:{server.server_port}/v1"
    told.release()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def told(_told: tuple[Told, str]) -> Iterator[Told]:
    yield _told[0]
    _told[0].reset()


@pytest.fixture(scope="session")
def told_server(_told: tuple[Told, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A lab whose model is `told`, for the whole session."""
    server = Server(tmp_path_factory.mktemp("told") / "data", FLUENCY_PARALLEL_RUNS="4")
    use_told(server, _told[1])
    server.start()
    yield server
    _told[0].release()
    server.stop()


def use_told(server: Server, address: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FLUENCY_DATA", str(server.data))
        settings.cache_clear()
        entry = catalogue.endpoint(address, "told", name="Told 1B").model_copy(update={"abilities": ABLE, "window": 4096})
        catalogue.use(catalogue.add(entry).slug)
    settings.cache_clear()
