"""The whole loop of a mission, act by act, with a model that says what it is told."""

import pytest
from lab_fixture import Bench, Endpoint, rows

from fluencylab.actions import missions
from fluencylab.actions.standing import standings
from fluencylab.curriculum.loader import track
from fluencylab.errors import BadInput, NotFound
from fluencylab.practice import kinds

FOUND = track().mission("twelve-names-for-one-cafe")
assert FOUND
CONCEPT, MISSION = FOUND
EXERCISE = next(one for one in kinds.MISSION.every() if one.of is MISSION)


async def stage(lab: Bench, finished: bool = False) -> str:
    """Where the mission stands: its own page and the pages that list all exercises say the same. Finished once, it is listed as done."""
    async with lab.store.read() as session:
        going = await missions.load_attempt(session, lab.learner, MISSION)
        listed = (await standings(session, lab.learner)).of(EXERCISE)
    assert listed == ("done" if finished else going.stage, going.attempt is not None)
    return going.stage


async def decide(lab: Bench, at: str, picked: str, certainty: int | None = None) -> None:
    await missions.decide(lab.store, lab.learner, CONCEPT, MISSION, at, picked, certainty)


async def see(lab: Bench, picked: int) -> None:
    await missions.see(lab.store, lab.learner, CONCEPT, MISSION, picked)


async def predict(lab: Bench, certainty: int = 3) -> None:
    await missions.predict(lab.store, lab.learner, CONCEPT, MISSION, dict(MISSION.exemplar.accept), certainty)


async def test_a_mission_is_gone_through_once_and_in_order(lab: Bench, endpoint: Endpoint) -> None:
    """Every act that is not open yet is refused with a sentence, and so is every one done twice."""
    with pytest.raises(NotFound):
        await missions.run(lab.store, lab.queue, lab.learner, MISSION)
    with pytest.raises(NotFound):
        await see(lab, 0)
    assert await stage(lab) == "predict"
    await predict(lab)
    assert await stage(lab) == "run"
    for early in (predict(lab), see(lab, 0), decide(lab, "decide", MISSION.decide.best), decide(lab, "twin", MISSION.decide.best)):
        with pytest.raises(BadInput):
            await early

    run_id = await missions.run(lab.store, lab.queue, lab.learner, MISSION)
    assert await missions.run(lab.store, lab.queue, lab.learner, MISSION) == run_id, "asked twice it is one run"
    run = await lab.ended(run_id)
    if run.status != "done":  # this model gives no log-probabilities: the mission needs none
        pytest.fail(run.message)
    assert await stage(lab) == "see"
    with pytest.raises(BadInput):
        await see(lab, 99)
    await see(lab, 0)
    assert await stage(lab) == "decide"
    with pytest.raises(BadInput):
        await see(lab, 0)
    with pytest.raises(BadInput):
        await decide(lab, "twin", MISSION.decide.best)
    with pytest.raises(BadInput):
        await decide(lab, "decide", "nothing", 2)
    await decide(lab, "decide", MISSION.decide.best, 3)
    assert await stage(lab) == "twin"
    await decide(lab, "twin", MISSION.decide.twin.best)
    assert await stage(lab) == "done"

    shown = dict(rows("SELECT stage, marks FROM evidence"))
    assert set(shown) == {"predict", "compare", "see", "decide", "twin"}
    assert shown["decide"] == 3
    assert rows("SELECT score FROM evidence WHERE stage = 'twin'") == [(1.0,)]
    assert rows("SELECT score FROM evidence WHERE stage = 'predict'") == [(None,)]
    conditions = rows("SELECT stage FROM evidence WHERE conditions IS NOT NULL AND CAST(conditions AS TEXT) LIKE '%Told%'")
    assert {row[0] for row in conditions} >= {"compare", "see"}, "no result without its conditions"

    await missions.begin(lab.store, lab.learner, MISSION.slug)
    assert await stage(lab, finished=True) == "predict"
    assert len(rows("SELECT id FROM evidence")) == 5, "what was shown before stays"


async def test_a_run_that_failed_can_be_made_again(lab: Bench, endpoint: Endpoint) -> None:
    endpoint.refuses = (401, "no")
    await predict(lab)
    first = await missions.run(lab.store, lab.queue, lab.learner, MISSION)
    assert (await lab.ended(first)).status == "failed"
    assert await stage(lab) == "run"
    endpoint.refuses = None
    second = await missions.run(lab.store, lab.queue, lab.learner, MISSION)
    assert second != first
    assert (await lab.ended(second)).status == "done"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -1e9, 1e9])
async def test_a_prediction_out_of_reach_is_refused(lab: Bench, value: float) -> None:
    with pytest.raises(BadInput):
        await missions.predict(lab.store, lab.learner, CONCEPT, MISSION, {asked.fact: value for asked in MISSION.predict}, 2)
    with pytest.raises(BadInput):
        await missions.predict(lab.store, lab.learner, CONCEPT, MISSION, {}, 2)
    with pytest.raises(BadInput):
        await missions.predict(lab.store, lab.learner, CONCEPT, MISSION, dict(MISSION.exemplar.accept), 7)
    assert rows("SELECT COUNT(*) FROM attempts") == [(0,)]
