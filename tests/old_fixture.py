"""What an older version left behind (`tests/store/old/`): a data folder, on SQLite or PostgreSQL, as that version would find it again.

leave()          into the configured database and data folder, at the older schema
shown()["map"]   what the older version showed of it
archive()        the backup it made of it
"""

import gzip
import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import JSON, URL, Boolean, Column, Connection, DateTime, MetaData, create_engine

from fluencylab.settings import settings
from fluencylab.store.engine import database_url
from fluencylab.store.migrate import MIGRATIONS

OLD, VERSION, SCHEMA = Path(__file__).parent / "store" / "old", "80280d6", "0002"


def shown() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((OLD / f"{VERSION}.json").read_text(encoding="utf-8"))
    return found


def archive() -> bytes:
    return gzip.decompress((OLD / f"{VERSION}.archive.json.gz").read_bytes())


def _sql() -> str:
    return gzip.decompress((OLD / f"{VERSION}.sql.gz").read_bytes()).decode()


def leave() -> None:
    settings().data.mkdir(parents=True, exist_ok=True)
    for name, content in shown()["files"].items():
        (settings().data / name).write_text(json.dumps(content), encoding="utf-8")
    url = database_url()
    if url.get_backend_name() == "sqlite":
        database = sqlite3.connect(str(url.database))
        database.executescript(_sql())
        database.close()
    else:
        _copy(url)


def made_at(schema: str, connection: Connection) -> None:
    """The tables of an older schema, in an empty database."""
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS))
    command.upgrade(config, schema)


def _copy(url: URL) -> None:
    """Row by row into the tables of the older schema, which Alembic makes."""
    source, engine, tables = sqlite3.connect(":memory:"), create_engine(url), MetaData()
    source.executescript(_sql())
    with engine.begin() as connection:
        made_at(SCHEMA, connection)
        tables.reflect(connection)
        for table in tables.sorted_tables:
            names = ", ".join(table.columns.keys())
            rows = [dict(zip(table.columns.keys(), row, strict=True)) for row in source.execute(f"SELECT {names} FROM {table.name}")]
            if table.name != "alembic_version" and rows:
                connection.execute(table.insert(), [{c.name: _value(c, row[c.name]) for c in table.columns} for row in rows])
    engine.dispose()
    source.close()


def _value(column: Column[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column.type, JSON):
        return json.loads(value)
    if isinstance(column.type, DateTime):
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    return bool(value) if isinstance(column.type, Boolean) else value


def in_the_middle() -> list[str]:
    """Runs that were under way when the folder was left."""
    return [str(run["id"]) for run in json.loads(archive())["tables"]["runs"] if run["status"] in ("queued", "running")]
