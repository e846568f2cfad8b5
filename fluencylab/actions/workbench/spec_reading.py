"""Read what broken products answer, blind: case by case, the product as it is among them, and never the same answer twice."""

import random
from collections.abc import Sequence

from fluencylab.actions.workbench import reading as one_by_one
from fluencylab.actions.workbench.reading import Reading
from fluencylab.actions.workbench.spec_results import Given, given, labelled, settle
from fluencylab.store import queries
from fluencylab.store.engine import Session, Store


async def reading(session: Session, learner: str, product_id: str, run_id: str, seq: int | None = None) -> Reading | None:
    """The output asked for, else the first that has no label, else the first; None where there is none."""
    return await one_by_one.reading(session, learner, product_id, run_id, seq, drawn=await order(session, run_id))


async def order(session: Session, run_id: str) -> list[int]:
    """A case is read to its end before the next one is: only what both were said of can be compared."""
    return in_blocks(run_id, [one for one in await given(session, run_id) if not one.draw])


def in_blocks(run_id: str, outputs: Sequence[Given]) -> list[int]:
    """Cases in an order drawn once for a run, and their answers in one drawn for each; of equal answers the first."""
    draw = random.Random(run_id)
    blocks: dict[int, dict[str, int]] = {}
    for one in outputs:
        blocks.setdefault(one.case, {}).setdefault(one.text, one.seq)
    found: list[int] = []
    for case in draw.sample(sorted(blocks), len(blocks)):
        block = list(blocks[case].values())
        draw.shuffle(block)
        found += block
    return found


async def say(store: Store, learner: str, product_id: str, run_id: str, seq: int, passed: bool, note: str) -> None:
    """Keep what the reader says of one answer. With the last of them it is seen how what was foretold of the spec came out."""
    await one_by_one.say(store, learner, product_id, run_id, seq, passed, note)
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        read, of = await settled(session, run_id)
        if read == of:
            await settle(session, learner, run_id)


async def settled(session: Session, run_id: str) -> tuple[int, int]:
    """Of how many outputs something was said, and of how many there are, equal ones together."""
    outputs = await given(session, run_id)
    return len(await labelled(session, run_id, outputs)), len(outputs)
