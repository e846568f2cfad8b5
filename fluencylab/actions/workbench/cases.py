"""The cases of a product: kept from what was brought in, half of them held back; a line each, never twice."""

import asyncio
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from fluencylab import clock
from fluencylab.actions.workbench import evaluations
from fluencylab.actions.workbench.products import owned, touch
from fluencylab.errors import BadInput
from fluencylab.store import product_queries, queries
from fluencylab.store.engine import Session, Store
from fluencylab.store.tables import Product, ProductCase
from fluencylab.workbench.bring_in import CaseDraft
from fluencylab.workbench.evenly import MOST_ROWS
from fluencylab.workbench.personal import masked_case

ENOUGH = 10
"""From so many cases on, half are held back."""


class Added(NamedTuple):
    """How many were kept, how many stood there already, and the run that holds the answers that came with them, or ""."""

    kept: int
    doubled: int
    run: str


async def add(store: Store, learner: str, product_id: str, drafts: Sequence[CaseDraft], mask: bool, version: int = 0) -> Added:
    """Keep cases. What came with them, answers and what somebody said of these, becomes an evaluation that was recorded elsewhere.

    `version`: which version of the product gave the answers; 0 where that is not known.
    """
    if not drafts:
        raise BadInput("There is no case in it.", "Choose at least one column as an input, or bring in another file.")
    told, keys = await asyncio.to_thread(_keyed, drafts, mask)
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        product = await owned(session, learner, product_id)
        numbers, doubled = await put(session, product, told, keys)
        recorded = [(case, draft) for case, draft in zip(numbers, told, strict=True) if draft.output]
        run = await evaluations.record(session, learner, product_id, recorded, version) if recorded else ""
    return Added(len(told) - doubled, doubled, run)


async def put(
    session: Session, product: Product, drafts: Sequence[CaseDraft], keys: Sequence[str] | None = None
) -> tuple[list[int], int]:  # fmt: skip
    """In the caller's transaction, with the learner locked. Gives the number of each case, and how many stood there already."""
    now, keys = clock.now(), keys or [key(draft.inputs) for draft in drafts]
    known = {key(inputs): number for number, inputs in await product_queries.inputs(session, product.id)}
    number, doubled = await product_queries.last_case(session, product.id), 0
    numbers, fresh = list[int](), list[dict[str, Any]]()
    if (together := len(known.keys() | set(keys))) > MOST_ROWS:
        raise BadInput(f"A product holds at most {MOST_ROWS:,} cases, and this would make {together:,}.", _fewer(len(known)))
    for same, draft in zip(keys, drafts, strict=True):
        if same in known:
            doubled += 1
        else:
            number += 1
            known[same] = number
            fresh.append({
                "product_id": product.id, "number": number, "inputs": draft.inputs, "reference": draft.reference,
                "tags": "\n".join(draft.tags), "must_not_break": draft.must_not_break, "held_back": bool(draft.held_back),
                "source": draft.source, "made": now,
            })  # fmt: skip
        numbers.append(known[same])
    if all(draft.held_back is None for draft in drafts):
        _hold_back(fresh, known)
    await product_queries.put(session, ProductCase, fresh)
    touch(product)
    return numbers, doubled


def _fewer(there: int) -> str:
    room = MOST_ROWS - there
    return f"Bring in a file with {room:,} at most, or begin another product." if room > 0 else "Begin another product for these."


def _keyed(drafts: Sequence[CaseDraft], mask: bool) -> tuple[Sequence[CaseDraft], list[str]]:
    told = [masked_case(draft) for draft in drafts] if mask else drafts
    return told, [key(draft.inputs) for draft in told]


def _hold_back(fresh: Sequence[dict[str, Any]], known: Mapping[str, int]) -> None:
    """Half of what came now, by what the cases say: the same ones whatever the order of the file. `known`: key -> number."""
    if len(fresh) >= ENOUGH:
        keys = {number: same for same, number in known.items()}
        for row in sorted(fresh, key=lambda row: keys[row["number"]])[: len(fresh) // 2]:
            row["held_back"] = True


def key(inputs: dict[str, Any]) -> str:
    """The same for the same case."""
    return hashlib.sha256(json.dumps(inputs, sort_keys=True, ensure_ascii=False).encode("utf-8", "replace")).hexdigest()
