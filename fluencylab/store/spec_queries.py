"""Every SELECT about the spec of a product: its sentences, its acceptance tests, and the runs in which it was tested."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from fluencylab.store.tables import AcceptanceTest, Run, SpecRequirement, SpecRun, Step


async def requirements(session: AsyncSession, product_id: str) -> Sequence[SpecRequirement]:
    """In the order in which they were written."""
    wanted = select(SpecRequirement).where(SpecRequirement.product_id == product_id)
    return (await session.scalars(wanted.order_by(SpecRequirement.made, SpecRequirement.id))).all()


async def requirement(session: AsyncSession, id: str) -> SpecRequirement | None:
    return None if "\0" in id else await session.get(SpecRequirement, id)


async def tests(session: AsyncSession, product_id: str) -> Sequence[AcceptanceTest]:
    wanted = select(AcceptanceTest).where(AcceptanceTest.product_id == product_id)
    return (await session.scalars(wanted.order_by(AcceptanceTest.made, AcceptanceTest.id))).all()


async def test(session: AsyncSession, id: str) -> AcceptanceTest | None:
    return None if "\0" in id else await session.get(AcceptanceTest, id)


async def runs(session: AsyncSession, product_id: str) -> list[tuple[SpecRun, str]]:
    """Each with the status of its run, the latest first."""
    wanted = select(SpecRun, Run.status).join(Run, Run.id == SpecRun.run_id).where(SpecRun.product_id == product_id)
    return [(one, status) for one, status in await session.execute(wanted.order_by(SpecRun.created.desc(), SpecRun.run_id))]


async def run(session: AsyncSession, run_id: str) -> SpecRun | None:
    return None if "\0" in run_id else await session.get(SpecRun, run_id)


async def steps(session: AsyncSession, run_id: str, kind: str) -> int:
    return await session.scalar(select(func.count()).where(Step.run_id == run_id, Step.kind == kind)) or 0
