"""Ten thousand calls as one run: killed and stopped in the middle none is made twice; page and memory stay as they are."""

import json
import sys
import threading
import urllib.request
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest
from host_fixture import Host
from lab_fixture import PATIENCE
from large_fixture import evaluated, progress, start_evaluation
from server_fixture import Server

pytestmark = [pytest.mark.long, pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")]
MANY, FEW = 10_000, 1_000
MORE_MEMORY = 40e6
"""Bytes that ten times as many calls may take more: their cases are held, and what came is not."""


class Watching:
    """A page in front of a run: its stream of events, and its sheet drawn again and again; and the memory of the process that serves it."""

    def __init__(self, server: Server, run: str) -> None:
        self.server, self.run = server, run
        self.sheets: list[int] = []
        self.seen: list[int] = []
        self.memory = 0
        self._over = threading.Event()
        self._threads = [threading.Thread(target=one, daemon=True) for one in (self._stream, self._draw)]
        for thread in self._threads:
            thread.start()

    def _stream(self) -> None:
        with urllib.request.urlopen(self.server.url(f"/runs/{self.run}/events"), timeout=PATIENCE) as stream:
            for line in stream:
                if line.startswith(b"id:"):
                    self.seen.append(int(line[3:]))

    def _draw(self) -> None:
        process = psutil.Process(self.server.pid)
        while not self._over.wait(0.25):
            self.sheets.append(len(self.server.get(f"/runs/{self.run}/sheet")))
            self.memory = max(self.memory, process.memory_info().rss)

    def ended(self) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(PATIENCE)


def test_ten_thousand_calls_are_one_run_that_can_be_killed_and_stopped_and_makes_none_of_them_twice(home: Path, host: Host) -> None:
    server = Server(home / "data").start()
    try:
        host.gives = 3000
        run = start_evaluation(server, MANY)
        evaluated(server, run, 3000)
        server.kill()
        assert progress(server, run)[2] == 3000
        server.start()
        host.gives = 3000
        evaluated(server, run, 6000)
        server.stop()
        assert progress(server, run)[2] == 6000
        server.start()
        host.gives = None
        done = evaluated(server, run)
    finally:
        server.stop()
    assert (done.status, done.message) == ("done", "")
    assert done.texts == {case: f"To question {case}" for case in range(1, MANY + 1)} and len(done.outputs) == MANY
    assert len(host.answered) == MANY and set(host.answered.values()) == {1}


def test_memory_and_the_page_do_not_grow_with_the_calls(home: Path, host: Host) -> None:
    found = {}
    for calls in (FEW, MANY):
        server = Server(home / "data").start()
        try:
            host.takes = 0.02
            run = start_evaluation(server, calls)
            watching = Watching(server, run)
            assert evaluated(server, run).status == "done"
            watching.ended()
        finally:
            server.stop()
        assert watching.seen == list(range(1, calls + 1)), "each step once, in order"
        found[calls] = watching
    few, many = found[FEW], found[MANY]
    print(json.dumps({calls: [one.memory, max(one.sheets), len(one.sheets)] for calls, one in found.items()}))
    assert many.memory - few.memory < MORE_MEMORY
    assert max(many.sheets) < max(few.sheets) + 400
