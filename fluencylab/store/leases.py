"""Who works on a run, where several servers share one PostgreSQL: the server that holds its lease, until it has been silent for too long.

A run is born with the lease of the server that was asked. The lease is taken anew whenever work on it begins, and each time its epoch
grows: what is written under an older epoch is refused, so a server that was only asleep cannot write once another goes on. Whether a
lease has run out, the database's clock tells. On SQLite a data folder has one lab, and nothing here asks the database anything.
"""

import platform
from collections.abc import Awaitable, Callable, Collection
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from fluencylab.settings import settings
from fluencylab.store.engine import database_url
from fluencylab.store.tables import Run, RunLease
from fluencylab.store.upsert import upsert

UNFINISHED = ("queued", "running")
Guard = Callable[[AsyncSession], Awaitable[None]]


class LeaseLost(Exception):
    """Another server works on the run."""


def shared() -> bool:
    """Can several servers work on the runs of this database?"""
    return database_url().get_backend_name() == "postgresql"


def grant(session: AsyncSession, run: Run) -> None:
    """A run that is being stored is for this server to work on."""
    if _shared(session):
        session.add(RunLease(run=run, owner=_owner(), epoch=0, expires=_expires()))


async def take(session: AsyncSession, run_id: str) -> Guard | None:
    """Work on a run begins. Gives what refuses its writes once another server has taken it; None where there is no other.

    Raises LeaseLost where another server works on it.
    """
    if not _shared(session):
        return None
    terms = {"owner": _owner(), "expires": _expires()}
    wanted = upsert(session, RunLease).values(run_id=run_id, epoch=1, **terms)
    wanted = wanted.on_conflict_do_update(
        index_elements=[RunLease.run_id], set_={"epoch": RunLease.epoch + 1, **terms}, where=or_(_mine(), _run_out())
    )
    await session.execute(select(RunLease.run_id).where(RunLease.run_id == run_id).with_for_update())  # what is being written comes first
    epoch: int | None = await session.scalar(wanted.returning(RunLease.epoch))
    if epoch is None:
        raise LeaseLost(run_id)
    return partial(_hold, run_id, epoch)


async def _hold(run_id: str, epoch: int, session: AsyncSession) -> None:
    """Until this transaction is committed, no other server takes the run; that this one renews its lease, it does not hinder.

    Asked last, so that rows are locked in one order: runs before leases.
    """
    await session.flush()
    held = select(RunLease.epoch).where(RunLease.run_id == run_id, RunLease.epoch == epoch)
    held = held.with_for_update(read=True, key_share=True)
    if await session.scalar(held) is None:
        raise LeaseLost(run_id)


async def renew(session: AsyncSession, run_ids: Collection[str]) -> set[str]:
    """Say that this server lives. Gives those of the runs whose lease it holds."""
    wanted = update(RunLease).where(RunLease.run_id.in_(run_ids), _mine()).values(expires=_expires())
    return set((await session.scalars(wanted.returning(RunLease.run_id))).all())


async def abandoned(session: AsyncSession, *, own: bool = False) -> list[Run]:
    """Unfinished runs that no server works on. `own`: also those that this server left unfinished before it was started anew."""
    free = or_(RunLease.run_id.is_(None), _run_out(), *([_mine()] if own else []))
    wanted = select(Run).outerjoin(RunLease).where(Run.status.in_(UNFINISHED), free)
    return list((await session.scalars(wanted.order_by(Run.created))).all())


async def silent(session: AsyncSession) -> set[str]:
    """Unfinished runs whose server has said nothing for half of the time after which it is given up."""
    half = func.now() + timedelta(seconds=settings().lease / 2)
    wanted = select(RunLease.run_id).join(Run).where(Run.status.in_(UNFINISHED), RunLease.expires < half)
    return set((await session.scalars(wanted)).all())


def _shared(session: AsyncSession) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def _owner() -> str:
    """A server is known by its machine and its data folder, which has one open lab: started anew, it is the same one."""
    return f"{platform.node()}:{settings().data}"


def _mine() -> ColumnElement[bool]:
    return RunLease.owner == _owner()


def _run_out() -> ColumnElement[bool]:
    return RunLease.expires < func.now()


def _expires() -> ColumnElement[datetime]:
    return func.now() + timedelta(seconds=settings().lease)
