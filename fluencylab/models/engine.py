"""The parents' side of the embedded engine: start it, find it, keep it alive, let it go.

    <cache>/engine/<model>-<fingerprint>/
        engine.json   who serves, where, with how many threads (written by the child)
        leases/       one file for each process of ours that needs it; the child ends when all are gone
        engine.log    the child's own words, at most a megabyte

The first process that needs the engine starts it; all others of this user find it there. If it dies, the next call starts it
again, and so does a watcher within a second.
"""

import asyncio
import contextlib
import hashlib
import importlib.metadata
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Literal

import psutil  # type: ignore[import-untyped]
from filelock import FileLock
from pydantic import BaseModel, ConfigDict, ValidationError

from fluencylab.errors import LabError, ModelUnavailable
from fluencylab.models import download
from fluencylab.models.catalogue import Entry
from fluencylab.settings import settings

SPINS = "1000000"
"""How long llama.cpp's threads (GNU OpenMP) spin before they sleep while they wait for each other: some milliseconds. With the
library's own choice two threads beside a busy process now and then fell below one token a second; see dev/LOG.md."""
KEY = "fluency-lab"
"""Every call carries it. Not a secret: see `engine_child.py`, whose KEY a test holds equal."""

_PATIENCE = 180.0
"""Seconds a big model may take to load."""


class EngineState(BaseModel):
    """What the page shows. `idle`: the weights are here; the first call starts the engine."""

    model_config = ConfigDict(frozen=True)

    phase: Literal["missing", "fetching", "idle", "starting", "ready", "broken"]
    done: int = 0
    total: int = 0
    threads: int = 0
    address: str = ""
    message: str = ""
    fix: str = ""


class Note(BaseModel):
    """`engine.json`."""

    pid: int
    created: float
    public: str
    address: str
    addresses: dict[str, str]
    threads: int
    sha256: str

    def alive(self) -> bool:
        return _created(self.pid) is not None and abs((_created(self.pid) or 0) - self.created) < 0.1


def _created(pid: int) -> float | None:
    """When a living process was born: with the number, this names it for good."""
    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else process.create_time()
    except psutil.Error:
        return None


class Engine:
    """One local model, served. Cheap to make; all engines of one process that serve the same model share a host."""

    def __init__(self, entry: Entry) -> None:
        self._host = _host(entry)

    async def ensure(self, *, steady: bool = False) -> str:
        """The address for the next call, e.g. http://127.0.0.1:8710; starts the engine if need be.

        `steady`: the one that leaves a core to others, for a long call, in whose course the machine may get busy.
        Raises ModelMissing (fetch the weights first) or ModelUnavailable (it does not start; `fix` names the log).
        """
        self._host.hold(self)
        note = self._host.note()
        if note is None:
            note = await asyncio.to_thread(self._host.start)
        return note.public if steady else note.address

    async def public_address(self) -> str:
        """The one that stays the same while the engine lives: for examples to paste."""
        return await self.ensure(steady=True)

    async def addresses(self) -> list[str]:
        """All that serve this model, `public_address` first."""
        await self.ensure()
        note = self._host.note()
        return [note.public, *(a for a in note.addresses.values() if a != note.public)] if note else []

    def threads(self, address: str) -> tuple[int, int]:
        """With how many threads the server at that address works, and with how many the engine does at most."""
        served = self._host.read[1].addresses if self._host.read else {}
        counts = {int(count): place for count, place in served.items()}
        return next((count for count, place in counts.items() if address.startswith(place)), 0), max(counts, default=0)

    def state(self) -> EngineState:
        return self._host.state()

    @property
    def log(self) -> Path:
        """What the engine said; there once it was started."""
        return self._host.folder / "engine.log"

    def release(self) -> None:
        """This one is not needed here any more. The engine ends two seconds after the last one is let go."""
        self._host.drop(self)

    async def stop(self) -> None:
        """End the engine now, whoever uses it; the next call of anybody starts it again."""
        self.release()
        await asyncio.to_thread(self._host.stop)


