"""One open lab for a data folder: a lock that the system holds while the process lives, and a note of where the lab is found.

    with opened_alone() as other:     `other`: the lab that is open already; None: the folder is ours until the end of this block
        announce(address, link)

A note alone would not do: which process wrote it is told by a time, and clocks step.
"""

import contextlib
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from filelock import FileLock, Timeout

from fluencylab.errors import LabError
from fluencylab.settings import settings

PATIENCE = 30.0
"""Seconds that another lab, which has the folder already, may take to say where it is, or to close."""


class Serving(NamedTuple):
    """`link`: the address as a browser has to open it."""

    pid: int
    address: str
    link: str


def running() -> Serving | None:
    """This data folder's open lab."""
    lock = _lock()
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return _noted()
    except (OSError, NotImplementedError):  # a folder that cannot be written has no open lab
        return None
    lock.release()
    return None


@contextlib.contextmanager
def opened_alone() -> Iterator[Serving | None]:
    """Hold the folder, or say who does. Raises LabError where neither can be told."""
    lock = _lock()
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            lock.acquire(timeout=0.2)
            break
        except Timeout:
            if other := _noted():
                yield other
                return
            if time.monotonic() > deadline:
                raise LabError(
                    f"Another program holds the data folder {settings().data}.", "Close it, or set FLUENCY_DATA to another folder."
                ) from None
    try:
        _note().unlink(missing_ok=True)  # of one that was killed
        yield None
    finally:
        with contextlib.suppress(OSError):
            _note().unlink(missing_ok=True)
        lock.release()


def announce(address: str, link: str) -> None:
    """Tell the next one, which finds the folder taken."""
    fresh = _note().with_suffix(".new")
    fresh.write_text(json.dumps(Serving(os.getpid(), address, link)._asdict()))
    fresh.replace(_note())


def _lock() -> FileLock:
    return FileLock(settings().data / "serving.lock")


def _note() -> Path:
    return settings().data / "serving.json"


def _noted() -> Serving | None:
    with contextlib.suppress(OSError, ValueError, TypeError):
        return Serving(**json.loads(_note().read_text()))
    return None
