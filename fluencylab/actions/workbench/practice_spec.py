"""The spec that the practice product has to begin with, put in place as a learner would write it."""

from collections.abc import Mapping
from typing import Any

from fluencylab.actions.workbench import judging, spec, versions
from fluencylab.actions.workbench.products import owned
from fluencylab.curriculum.practice_product import practice_product
from fluencylab.curriculum.practice_spec import practice_spec
from fluencylab.errors import BadInput
from fluencylab.practice.recorded_mutants import version
from fluencylab.store import product_queries, spec_queries
from fluencylab.store.engine import Store


async def begin(store: Store, learner: str, product_id: str) -> None:
    """Its version, checks, sentences and tests; nothing where sentences are there."""
    async with store.read() as session:
        product = await owned(session, learner, product_id)
        there = await spec_queries.requirements(session, product_id)
    if product.practice != practice_product().about.slug:
        raise BadInput("Only the practice product has a spec to begin with.", "Write the first sentence of yours.")
    if there:
        return
    of = practice_spec()
    await versions.add(store, learner, product_id, version(), of.version.reason)
    for named in (of.reference, *of.further):
        await _check(store, learner, product_id, named.name, named.check)
    for sentence in of.requirements:
        requirement = await spec.require(store, learner, product_id, sentence.text)
        for test in sentence.tests:
            check = await _check(store, learner, product_id, test.name, test.check)
            await spec.add_test(store, learner, product_id, requirement, check, test.least, of.cases)


async def _check(store: Store, learner: str, product_id: str, name: str, rule: Mapping[str, Any]) -> str:
    """One of that name that is there is that one."""
    async with store.read() as session:
        there = next((row.id for row in await product_queries.checks(session, product_id) if row.name == name), "")
    return there or await judging.add_check(store, learner, product_id, name, rule)
