"""Every SELECT about cases that a model drafted: in which runs, what it wrote, and what a person made of each."""

from collections.abc import Collection
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from fluencylab.store.tables import DraftChoice, DraftRun, Run, Step

DRAFT = "draft"
"""What kind of step a draft is."""
LONGEST_DRAFT = 4_000
"""Characters of a question or an answer, as a person leaves them."""


class DraftRunLine(NamedTuple):
    """A run as lists show it. `drafts`: how many came; `decided`: taken or dropped of them."""

    run: Run
    drafts: int
    decided: int


async def runs(session: AsyncSession, product_id: str) -> list[DraftRunLine]:
    """The latest first."""
    wanted = select(Run).join(DraftRun, DraftRun.run_id == Run.id).where(DraftRun.product_id == product_id)
    drafts = select(Step.run_id, func.count()).join(DraftRun, DraftRun.run_id == Step.run_id)
    came = await session.execute(drafts.where(DraftRun.product_id == product_id, Step.kind == DRAFT).group_by(Step.run_id))
    choices = select(DraftChoice.run_id, func.count()).where(DraftChoice.product_id == product_id, DraftChoice.state != "changed")
    chosen = await session.execute(choices.group_by(DraftChoice.run_id))
    counts, decided = {run: n for run, n in came.all()}, {run: n for run, n in chosen.all()}  # noqa: C416
    rows = await session.scalars(wanted.order_by(DraftRun.created.desc(), DraftRun.run_id))
    return [DraftRunLine(run, counts.get(run.id, 0), decided.get(run.id, 0)) for run in rows]


async def under_way(session: AsyncSession, product_id: str, ended: Collection[str]) -> list[str]:
    """The runs that have not come to one of these ends."""
    wanted = select(Run.id).join(DraftRun, DraftRun.run_id == Run.id)
    return list(await session.scalars(wanted.where(DraftRun.product_id == product_id, Run.status.not_in(ended)).order_by(Run.id)))


async def draft_run(session: AsyncSession, run_id: str) -> DraftRun | None:
    return None if "\0" in run_id else await session.get(DraftRun, run_id)


async def passages_asked(session: AsyncSession, product_id: str) -> set[str]:
    """The passages that a draft was written about, by their ids."""
    wanted = select(Step.data).join(DraftRun, DraftRun.run_id == Step.run_id).where(DraftRun.product_id == product_id, Step.kind == DRAFT)
    return {str(data["passage"]) for data in await session.scalars(wanted)}


async def drafts(session: AsyncSession, run_id: str) -> dict[int, dict[str, Any]]:
    """Number of the step -> the draft, in order."""
    wanted = select(Step.seq, Step.data).where(Step.run_id == run_id, Step.kind == DRAFT).order_by(Step.seq)
    return {seq: data for seq, data in (await session.execute(wanted)).all()}  # noqa: C416


async def choices(session: AsyncSession, run_id: str) -> dict[int, DraftChoice]:
    """By the number of the step."""
    wanted = select(DraftChoice).where(DraftChoice.run_id == run_id).order_by(DraftChoice.seq)
    return {one.seq: one for one in await session.scalars(wanted)}
