"""Where DBOS keeps the queue of runs: `queue.sqlite` in the data folder, or its own tables on the PostgreSQL server.

It holds nothing that the database does not: which runs are unfinished, the database says too. A damaged file is set aside and made anew.
"""

import contextlib
import logging
import uuid
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from fluencylab.settings import settings
from fluencylab.store import leases
from fluencylab.store.engine import database_url
from fluencylab.store.sqlite_file import damage

END = 0.1
"""Seconds DBOS may take to notice that it is closed. We use none of its notifications: a look for them costs nothing."""
VERSION = "1"
"""Raised only when an unfinished run of the last version could not be gone on with."""
log = logging.getLogger(__name__)


@cache
def dbos() -> Any:
    """The library. What it has to say goes where ours goes, and not to the terminal."""
    library = import_module("dbos")
    speaks = logging.getLogger("dbos")
    speaks.handlers[:] = [logging.NullHandler()]  # without any, it would write to the terminal
    speaks.propagate = True
    return library


def launch() -> None:
    """DBOS takes the event loop this is called in as its own. Raises what went wrong, and can then be called again."""
    url = database_url()
    if url.get_backend_name() == "sqlite":
        if damage(path()):
            _set_aside(path())
        system = f"sqlite:///{path()}"
    else:
        system = url.render_as_string(hide_password=False)
    config = {
        "name": "fluency-lab",
        "system_database_url": system,
        "application_version": VERSION,
        "executor_id": _executor(),
        "log_level": "ERROR",
        "run_migrations": True,
        "notification_listener_polling_interval_sec": END,
    }
    logging.getLogger("dbos").setLevel(logging.ERROR)  # that a run is ended in its middle is no news
    try:
        dbos().DBOS(config=config)
        dbos().DBOS.launch()
    except BaseException:
        destroy()
        raise


def destroy() -> None:
    with contextlib.suppress(Exception):
        dbos().DBOS.destroy()


def path() -> Path:
    return settings().data / "queue.sqlite"


def _set_aside(file: Path) -> None:
    log.warning("%s is damaged; it is set aside, and unfinished runs are found in the database", file)
    file.replace(file.with_name(f"{file.name}.damaged"))
    for beside in ("-wal", "-shm"):
        file.with_name(file.name + beside).unlink(missing_ok=True)


def _executor() -> str:
    """Who takes up again what was left unfinished. A data folder has one lab.

    On PostgreSQL it is somebody new each time, who left nothing: what DBOS takes up it hands to any server, and leases tell whose it is.
    """
    return uuid.uuid4().hex if leases.shared() else "local"
