"""What a learner did goes out as one file and comes back the same; nothing is overwritten unasked; deleted is deleted."""

import asyncio
import json
import math
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from lab_fixture import Bench, Endpoint, rows
from sqlalchemy import URL, event

from fluencylab import clock
from fluencylab.actions import archive, cases, data, missions
from fluencylab.actions.runs import the_learner
from fluencylab.curriculum.loader import track
from fluencylab.errors import BadInput, LabError
from fluencylab.models import adapters
from fluencylab.store import portable
from fluencylab.store.engine import Store
from fluencylab.store.migrate import migrate
from fluencylab.store.tables import Base, Draft, TimeSpent

CONCEPT = track().concepts[0]
MISSION, CASE = CONCEPT.missions[0], CONCEPT.cases[0]


async def work(lab: Bench) -> None:
    """A little of everything: a mission with its run, a case, a draft, some time."""
    await missions.predict(lab.store, lab.learner, CONCEPT, MISSION, {asked.fact: asked.low for asked in MISSION.predict}, 2)
    await lab.ended(await missions.run(lab.store, lab.queue, lab.learner, MISSION))
    await missions.see(lab.store, lab.learner, CONCEPT, MISSION, 0)
    reasons = [reason.id for reason in CASE.reasons[:2]]
    await cases.argue(lab.store, lab.learner, CONCEPT, CASE, CASE.decide.best, reasons, CASE.flips[0].id, 3)
    async with lab.store.begin() as session:
        session.add(Draft(learner_id=lab.learner, name="q1", text="Half an answer, مرحبا", saved=clock.now()))
        session.add(TimeSpent(id="t", learner_id=lab.learner, concept=CONCEPT.slug, kind="apply", seconds=61.5, made=clock.now()))


@pytest.fixture
async def elsewhere(tmp_path: Path) -> AsyncIterator[Store]:
    """The lab of another machine, on SQLite."""
    url = URL.create("sqlite", database=str(tmp_path / "elsewhere.sqlite"))
    await asyncio.to_thread(migrate, url)
    async with Store(url) as store:
        yield store


async def tables(store: Store, learner: str = "you") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(await data.export(store, learner))["tables"]
    return found


def test_every_table_is_taken_out_but_the_memory_of_calls() -> None:
    assert {table.name for table in portable.TABLES} == set(Base.metadata.tables) - {"calls", "run_leases"}


async def test_what_is_deleted_comes_back_the_same_here_and_elsewhere(lab: Bench, elsewhere: Store, home: Path) -> None:
    await work(lab)
    file = await data.export(lab.store, lab.learner)
    before = json.loads(file)["tables"]
    assert all(before[name] for name in ("learners", "runs", "steps", "attempts", "evidence", "drafts", "time_spent"))
    assert before["runs"][0]["card"]["name"] == "Told"

    (home / "data" / data.KEY).write_text("secret")
    await data.delete_everything(lab.store, lab.learner, home / "data")
    assert [name for name in Base.metadata.tables if rows(f"SELECT COUNT(*) FROM {name}") != [(0,)]] == ["learners"]
    assert not (home / "data" / data.KEY).exists() and (home / "data" / "models.json").exists()

    restored = await data.restore(lab.store, lab.learner, file)
    assert restored.counts["evidence"] == len(before["evidence"]) == 4
    assert await tables(lab.store) == before
    await data.restore(elsewhere, "you", file)
    assert await tables(elsewhere) == before


async def test_what_was_deleted_is_not_left_in_the_file(lab: Bench, home: Path) -> None:
    async with lab.store.begin() as session:
        session.add(Draft(learner_id=lab.learner, name="q1", text="a sentence nobody else may read", saved=clock.now()))
    await data.delete_everything(lab.store, lab.learner, home / "data")
    kept = b"".join(file.read_bytes() for file in (home / "data").glob("lab.sqlite*"))
    assert b"nobody else may read" not in kept


WORDS = "a sentence that nobody else may ever read"


async def test_nothing_that_was_typed_is_left_anywhere_in_the_data_folder(lab: Bench, home: Path) -> None:
    """Every file of it is walked, whatever its name."""
    folder = home / "data"
    await lab.ended(await lab.start(samples=1, prompt=WORDS))
    async with lab.store.begin() as session:
        session.add(Draft(learner_id=lab.learner, name="q1", text=WORDS, saved=clock.now()))
    how = adapters.How(
        examples=(adapters.Example(question=WORDS, answer=WORDS),),
        settings={},
        losses=(1.0,),
        loading=0,
        seconds=0,
        machine="",
        versions="",
    )
    shutil.copy(adapters.bundled().path, folder / "made.gguf")
    adapters.keep(folder / "made.gguf", WORDS, how)
    (folder / "adapters" / "training-1-aa.part").write_text(WORDS)
    for name in (data.KEY, "first-page.html", "first-page.new", "fluency.log", "fluency.log.1"):
        (folder / name).write_text(WORDS)
    assert len(holding(folder)) >= 7  # and the database, where it is a file
    await data.delete_everything(lab.store, lab.learner, folder)
    assert not holding(folder)
    assert (folder / "models.json").exists()


def holding(folder: Path) -> list[str]:
    return [file.name for file in folder.rglob("*") if file.is_file() and WORDS.encode() in file.read_bytes()]


