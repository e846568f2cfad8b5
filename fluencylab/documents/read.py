"""Read a file that somebody chose: in a process of its own, with limits, of which nothing is left behind.

    read = await read("handbook.pdf", data)
    read.text     "Returns\\n\\nYou can send things back within 30 days. ..."
    read.says     "handbook.pdf: 14 pages, 5,210 words. 2 of 14 pages hold no text: they are pictures."

A parser is fed by strangers. It gets no network, no files, little memory and little time (`reading_child.py`); here the same is watched
from outside. No file is written: the bytes go in by one pipe and the text comes out by another.
"""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from weakref import WeakKeyDictionary

import psutil  # type: ignore[import-untyped]
from pydantic import BaseModel, ValidationError

from fluencylab.documents.format import ReadDocument, ReadFile, plain_title
from fluencylab.documents.refusal import SMALLER, TOO_MUCH
from fluencylab.errors import BadInput

LARGEST = 20_000_000
"""Bytes of one file."""
MOST_LETTERS = 1_000_000
"""Letters of one document, and of all that are in a box together."""
MOST_FILES = 50
"""At once."""
SECONDS = 20
"""Of the processor's time: how long that takes depends on what else the machine does."""
PATIENCE = 300
"""Seconds by the clock, for a process that does nothing at all."""
MEMORY = 700_000_000
"""Bytes. Linux counts the address space, of which Python and its libraries take about a quarter; elsewhere what lies in memory."""
LONGEST_NAME = 200
CHILD = ("-P", "-m", "fluencylab.documents.reading_child")
TICK = 0.02
KEPT = (
    *("PATH", "HOME", "USERPROFILE", "APPDATA", "SYSTEMROOT", "SYSTEMDRIVE", "TEMP", "TMP", "TMPDIR"),
    *("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "VIRTUAL_ENV", "PYTHONHOME"),
)
"""What a reading process keeps of the environment: no key of anybody's is among it."""
_at_once: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


class _Document(BaseModel):
    name: str
    kind: str
    text: str
    size: str
    notes: tuple[str, ...]


class _Answer(BaseModel):
    documents: tuple[_Document, ...] = ()
    notes: tuple[str, ...] = ()
    message: str = ""
    fix: str = ""


async def read(name: str, data: bytes) -> ReadDocument:
    """What a file says that is one document, or the first of those in it. Raises BadInput."""
    return (await read_file(name, data)).documents[0]


async def read_file(name: str, data: bytes) -> ReadFile:
    """What a file says, document by document. Raises BadInput: what is wrong with it, and what to do next."""
    title = checked_name(name)
    if len(data) > LARGEST:
        raise too_large(title, len(data))
    async with _at_once.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(2)):
        told = await _asked(title, data)
    if told.message:
        raise BadInput(f"“{title}” {told.message}", told.fix)
    documents = tuple(ReadDocument(plain_title(one.name), one.text, one.kind, one.size, one.notes) for one in told.documents)
    return ReadFile(title, documents, told.notes)


def checked_name(name: str) -> str:
    """The name as a title. Raises BadInput for what no file is called."""
    title = plain_title("".join(letter if letter.isprintable() else " " for letter in name))
    if len(name) > LONGEST_NAME:
        fix = f"Give the file a name of at most {LONGEST_NAME} letters, and choose it again."
        raise BadInput(f"The name “{title[:40]}…” has {len(name):,} letters.", fix)
    if any(mark in name for mark in "/\\\0") or name in (".", ".."):
        raise BadInput(f"“{title}” is a path and not the name of a file.", "Choose the file itself.")
    return title


def _too_slow() -> _Answer:
    return _Answer(message=f"could not be read within {SECONDS} seconds of work.", fix=SMALLER)


def too_large(title: str, size: int) -> BadInput:
    said = f"“{title}” has {size / 1e6:,.0f} MB; a file may have {LARGEST / 1e6:.0f} MB."
    return BadInput(said, "Split it, or save it without its pictures, and choose that.")


def too_many(count: int) -> BadInput:
    return BadInput(f"{count:,} files at once are too many; {MOST_FILES} are read.", "Choose fewer. Nothing was read.")


async def _asked(name: str, data: bytes) -> _Answer:
    child = _Child(name, data)
    try:
        deadline = time.monotonic() + PATIENCE
        while child.working():
            if child.seconds() > SECONDS or time.monotonic() > deadline:
                return _too_slow()
            if child.memory() > MEMORY:
                return _Answer(message=TOO_MUCH, fix=SMALLER)
            await asyncio.sleep(TICK)
        return child.said() if not child.out_of_time() else _too_slow()
    finally:
        child.end()


class _Child:
    """A reading process. Whoever makes one must `end` it."""

    def __init__(self, name: str, data: bytes) -> None:
        flags = 0
        if sys.platform == "win32":
            flags = subprocess.CREATE_NO_WINDOW
        self._child = subprocess.Popen(
            [sys.executable, *CHILD],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C in the terminal is for the lab
            creationflags=flags,
            env=_environment(),
        )
        head = {"name": name, "memory": MEMORY, "seconds": SECONDS, "letters": MOST_LETTERS}
        self._out = bytearray()
        self._threads = [
            threading.Thread(target=self._feed, args=(json.dumps(head).encode() + b"\n", data), daemon=True),
            threading.Thread(target=self._drain, daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def _feed(self, *parts: bytes) -> None:
        with contextlib.suppress(OSError, ValueError):  # it ended before it had read everything
            assert self._child.stdin
            with self._child.stdin as pipe:
                for part in parts:
                    pipe.write(part)

    def _drain(self) -> None:
        """All it says; a letter is at most six bytes of JSON, or twelve beyond the first plane."""
        with contextlib.suppress(OSError, ValueError):
            assert self._child.stdout
            with self._child.stdout as pipe:
                while len(self._out) <= 12 * MOST_LETTERS and (part := os.read(pipe.fileno(), 1 << 16)):
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

    def said(self) -> _Answer:
        try:
            return _Answer.model_validate_json(bytes(self._out))
        except ValidationError:
            return _Answer(message="broke the process that was reading it.", fix="Save it again or as plain text, and choose that.")

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
