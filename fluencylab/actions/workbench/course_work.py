"""What of the practice course is done on the pages of the workbench: the practice product as it lies there, counted by code.

    await facts(session, learner)     ->  {"my_read_first": 20, "my_modes_found": 4, "my_piles_wrong": 1, "my_bound_claims": 0, …}

The names are those of `practice_facts.MINE`.
"""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from fluencylab.actions.workbench import judging, memos, practice
from fluencylab.actions.workbench.evaluations import Evaluated, evaluated
from fluencylab.actions.workbench.measures import measures
from fluencylab.actions.workbench.practice import SOURCE
from fluencylab.actions.workbench.reading import ME
from fluencylab.curriculum.practice_facts import FIRST
from fluencylab.curriculum.practice_piles import sorted_into
from fluencylab.curriculum.practice_product import practice_product
from fluencylab.errors import BadInput
from fluencylab.practice.course import CourseMission
from fluencylab.store import product_queries
from fluencylab.store.engine import Session, Store
from fluencylab.store.tables import Product
from fluencylab.workbench.bare_numbers import bare_numbers
from fluencylab.workbench.memo import Assumption, Claim, Memo, pieces


class Places(NamedTuple):
    """Where the work is done. `run`: of version 1's recorded answers."""

    product: Product
    run: str

    @property
    def base(self) -> str:
        return f"/product/{self.product.id}"

    @property
    def read(self) -> str:
        return f"{self.base}/read/{self.run}"


async def places(session: Session, learner: str) -> Places | None:
    """None where the practice product was never opened, or was deleted."""
    slug = practice_product().about.slug
    product = next((one for one in await product_queries.products(session, learner) if one.practice == slug), None)
    if product is None:
        return None
    recorded = next((one for one in await evaluated(session, product.id) if _first(one)), None)
    return Places(product, recorded.run) if recorded else None


def _first(one: Evaluated) -> bool:
    return one.elsewhere and one.version == 1


async def begin(store: Store, learner: str) -> Places:
    """The practice product, as it is or anew, with the checks of the course: measures that a memo may rest on."""
    made = await practice.begin(store, learner)
    of = practice_product().checks
    async with store.read() as session:
        there = {one.name for one in await product_queries.checks(session, made)}
    wanted = {one.name: one.check for one in of.checks} | {of.metric.name: of.metric.check}
    for name in sorted(wanted.keys() - there):
        await judging.add_check(store, learner, made, name, wanted[name].model_dump())
    async with store.read() as session:
        found = await places(session, learner)
    if found is None:
        raise BadInput("The recorded answers of the practice product are gone.", "Delete it under Your product, and open it again.")
    return found


async def facts(session: Session, learner: str) -> dict[str, float]:
    """All of it 0 before anything is there."""
    found = dict.fromkeys(
        ("my_read_first", "my_modes_found", "my_piles_wrong", "my_bound_claims", "my_bare_numbers", "my_owned_assumptions"), 0.0
    )
    where = await places(session, learner)
    if where is None:
        return found
    found |= await _piles(session, where)
    return found | await _memo(session, where)


async def _piles(session: Session, where: Places) -> dict[str, float]:
    """Of the first answers, what was said and under which name it was put."""
    marks = [one for one in await product_queries.marks(session, [where.run], ME) if one.seq <= FIRST]
    outputs = await product_queries.some_outputs(session, {(one.run_id, one.seq) for one in marks})
    piles: dict[str, list[str]] = {}
    for one in marks:
        if one.mode and not one.passed:
            source = str(outputs.get((one.run_id, one.seq), {}).get("source", ""))
            piles.setdefault(one.mode, []).append(source.removeprefix(SOURCE))
    sorted_ = sorted_into(practice_product(), piles)
    return {"my_read_first": float(len(marks)), "my_modes_found": float(len(sorted_.found)), "my_piles_wrong": float(sorted_.wrong)}


async def read_before(session: Session, learner: str, moment: datetime) -> bool:
    """Were all of the first answers read by then?"""
    where = await places(session, learner)
    labels = await product_queries.labels(session, [where.run], ME) if where else []
    return sum(one.seq <= FIRST and one.made < moment for one in labels) >= FIRST


async def _memo(session: Session, where: Places) -> dict[str, float]:
    memo = await memos.memo_of(session, where.product.id)
    known = await measures(session, where.product) if memo.claims else {}
    return counted(memo, known.keys())


def counted(memo: Memo, known: Collection[str]) -> dict[str, float]:
    parts = [piece for text in memo.sections.values() for piece in pieces(text)]
    bound = {piece.id for piece in parts if isinstance(piece, Claim)}
    return {
        "my_bound_claims": float(len(bound & set(known))),
        "my_bare_numbers": float(sum(len(bare_numbers(piece)) for piece in parts if isinstance(piece, str))),
        "my_owned_assumptions": float(sum(bool(piece.whose) for piece in parts if isinstance(piece, Assumption))),
    }


def enough(mission: CourseMission, found: dict[str, float]) -> None:
    """Raises BadInput where there is not enough yet to be graded: a mission is handed in once."""
    if mission.task == "read" and found["my_read_first"] < FIRST:
        left = FIRST - int(found["my_read_first"])
        raise BadInput(f"{left} of the first {FIRST} are not read yet.", "Pass or fail each of them, then hand it in.")
    if mission.task == "memo" and not found["my_bound_claims"] and not found["my_owned_assumptions"]:
        raise BadInput("The memo holds no measurement and no assumption yet.", "Write it on the page of the memo, then hand it in.")
