"""Where a learner stands, read from the database: what is held in the process is always what the database holds."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from fluencylab.actions import progress
from fluencylab.actions.progress import Fluency, fluency
from fluencylab.actions.runs import the_learner
from fluencylab.models import catalogue
from fluencylab.progress.ledger import EvidenceRow
from fluencylab.store import queries
from fluencylab.store.engine import Store
from fluencylab.store.tables import Attempt, Evidence

START = datetime(2035, 1, 1, 9, tzinfo=UTC)
"""After whatever a subject is true as of."""
CONCEPT = "tokens-and-temperature"


async def add(store: Store, learner: str, number: int, at: int = 0, **given: Any) -> None:
    """`number` right answers in one cell, each to a task of its own, a minute apart from `at` minutes on."""
    fields: dict[str, Any] = {"concept": CONCEPT, "capability": "decisions", "score": 1.0, "grader": "rules-1", "content": ""}
    fields |= {
        "certainty": 3,
        "marks": None,
        "why": "",
        "help": "",
        "seconds": 60.0,
        "conditions": None,
        "stage": "decide",
        "variant": "",
        "answer": {},
    }
    async with store.begin() as session:
        for i in range(at, at + number):
            attempt = Attempt(id=uuid.uuid4().hex, learner_id=learner, exercise=f"task-{i}", seed=1, run_id=None, created=START)
            session.add(attempt)
            await session.flush()
            row = fields | {"exercise": f"task-{i}", "made": START + timedelta(minutes=i)} | given
            session.add(Evidence(id=uuid.uuid4().hex, learner_id=learner, attempt_id=attempt.id, **row))


async def stands(store: Store, learner: str) -> Fluency:
    async with store.read() as session:
        return await fluency(session, learner, START)


async def test_the_map_follows_the_evidence(database: str) -> None:
    async with Store() as store:
        learner = await the_learner(store)
        before = await stands(store, learner)
        assert len(before.cells) == 30
        assert {cell.state for cell in before.cells} == {"none"}
        await add(store, learner, 2)
        assert (await stands(store, learner)).cell(CONCEPT, "decisions").state == "emerging"
        await add(store, learner, 8, at=2)
        after = await stands(store, learner)
        cell = after.cell(CONCEPT, "decisions")
        assert (cell.state, cell.n, cell.deterministic, cell.last) == ("solid", 10, 10, START + timedelta(minutes=9))
        assert cell.low < cell.mean < cell.high
        assert after.cell(CONCEPT, "vocabulary").state == "none", "one kind of fluency is not another"
        assert [(level.meaning.words, level.right, level.measured.n) for level in after.calibration.levels] == [("very sure", 10, 10)]
        assert after.calibration.missing == 10


async def test_what_is_held_is_what_is_stored_whoever_wrote_it(database: str) -> None:
    """Another process that wrote, one whose earlier piece came in late, a restart, and a database that was replaced."""
    async with Store() as store:
        learner = await the_learner(store)
        await add(store, learner, 3, at=10)
        await stands(store, learner)
        await add(store, learner, 2, at=20, score=0.0)  # as another process would
        await add(store, learner, 2, at=0)  # older than what is held
        held = await stands(store, learner)
        progress._held.cache_clear()  # a restart
        assert await stands(store, learner) == held
        held_by_another = progress._held(learner)
        assert held_by_another.ledger and held_by_another.ledger.count == 7
    async with Store() as store:
        async with store.begin() as session:
            for table in (Evidence, Attempt):
                await session.execute(table.__table__.delete())  # type: ignore[attr-defined]
        assert {cell.state for cell in (await stands(store, learner)).cells} == {"none"}
        await add(store, learner, 7, at=30)
        assert (await stands(store, learner)).cell(CONCEPT, "decisions").n == 7


async def test_the_columns_of_a_piece_meet_its_fields_by_name(database: str) -> None:
    told: dict[str, Any] = {
        "variant": "v", "content": "c", "score": 0.5, "certainty": 2, "marks": -2, "grader": "rules-9", "help": "hint shown"
    }  # fmt: skip
    async with Store() as store:
        learner = await the_learner(store)
        await add(store, learner, 1, **told, conditions={"sha256": "abc", "chance": 0.25})
        async with store.read() as session:
            (row,) = await queries.evidence_from(session, learner)
    expected = {"concept": CONCEPT, "capability": "decisions", "exercise": "task-0", "stage": "decide", "made": START}
    assert EvidenceRow(**row)._asdict() == {**told, **expected, "id": row["id"], "sha256": "abc", "chance": 0.25}


async def test_the_same_task_again_counts_little(database: str) -> None:
    async with Store() as store:
        learner = await the_learner(store)
        await add(store, learner, 1)
        once = (await stands(store, learner)).cell(CONCEPT, "decisions")
        await add(store, learner, 40, at=1, exercise="task-0")
        again = (await stands(store, learner)).cell(CONCEPT, "decisions")
    assert (once.n, again.n, again.state) == (1, 1, "none")
    assert once.mean < again.mean < once.mean + 0.1


async def test_solid_falls_due_when_what_it_rested_on_has_changed(database: str) -> None:
    card = catalogue.current().card()
    async with Store() as store:
        learner = await the_learner(store)
        await add(store, learner, 10, conditions={"sha256": card.sha256})
        assert (await stands(store, learner)).cell(CONCEPT, "decisions").due_because == ""
        async with store.read() as session:
            reviewed = await fluency(session, learner, START, {(CONCEPT, "decisions"): "It is three weeks since you did this."})
        assert reviewed.cell(CONCEPT, "decisions").state == "due"
        await add(store, learner, 1, at=10, conditions={"sha256": "another"})
        due = (await stands(store, learner)).cell(CONCEPT, "decisions")
        assert (due.state, "another model" in due.due_because) == ("due", True)
        await add(store, learner, 1, at=11, conditions={"sha256": card.sha256})
        assert (await stands(store, learner)).cell(CONCEPT, "decisions").state == "solid", "one fresh piece renews it"
