"""Bring the database to the newest shape: Alembic from the first table on.

A revision's id is its file's number, so the usual start (nothing to do) costs one SELECT and does not even import Alembic,
which would be a fifth of the time to the first page.
"""

import re
from importlib import import_module
from pathlib import Path

from sqlalchemy import URL, Connection, create_engine, inspect
from sqlalchemy.exc import DatabaseError

from fluencylab.errors import LabError
from fluencylab.store.engine import database_url, explain, listen_pragmas

MIGRATIONS = Path(__file__).parent / "migrations"
UNSAID = "nothing"
"""In place of a revision: there are tables, and none is noted."""


def head() -> str:
    return max(_known())


def _known() -> set[str]:
    return {file.name.split("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*.py")}


def _revision(connection: Connection) -> str:
    """What the database says of its shape; empty where there is nothing in it yet."""
    tables = set(inspect(connection).get_table_names())
    said = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalars().all() if "alembic_version" in tables else []
    return " and ".join(sorted(said)) or (UNSAID if "learners" in tables else "")


def misfit(found: str) -> LabError | None:
    """Why a database of this revision cannot be used here; None where it can, or can be upgraded."""
    if not found or found in _known():
        return None
    if re.fullmatch("[0-9]{4}", found) and found > head():
        return LabError("This data was written by a newer Fluency Lab.", "Update this copy, or set FLUENCY_DATA to another folder.")
    said = "nothing of its shape" if found == UNSAID else f"of its shape “{found[:40]}”, which no Fluency Lab has written"
    return LabError(
        f"The database holds work, and says {said}.",
        "Copy back the data folder from your last copy, or move the database away, start again, and restore a backup.",
    )


def _alone(connection: Connection) -> None:
    """One process at a time, and all of it or nothing: SQLite would otherwise commit each table by itself."""
    sqlite = connection.dialect.name == "sqlite"
    connection.exec_driver_sql("BEGIN IMMEDIATE" if sqlite else "SELECT pg_advisory_xact_lock(83551)")


def revision(url: URL) -> str:
    """The shape of the database as it is now; empty when there is none yet. Raises LabError when it cannot be opened."""
    if url.get_backend_name() == "sqlite" and not Path(str(url.database)).exists():
        return ""
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            return _revision(connection)
    except DatabaseError as error:
        raise explain(error, url) from error
    finally:
        engine.dispose()


def migrate(url: URL | None = None) -> None:
    """Upgrade to the newest revision. Raises LabError where this lab cannot use the database, or the disk or server refuses."""
    url = url or database_url()
    engine = create_engine(url)
    listen_pragmas(engine)
    try:
        with engine.connect() as connection:
            found = _revision(connection)
        if found == head():
            return
        if trouble := misfit(found):
            raise trouble
        command, config = import_module("alembic.command"), import_module("alembic.config").Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        with engine.begin() as connection:
            _alone(connection)
            if _revision(connection) != head():
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
    except DatabaseError as error:
        raise explain(error, url) from error
    finally:
        engine.dispose()
