"""A process of its own for bytes that strangers made: they go in by one pipe, an answer comes out by another, and it is watched.

    await answered(("-P", "-m", "fluencylab.documents.reading_child"), {"name": "handbook.pdf"}, data, Limits(20, 7 * 10**8, 10**7))

The process gives away by itself what it does not need (`sandbox.py`); here its time and its memory are watched. No file is written, and
the event loop goes on meanwhile.
"""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import psutil  # type: ignore[import-untyped]

PATIENCE = 300
"""Seconds by the clock, for a process that does nothing at all."""
TICK = 0.02
PIECE = 1 << 20
"""Bytes of a file that are handed over at once."""
KEPT = (
    *("PATH", "HOME", "USERPROFILE", "APPDATA", "SYSTEMROOT", "SYSTEMDRIVE", "TEMP", "TMP", "TMPDIR"),
    *("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "VIRTUAL_ENV", "PYTHONHOME"),
)
"""What a reading process keeps of the environment: no key of anybody's is among it."""


class Limits(NamedTuple):
    """`seconds` of the processor, so that a machine with much to do ends nothing that is nearly read; `memory` and `answer` in bytes."""

    seconds: int
    memory: int
    answer: int


class TooSlow(Exception):
    """It needed more than its seconds."""


class TooLarge(Exception):
    """It needed more than its memory."""


async def answered(command: Sequence[str], head: Mapping[str, Any], source: bytes | Path, limits: Limits) -> bytes:
    """What a Python process says that gets `head` as a line of JSON, with its limits, and then the bytes. Raises TooSlow or TooLarge."""
    child = Child(command, {**head, "memory": limits.memory, "seconds": limits.seconds}, source, limits.answer)
    try:
        deadline = time.monotonic() + PATIENCE
        while child.working():
            if child.seconds() > limits.seconds or time.monotonic() > deadline:
                raise TooSlow
            if child.memory() > limits.memory:
                raise TooLarge
            await asyncio.sleep(TICK)
        if child.out_of_time():
            raise TooSlow
        return child.said()
    finally:
        child.end()


class Child:
    """A reading process. Whoever makes one must `end` it."""

    def __init__(self, command: Sequence[str], head: Mapping[str, Any], source: bytes | Path, most: int) -> None:
        flags = 0
        if sys.platform == "win32":
            flags = subprocess.CREATE_NO_WINDOW
        self._child = subprocess.Popen(
            [sys.executable, *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C in the terminal is for the lab
            creationflags=flags,
            env=_environment(),
        )
        self._out = bytearray()
        self._most = most
        self._threads = [
            threading.Thread(target=self._feed, args=(json.dumps(head).encode() + b"\n", source), daemon=True),
            threading.Thread(target=self._drain, daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def _feed(self, head: bytes, source: bytes | Path) -> None:
        with contextlib.suppress(OSError, ValueError):  # it ended before it had read everything
            assert self._child.stdin
            with self._child.stdin as pipe:
                pipe.write(head)
                if isinstance(source, bytes):
                    pipe.write(source)
                else:
                    with source.open("rb") as file:
                        shutil.copyfileobj(file, pipe, PIECE)

    def _drain(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            assert self._child.stdout
            with self._child.stdout as pipe:
                while len(self._out) <= self._most and (part := os.read(pipe.fileno(), 1 << 16)):
                    self._out += part

    def working(self) -> bool:
        return self._threads[1].is_alive()

    def memory(self) -> int:
        with contextlib.suppress(psutil.Error):
            return int(psutil.Process(self._child.pid).memory_info().rss)
        return 0

    def seconds(self) -> float:
        """Of the processor, until now."""
        with contextlib.suppress(psutil.Error):
            times = psutil.Process(self._child.pid).cpu_times()
            return float(times.user + times.system)
        return 0

    def out_of_time(self) -> bool:
        """Ended by the system, for its limit of the processor's time. It has closed its pipe, so that it ends in a moment."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            return sys.platform != "win32" and self._child.wait(1) == -signal.SIGXCPU
        return False

    def said(self) -> bytes:
        return bytes(self._out)

    def end(self) -> None:
        """Gone, with whatever it may have started, and its pipes closed."""
        with contextlib.suppress(psutil.Error):
            for process in psutil.Process(self._child.pid).children(recursive=True):
                process.kill()
        self._child.kill()
        self._child.wait()
        for thread in self._threads:
            thread.join(1)


def _environment() -> dict[str, str]:
    """Where this package lies comes first: the child is started from anywhere."""
    places = [str(Path(__file__).parents[2]), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return {**kept, "PYTHONPATH": os.pathsep.join(place for place in places if place)}
