"""The acts of a proposal: steps in their order, two experiments and no third, marks that are kept, and what becomes evidence."""

import pytest
from lab_fixture import Bench

from fluencylab.actions import missions
from fluencylab.actions import proposals as acts
from fluencylab.actions.proposals import AttemptState
from fluencylab.curriculum.proposals import RUNS, Proposal, proposals
from fluencylab.errors import BadInput, NotFound
from fluencylab.practice.kinds import PROPOSAL
from fluencylab.practice.retell import retell

OF = next(one for one in proposals() if one.flaws)
TRIED = next(one for one in proposals() if one.concept == "cost-and-quality")


async def now(lab: Bench, of: Proposal = OF) -> AttemptState:
    async with lab.store.read() as session:
        return await acts.load_attempt(session, lab.learner, of)


async def judged(lab: Bench, of: Proposal) -> None:
    await acts.mark(lab.store, lab.learner, of, of.flaws, not of.sound)
    await acts.decide(lab.store, lab.learner, of, "decide", of.decide.best, 3)
    await acts.decide(lab.store, lab.learner, of, "twin", of.decide.twin.best, None)


@pytest.mark.parametrize("of", proposals(), ids=lambda one: one.slug)
async def test_whoever_reads_well_is_right_at_every_stage(lab: Bench, of: Proposal) -> None:
    await judged(lab, of)
    shown = (await now(lab, of)).shown
    assert [shown[stage].score for stage in PROPOSAL.stages] == [1, 1, 1]
    assert [shown[stage].capability for stage in PROPOSAL.stages] == [of.capability, "decisions", "decisions"]
    told = str(retell(PROPOSAL.key(of.slug), "mark", shown["mark"].answer))
    assert all(one.text in told for one in of.sentences if one.reason) and ("no objection" in told) == of.sound


async def test_two_experiments_are_run_and_no_third_and_what_was_marked_is_kept(lab: Bench) -> None:
    first, second, third = (one.mission for one in TRIED.experiments[:3])
    marked = {TRIED.sentences[0].id: TRIED.reasons[0]}
    for mission in (first, first, second):
        await acts.try_out(lab.store, lab.queue, lab.learner, TRIED, mission, marked)
    stands = await now(lab, TRIED)
    assert [one.experiment.mission for one in stands.tried] == [first, second] and stands.runs_left == 0
    assert stands.objections == marked and stands.stage == "mark"
    assert stands.tried[0].run.params.items() >= TRIED.experiments[0].of.run.params.items()
    with pytest.raises(BadInput, match=f"run {RUNS} experiments"):
        await acts.try_out(lab.store, lab.queue, lab.learner, TRIED, third, {})
    with pytest.raises(NotFound):
        await acts.try_out(lab.store, lab.queue, lab.learner, TRIED, "none", {})


async def test_marks_and_what_is_said_of_them_have_to_agree_and_stay_where_they_do_not(lab: Bench) -> None:
    with pytest.raises(BadInput, match="Nothing is marked"):
        await acts.mark(lab.store, lab.learner, OF, {}, True)
    with pytest.raises(BadInput, match="said that you have no objection"):
        await acts.mark(lab.store, lab.learner, OF, OF.flaws, False)
    stands = await now(lab)
    assert stands.objections == OF.flaws and stands.shown == {}


async def test_steps_come_once_and_in_their_order_and_a_new_go_begins_empty(lab: Bench) -> None:
    with pytest.raises(BadInput, match="not open"):
        await acts.decide(lab.store, lab.learner, OF, "decide", OF.decide.best, 2)
    await judged(lab, OF)
    with pytest.raises(BadInput, match="not open"):
        await acts.mark(lab.store, lab.learner, OF, OF.flaws, True)
    with pytest.raises(BadInput, match="before the page is marked"):
        await acts.try_out(lab.store, lab.queue, lab.learner, OF, OF.experiments[0].mission, {})
    await missions.begin(lab.store, lab.learner, PROPOSAL.key(OF.slug))
    stands = await now(lab)
    assert (stands.stage, stands.objections, stands.tried) == ("mark", {}, [])
