"""What a run has measured, written and read many rows at a time."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, insert, select, union
from sqlalchemy.ext.asyncio import AsyncSession

from fluencylab.store.tables import Call, Evaluation, Run, SpecRun, Step
from fluencylab.store.upsert import upsert

EARLIER = 20
"""Evaluations before one of which the answers are looked up; the latest."""


class KeptCall(NamedTuple):
    run_id: str
    id: str
    request: str
    completion: bytes
    made: datetime


async def write(session: AsyncSession, calls: Sequence[dict[str, Any]], steps: Sequence[dict[str, Any]]) -> None:
    """Rows as their columns. A call that is there under its id is replaced: it was of another request."""
    if calls:
        await session.execute(_or_replace(session), calls)
    if steps:
        await session.execute(insert(Step), steps)


def _or_replace(session: AsyncSession) -> Any:
    wanted = upsert(session, Call)
    told = {name: wanted.excluded[name] for name in ("request", "completion", "made")}
    return wanted.on_conflict_do_update(index_elements=[Call.run_id, Call.id], set_=told)


async def call_ids(session: AsyncSession, run_id: str) -> set[str]:
    return set(await session.scalars(select(Call.id).where(Call.run_id == run_id)))


async def calls(session: AsyncSession, run_ids: Collection[str], ids: Collection[str]) -> list[KeptCall]:
    """Those of these runs under these ids."""
    wanted = select(Call.run_id, Call.id, Call.request, Call.completion, Call.made)
    rows = await session.execute(wanted.where(Call.run_id.in_(run_ids), Call.id.in_(ids)))
    return [KeptCall(*row) for row in rows]


async def some_steps(session: AsyncSession, run_id: str, after: int, limit: int) -> list[tuple[int, str, dict[str, Any]]]:
    """(number, kind, data) of the steps that follow one, in order, and so many at most."""
    wanted = select(Step.seq, Step.kind, Step.data).where(Step.run_id == run_id, Step.seq > after).order_by(Step.seq).limit(limit)
    return [(seq, kind, data) for seq, kind, data in await session.execute(wanted)]


async def earlier_evaluations(session: AsyncSession, run_id: str) -> list[tuple[str, dict[str, Any]]]:
    """Evaluations of the same product, and tests of its spec, on a model of the same name, each with what is known of that model.

    The latest first.
    """
    this: Evaluation | SpecRun | None = await session.get(Evaluation, run_id)
    this = this or await session.get(SpecRun, run_id)
    run = await session.get(Run, run_id)
    if this is None or run is None:
        return []
    of_product = union(*(select(one.run_id).where(one.product_id == this.product_id) for one in (Evaluation, SpecRun)))
    wanted = select(Run.id, Run.card).where(Run.id.in_(of_product), Run.model == run.model, Run.id != run_id, Run.card.is_not(None))
    rows = await session.execute(wanted.order_by(Run.created.desc()).limit(EARLIER))
    return [(other, card) for other, card in rows if card]


async def asked_before(session: AsyncSession, run_id: str) -> int:
    """How many of a run's answers are those of earlier evaluations: they were made before the run was."""
    wanted = select(func.count()).select_from(Call).join(Run, Run.id == Call.run_id)
    return await session.scalar(wanted.where(Call.run_id == run_id, Call.made < Run.created)) or 0
