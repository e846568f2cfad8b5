"""The acts of a meeting: each step once and in its order, words of one's own, the clock, a live check, and what becomes evidence."""

import pytest
from lab_fixture import Bench

from fluencylab import clock
from fluencylab.actions import meeting as acts
from fluencylab.actions import missions, progress
from fluencylab.actions.kinds import listed
from fluencylab.actions.meeting import AttemptState
from fluencylab.curriculum.meetings import NOTHING, Meeting, meetings
from fluencylab.errors import BadInput, NotFound
from fluencylab.practice import meetings as rules
from fluencylab.practice.kinds import MEETING
from fluencylab.practice.retell import retell

OF = next(one for one in meetings() if one.slug == "under-a-second")
LIVE = next(one for one in meetings() if one.check)


async def now(lab: Bench, of: Meeting = OF) -> AttemptState:
    async with lab.store.read() as session:
        return await acts.load_attempt(session, lab.learner, of)


async def round_(lab: Bench, of: Meeting, number: int, right: bool = True) -> None:
    stands = await now(lab, of)
    used = rules.spent(of, stands.heard, stands.checked)
    asked = next(one for one in of.rounds[number - 1].asks if rules.fits(of, number, one, used))
    await acts.ask(lab.store, lab.learner, of, asked.id)
    said = (
        (asked.hears, asked.lacks)
        if right
        else ("good" if asked.hears != "good" else "empty", "cases" if asked.lacks == NOTHING else NOTHING)
    )
    await acts.hear(lab.store, lab.learner, of, *said)


async def held(lab: Bench, of: Meeting, right: bool = True) -> None:
    for number in (1, 2, 3):
        await round_(lab, of, number, right)
    other = next(one.id for one in of.decide.options if one.id not in (of.decide.best, of.decide.twin.best))
    await acts.decide(lab.store, lab.learner, of, "decide", of.decide.best if right else other, 3)
    await acts.decide(lab.store, lab.learner, of, "twin", of.decide.twin.best if right else other, None)


@pytest.mark.parametrize("of", meetings(), ids=lambda one: one.slug)
async def test_whoever_hears_well_and_decides_well_is_right_at_every_stage(lab: Bench, of: Meeting) -> None:
    await held(lab, of)
    shown = (await now(lab, of)).shown
    assert [shown[stage].score for stage in MEETING.stages] == [1] * 5
    assert {row.concept for row in shown.values()} == {of.concept}
    assert [shown[stage].capability for stage in MEETING.stages] == [of.capability] * 3 + ["decisions"] * 2


async def test_whoever_hears_nothing_is_wrong_at_every_stage(lab: Bench) -> None:
    await held(lab, OF, right=False)
    assert [row.score for row in (await now(lab)).shown.values()] == [0] * 5


async def test_each_step_is_taken_once_and_in_its_order(lab: Bench) -> None:
    with pytest.raises(BadInput):
        await acts.hear(lab.store, lab.learner, OF, "good", NOTHING)
    with pytest.raises(BadInput):
        await acts.decide(lab.store, lab.learner, OF, "decide", OF.decide.best, 2)
    with pytest.raises(BadInput, match="no such question"):
        await acts.ask(lab.store, lab.learner, OF, "gone")
    with pytest.raises(BadInput, match="Ask something first"):
        await acts.ask(lab.store, lab.learner, OF, "", "   ")
    assert (await now(lab)).attempt is None, "what was refused has begun nothing"
    await acts.ask(lab.store, lab.learner, OF, "clock")
    with pytest.raises(BadInput):
        await acts.ask(lab.store, lab.learner, OF, "storm")
    await acts.hear(lab.store, lab.learner, OF, "good", NOTHING)
    with pytest.raises(BadInput):
        await acts.hear(lab.store, lab.learner, OF, "good", NOTHING)
    stands = await now(lab)
    assert (stands.stage, stands.round, stands.waiting) == ("2.heard", 2, False)


async def test_words_of_ones_own_are_taken_for_the_nearest_question_or_cost_nothing(lab: Bench) -> None:
    assert not await acts.ask(lab.store, lab.learner, OF, "", "What is for  lunch?")
    stands = await now(lab)
    assert (stands.missed, stands.heard, rules.spent(OF, stands.heard)) == ("What is for lunch?", [], 0)
    assert await acts.ask(lab.store, lab.learner, OF, "", "How bad is p95?")
    stands = await now(lab)
    assert stands.heard[0].ask == "slowest" and stands.heard[0].own == "How bad is p95?"
    await acts.hear(lab.store, lab.learner, OF, "empty", "tail")
    stands = await now(lab)
    assert stands.missed == "" and stands.shown["1.heard"].answer["own"] == "How bad is p95?"


async def test_what_no_longer_fits_is_refused_with_a_sentence(lab: Bench) -> None:
    short = OF.model_copy(update={"clock": 15})
    await acts.ask(lab.store, lab.learner, short, "clock")
    await acts.hear(lab.store, lab.learner, short, "good", "cases")
    with pytest.raises(BadInput, match="no time left"):
        await acts.ask(lab.store, lab.learner, short, "pilot")
    assert await acts.ask(lab.store, lab.learner, short, "callers")


async def test_a_claim_is_tried_once_and_costs_its_minutes(lab: Bench) -> None:
    with pytest.raises(BadInput):
        await acts.check(lab.store, lab.queue, lab.learner, LIVE)
    await round_(lab, LIVE, 1)
    used = rules.spent(LIVE, (await now(lab, LIVE)).heard)
    run = await acts.check(lab.store, lab.queue, lab.learner, LIVE)
    assert await acts.check(lab.store, lab.queue, lab.learner, LIVE) == run
    stands = await now(lab, LIVE)
    assert LIVE.check and rules.spent(LIVE, stands.heard, stands.checked) == used + LIVE.check.minutes
    with pytest.raises(NotFound):
        await acts.check(lab.store, lab.queue, lab.learner, OF)
    await round_(lab, LIVE, 2)
    await round_(lab, LIVE, 3)


async def test_a_meeting_held_again_begins_anew_and_is_listed_as_done(lab: Bench) -> None:
    await held(lab, OF)
    with pytest.raises(BadInput):
        await acts.ask(lab.store, lab.learner, OF, "clock")
    await missions.begin(lab.store, lab.learner, MEETING.key(OF.slug))
    stands = await now(lab)
    assert (stands.stage, stands.heard) == ("1.heard", [])
    async with lab.store.read() as session:
        where = {one.exercise.slug: one.where for one in await listed(session, lab.learner, MEETING)}
    assert where[OF.slug] == "done"


async def test_its_evidence_counts_in_its_cells_and_is_told_again_in_its_words(lab: Bench) -> None:
    await held(lab, OF)
    async with lab.store.read() as session:
        found = await progress.fluency(session, lab.learner, clock.now())
    counted = {(cell.concept, cell.capability): cell.n for cell in found.cells if cell.n}
    assert counted == {(OF.concept, OF.capability): 3, (OF.concept, "decisions"): 2}
    row = (await now(lab)).shown["1.heard"]
    told = retell(row.exercise, row.stage, row.answer, row.score)
    asked = OF.asked(1, row.answer["ask"])
    assert asked and asked.asks in told.asked and asked.says in told.asked
    assert told.part == "an answer you heard" and told.said[0] == rules.NAMES[asked.hears]
