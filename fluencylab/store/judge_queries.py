"""Every SELECT about judges and readers of a product: what a judge said, in which runs, who read what, and the rules that came of it."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from fluencylab.store.tables import Call, Evaluation, JudgeRun, KeptRun, Label, ProductRule, Run, RunLease, Step

VERDICT = "verdict"
"""What kind of step a verdict is."""


async def judge_runs(session: AsyncSession, product_id: str) -> list[tuple[JudgeRun, Run]]:
    """The latest first."""
    wanted = select(JudgeRun, Run).join(Run, Run.id == JudgeRun.run_id).where(JudgeRun.product_id == product_id)
    return [(one, run) for one, run in await session.execute(wanted.order_by(JudgeRun.created.desc(), JudgeRun.run_id))]


async def judge_run(session: AsyncSession, run_id: str) -> JudgeRun | None:
    return None if "\0" in run_id else await session.get(JudgeRun, run_id)


async def verdict_counts(session: AsyncSession, product_id: str) -> dict[str, int]:
    """Check -> how many verdicts it has given."""
    wanted = select(JudgeRun.check_id, func.count()).join(Step, Step.run_id == JudgeRun.run_id)
    rows = await session.execute(wanted.where(JudgeRun.product_id == product_id, Step.kind == VERDICT).group_by(JudgeRun.check_id))
    return {check: n for check, n in rows.all()}  # noqa: C416 (a row is no pair to a type checker)


async def verdicts(session: AsyncSession, check_id: str) -> dict[str, dict[str, Any]]:
    """Question -> what the judge said of it; the first answer stands."""
    wanted = select(Step.data).join(JudgeRun, JudgeRun.run_id == Step.run_id).where(JudgeRun.check_id == check_id, Step.kind == VERDICT)
    found: dict[str, dict[str, Any]] = {}
    for data in await session.scalars(wanted.order_by(JudgeRun.created, Step.run_id, Step.seq)):
        found.setdefault(str(data["question"]), data)
    return found


async def forget_judge(session: AsyncSession, check_id: str) -> None:
    """The runs of a judge that is taken away, with all they hold."""
    runs = list(await session.scalars(select(JudgeRun.run_id).where(JudgeRun.check_id == check_id)))
    await session.execute(delete(JudgeRun).where(JudgeRun.check_id == check_id))
    for of_run in (Step, Call, RunLease, KeptRun):
        await session.execute(delete(of_run).where(of_run.run_id.in_(runs)))
    await session.execute(delete(Run).where(Run.id.in_(runs)))


async def cards(session: AsyncSession, product_id: str) -> list[dict[str, Any]]:
    """Of the models that made the outputs, one for each evaluation of which it is known."""
    wanted = select(Run.card).join(Evaluation, Evaluation.run_id == Run.id).where(Evaluation.product_id == product_id)
    return [card for card in await session.scalars(wanted.order_by(Run.created, Run.id)) if card]


async def passing(session: AsyncSession, runs: Collection[str], reader: str, limit: int) -> Sequence[Label]:
    """Labels of outputs that pass, so many at most."""
    wanted = select(Label).where(Label.run_id.in_(runs), Label.reader == reader, Label.passed)
    return (await session.scalars(wanted.order_by(Label.made, Label.run_id, Label.seq).limit(limit))).all()


async def reader_counts(session: AsyncSession, product_id: str) -> dict[str, int]:
    """Reader -> how many outputs they labelled; the learner is ""."""
    wanted = select(Label.reader, func.count()).join(Evaluation, Evaluation.run_id == Label.run_id)
    rows = await session.execute(wanted.where(Evaluation.product_id == product_id).group_by(Label.reader).order_by(Label.reader))
    return {reader: n for reader, n in rows.all()}  # noqa: C416


async def some_labels(session: AsyncSession, places: Collection[tuple[str, int]], reader: str) -> dict[tuple[str, int], Label]:
    runs = {run for run, _ in places}
    rows = await session.scalars(select(Label).where(Label.run_id.in_(runs), Label.reader == reader))
    return {(one.run_id, one.seq): one for one in rows if (one.run_id, one.seq) in places}


async def rules(session: AsyncSession, product_id: str) -> Sequence[ProductRule]:
    """In the order in which they were written."""
    wanted = select(ProductRule).where(ProductRule.product_id == product_id)
    return (await session.scalars(wanted.order_by(ProductRule.made, ProductRule.id))).all()


async def rule(session: AsyncSession, rule_id: str) -> ProductRule | None:
    return None if "\0" in rule_id else await session.get(ProductRule, rule_id)
