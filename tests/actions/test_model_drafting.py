"""Cases drafted by a model: asked once for each passage, stopped and gone on with, and counted only once a person has taken them."""

import asyncio
import json
import re
from typing import Any

import pytest
from lab_fixture import Bench, Endpoint

from fluencylab.actions import data
from fluencylab.actions.runs import cancel_run
from fluencylab.actions.workbench import cases, documents, draft_choices, drafting, products
from fluencylab.actions.workbench.draft_choices import Decided, ReviewedDraft
from fluencylab.documents.format import ReadDocument
from fluencylab.errors import BadInput, NotFound
from fluencylab.instruments import drafting as instrument
from fluencylab.store import draft_queries, product_queries
from fluencylab.workbench.found import CaseDraft

TOWNS = ("Oslo", "Bern", "Rome", "Lima", "Cairo", "Quito", "Sofia", "Tunis", "Delhi", "Dakar", "Hanoi", "Minsk")


def paragraph(number: int) -> str:
    """Seventy words and more, so that each is a passage of its own."""
    town = TOWNS[number]
    more = " ".join(f"The counter in {town} keeps parcel shelf {place} dry and warm." for place in range(1, 7))
    return f"A parcel to {town} takes {number + 11} working days. {more}"


POLICY = ReadDocument("policy.md", "\n\n".join(paragraph(number) for number in range(12)), "markdown")


def writes(body: dict[str, Any]) -> list[str]:
    """A model that reads the passage: of Rome it invents the days."""
    days, town = told(body)
    return [json.dumps({"question": f"How long does a parcel to {town} take?", "answer": f"{99 if town == 'Rome' else days} working days"})]


def told(body: dict[str, Any]) -> tuple[str, str]:
    found = re.search(r"A parcel to (\w+) takes (\d+)", body["messages"][-1]["content"])
    assert found, body["messages"][-1]["content"]
    return found[2], found[1]


async def a_product(lab: Bench, *read: ReadDocument) -> str:
    made = await products.make(lab.store, lab.learner, "Parcel desk")
    await documents.add(lab.store, lab.learner, made, read or (POLICY,))
    return made


async def drafted(lab: Bench, made: str, most: int = 12) -> str:
    run = await drafting.start(lab.store, lab.queue, lab.learner, made, most=most)
    await lab.ended(run)
    return run


async def reviewed(lab: Bench, run: str) -> list[ReviewedDraft]:
    async with lab.store.read() as session:
        return await draft_choices.reviewed(session, run)


async def kept(lab: Bench, made: str) -> list[tuple[dict[str, Any], str, str, str]]:
    async with lab.store.read() as session:
        return [(one.inputs, one.reference, one.source, one.tags) for one in await product_queries.cases(session, made)]


async def test_each_passage_is_asked_about_once_and_held_against_what_it_says(lab: Bench, endpoint: Endpoint) -> None:
    endpoint.says = writes
    made = await a_product(lab)
    async with lab.store.read() as session:
        plan = await drafting.plan(session, made, None, 100)
    assert (plan.documents, plan.passages, plan.left, plan.calls) == (1, 12, 12, 12) and plan.seconds > 0 and plan.dollars is None
    run = await drafted(lab, made)
    found = await reviewed(lab, run)
    assert len(endpoint.asked) == len(found) == 12 and "schema" not in json.dumps(endpoint.asked[0])
    assert [one.number for one in found] == list(range(1, 13))
    (rome,) = [one for one in found if not one.held]
    assert "Rome" in rome.question and "“99” stands nowhere in it" in rome.fault
    assert await kept(lab, made) == [], "no draft is a case"
    async with lab.store.read() as session:
        steps = (await draft_queries.runs(session, made))[0]
        (line,) = await product_queries.sent(session, made, 5)
    assert (steps.drafts, steps.decided, line.passages, line.what) == (12, 0, 12, "Cases drafted from 1 document")


async def test_passages_not_asked_about_come_first_and_evenly(lab: Bench, endpoint: Endpoint) -> None:
    endpoint.says = writes
    made = await a_product(lab)
    first = await reviewed(lab, await drafted(lab, made, 4))
    assert sorted(one.place for one in first) == [f"policy.md, passage {part}" for part in (1, 10, 4, 7)]
    second = await reviewed(lab, await drafted(lab, made, 12))
    assert len(second) == 8 and not {one.passage for one in first} & {one.passage for one in second}
    async with lab.store.read() as session:
        assert (await drafting.plan(session, made, None, 100)).left == 0


