"""The spec of a product: sentences that say what it must do, and the acceptance tests that make each of them true or not."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from fluencylab import clock
from fluencylab.actions.workbench import judging
from fluencylab.actions.workbench.products import owned, touch
from fluencylab.errors import BadInput, NotFound
from fluencylab.store import product_queries, queries, spec_queries
from fluencylab.store.engine import Session, Store
from fluencylab.store.tables import AcceptanceTest, ProductCheck, SpecRequirement
from fluencylab.workbench.checks import read_check
from fluencylab.workbench.frozen_spec import FrozenTest, Part

LONGEST = 600
"""Letters of a sentence."""
MOST = 40
"""Sentences of a spec, and tests."""
PARTS: dict[str, Part] = {"held back": "held back", "open": "open"}


class WrittenTest(NamedTuple):
    """A test as it stands. `frozen`: as it would be committed to now; None where its check cannot be read any more."""

    row: AcceptanceTest
    check: ProductCheck
    frozen: FrozenTest | None


class Written(NamedTuple):
    """A sentence with its tests."""

    row: SpecRequirement
    tests: list[WrittenTest]


async def require(store: Store, learner: str, product_id: str, text: str) -> str:
    """Keep a sentence; one that is there is that one. Gives its id."""
    said = " ".join(text.split())
    if not said or len(said) > LONGEST or "\0" in said:
        raise BadInput(
            f"A requirement is a sentence of at most {LONGEST} characters.", "Write what the product must do, one thing at a time."
        )
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        product = await owned(session, learner, product_id)
        rows = await spec_queries.requirements(session, product_id)
        if there := next((row.id for row in rows if row.text.casefold() == said.casefold()), ""):
            return there
        if len(rows) >= MOST:
            raise BadInput(f"A spec has at most {MOST} sentences.", "Take one out that nothing rests on.")
        row = SpecRequirement(id=uuid.uuid4().hex, product_id=product_id, text=said, made=clock.now())
        session.add(row)
        touch(product)
        return row.id


async def reword(store: Store, learner: str, product_id: str, requirement: str, text: str) -> None:
    """Write a sentence anew; its tests stay beside it. Without any text it is taken out, with its tests."""
    said = " ".join(text.split())
    if len(said) > LONGEST or "\0" in said:
        raise BadInput(f"A requirement is a sentence of at most {LONGEST} characters.", "Say one thing in it, and the next in another.")
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        product = await owned(session, learner, product_id)
        row = await _owned_requirement(session, product_id, requirement)
        touch(product)
        if said:
            row.text = said
            return
        for test in await spec_queries.tests(session, product_id):
            if test.requirement == requirement:
                await session.delete(test)
        await session.delete(row)


async def _owned_requirement(session: Session, product_id: str, requirement: str) -> SpecRequirement:
    row = await spec_queries.requirement(session, requirement)
    if row is None or row.product_id != product_id:
        raise NotFound("There is no such sentence in the spec.", "It may have been taken out. Load the page again.")
    return row


async def add_test(
    store: Store, learner: str, product_id: str, requirement: str, check: str, least: int | None, cases: int | None,
    part: str = "held back", rule: Mapping[str, Any] | None = None,
) -> str:  # fmt: skip
    """Keep an acceptance test, by a check that is there or by a `rule` that becomes one. Gives its id.

    Without a sentence it stands beside one that says what its check asks for.
    """
    if least is None or not 1 <= least <= 100:
        raise BadInput("Say which share of the cases must pass, from 1 to 100 %.", "95 means: at least 95 of 100.")
    if part not in PARTS:
        raise BadInput("A test is made on the cases held back, or on the open ones.", "Choose one of the two.")
    async with store.read() as session:
        if rule is None:
            await judging.owned_check(session, learner, product_id, check)
        await owned(session, learner, product_id)
        if requirement:
            await _owned_requirement(session, product_id, requirement)
        counts = await product_queries.case_counts(session, product_id)
    there = counts.held_back if part == "held back" else counts.open
    if cases is None or not 1 <= cases <= there:
        where = "held back" if part == "held back" else "open"
        raise BadInput(f"Say on how many cases: from 1 to {there:,}, for so many are {where}.", "To test on more, bring more cases in.")
    by = check if rule is None else await judging.add_check(store, learner, product_id, "", rule)
    async with store.read() as session:
        of = await judging.owned_check(session, learner, product_id, by)
    beside = requirement or await require(store, learner, product_id, read_check(of.rule).said)
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        product = await owned(session, learner, product_id)
        await _owned_requirement(session, product_id, beside)
        if len(await spec_queries.tests(session, product_id)) >= MOST:
            raise BadInput(f"A spec has at most {MOST} tests.", "Take one out that stops nothing.")
        row = AcceptanceTest(
            id=uuid.uuid4().hex, product_id=product_id, requirement=beside, check_id=by, least=least, part=part, cases=cases,
            made=clock.now(),
        )  # fmt: skip
        session.add(row)
        touch(product)
        return row.id


async def remove_test(store: Store, learner: str, product_id: str, test: str) -> None:
    async with store.begin() as session:
        await owned(session, learner, product_id)
        row = await spec_queries.test(session, test)
        if row is None or row.product_id != product_id:
            raise NotFound("There is no such test in the spec.", "It may have been taken out.")
        await session.delete(row)


async def written(session: Session, product_id: str) -> list[Written]:
    """The spec as it stands: each sentence with its tests."""
    checks = {row.id: row for row in await product_queries.checks(session, product_id)}
    rows = await spec_queries.requirements(session, product_id)
    said = {row.id: row.text for row in rows}
    tests = [
        WrittenTest(one, checks[one.check_id], _frozen(one, checks[one.check_id], said.get(one.requirement, "")))
        for one in await spec_queries.tests(session, product_id)
        if one.check_id in checks
    ]
    return [Written(row, [one for one in tests if one.row.requirement == row.id]) for row in rows]


def committed(spec: Sequence[Written]) -> list[FrozenTest]:
    """Its tests, in their order, as they would be committed to now."""
    return [test.frozen for sentence in spec for test in sentence.tests if test.frozen]


def _frozen(row: AcceptanceTest, check: ProductCheck, requirement: str) -> FrozenTest | None:
    try:
        read_check(check.rule)
    except BadInput:
        return None
    return FrozenTest(
        id=row.id, requirement=requirement, check_id=check.id, check_name=check.name, rule=check.rule, mode=check.mode, least=row.least,
        part=PARTS[row.part], cases=row.cases,
    )  # fmt: skip


def public(spec: Sequence[Written]) -> list[dict[str, Any]]:
    """For a program."""
    return [
        {
            "requirement": sentence.row.text,
            "tests": [
                {"id": one.row.id, "check": one.check.name, "least": one.row.least, "cases": one.row.cases, "part": one.row.part}
                for one in sentence.tests
            ],
        }
        for sentence in spec
    ]
