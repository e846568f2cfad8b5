"""One learner's rows as plain values: taken out, put back, erased. New tables take part by themselves.

A table belongs to a learner by its `learner_id`, or through the table its foreign key names. `calls` and `run_leases` are not taken
out: they are of a run while it is under way.
"""

import math
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Column, ColumnElement, Float, Integer, String, Table, Text, func, insert, select, true
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from fluencylab.errors import BadInput
from fluencylab.store.engine import Conflict, StoreError
from fluencylab.store.tables import Base, Call, Learner, RunLease, TimeSpent, UTCDateTime

Rows = list[dict[str, Any]]
UNDER_WAY = (Call.__tablename__, RunLease.__tablename__)
TABLES: tuple[Table, ...] = tuple(table for table in Base.metadata.sorted_tables if table.name not in UNDER_WAY)
"""What is taken out, parents first."""
MANY = 1000
"""Rows put in with one statement."""
WIDEST = 2**31 - 1
PASSING = (Learner.__tablename__, TimeSpent.__tablename__)
"""A learner who has rows in these alone has done nothing yet."""


def _owned(table: Table, learner: str) -> ColumnElement[bool]:
    """The rows of a table that belong to the learner."""
    if table.name == Learner.__tablename__:
        return table.c.id == learner
    if "learner_id" in table.c:
        return table.c.learner_id == learner
    parent = next(iter(table.foreign_keys))
    return parent.parent.in_(select(parent.column).where(_owned(parent.column.table, learner)))


async def take_out(session: AsyncSession, learner: str) -> dict[str, Rows]:
    """Every row by table, each in the order of its key. Take them out of a `Store.snapshot`, or a run may write in between."""
    taken: dict[str, Rows] = {}
    for table in TABLES:
        rows = await session.execute(select(table).where(_owned(table, learner)).order_by(*table.primary_key.columns))
        taken[table.name] = [{name: _plain(value) for name, value in row.items()} for row in rows.mappings()]
    return taken


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


async def counts(session: AsyncSession, learner: str) -> dict[str, int]:
    """Rows by table."""
    return {
        table.name: await session.scalar(select(func.count()).select_from(table).where(_owned(table, learner))) or 0 for table in TABLES
    }


async def worked(session: AsyncSession, learner: str) -> bool:
    """Has the learner done anything that could be lost?"""
    found = await counts(session, learner)
    return any(n for name, n in found.items() if name not in PASSING)


async def erase(session: AsyncSession, learner: str) -> None:
    """Every row of the learner, and the learner. Locked first, so that a run under way cannot add to what is being erased."""
    for table in Base.metadata.sorted_tables:
        if table.name in ("learners", "runs"):
            await session.execute(select(true()).select_from(table).where(_owned(table, learner)).with_for_update())
    for table in reversed(Base.metadata.sorted_tables):
        await session.execute(table.delete().where(_owned(table, learner)))


async def put_back(session: AsyncSession, learner: str, given: Mapping[str, Any]) -> None:
    """The rows of a file as this learner's. Raises BadInput, and the transaction is to be given up, where they do not fit."""
    unknown = sorted(set(given) - {table.name for table in TABLES})
    if unknown:
        raise BadInput(f"The file has a part called “{unknown[0][:40]}” that this lab does not know.", "Restore another backup.")
    for table in TABLES:
        rows = _checked(table, given.get(table.name, []))
        for row in rows:
            if "learner_id" in row:
                row["learner_id"] = learner
        if table.name == Learner.__tablename__:
            await _put_learner(session, learner, rows)
        else:
            await _insert(session, table, rows)


async def _put_learner(session: AsyncSession, learner: str, rows: Rows) -> None:
    if len(rows) != 1:
        raise BadInput(f"The file holds {len(rows)} learners; a backup holds one.", "Restore another backup.")
    await session.merge(Learner(**rows[0] | {"id": learner}))
    await session.flush()


async def _insert(session: AsyncSession, table: Table, rows: Rows) -> None:
    try:
        for start in range(0, len(rows), MANY):
            await session.execute(insert(table), rows[start : start + MANY])
    except Conflict as error:
        raise BadInput(
            f"“{table.name}” in the file does not fit together: a row comes twice, or belongs to one that is not there.",
            "Restore another backup.",
        ) from error
    except OperationalError:
        raise
    except StoreError as error:
        raise BadInput(f"“{table.name}” in the file holds something this database cannot keep.", "Restore another backup.") from error


# What a file may hold


def _checked(table: Table, given: Any) -> Rows:
    if not isinstance(given, list):
        raise BadInput(f"“{table.name}” in the file is not a list of rows.", "Restore another backup.")
    return [_row(table, number, row) for number, row in enumerate(given, start=1)]


def _row(table: Table, number: int, given: Any) -> dict[str, Any]:
    """Columns that came to this lab later get their default."""
    names = set(table.c.keys())
    if not isinstance(given, dict) or not set(given) <= names:
        raise BadInput(f"Row {number} of “{table.name}” in the file is not a row this lab can read.", "Restore another backup.")
    row = {}
    for column in table.c:
        value = given[column.name] if column.name in given else _default(column)
        try:
            row[column.name] = _value(column, value)
        except ValueError:
            said = f"Row {number} of “{table.name}” in the file has a “{column.name}” that cannot be used."
            raise BadInput(said, "Restore another backup.") from None
    return row


def _default(column: Column[Any]) -> Any:
    return column.default.arg if isinstance(column.default, ScalarElementColumnDefault) else None


def _value(column: Column[Any], value: Any) -> Any:
    """The value as the column takes it. Raises ValueError where it does not."""
    if value is None:
        if not column.nullable:
            raise ValueError
        return None
    kind = column.type
    for types, check in _CHECKS:
        if isinstance(kind, types):
            return check(kind, value)
    raise ValueError


def _text(kind: Any, value: Any) -> str:
    if not isinstance(value, str) or "\0" in value or (kind.length and len(value) > kind.length):
        raise ValueError
    value.encode()  # a lone surrogate is a ValueError too
    return value


def _time(kind: Any, value: Any) -> datetime:
    time = datetime.fromisoformat(value) if isinstance(value, str) else None
    if time is None or time.tzinfo is None or not 1970 <= time.year < 3000:
        raise ValueError
    return time


def _whole(kind: Any, value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > WIDEST:
        raise ValueError
    return value


def _number(kind: Any, value: Any) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        raise ValueError
    return float(value)


def _truth(kind: Any, value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError
    return value


def _object(kind: Any, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError
    return value


_CHECKS: Iterable[tuple[Any, Any]] = (
    (UTCDateTime, _time), (JSON, _object), (Boolean, _truth), (Integer, _whole), (Float, _number), ((String, Text), _text),
)  # fmt: skip
