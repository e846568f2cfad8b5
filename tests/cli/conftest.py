"""`run("models", "list")`: what a command printed and how it ended, in this process. `Lab`: `fluency serve` in a process of its own."""

import json
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from pack_fixture import folder as folder

from fluencylab.cli.main import main
from fluencylab.models import catalogue
from fluencylab.settings import settings

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 90.0
NOBODY = """{"current": "nobody", "models": [
    {"slug": "nobody", "name": "Nobody", "kind": "endpoint", "base_url": "http://127.0.0.1:9/v1", "model": "nobody"}]}"""


class Ended(NamedTuple):
    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A data folder of its own; the model stays where it is."""
    monkeypatch.setenv("FLUENCY_DATA", str(tmp_path / "data"))
    settings.cache_clear()
    yield tmp_path / "data"
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture
def no_model(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FLUENCY_CACHE", str(tmp_path / "cache"))
    settings.cache_clear()
    return home


@pytest.fixture
def run(home: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ended]:
    def run(*arguments: str) -> Ended:
        with pytest.raises(SystemExit) as ended:
            main(list(arguments))
        said = capsys.readouterr()
        return Ended(int(ended.value.code or 0), said.out, said.err)

    return run


class Lab:
    """`fluency serve` in a process of its own."""

    def __init__(self, data: Path, *options: str, **environment: str) -> None:
        environment = {**os.environ, "FLUENCY_DATA": str(data), "PYTHONUNBUFFERED": "1", **environment}
        command = [sys.executable, "-m", "fluencylab.cli.main", "serve", "--no-browser", *options]
        self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self._lines: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        with self.process.stdout as said:
            for line in said:
                self._lines.put(line)
        self._lines.put("")

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._reader.join(PATIENCE)

    def line(self) -> str:
        """The next line it says; empty when it has ended."""
        return self._lines.get(timeout=PATIENCE).rstrip()

    def address(self) -> str:
        return next(word for word in self.line().split() if word.startswith("http://"))

    def stop(self) -> float:
        """Ctrl-C; how many seconds it took to end."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        self.process.wait(PATIENCE)
        return time.monotonic() - began


@pytest.fixture
def lab(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[..., Lab]]:
    """Start labs; all of them are ended with the test. Each test has a data folder of its own.

    With `weights` it has an engine of its own, too; without, its model is an endpoint where nobody is at home.
    """
    started: list[Lab] = []
    cache = tmp_path / "cache"
    if "weights" in request.fixturenames:
        model = catalogue.weights(catalogue.find(catalogue.DEFAULT))
        place = cache / "models" / catalogue.DEFAULT / model.name
        place.parent.mkdir(parents=True)
        place.symlink_to(model)
    else:
        (tmp_path / "data").mkdir()
        (tmp_path / "data" / "models.json").write_text(NOBODY, encoding="utf-8")

    def start(*options: str, **environment: str) -> Lab:
        environment = {"FLUENCY_CACHE": str(cache), "FLUENCY_ENGINE_PORT": str(free_port()), **environment}
        started.append(Lab(tmp_path / "data", *options, **environment))
        return started[-1]

    yield start
    for one in started:
        one.end()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as trial:
        return int(trial.getsockname()[1])


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert true()
