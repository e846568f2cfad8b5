"""What a run counts for is stored with its end: neither earlier nor later, once, and whether or not anybody looks."""

import asyncio
from pathlib import Path

import pytest
from lab_fixture import Bench, Endpoint, rows

from fluencylab.actions import missions, verdicts
from fluencylab.actions.runs import cancel_run
from fluencylab.curriculum.loader import track
from fluencylab.practice import exercises, graders
from fluencylab.runs import execute
from fluencylab.runs.queue import RunQueue
from fluencylab.store.engine import Session
from fluencylab.store.tables import Run
from fluencylab.web.pages.mission import mission_page

FOUND = track().mission("twelve-names-for-one-cafe")
assert FOUND
CONCEPT, MISSION = FOUND
VERDICTS = "SELECT stage, score, answer FROM evidence WHERE stage <> 'predict'"


class Nowhere(RunQueue):
    """What is put here, the test works on itself."""

    async def put(self, run_id: str) -> None: ...


async def begun(lab: Bench, queue: RunQueue | None = None) -> str:
    """A mission predicted and its run started."""
    await missions.predict(lab.store, lab.learner, CONCEPT, MISSION, dict(MISSION.exemplar.refuse), 3)
    return await missions.run(lab.store, queue or lab.queue, lab.learner, MISSION)


async def test_a_prediction_is_graded_with_the_end_of_its_run_and_never_again(lab: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    run = await lab.ended(await begun(lab))
    assert [row[0] for row in rows(VERDICTS)] == ["compare"]
    async with lab.store.read() as session:
        state = await missions.load_attempt(session, lab.learner, MISSION)
    compared = state.shown["compare"]
    assert (compared.made, compared.certainty, compared.score, compared.marks) == (run.ended, 3, 0, -6)
    assert set(compared.answer) == {"graded"}, "what was predicted is not copied"
    drawn = mission_page(CONCEPT, MISSION, state, None).rows
    assert [row.says for row in drawn] == [one["why"] for one in compared.answer["graded"]]

    monkeypatch.setattr(graders, "prediction", lambda *_: pytest.fail("graded anew"))
    assert mission_page(CONCEPT, MISSION, state, None).rows == drawn
    await missions.see(lab.store, lab.learner, CONCEPT, MISSION, 0)
    assert sorted(row[0] for row in rows(VERDICTS)) == ["compare", "see"]


def test_a_comparison_of_an_older_version_is_held_against_its_run() -> None:
    asked = MISSION.predict[0]
    (old, *_) = exercises.kept_predictions({"values": dict(MISSION.exemplar.accept)}, MISSION, {})
    assert (old.fact, old.said, old.score) == (asked.fact, MISSION.exemplar.accept[asked.fact], None)


async def test_a_run_that_was_stopped_or_failed_gives_no_verdict(lab: Bench, endpoint: Endpoint) -> None:
    endpoint.refuses = (401, "no")
    assert (await lab.ended(await begun(lab))).status == "failed"
    endpoint.refuses, endpoint.gives = None, 2
    run_id = await missions.run(lab.store, lab.queue, lab.learner, MISSION)
    await lab.stored(run_id, 1)
    await cancel_run(lab.store, run_id)
    await lab.ended(run_id)
    await verdicts.catch_up(lab.store)
    assert not rows(VERDICTS)


async def test_killed_while_it_is_judged_a_run_has_neither_end_nor_verdict_and_gets_both(lab: Bench) -> None:
    async def dies(session: Session, run: Run) -> None:
        await verdicts.of_run(session, run)
        raise asyncio.CancelledError

    run_id = await begun(lab, Nowhere(verdicts.of_run))
    with pytest.raises(asyncio.CancelledError):
        await execute.execute(run_id, dies)
    assert (await lab.run(run_id)).status == "running" and not rows(VERDICTS)
    await execute.execute(run_id, verdicts.of_run)
    assert (await lab.run(run_id)).status == "done" and len(rows(VERDICTS)) == 1
    await execute.execute(run_id, verdicts.of_run)
    assert len(rows(VERDICTS)) == 1


async def test_a_verdict_that_cannot_be_given_keeps_no_run_from_its_end_and_is_given_at_the_next_start(
    lab: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    async def fails(session: Session, run: Run) -> None:
        await verdicts.of_run(session, run)
        raise ZeroDivisionError("after it was written")

    run_id = await begun(lab, Nowhere(verdicts.of_run))
    await execute.execute(run_id, fails)
    run = await lab.run(run_id)
    assert run.status == "done" and not rows(VERDICTS) and "without its verdict" in caplog.text
    await asyncio.gather(*(verdicts.catch_up(lab.store) for _ in range(3)))
    assert len(rows(VERDICTS)) == 1
    async with lab.store.read() as session:
        assert (await missions.load_attempt(session, lab.learner, MISSION)).shown["compare"].made == run.ended


async def test_a_prediction_whose_verdict_is_missing_is_graded_before_what_was_seen(lab: Bench) -> None:
    async def nothing(session: Session, run: Run) -> None: ...

    await execute.execute(await begun(lab, Nowhere(nothing)), nothing)
    await missions.see(lab.store, lab.learner, CONCEPT, MISSION, 0)
    assert sorted(row[0] for row in rows(VERDICTS)) == ["compare", "see"]


async def test_a_run_waits_for_a_verdict_that_has_no_room_on_the_disk(lab: Bench, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a database that is full: it is asked again until there is room."""
    monkeypatch.setattr(execute, "ASK_EVERY", 0.05)
    asked = 0

    async def full(session: Session, run: Run) -> None:
        nonlocal asked
        asked += 1
        if asked < 3:
            raise OSError(28, "No space left on device")
        await verdicts.of_run(session, run)

    run_id = await begun(lab, Nowhere(full))
    await execute.execute(run_id, full)
    assert asked == 3 and (await lab.run(run_id)).status == "done" and len(rows(VERDICTS)) == 1
