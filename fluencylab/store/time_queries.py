"""How long it took: the seconds that pages counted, and those between the steps of what was answered."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, String, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from fluencylab.store.tables import Evidence, TimeSpent

LONGEST = 1800.0
"""Seconds of one step at most: whoever took longer was away."""


async def time_since(session: AsyncSession, learner_id: str, since: datetime) -> list[tuple[datetime, str, float]]:
    """What pages counted: when, of which kind, seconds."""
    wanted = select(TimeSpent.made, TimeSpent.kind, TimeSpent.seconds).where(TimeSpent.learner_id == learner_id, TimeSpent.made >= since)
    return [(made, kind, seconds) for made, kind, seconds in await session.execute(wanted)]


async def last_time(session: AsyncSession, learner_id: str) -> datetime | None:
    """When a page last said how long it was in front."""
    return await session.scalar(select(func.max(TimeSpent.made)).where(TimeSpent.learner_id == learner_id))


async def seconds_since(session: AsyncSession, learner_id: str, since: datetime) -> list[tuple[datetime, float | None]]:
    """For each piece of evidence: when, and the seconds from the step before."""
    wanted = select(Evidence.made, Evidence.seconds).where(Evidence.learner_id == learner_id, Evidence.made >= since)
    return [(made, seconds) for made, seconds in await session.execute(wanted)]


def _utc_day(session: AsyncSession, made: Any) -> ColumnElement[str]:
    """The day of a time, "2026-11-29" in UTC, worked out by the database."""
    if session.get_bind().dialect.name == "sqlite":
        return func.date(made, type_=String)
    return func.to_char(func.timezone("UTC", made), "YYYY-MM-DD", type_=String)


async def answered_by_day(session: AsyncSession, learner_id: str) -> dict[date, float]:
    """UTC day -> seconds between the steps of what was answered."""
    day, seconds = _utc_day(session, Evidence.made).label("day"), Evidence.seconds
    wanted = select(day, func.sum(seconds)).where(Evidence.learner_id == learner_id, seconds > 0)
    return {date.fromisoformat(day): float(total or 0) for day, total in await session.execute(wanted.group_by("day"))}


async def applied_by_day(session: AsyncSession, learner_id: str) -> dict[date, float]:
    """UTC day -> seconds of application that pages counted."""
    day, seconds = _utc_day(session, TimeSpent.made).label("day"), TimeSpent.seconds
    wanted = select(day, func.sum(seconds)).where(TimeSpent.learner_id == learner_id, TimeSpent.kind == "apply", seconds > 0)
    return {date.fromisoformat(day): float(total or 0) for day, total in await session.execute(wanted.group_by("day"))}


async def time_by_concept(session: AsyncSession, learner_id: str) -> dict[tuple[str, str], float]:
    """(concept, kind) -> seconds that pages counted. The concept is empty where a page belonged to none."""
    wanted = select(TimeSpent.concept, TimeSpent.kind, func.sum(TimeSpent.seconds)).where(TimeSpent.learner_id == learner_id)
    rows = await session.execute(wanted.group_by(TimeSpent.concept, TimeSpent.kind))
    return {(concept, kind): float(seconds) for concept, kind, seconds in rows}


async def seconds_by_exercise(session: AsyncSession, learner_id: str, but: str) -> dict[str, float]:
    """Exercise -> seconds between its steps, those left out whose stage begins with `but`."""
    seconds = case((Evidence.seconds > LONGEST, LONGEST), else_=Evidence.seconds)
    wanted = select(Evidence.exercise, func.sum(seconds)).where(Evidence.learner_id == learner_id, Evidence.seconds > 0)
    rows = await session.execute(wanted.where(~Evidence.stage.startswith(but, autoescape=True)).group_by(Evidence.exercise))
    return {exercise: float(total) for exercise, total in rows}