class _Host:
    """What a process knows of one engine."""

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self.folder = _folder(entry)
        self.path = self.folder / "engine.json"
        self.lock = threading.Lock()
        self.holders: set[int] = set()
        self.child: subprocess.Popen[bytes] | None = None
        self.broken: LabError | None = None
        self.starting = False
        self.read: tuple[tuple[int, int], Note] | None = None

    def note(self) -> Note | None:
        """Who serves now; None when nobody does."""
        try:
            stat = self.path.stat()
            seen = (stat.st_mtime_ns, stat.st_ino)
            if self.read is None or self.read[0] != seen:
                self.read = seen, Note.model_validate_json(self.path.read_bytes())
        except (OSError, ValidationError):
            return None
        return self.read[1] if self.read[1].alive() else None

    def state(self) -> EngineState:
        if not download.locate(self.entry):
            if how_far := download.fetching(self.entry):
                return EngineState(phase="fetching", done=how_far[0], total=how_far[1])
            missing = download.missing(self.entry)
            return EngineState(phase="missing", total=self.entry.bytes, message=missing.message, fix=missing.fix)
        if note := self.note():
            return EngineState(phase="ready", threads=note.threads, address=note.public)
        if self.broken and not self.starting:
            return EngineState(phase="broken", message=self.broken.message, fix=self.broken.fix)
        return EngineState(phase="starting" if self.starting else "idle")

    def hold(self, engine: Engine) -> None:
        """Take a lease, once for the process, and watch as long as somebody here holds it."""
        if id(engine) in self.holders and self._lease().exists():
            return
        with self.lock:
            watched = bool(self.holders)
            self.holders.add(id(engine))
            self._write_lease()
            if not watched:
                threading.Thread(target=self._watch, name="engine-watch", daemon=True).start()

    def drop(self, engine: Engine) -> None:
        with self.lock:
            self.holders.discard(id(engine))
            if not self.holders:
                self._lease().unlink(missing_ok=True)

    def _lease(self) -> Path:
        return self.folder / "leases" / str(os.getpid())

    def _write_lease(self) -> None:
        lease = self._lease()
        lease.parent.mkdir(parents=True, exist_ok=True)
        fresh = lease.with_name(f".{lease.name}")
        fresh.write_text(repr(_created(os.getpid())))
        fresh.replace(lease)

    def _watch(self) -> None:
        """Start it again if it dies between calls, unless it has just shown that it cannot start."""
        served = False
        while self.holders:
            time.sleep(1)
            alive = self.note() is not None
            if served and not alive and self.holders and not self.broken:
                with contextlib.suppress(LabError):
                    self.start()
            served = served or alive

    def start(self) -> Note:
        """Blocks until it serves. The first who comes starts it; the others wait for that."""
        with self.lock, FileLock(self.folder / "start.lock"):
            if note := self.note():
                return note
            self.starting = True
            try:
                note, self.broken = self._start(), None
                return note
            except LabError as error:
                self.broken = error
                raise
            finally:
                self.starting = False

    def _start(self) -> Note:
        if download.locate(self.entry) is None:
            raise download.missing(self.entry)
        _enough_memory(self.entry)
        weights = download.require(self.entry)
        self.path.unlink(missing_ok=True)
        self._bury()
        self.child = child = self._spawn(weights)
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            if note := self.note():
                return note
            if child.poll() is not None:
                raise self._why(child.returncode)
            time.sleep(0.02)
        self._bury()
        raise ModelUnavailable(f"{self.entry.name} was not ready after {_PATIENCE:.0f} seconds.", self._look())

    def _spawn(self, weights: Path) -> subprocess.Popen[bytes]:
        """Away from this terminal's Ctrl-C. `-P`: the script's own folder holds a `types.py`."""
        knobs = settings()
        config = {
            "folder": str(self.folder),
            "model": str(weights),
            "slug": self.entry.slug,
            "sha256": self.entry.sha256,
            "adapter": str(self.entry.adapter.path) if self.entry.adapter else "",
            "port": 0 if self.entry.adapter else knobs.engine_port,
            "slots": knobs.engine_slots,
            "window": _window(self.entry),
            "threads": knobs.engine_threads,
        }
        command = [sys.executable, "-P", str(Path(__file__).with_name("engine_child.py")), json.dumps(config)]
        flags = 0
        if sys.platform == "win32":
            flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
        with (self.folder / "engine.log").open("ab") as log:
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                creationflags=flags,
                env={"GOMP_SPINCOUNT": SPINS, **os.environ},
            )

    def _why(self, code: int) -> LabError:
        """The child ended before it served: what does that mean for a person?"""
        if code in (-9, 137):
            return _memory_short(self.entry)
        if not download.verify(self.entry):
            return download.damaged(self.entry)
        name = self.entry.name + (f" and the adapter “{self.entry.adapter.name}”" if self.entry.adapter else "")
        said = (self.folder / "engine.log").read_text(errors="replace").splitlines()
        last = next((line.split(": ", 1)[-1] for line in reversed(said) if " E " in line or "Error" in line), "it gave no reason")
        return ModelUnavailable(f"The engine could not start with {name}: {last}.", self._look())

    def _look(self) -> str:
        return f"What it said stands at the end of {self.folder / 'engine.log'}; `fluency doctor` shows more."

    def stop(self) -> None:
        if note := self.note():
            with contextlib.suppress(psutil.Error):
                process = psutil.Process(note.pid)
                process.terminate()
                if psutil.wait_procs([process], timeout=2)[1]:
                    process.kill()
        self._bury()
        self.path.unlink(missing_ok=True)

    def _bury(self) -> None:
        """Make sure that the child this process once started is gone, and leaves no zombie."""
        if self.child:
            self.child.kill()
            self.child.wait()


_hosts: dict[Path, _Host] = {}


def _host(entry: Entry) -> _Host:
    return _hosts.setdefault(_folder(entry), _Host(entry))


def _folder(entry: Entry) -> Path:
    """Another model, adapter, window or version of llama.cpp is another engine."""
    knobs = settings()
    adapter = [entry.adapter.sha256] if entry.adapter else []
    what = [*adapter, entry.sha256, _window(entry), knobs.engine_slots, knobs.engine_threads, importlib.metadata.version("xllamacpp")]
    return knobs.cache / "engine" / f"{entry.slug}-{hashlib.sha256(repr(what).encode()).hexdigest()[:8]}"


def _window(entry: Entry) -> int:
    return min(entry.window or settings().engine_window, settings().engine_window)


def _enough_memory(entry: Entry) -> None:
    if psutil.virtual_memory().available < entry.bytes * 1.2:
        raise _memory_short(entry)


def _memory_short(entry: Entry) -> ModelUnavailable:
    return ModelUnavailable(
        f"There is not enough memory for {entry.name}: it needs about {entry.bytes * 2.5 / 1e6:,.0f} MB.",
        "Close other programs, or choose a smaller model with `fluency models use`.",
    )
