"""Bring the database to the newest shape: Alembic from the first table on.

A revision's id is its file's number, so the usual start (nothing to do) costs one SELECT and does not even import Alembic,
which would be a fifth of the time to the first page.
"""

from importlib import import_module
from pathlib import Path

from sqlalchemy import URL, Connection, create_engine, inspect
from sqlalchemy.exc import DatabaseError

from fluencylab.errors import LabError
from fluencylab.store.engine import database_url, listen_pragmas

MIGRATIONS = Path(__file__).parent / "migrations"


def head() -> str:
    return max(file.name.split("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def _revision(connection: Connection) -> str:
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return str(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() or "")


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
        raise LabError(
            f"The database cannot be opened: {error.orig}.", "Check FLUENCY_DATABASE and that the data folder is yours."
        ) from error
    finally:
        engine.dispose()


def migrate(url: URL | None = None) -> None:
    """Upgrade to the newest revision. Raises LabError when a newer lab has written this database."""
    url = url or database_url()
    engine = create_engine(url)
    listen_pragmas(engine)
    try:
        with engine.connect() as connection:
            found = _revision(connection)
            if found == head():
                return
            if found > head():
                raise LabError("This data was written by a newer Fluency Lab.", "Update this copy, or set FLUENCY_DATA to another folder.")
        command, config = import_module("alembic.command"), import_module("alembic.config").Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        with engine.begin() as connection:
            _alone(connection)
            if _revision(connection) != head():
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
    except DatabaseError as error:
        raise LabError(
            f"The database cannot be opened: {error.orig}.", "Check FLUENCY_DATABASE, or move the damaged file away and start again."
        ) from error
    finally:
        engine.dispose()
