"""All runs that hold texts of a product, and the product taken away whole."""

from sqlalchemy import delete, select, union
from sqlalchemy.ext.asyncio import AsyncSession

from fluencylab.store.product_queries import OF_PRODUCT, SAID
from fluencylab.store.tables import (
    Attempt,
    Call,
    DraftRun,
    Evaluation,
    JudgeRun,
    KeptRun,
    Label,
    LearnerState,
    Product,
    ProductSent,
    Run,
    RunLease,
    SpecRun,
    Step,
)


async def runs(session: AsyncSession, product_id: str) -> dict[str, str]:
    """Run -> its status: evaluations, judges, tests of a spec, drafts, and labs filled in from it. Not what an exercise rests on."""
    told = [select(one.run_id).where(one.product_id == product_id) for one in (Evaluation, JudgeRun, SpecRun, DraftRun, ProductSent)]
    of_exercises = select(Attempt.run_id).where(Attempt.run_id.is_not(None))
    wanted = select(Run.id, Run.status).where(Run.id.in_(union(*told)), Run.id.not_in(of_exercises))
    found: list[tuple[str, str]] = [(run, status) for run, status in await session.execute(wanted)]
    return dict(found)


async def erase(session: AsyncSession, product_id: str) -> None:
    """The product with all that belongs to it: its runs, their outputs and calls too."""
    gone = list(await runs(session, product_id))
    for of_run in (Label, Step, Call, RunLease, KeptRun):
        await session.execute(delete(of_run).where(of_run.run_id.in_(gone)))
    for of_product in OF_PRODUCT:
        await session.execute(delete(of_product).where(of_product.product_id == product_id))
    await session.execute(delete(Run).where(Run.id.in_(gone)))
    await session.execute(delete(LearnerState).where(LearnerState.name == f"{SAID}{product_id}"))
    await session.execute(delete(Product).where(Product.id == product_id))
