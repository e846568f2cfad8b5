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
from fluencylab.cli import serve, show
from fluencylab.errors import LabError
from fluencylab.models import catalogue, download
from fluencylab.models.engine import Engine
from fluencylab.packs.full_track import told
from fluencylab.packs.installed import installed, trouble
from fluencylab.settings import settings
from fluencylab.store.engine import database_url
from fluencylab.store.migrate import head, revision

app = typer.Typer(add_completion=False, rich_markup_mode="rich")
PACKAGES = ("xllamacpp", "openai", "fastapi", "sqlalchemy", "dbos")
SPARE = 300 << 20


class Finding(NamedTuple):
    """One line: what was looked at, whether it is well, what is there, and what to do."""

    name: str
    ok: bool
    found: str
    fix: str = ""


@app.command()
def doctor(as_json: Annotated[bool, typer.Option("--json", help="For a program.")] = False) -> None:
    """Look at everything the lab needs, and say what to do where something is wrong.

    You learn where your work lies, where the model lies, and what runs on your machine. Ends with 1 when something is wrong.

    Example:  fluency doctor
    """
    findings = [finding for look in LOOKS for finding in look()]
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
            yield Finding(name, True, str(folder))
    free = shutil.disk_usage(settings().cache if settings().cache.exists() else Path.home()).free
    yield Finding("disk", free > SPARE, f"{free / 1e9:,.1f} GB free", "Make room: the model and its fetching need 300 MB.")


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
    if found > head():
        yield Finding("database", False, f"{shown} is at revision {found}, this lab knows {head()}", "Update the lab.")
    else:
        yield Finding("database", True, f"{shown}, revision {found or 'none yet: made at the first start'}")


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
    if running := serve.running():
        yield Finding("page", True, f"the lab is open: {running}")
        return
    with socket.socket() as trial:
        trial.settimeout(1)
        taken = trial.connect_ex(("127.0.0.1", settings().port)) == 0
    state = "in use by another program: the next free one will be taken" if taken else "free"
    yield Finding("page", True, f"port {settings().port} is {state}")


LOOKS: tuple[Callable[[], Iterator[Finding]], ...] = (_versions, _folders, _model, _database, _labs, _packs, _port)
