"""`fluency doctor`: is everything here that the lab needs, and what to do where it is not?"""

import importlib.metadata
import platform
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from fluencylab import __version__, labs
from fluencylab.cli import show
from fluencylab.cli.one_lab import running
from fluencylab.errors import LabError, disk_error
from fluencylab.models import catalogue, download
from fluencylab.models.engine import Engine
from fluencylab.packs.full_track import told
from fluencylab.packs.installed import installed, trouble
from fluencylab.runs import queue_file
from fluencylab.settings import settings
from fluencylab.store.engine import database_url
from fluencylab.store.migrate import misfit, revision
from fluencylab.store.private_folder import is_open
from fluencylab.store.sqlite_file import damage

app = typer.Typer(add_completion=False, rich_markup_mode="rich")
PACKAGES = ("xllamacpp", "httpx2", "fastapi", "sqlalchemy", "dbos")
SPARE = 300 << 20
ROOM = 20 << 20
"""Bytes that must be free where your work lies."""


class Finding(NamedTuple):
    """One line: what was looked at, whether it is well, what is there, and what to do."""

    name: str
    ok: bool
    found: str
    fix: str = ""


Look = Callable[[], Iterator[Finding]]


@app.command()
def doctor(as_json: Annotated[bool, typer.Option("--json", help="Print JSON for a program, and nothing else.")] = False) -> None:
    """Look at everything the lab needs, and say what to do where something is wrong.

    You learn where your work lies, where the model lies, and what runs on your machine. Ends with 1 when something is wrong.

    Example:  fluency doctor
    """
    findings = [finding for name, look in LOOKS.items() for finding in _guarded(name, look)]
    if as_json:
        show.json_out([finding._asdict() for finding in findings])
    else:
        for one in findings:
            mark = "[green]✓[/]" if one.ok else "[red]✗[/]"
            show.out.print(f"{mark} [bold]{one.name:<9}[/] ", end="")
            show.out.print(one.found, markup=False)
            if one.fix and not one.ok:
                show.out.print(f"            {one.fix}", style="yellow", markup=False)
    if not all(one.ok for one in findings):
        raise typer.Exit(1)


def _guarded(name: str, look: Look) -> list[Finding]:
    """What a look found, or what kept it from looking: one fault must not hide the others."""
    try:
        return list(look())
    except LabError as error:
        return [Finding(name, False, error.message, error.fix)]
    except OSError as error:
        told = disk_error(error)
        return [Finding(name, False, told.message, told.fix)]


def _versions() -> Iterator[Finding]:
    packages = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in PACKAGES)
    yield Finding("lab", True, f"fluency-lab {__version__} in {Path(__file__).parents[1]}")
    yield Finding("python", True, f"{platform.python_version()} on {platform.system()} {platform.machine()} ({sys.executable})")
    yield Finding("packages", True, packages)


def _folders() -> Iterator[Finding]:
    for name, folder in (("data", settings().data), ("cache", settings().cache)):
        trial = folder / f".{name}-trial"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            trial.touch()
            trial.unlink()
        except OSError as error:
            fix = f"Set FLUENCY_{name.upper()} to a folder that is yours."
            yield Finding(name, False, f"{folder} cannot be written: {error.strerror}", fix)
        else:
            private = name == "cache" or not is_open(folder)
            others = "" if private else ", and other users of this machine may read it"
            yield Finding(name, private, f"{folder}{others}", f"chmod -R go= {folder}")
    free = shutil.disk_usage(settings().cache if settings().cache.exists() else Path.home()).free
    yield Finding("disk", free > SPARE, f"{free / 1e9:,.1f} GB free", "Make room: the model and its fetching need 300 MB.")
    if settings().data.exists():
        free = shutil.disk_usage(settings().data).free
        yield Finding(
            "disk", free > ROOM, f"{free / 1e6:,.0f} MB free for your work", f"Make room on the disk that holds {settings().data}."
        )


def _model() -> Iterator[Finding]:
    entry = catalogue.current()
    if not entry.local:
        yield Finding("model", True, f"{entry.name} ({entry.model} at {entry.base_url})")
        return
    path = download.locate(entry)
    if path is None:
        yield Finding("model", False, f"{entry.name} is not here", "Fetch it: fluency models fetch")
    elif not download.verify(entry):
        yield Finding("model", False, f"{path} is damaged", f"fluency models remove {entry.slug}, then fluency models fetch")
    else:
        yield Finding("model", True, f"{entry.name}, checksum right, {path}")
    engine = Engine(entry)
    state = engine.state()
    serving = f"ready, threads: {state.threads}, {state.address}"
    running = serving if state.phase == "ready" else "not running: the first call starts it"
    log = f"log: {engine.log}" if engine.log.exists() else "no log yet"
    yield Finding("engine", state.phase != "broken", f"{running}; {log}", state.fix)


def _database() -> Iterator[Finding]:
    url = database_url()
    shown = url.render_as_string(hide_password=True)
    try:
        found = revision(url)
    except LabError as error:
        yield Finding("database", False, error.message, error.fix)
        return
    if trouble := misfit(found):
        yield Finding("database", False, f"{shown}: {trouble.message}", trouble.fix)
    else:
        yield Finding("database", True, f"{shown}, revision {found or 'none yet: made at the first start'}")


def _queue() -> Iterator[Finding]:
    file = queue_file.path()
    if found := damage(file):
        again = "Nothing of yours is lost: start the lab again. It sets the file aside, makes a new one, and goes on with unfinished runs."
        yield Finding("queue", False, f"{file} is damaged: {found}", again)
    else:
        yield Finding("queue", True, f"{file}{'' if file.exists() else ', made at the first start'}")


def _labs() -> Iterator[Finding]:
    """Labs of other wheels."""
    found = labs.found()
    for lab in found.labs.values():
        if lab.wheel:
            yield Finding("lab", True, f"{lab.name} came with {lab.wheel}, and runs with your rights")
    for hidden in found.hidden:
        fix = f"Update {hidden.wheel.partition(' ')[0]}, or uninstall it: nothing else of the lab needs it."
        yield Finding("lab", False, f"{hidden.name}, of {hidden.wheel}, is hidden: {hidden.why}", fix)


def _packs() -> Iterator[Finding]:
    """What others wrote. One that is switched off is no fault."""
    for one in installed():
        if one.problem:
            yield Finding("pack", False, f"{one.name}, {one.origin}, is hidden: {one.problem}", one.fix)
        else:
            yield Finding("pack", True, f"{told(one.name)}, {one.origin}{'' if one.on else '; off'}")
    if trouble():
        yield Finding("pack", False, trouble())


def _port() -> Iterator[Finding]:
    if open_lab := running():
        yield Finding("page", True, f"the lab is open: {open_lab.address}")
        return
    with socket.socket() as trial:
        trial.settimeout(1)
        taken = trial.connect_ex(("127.0.0.1", settings().port)) == 0
    state = "in use by another program: the next free one will be taken" if taken else "free"
    yield Finding("page", True, f"port {settings().port} is {state}")


LOOKS: dict[str, Look] = {
    "lab": _versions,
    "data": _folders,
    "model": _model,
    "database": _database,
    "queue": _queue,
    "labs": _labs,
    "pack": _packs,
    "page": _port,
}
"""What is looked at, under the name that a look is given which could not be made."""