async def test_a_person_takes_changes_or_throws_away_and_only_what_is_taken_is_a_case(lab: Bench, endpoint: Endpoint) -> None:
    endpoint.says = writes
    made = await a_product(lab)
    run = await drafted(lab, made, 4)
    a, b, c, d = await reviewed(lab, run)
    said = await draft_choices.decide(
        lab.store, lab.learner, made, run, {b.seq: (" When is it\nin Lima? ", "Soon.\r\n")}, [a.seq, b.seq], [c.seq]
    )
    assert said == Decided(2, 0, 1, 0) and said.told == "2 cases are kept; 1 draft is thrown away."
    assert await kept(lab, made) == [
        ({"question": a.question}, a.reference, a.place, "drafted by a model"),
        ({"question": "When is it in Lima?"}, "Soon.", b.place, "drafted by a model"),
    ]
    assert [(one.state, one.case) for one in await reviewed(lab, run)] == [("taken", 1), ("taken", 2), ("dropped", 0), ("", 0)]
    again = await draft_choices.decide(lab.store, lab.learner, made, run, {a.seq: ("Other words?", "")}, [a.seq, c.seq, d.seq])
    assert again == Decided(1, 0, 0, 2), "another tab was first with two of them"
    await draft_choices.take_up(lab.store, lab.learner, made, run, c.seq)
    with pytest.raises(BadInput, match="not thrown away"):
        await draft_choices.take_up(lab.store, lab.learner, made, run, c.seq)
    await draft_choices.decide(lab.store, lab.learner, made, run, {c.seq: ("", "x")})
    assert (await reviewed(lab, run))[2][4:8] == ("", "x", c.fault, "changed")
    with pytest.raises(BadInput, match="has no question"):
        await draft_choices.decide(lab.store, lab.learner, made, run, {}, [c.seq])
    with pytest.raises(BadInput, match="more than 4,000"):
        await draft_choices.decide(lab.store, lab.learner, made, run, {c.seq: ("x" * 4_001, "")})
    with pytest.raises(NotFound, match="no draft that is step 99"):
        await draft_choices.decide(lab.store, lab.learner, made, run, {}, [99])
    assert len(await kept(lab, made)) == 3


async def test_two_tabs_at_once_take_a_draft_once(lab: Bench, endpoint: Endpoint) -> None:
    endpoint.says = writes
    made = await a_product(lab)
    run = await drafted(lab, made, 4)
    seqs = [one.seq for one in await reviewed(lab, run)]
    said = await asyncio.gather(*(draft_choices.decide(lab.store, lab.learner, made, run, {}, seqs) for _ in range(3)))
    assert sorted(said) == [Decided(0, 0, 0, 4), Decided(0, 0, 0, 4), Decided(4, 0, 0, 0)] and len(await kept(lab, made)) == 4


async def test_a_case_that_is_there_is_no_draft_of_its_own_and_its_variable_is_used(lab: Bench, endpoint: Endpoint) -> None:
    endpoint.says = writes
    made = await a_product(lab)
    there = CaseDraft({"message": "How long does the parcel to Oslo take?"}, "", (), False, "a.csv", "", None, "")
    await cases.add(lab.store, lab.learner, made, [there], mask=False)
    run = await drafted(lab, made)
    (oslo,) = [one for one in await reviewed(lab, run) if "Oslo" in one.question]
    assert oslo.fault == "It asks the same as case 1."
    other = next(one for one in await reviewed(lab, run) if one.held)
    await draft_choices.decide(lab.store, lab.learner, made, run, {oslo.seq: (there.inputs["message"], "")}, [oslo.seq, other.seq])
    assert [inputs for inputs, *_ in await kept(lab, made)] == [there.inputs, {"message": other.question}]


async def test_a_draft_that_asks_what_another_asks_is_not_held(lab: Bench, endpoint: Endpoint) -> None:
    endpoint.says = lambda body: [
        json.dumps({"question": "How many working days does it take?", "answer": f"{told(body)[0]} working days"})
    ]
    found = await reviewed(lab, await drafted(lab, await a_product(lab), 3))
    assert [one.fault for one in found] == ["", "It asks the same as draft 1.", "It asks the same as draft 1."]


async def test_a_run_that_is_stopped_goes_on_where_it_was_and_asks_nothing_twice(lab: Bench, endpoint: Endpoint) -> None:
    endpoint.says, endpoint.gives = writes, 5
    made = await a_product(lab)
    run = await drafting.start(lab.store, lab.queue, lab.learner, made, most=12)
    await lab.stored(run, 5)
    with pytest.raises(BadInput, match="being drafted for this product already"):
        await drafting.start(lab.store, lab.queue, lab.learner, made)
    await cancel_run(lab.store, run)
    await lab.ended(run)
    first = await reviewed(lab, run)
    await draft_choices.decide(lab.store, lab.learner, made, run, {}, [first[0].seq])
    endpoint.gives = None
    before = len(endpoint.asked)
    await drafting.go_on(lab.store, lab.queue, lab.learner, made, run)
    await lab.until(run, "done")
    found = await reviewed(lab, run)
    assert len(found) == 12 and len(endpoint.asked) - before == 7 and found[0].state == "taken"
    assert [one.question for one in found[:5]] == [one.question for one in first]
    with pytest.raises(BadInput, match="neither stopped nor broken off"):
        await drafting.reopen(lab.store, lab.learner, made, run)


