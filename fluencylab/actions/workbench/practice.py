"""The practice product: an invented clinic's assistant, set up as a learner's own would be, with answers recorded of both its versions."""

from typing import Any, NamedTuple

from fluencylab.actions.workbench import cases, evaluations, products, versions
from fluencylab.actions.workbench.reading import ME
from fluencylab.curriculum.practice_product import Answered, PracticeProduct, practice_product
from fluencylab.models.types import Message
from fluencylab.practice.kinds.course import COURSE
from fluencylab.store import product_queries, queries
from fluencylab.store.engine import Session, Store
from fluencylab.store.tables import Product
from fluencylab.workbench.bring_in import CaseDraft
from fluencylab.workbench.version import Version

SOURCE = "conversation "
READS = "read-twenty"
"""The mission of the course in which answers are read."""


async def begin(store: Store, learner: str) -> str:
    """Make it, or go on with the one that is there. Gives its id."""
    of = practice_product()
    async with store.read() as session:
        every = await product_queries.products(session, learner)
    if there := next((one.id for one in every if one.practice == of.about.slug), ""):
        await products.choose(store, learner, there)
        return there
    made = await products.make(store, learner, of.about.name, of.about.slug)
    prices = of.about.prices
    await products.describe(
        store,
        learner,
        made,
        name=of.about.name,
        purpose=of.about.purpose,
        never="\n".join(of.about.never),
        volume=of.about.monthly,
        price_in=prices.million_in,
        price_out=prices.million_out,
    )
    for one in of.about.versions:
        told = tuple(Message(role=message.role, content=message.content) for message in one.messages)
        content = Version(messages=told, temperature=one.settings.temperature, max_tokens=one.settings.max_tokens)
        await versions.add(store, learner, made, content, one.reason)
    await cases.add(store, learner, made, _drafts(of, 1), mask=False, version=1)
    await _record_second(store, learner, made, of)
    return made


async def _record_second(store: Store, learner: str, product_id: str, of: PracticeProduct) -> None:
    async with store.begin() as session:
        numbers = {cases.key(row.inputs): row.number for row in await product_queries.cases(session, product_id)}
        given = [(numbers[cases.key(draft.inputs)], draft) for draft in _drafts(of, 2)]
        await evaluations.record(session, learner, product_id, given, version=2)


def _drafts(of: PracticeProduct, version: int) -> list[CaseDraft]:
    return [
        CaseDraft(
            inputs=dict(one.inputs),
            reference=one.reference,
            tags=tuple(one.tags),
            must_not_break=one.must_not_break,
            source=f"{SOURCE}{one.id}",
            output=one.answered(version).output,
            label=None,
            note="",
        )
        for one in of.conversations
    ]


class Truth(NamedTuple):
    """How the learner's reading stands to what was put there, once they have read enough. Faults they have not met are not told."""

    read: int
    faulty: int
    found: int
    false_alarms: int
    kinds: int

    @property
    def says(self) -> str:
        alarms = f"You failed {self.false_alarms} more in which there is none." if self.false_alarms else "You failed none without one."
        kinds = "of one kind" if self.kinds == 1 else f"of {self.kinds} kinds"
        return (
            f"Of the {self.read} answers you read, {self.faulty} have a fault that was put there, {kinds}. You found {self.found}. {alarms}"
        )


async def truth(session: Session, product: Product, enough: int) -> Truth | None:
    """None for a product of one's own, before enough is read, and while a mission asks for it: it would be told what is to be found."""
    of = practice_product()
    if product.practice != of.about.slug or await _asked(session, product.learner_id):
        return None
    recorded = {one.run: one.version for one in await evaluations.evaluated(session, product.id) if one.elsewhere}
    said = await product_queries.marks(session, list(recorded), ME)
    outputs = await product_queries.some_outputs(session, {(one.run_id, one.seq) for one in said})
    known = [(one, there) for one in said if (there := _known(of, outputs.get((one.run_id, one.seq), {}), recorded[one.run_id]))]
    if len(known) < enough:
        return None
    met, found, faulty, alarms = set[str](), 0, 0, 0
    for one, told in known:
        met |= set(told.modes)
        faulty += bool(told.modes)
        found += bool(told.modes) and not one.passed
        alarms += not told.modes and not one.passed
    return Truth(len(known), faulty, found, alarms, len(met))


async def _asked(session: Session, learner: str) -> bool:
    """Is the mission under way in which the faults of the first answers are to be found?"""
    attempt = await queries.latest_attempt(session, learner, COURSE.key(READS))
    stages = {row.stage for row in await queries.attempt_evidence(session, attempt.id)} if attempt else set()
    return "predict" in stages and "do" not in stages


def _known(of: PracticeProduct, output: dict[str, Any], version: int) -> Answered | None:
    """What is known of an output; None for one that the learner brought."""
    conversation = of.by_id.get(str(output.get("source", "")).removeprefix(SOURCE))
    return conversation.answered(version) if conversation else None
