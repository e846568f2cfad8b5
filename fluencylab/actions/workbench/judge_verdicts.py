"""What a judge said, read from its runs: a verdict belongs to a question, and all outputs with the same question share it."""

import asyncio
from collections.abc import Mapping
from typing import Any

from fluencylab.actions.workbench.held import Held
from fluencylab.actions.workbench.run_verdicts import RunVerdicts, summed
from fluencylab.store import judge_queries
from fluencylab.store.engine import Session
from fluencylab.store.tables import Product, ProductCase, ProductCheck
from fluencylab.workbench.check_base import Judged
from fluencylab.workbench.judge import KIND, Judge, Question

Verdicts = Mapping[str, Judged]
"""By question."""


def is_judge(row: ProductCheck) -> bool:
    return row.rule.get("kind") == KIND


def question_of(case: ProductCase | None, data: Mapping[str, Any]) -> Question:
    inputs = {name: str(value) for name, value in case.inputs.items()} if case else {}
    return Question(inputs=inputs, output=str(data.get("text", "")), reference=case.reference if case else "")


_held: Held[Verdicts] = Held(len)


async def verdicts(session: Session, row: ProductCheck, count: int) -> Verdicts:
    """`count`: how many it has given, `judge_queries.verdict_counts`; more may come at any time, and none ever changes."""
    key = row.id, count
    if (there := _held.get(key)) is not None:
        return there
    found = {question: Judged(data.get("passed"), str(data.get("why", ""))) for question, data in await _stored(session, row)}
    return _held.put(key, found)


async def latest(session: Session, product: Product, row: ProductCheck) -> Verdicts:
    """All that it has said by now."""
    return await verdicts(session, row, (await judge_queries.verdict_counts(session, product.id)).get(row.id, 0))


async def _stored(session: Session, row: ProductCheck) -> list[tuple[str, dict[str, Any]]]:
    return list((await judge_queries.verdicts(session, row.id)).items())


async def of_run(
    judge: Judge, said: Verdicts, cases: Mapping[int, ProductCase], outputs: Mapping[int, dict[str, Any]]
) -> RunVerdicts:  # fmt: skip
    return await asyncio.to_thread(_of_run, judge, said, cases, outputs)


def _of_run(judge: Judge, said: Verdicts, cases: Mapping[int, ProductCase], outputs: Mapping[int, dict[str, Any]]) -> RunVerdicts:
    found, quoted = list[tuple[int, int, bool | None]](), set[int]()
    for seq, data in outputs.items():
        case = int(data["case"])
        verdict = said.get(question_of(cases.get(case), data).id)
        if verdict is not None:
            found.append((seq, case, verdict.passed))
            if judge.quotes(str(data.get("text", ""))):
                quoted.add(seq)
    return summed(found, len(outputs), frozenset(quoted))
