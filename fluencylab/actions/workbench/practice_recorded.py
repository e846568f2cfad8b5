"""What comes recorded with the practice product: two readers' labels, and a judge's verdicts, each shown as recorded."""

import uuid
from datetime import UTC, datetime

from fluencylab import __version__, clock
from fluencylab.actions.workbench import evaluations, judge_verdicts, products
from fluencylab.actions.workbench.practice import SOURCE
from fluencylab.curriculum.practice_product import practice_product
from fluencylab.errors import NotFound
from fluencylab.store import judge_queries, product_queries
from fluencylab.store.engine import Session, Store
from fluencylab.store.tables import JudgeRun, Label, Product, ProductCheck, Run, Step
from fluencylab.workbench.judge import Judge

RECORDED = "recorded"
"""In place of the model that a recorded judge asks."""
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
"""When the recorded judge was written: before anybody read."""


async def record_readers(store: Store, learner: str, product_id: str) -> None:
    """What two people said of version 1's answers, recorded. Raises NotFound for a product of one's own."""
    of = practice_product()
    async with store.begin() as session:
        run, outputs = await _first_version(session, learner, product_id)
        now, called = clock.now(), {one.slug: one.name for one in of.readers.readers}
        there = await judge_queries.reader_counts(session, product_id)
        session.add_all(
            Label(run_id=run, seq=outputs[one.conversation], reader=called[one.reader], passed=one.passed, note=one.note, mode="", made=now)
            for one in of.labels
            if one.conversation in outputs and called[one.reader] not in there
        )


async def record_judge(store: Store, learner: str, product_id: str) -> str:
    """The judge whose verdicts on version 1's answers are recorded. Gives its id."""
    of = practice_product()
    judge = of.checks.judge
    async with store.begin() as session:
        run, outputs = await _first_version(session, learner, product_id)
        if there := next((one.id for one in await product_queries.checks(session, product_id) if one.rule.get("model") == RECORDED), ""):
            return there
        now = clock.now()
        rule = Judge(rubric=judge.rubric.strip(), model=RECORDED, name="A recorded judge").model_dump(mode="json")
        row = ProductCheck(id=uuid.uuid4().hex, product_id=product_id, mode="", name=judge.name, rule=rule, made=LONG_AGO, bar=80)
        asked = Run(
            id=uuid.uuid4().hex, learner_id=learner, instrument="judging", params={"judge": rule}, model=evaluations.ELSEWHERE,
            status="done", planned=len(of.verdicts), cancel_asked=False, card=None, message="", fix="", created=now, started=now, ended=now,
            version=__version__,
        )  # fmt: skip
        session.add_all([row, asked])
        await session.flush()
        session.add(JudgeRun(run_id=asked.id, product_id=product_id, check_id=row.id, created=now))
        answers = (await product_queries.outputs(session, [run]))[run]
        by_number = {case.number: case for case in await product_queries.cases(session, product_id)}
        for number, one in enumerate((one for one in of.verdicts if one.conversation in outputs), start=1):
            seq = outputs[one.conversation]
            question = judge_verdicts.question_of(by_number.get(int(answers[seq]["case"])), answers[seq]).id
            said = {"question": question, "run": run, "seq": seq, "passed": one.passed, "why": one.why, "text": ""}
            session.add(Step(run_id=asked.id, seq=number, kind=judge_queries.VERDICT, data=said, made=now))
        return row.id


async def _first_version(session: Session, learner: str, product_id: str) -> tuple[str, dict[str, int]]:
    """The run with the answers recorded of version 1, and of each conversation the number of its output."""
    product = await products.owned(session, learner, product_id)
    every = await evaluations.evaluated(session, product_id)
    run = next((one.run for one in every if one.elsewhere and one.version == 1), None) if is_practice(product) else None
    if run is None:
        raise NotFound("Nothing is recorded of this product.", "Only the practice product comes with readers and a judge.")
    outputs = (await product_queries.outputs(session, [run]))[run]
    return run, {str(data.get("source", "")).removeprefix(SOURCE): seq for seq, data in outputs.items()}


def is_practice(product: Product) -> bool:
    return product.practice == practice_product().about.slug


def recorded_readers(product: Product) -> dict[str, str]:
    """Their names, and what each does; none of a product of one's own."""
    return {one.name: one.role for one in practice_product().readers.readers} if is_practice(product) else {}