async def test_a_model_that_dies_keeps_what_came_and_rubbish_is_shown_as_it_is(lab: Bench, endpoint: Endpoint) -> None:
    endpoint.says = lambda body: ["I am <b>a helpful</b> assistant\0."]
    made = await a_product(lab)
    (one,) = await reviewed(lab, await drafted(lab, made, 1))
    assert (one.question, one.held) == (
        "",
        False,
    ) and "The model wrote no question with an answer: “I am <b>a helpful</b> assistant" in one.fault
    endpoint.refuses = 401, "no such key"
    run = await lab.ended(await drafting.start(lab.store, lab.queue, lab.learner, made))
    assert run.status == "failed" and run.message and run.fix
    endpoint.refuses, endpoint.says = None, writes
    await drafting.go_on(lab.store, lab.queue, lab.learner, made, run.id)
    await lab.until(run.id, "done")
    assert len(await reviewed(lab, run.id)) == 10


async def test_where_there_is_nothing_to_ask_about_it_is_said(lab: Bench) -> None:
    made = await products.make(lab.store, lab.learner, "Desk")
    with pytest.raises(BadInput, match="no document yet"):
        await drafting.start(lab.store, lab.queue, lab.learner, made)
    await documents.add(
        lab.store, lab.learner, made, [ReadDocument("short.md", "Closed.", "markdown"), ReadDocument("b.md", "Open.", "md")]
    )
    with pytest.raises(BadInput, match="None of the 2 documents holds a passage of 8 words"):
        await drafting.start(lab.store, lab.queue, lab.learner, made)
    with pytest.raises(BadInput, match="The document holds no passage of 8 words"):
        await drafting.start(lab.store, lab.queue, lab.learner, made, [1])
    with pytest.raises(BadInput, match="No document was chosen"):
        await drafting.start(lab.store, lab.queue, lab.learner, made, [7])


async def test_drafts_go_with_the_product_and_come_back_with_a_backup(lab: Bench, endpoint: Endpoint) -> None:
    endpoint.says = writes
    made = await a_product(lab)
    run = await drafted(lab, made, 3)
    seqs = [one.seq for one in await reviewed(lab, run)]
    await draft_choices.decide(lab.store, lab.learner, made, run, {seqs[1]: ("Mine?", "Yes, mine.")}, [seqs[0]], [seqs[2]])
    before = await reviewed(lab, run)
    file = await data.export(lab.store, lab.learner)
    await products.remove(lab.store, lab.learner, made)
    async with lab.store.read() as session:
        assert await draft_queries.runs(session, made) == [] and await draft_queries.drafts(session, run) == {}
        assert await draft_queries.choices(session, run) == {}
    await data.restore(lab.store, lab.learner, file, replace=True)
    assert await reviewed(lab, run) == before and [one.state for one in before] == ["taken", "changed", "dropped"]


async def test_a_product_is_deleted_while_it_is_being_drafted_for(lab: Bench, endpoint: Endpoint) -> None:
    endpoint.says, endpoint.gives = writes, 2
    made = await a_product(lab)
    run = await drafting.start(lab.store, lab.queue, lab.learner, made, most=12)
    await lab.stored(run, 2)
    await products.remove(lab.store, lab.learner, made)
    async with lab.store.read() as session:
        assert await draft_queries.draft_run(session, run) is None


async def test_the_drafts_of_one_product_are_none_of_another(lab: Bench, endpoint: Endpoint) -> None:
    endpoint.says = writes
    made, other = await a_product(lab), await a_product(lab)
    run = await drafted(lab, made, 1)
    with pytest.raises(NotFound):
        await draft_choices.decide(lab.store, lab.learner, other, run, {}, [1])
    with pytest.raises(NotFound):
        await drafting.reopen(lab.store, lab.learner, other, run)


def test_a_run_takes_no_more_than_it_should() -> None:
    passages = [instrument.DraftPassage(text=f"Passage number {number} of many.") for number in range(instrument.MOST + 1)]
    with pytest.raises(ValueError, match="at most 100"):
        instrument.Params(passages=tuple(passages))
    with pytest.raises(ValueError, match="given twice"):
        instrument.Params(passages=(passages[0], passages[0]))