async def test_a_backup_made_while_a_run_writes_is_whole(lab: Bench, endpoint: Endpoint, elsewhere: Store) -> None:
    endpoint.delay = 0.01
    run_id = await lab.start(samples=20)
    for seen in (2, 6, 10):
        await lab.stored(run_id, seen)
        file = await data.export(lab.store, lab.learner)
        held = json.loads(file)["tables"]
        assert [step["seq"] for step in held["steps"]] == list(range(1, len(held["steps"]) + 1))
    await data.restore(elsewhere, "you", file)
    run = (await tables(elsewhere))["runs"][0]
    assert (run["status"], run["message"]) == ("cancelled", data.INTERRUPTED)
    await data.delete_everything(lab.store, lab.learner, Path("/nonexistent"))
    asked = len(endpoint.asked)
    await asyncio.sleep(0.2)
    assert len(endpoint.asked) <= asked + 2, "the run was stopped"


async def test_work_is_not_overwritten_unasked_and_a_refused_file_changes_nothing(lab: Bench, elsewhere: Store) -> None:
    await data.restore(elsewhere, "you", await data.export(lab.store, lab.learner))
    empty = await data.export(elsewhere, "you")
    await work(lab)
    before = await tables(lab.store)
    with pytest.raises(BadInput, match="There is work here already"):
        await data.restore(lab.store, lab.learner, empty)
    for spoil in SPOILED:
        with pytest.raises(BadInput) as refused:
            await data.restore(lab.store, lab.learner, sealed(before, spoil), replace=True)
        assert refused.value.fix
    assert await tables(lab.store) == before
    await data.restore(lab.store, lab.learner, empty, replace=True)
    assert not (await tables(lab.store))["evidence"]


def sealed(before: dict[str, Any], spoil: Any) -> bytes:
    """A file with the right checksum and a wrong content: someone made it so."""
    copied = json.loads(json.dumps(before))
    spoil(copied)
    return archive.seal(copied, clock.now())


SPOILED = [
    lambda t: t["evidence"].append(t["evidence"][0]),
    lambda t: t["evidence"][0].update(attempt_id="nowhere"),
    lambda t: t["evidence"][0].update(answer="not an object"),
    lambda t: t["evidence"][0].update(made="2026-01-01T00:00:00"),
    lambda t: t["evidence"][0].update(made="yesterday"),
    lambda t: t["evidence"][0].update(score=math.inf),
    lambda t: t["evidence"][0].update(score=True),
    lambda t: t["evidence"][0].update(certainty=10**30),
    lambda t: t["evidence"][0].update(why="a\0b"),
    lambda t: t["evidence"][0].update(why="\ud800"),
    lambda t: t["evidence"][0].update(stage="x" * 65),
    lambda t: t["evidence"][0].update(__proto__={}),
    lambda t: t["evidence"][0].pop("answer"),
    lambda t: t["runs"][0].update(cancel_asked=0),
    lambda t: t.update(evidence={}),
    lambda t: t.update(learners=[]),
    lambda t: t.update(passwords=[]),
    lambda t: t["steps"].append(7),
]


async def test_a_full_disk_is_said_and_nothing_is_changed(home: Path, elsewhere: Store) -> None:
    """SQLite's own limit stands for the disk's."""
    now = clock.now()
    drafts = [{"learner_id": "you", "name": f"{i}", "text": "x" * 5000, "saved": now.isoformat()} for i in range(200)]
    file = archive.seal({"learners": [{"id": "you", "created": now.isoformat()}], "drafts": drafts}, now)
    learner = await the_learner(elsewhere)

    def small(connection: Any, _record: Any) -> None:
        connection.cursor().execute("PRAGMA max_page_count = 100")

    event.listen(elsewhere._engine.sync_engine, "connect", small)
    await elsewhere._engine.dispose()
    with pytest.raises(LabError, match="disk is full"):
        await data.restore(elsewhere, learner, file)
    assert not (await tables(elsewhere))["drafts"]


async def test_a_damaged_strange_or_newer_file_is_said(lab: Bench) -> None:
    file = await data.export(lab.store, lab.learner)
    whole = json.loads(file)
    for content, says in (
        (file[:-40], "cannot be read as JSON"),
        (file.replace(b'"product": ""', b'"product": "agent"'), "damaged"),
        (b"", "cannot be read as JSON"),
        (b"[" * 100_000, "cannot be read as JSON"),
        (b'{"a": ' + b"9" * 10_000 + b"}", "cannot be read as JSON"),
        (b"\xff\xfe\x00", "cannot be read as JSON"),
        (b"[]", "not a backup"),
        (b'{"format": "other"}', "not a backup"),
        (json.dumps(whole | {"version": 2}).encode(), "newer Fluency Lab"),
        (json.dumps(whole | {"schema": "9999"}).encode(), "newer Fluency Lab"),
        (json.dumps(whole | {"version": None}).encode(), "which version"),
    ):
        with pytest.raises(BadInput, match=says) as refused:
            await data.restore(lab.store, lab.learner, content)
        assert refused.value.fix


@examples(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(at=st.floats(0, 1, exclude_max=True), byte=st.integers(1, 255))
def test_one_changed_byte_is_noticed(at: float, byte: int) -> None:
    tables = {"learners": [{"id": "you", "target_minutes": 150}]}
    file = bytearray(archive.seal(tables, clock.now()))
    file[int(at * (len(file) - 1))] ^= byte
    try:
        found = archive.unseal(bytes(file))
    except LabError:
        return
    assert found.tables == tables, "a blank that became another blank changes nothing"


def test_columns_that_came_later_get_their_default() -> None:
    row = {"id": "you", "created": "2026-01-01T00:00:00+00:00"}
    (checked,) = portable._checked(Base.metadata.tables["learners"], [row])
    assert (checked["product"], checked["target_minutes"], checked["plan"]) == ("", 150, None)
