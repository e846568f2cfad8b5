"""An INSERT that says what to do where the row is there already, in the words of the database in use.

SQLAlchemy has one for each database. Importing PostgreSQL's takes as long as all that a short command does, so it is left where it lies.
"""

from importlib import import_module
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession


def upsert(session: AsyncSession, table: type) -> Any:
    """`sqlite.Insert` or `postgresql.Insert`: both have `on_conflict_do_update` and `excluded`."""
    return import_module(f"sqlalchemy.dialects.{session.get_bind().dialect.name}").insert(table)
