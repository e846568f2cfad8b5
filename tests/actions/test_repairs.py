"""A repair, act by act, with a model that follows examples and no rules."""

import asyncio
import re
from typing import Any

import pytest
from lab_fixture import Bench, Endpoint, rows

from fluencylab.actions import repairs, verdicts
from fluencylab.actions.kinds import listed
from fluencylab.actions.repairs import AttemptState
from fluencylab.curriculum.repairs import repairs as known
from fluencylab.errors import BadInput
from fluencylab.practice.kinds import REPAIR

CLERK = known().repairs[0]
GOOD, BAD = CLERK.reference.prompt, CLERK.plausible[0].prompt


def follows(body: dict[str, Any]) -> list[str]:
    """The order number of the last message, if a reply was shown before; else a letter."""
    shown = any(message["role"] == "assistant" for message in body["messages"])
    found = re.search(r"Q-\d{4}", body["messages"][-1]["content"])
    return [found[0]] if shown and found else ["Dear ", "customer"]


async def going(lab: Bench) -> AttemptState:
    async with lab.store.read() as session:
        return await repairs.load_attempt(session, lab.learner, CLERK)


async def handed_in(lab: Bench, prompt: str) -> AttemptState:
    await lab.ended(await repairs.hand_in(lab.store, lab.queue, lab.learner, CLERK, prompt))
    return await going(lab)


async def test_each_hand_in_is_judged_once_and_the_first_right_one_opens_the_debrief(lab: Bench, endpoint: Endpoint) -> None:
    endpoint.says = follows
    failed = await handed_in(lab, BAD)
    assert [row.score for row in failed.judged] == [0] and not failed.debrief
    assert failed.prompt == BAD
    passed = await handed_in(lab, GOOD)
    again = await going(lab)
    assert [row.score for row in again.judged] == [row.score for row in passed.judged] == [0, 1] and again.debrief
    row = again.judged[1]
    assert (row.concept, row.capability, row.stage, row.help) == (CLERK.concept, "debugging", "repair", "")
    assert row.grader.startswith("rules") and row.answer["hits"] == row.answer["n"] == len(CLERK.hidden) * len(CLERK.seeds)
    assert row.conditions and row.conditions["name"] == "Told" and row.conditions["chance"] < 0.1
    assert {row.content for row in again.judged} == {again.judged[0].content}
    async with lab.store.read() as session:
        far = {one.exercise.slug: one.where for one in await listed(session, lab.learner, REPAIR)}
    assert far[CLERK.slug] == "done" and set(far.values()) == {"done", "not begun"}


async def test_a_hand_in_is_judged_with_the_end_of_its_run_though_nobody_looks(lab: Bench, endpoint: Endpoint) -> None:
    endpoint.says = follows
    await lab.ended(await repairs.hand_in(lab.store, lab.queue, lab.learner, CLERK, BAD))
    await lab.ended(await repairs.hand_in(lab.store, lab.queue, lab.learner, CLERK, GOOD))
    ends = rows("SELECT evidence.made = runs.ended FROM evidence JOIN attempts ON attempt_id = attempts.id JOIN runs ON run_id = runs.id")
    assert [bool(same) for (same,) in ends] == [True, True]
    await repairs.hint(lab.store, lab.learner, CLERK)
    assert [(row.score, row.help) for row in (await going(lab)).judged] == [(0, ""), (1, "")]


async def test_two_tabs_hand_in_one_run_that_is_judged_once(lab: Bench, endpoint: Endpoint) -> None:
    endpoint.says, endpoint.gives = follows, 0
    runs = [await repairs.hand_in(lab.store, lab.queue, lab.learner, CLERK, GOOD) for _ in range(2)]
    assert len(set(runs)) == 1
    assert not (await going(lab)).judged
    endpoint.gives = None
    await lab.ended(runs[0])
    await asyncio.gather(*(verdicts.catch_up(lab.store) for _ in range(4)))
    assert len((await going(lab)).judged) == 1


async def test_what_is_refused_asks_nobody_and_counts_as_nothing(lab: Bench, endpoint: Endpoint) -> None:
    pasted = "\n".join(f"user: {case.text}\nassistant: {case.expect}" for case in CLERK.hidden[:5])
    for prompt in (pasted + "\nuser: {message}", CLERK.prompt, "", "x" * 5000 + "{message}"):
        with pytest.raises(BadInput):
            await repairs.hand_in(lab.store, lab.queue, lab.learner, CLERK, prompt)
    with pytest.raises(BadInput):
        await repairs.show_debrief(lab.store, lab.learner, CLERK)
    assert not endpoint.asked and not rows("select id from attempts") and not rows("select id from runs")


async def test_help_is_noted_with_what_is_handed_in_after_it(lab: Bench, endpoint: Endpoint) -> None:
    endpoint.says = follows
    await handed_in(lab, BAD)
    for _ in range(5):
        await repairs.hint(lab.store, lab.learner, CLERK)
    hinted = await handed_in(lab, BAD + " Please.")
    assert hinted.hints == len(CLERK.hints)
    await repairs.show_debrief(lab.store, lab.learner, CLERK)
    shown = await handed_in(lab, GOOD)
    assert [row.help for row in shown.judged] == ["", "hint shown", "debrief shown"]


async def test_a_try_shows_the_visible_cases_and_counts_as_nothing(lab: Bench, endpoint: Endpoint) -> None:
    endpoint.says = follows
    await lab.ended(await repairs.attempt_visible(lab.store, lab.queue, lab.learner, CLERK, GOOD))
    tried = await going(lab)
    assert tried.tried and {step.data["group"] for step in tried.tried.steps} == {"visible"}
    assert tried.prompt == GOOD and not tried.judged and not tried.handed
    await repairs.again(lab.store, lab.learner, CLERK)
    assert (await going(lab)).prompt == CLERK.prompt
