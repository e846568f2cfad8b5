"""The spec clinic, on a real database and an endpoint that answers as it is told: what stops which broken product, and what is refused."""

import re
from collections.abc import Sequence
from itertools import groupby
from typing import Any

import pytest
from lab_fixture import Bench, Endpoint

from fluencylab import clock
from fluencylab.actions import data
from fluencylab.actions.workbench import (
    cases,
    evidence,
    judges,
    judging,
    measures,
    products,
    reading,
    spec,
    spec_judges,
    spec_reading,
    spec_results,
    spec_runs,
    versions,
)
from fluencylab.errors import BadInput, NotFound
from fluencylab.store import product_queries, queries, spec_queries
from fluencylab.store.tables import Step
from fluencylab.workbench.bring_in import CaseDraft
from fluencylab.workbench.version import Version

SYSTEM = "You answer for a parcel desk. Ask for the order number."
MISSING = {"kind": "mentions"}


def parcels(body: dict[str, Any]) -> list[str]:
    """Told to, it asks for the order number; else it promises. It says where the parcel goes, as far as it can read the question."""
    told, asked = body["messages"][0]["content"], body["messages"][-1]["content"]
    place = next(iter(re.findall(r"to ([A-Z]\w+)\?", asked)), "")
    rule = "Please send the order number" if "order number" in told else "It comes tomorrow"
    return [f"{rule}. It goes to {place}." if place else f"{rule}."]


def a_draft(number: int, town: str) -> CaseDraft:
    question = {"question": f"Where is my parcel number {number} that goes to {town}?"}
    return CaseDraft(question, f"It goes to {town}.", (), must_not_break=False, source="", output="", label=None, note="")


def drafts(n: int) -> Sequence[CaseDraft]:
    return [a_draft(i, ("Oslo", "Bern", "Rome", "Lima")[i % 4]) for i in range(n)]


async def a_product(lab: Bench, n: int = 40) -> str:
    made = await products.make(lab.store, lab.learner, "Parcel desk")
    await cases.add(lab.store, lab.learner, made, drafts(n), mask=False)
    await versions.add(lab.store, lab.learner, made, Version.of(SYSTEM, "{{question}}", 0.5, 40), "")
    return made


async def asks_for_the_number(lab: Bench, made: str) -> str:
    return await judging.add_check(lab.store, lab.learner, made, "asks for the number", {"kind": "contains", "values": ["order number"]})


async def a_spec(lab: Bench, made: str) -> str:
    """One sentence, with one test: it asks for the order number in 90 % of ten cases held back. Gives its check."""
    check = await asks_for_the_number(lab, made)
    sentence = await spec.require(lab.store, lab.learner, made, "It asks for the order number.")
    await spec.add_test(lab.store, lab.learner, made, sentence, check, 90, 10)
    return check


async def tried(lab: Bench, made: str, draws: int = 2) -> str:
    run = await spec_runs.start(lab.store, lab.queue, lab.learner, made, 1, draws, 60, 2)
    await lab.ended(run)
    return run


async def came(lab: Bench, made: str, run: str) -> spec_results.SpecResult:
    async with lab.store.read() as session:
        product = await products.owned(session, lab.learner, made)
        return await spec_results.result(session, product, await spec_runs.owned_spec_run(session, lab.learner, made, run))


async def test_a_spec_stops_what_its_check_sees_and_what_it_does_not_see_gets_through(lab: Bench, endpoint: Endpoint) -> None:
    endpoint.says = parcels
    made = await a_product(lab)
    await a_spec(lab, made)
    await judging.add_check(lab.store, lab.learner, made, "names the town", MISSING)
    found = await came(lab, made, await tried(lab, made))
    by_name = {one.name: one for one in found.mutants}
    assert list(by_name) == [
        "no instructions", "half the instructions", "the last rule lost", "temperature 1.3", "output limit", "half the input",
        "hidden instruction",
    ]  # fmt: skip
    assert [name for name, one in by_name.items() if one.stopped] == ["no instructions", "half the instructions", "the last rule lost"]
    lost = by_name["half the input"]
    assert lost.worse.really and lost.stopped is False, "the half of the question that says the town never came"
    assert found.by == ["names the town"]
    assert (found.score.survived, found.score.score.told) == (("half the input",), "0 of 1")
    assert lost.advice is not None and lost.advice.check == "names the town" and lost.advice.least > 50
    assert lost.example is not None and "goes to" in lost.example.today and "goes to" not in lost.example.broken
    assert not by_name["no instructions"].worse.really, "it still names the town, which is all that may say whether it is worse"
    assert found.alarms.told == "0 of 2" and "fewer than 1 of 100 tries" in found.alarms_say


async def test_what_advice_says_is_a_test_that_stops_the_survivor(lab: Bench, endpoint: Endpoint) -> None:
    endpoint.says = parcels
    made = await a_product(lab)
    await a_spec(lab, made)
    check = await judging.add_check(lab.store, lab.learner, made, "names the town", MISSING)
    run = await tried(lab, made)
    advice = next(one.advice for one in (await came(lab, made, run)).mutants if one.advice)
    await spec.add_test(lab.store, lab.learner, made, "", check, advice.least, 12)
    async with lab.store.read() as session:
        product = await products.owned(session, lab.learner, made)
        row = await spec_runs.owned_spec_run(session, lab.learner, made, run)
        after = await spec_results.result(session, product, row, await spec_results.as_it_stands(session, product, row))
        committed = await spec_results.result(session, product, row)
    assert after.score.score.told == "1 of 1" and committed.score.score.told == "0 of 1", "what was committed to stays what it was"


async def test_a_call_that_another_product_makes_word_for_word_is_made_once(lab: Bench, endpoint: Endpoint) -> None:
    endpoint.says = parcels
    made = await a_product(lab)
    await a_spec(lab, made)
    async with lab.store.read() as session:
        planned = await spec_runs.plan(session, await products.owned(session, lab.learner, made), 1, 2)
    assert (planned.cases, planned.calls) == (12, 12 * (2 + len(planned.faults)))
    assert planned.alike == 12 + 11, "half of two sentences is all but the last; and cut in half, twelve questions are the same words"
    before = len(endpoint.asked)
    await tried(lab, made)
    assert len(endpoint.asked) - before == planned.calls - planned.alike


async def test_a_run_that_is_stopped_keeps_what_it_has_and_says_nothing_of_the_rest(lab: Bench, endpoint: Endpoint) -> None:
    endpoint.says = parcels
    made = await a_product(lab)
    await a_spec(lab, made)
    run = await spec_runs.add(lab.store, lab.learner, made, 1, 1, 60, 2)
    async with lab.store.begin() as session:
        row = await queries.run(session, run)
        assert row is not None
        row.status = "cancelled"
        for seq, (case, town) in enumerate(((one.number, one.inputs["question"]) for one in await product_queries.cases(session, made)), 1):
            told = {"case": case, "draw": 0, "text": town, "mutant": ""}
            session.add(Step(run_id=run, seq=seq, kind="output", data=told, made=clock.now()))
    found = await came(lab, made, run)
    assert all(one.stopped is None and one.worse.really is None for one in found.mutants)
    assert found.score.score.n == 0 and "No mutant is known to be worse" in found.score.says


async def test_labels_say_what_is_worse_where_no_check_may_and_are_said_once_of_equal_answers(lab: Bench, endpoint: Endpoint) -> None:
    endpoint.says = parcels
    made = await a_product(lab)
    await a_spec(lab, made)
    run = await tried(lab, made, draws=1)
    first = await came(lab, made, run)
    assert first.by == [] and all(one.worse.really is None for one in first.mutants)
    read = 0
    while True:
        async with lab.store.read() as session:
            found = await spec_reading.reading(session, lab.learner, made, run)
        assert found is not None
        if found.label:
            break
        async with lab.store.read() as session:
            assert "compare" not in await evidence.foretold(session, lab.learner, "mutation", run)
        await spec_reading.say(lab.store, lab.learner, made, run, found.seq, "order number" in found.output["text"], "")
        read += 1
    outputs = 12 * 8
    assert read < outputs / 2, "equal answers to the same case are read once"
    after = await came(lab, made, run)
    assert after.labels == outputs
    assert {one.name for one in after.mutants if one.worse.really} == {"no instructions", "half the instructions", "the last rule lost"}
    assert after.score.score.told == "3 of 3"
    async with lab.store.read() as session:
        (graded,) = (await evidence.foretold(session, lab.learner, "mutation", run))["compare"].answer["graded"]
    assert (graded["said"], graded["measured"]) == (60, 100)


async def test_reading_goes_case_by_case_and_no_output_of_a_mutant_counts_as_one_of_the_product(lab: Bench, endpoint: Endpoint) -> None:
    endpoint.says = parcels
    made = await a_product(lab)
    await a_spec(lab, made)
    run = await tried(lab, made, draws=1)
    async with lab.store.read() as session:
        order = await spec_reading.order(session, run)
        outputs = {one.seq: one for one in await spec_results.given(session, run)}
    asked = [outputs[seq].case for seq in order]
    assert len(list(groupby(asked))) == len(set(asked)), "a case is read to its end before the next one is"
    await reading.say(lab.store, lab.learner, made, run, order[0], False, "promises")
    async with lab.store.read() as session:
        assert await product_queries.evaluations(session, made) == [] and await product_queries.unsorted(session, made, "") == 0
        assert await product_queries.label_counts(session, made) == {}


async def test_what_cannot_be_tested_is_refused_in_a_sentence(lab: Bench) -> None:
    made = await a_product(lab, 8)
    check = await asks_for_the_number(lab, made)
    with pytest.raises(BadInput, match="no test in the spec"):
        await spec_runs.add(lab.store, lab.learner, made, 1, 1, 60, 2)
    with pytest.raises(BadInput, match="from 1 to 0, for so many are held back"):
        await spec.add_test(lab.store, lab.learner, made, "", check, 90, 4)
    with pytest.raises(BadInput, match="from 1 to 100"):
        await spec.add_test(lab.store, lab.learner, made, "", check, 0, 4, "open")
    with pytest.raises(BadInput, match="held back, or on the open"):
        await spec.add_test(lab.store, lab.learner, made, "", check, 50, 4, "all")
    with pytest.raises(NotFound, match="no such sentence"):
        await spec.add_test(lab.store, lab.learner, made, "none", check, 50, 4, "open")
    with pytest.raises(BadInput, match="a sentence of at most"):
        await spec.require(lab.store, lab.learner, made, " ")
    await spec.add_test(lab.store, lab.learner, made, "", check, 90, 4, "open")
    with pytest.raises(BadInput, match="No case is held back"):
        await spec_runs.add(lab.store, lab.learner, made, 1, 1, 60, 2)
    with pytest.raises(BadInput, match="Say first what you expect"):
        await spec_runs.add(lab.store, lab.learner, made, 1, 1, None, None)
    with pytest.raises(BadInput, match="has a test by"):
        await judging.remove_check(lab.store, lab.learner, made, check)
    async with lab.store.read() as session:
        with pytest.raises(NotFound, match="not tested in such a run"):
            await spec_runs.owned_spec_run(session, lab.learner, made, "none")


async def test_a_sentence_is_kept_once_written_anew_and_taken_out_with_its_tests(lab: Bench) -> None:
    made = await a_product(lab)
    check = await asks_for_the_number(lab, made)
    sentence = await spec.require(lab.store, lab.learner, made, "It is  accurate.")
    assert await spec.require(lab.store, lab.learner, made, "it is accurate.") == sentence
    await spec.add_test(lab.store, lab.learner, made, sentence, check, 95, 20)
    await spec.reword(lab.store, lab.learner, made, sentence, "It asks for the order number in 95 of 100 cases.")
    async with lab.store.read() as session:
        (only,) = await spec.written(session, made)
    assert only.row.text.startswith("It asks") and [one.row.least for one in only.tests] == [95]
    await spec.reword(lab.store, lab.learner, made, sentence, "")
    async with lab.store.read() as session:
        assert await spec.written(session, made) == [] and await spec_queries.tests(session, made) == []


async def test_a_spec_goes_along_in_a_backup_and_with_its_product(lab: Bench, endpoint: Endpoint) -> None:
    endpoint.says = parcels
    made = await a_product(lab)
    await a_spec(lab, made)
    run = await tried(lab, made)
    before = spec_results.public(await came(lab, made, run))
    file = await data.export(lab.store, lab.learner)
    await products.remove(lab.store, lab.learner, made)
    async with lab.store.read() as session:
        assert await spec_queries.runs(session, made) == [] and await spec_queries.requirements(session, made) == []
        assert await queries.run(session, run) is None
    await data.restore(lab.store, lab.learner, file, replace=True)
    assert spec_results.public(await came(lab, made, run)) == before


async def test_the_score_and_the_false_alarms_can_be_bound_in_a_memo(lab: Bench, endpoint: Endpoint) -> None:
    endpoint.says = parcels
    made = await a_product(lab)
    await a_spec(lab, made)
    await judging.add_check(lab.store, lab.learner, made, "names the town", MISSING)
    run = await tried(lab, made)
    async with lab.store.read() as session:
        found = await measures.measures(session, await products.owned(session, lab.learner, made))
    score, alarm = found[f"mutants:{run[:8]}"], found[f"alarms:{run[:8]}"]
    assert (score.measure.told, alarm.measure.told) == ("0 of 1", "0 of 2")
    assert "7 products with one fault" in score.conditions and "12 cases" in score.conditions


async def test_tested_again_with_nothing_changed_it_asks_nothing(lab: Bench, endpoint: Endpoint) -> None:
    endpoint.says = parcels
    made = await a_product(lab)
    await a_spec(lab, made)
    first = await came(lab, made, await tried(lab, made))
    before = len(endpoint.asked)
    assert spec_results.public(await came(lab, made, await tried(lab, made))) == spec_results.public(first)
    assert len(endpoint.asked) == before


async def test_what_was_foretold_counts_once_for_a_version_and_only_where_enough_is_worse(lab: Bench, endpoint: Endpoint) -> None:
    endpoint.says = parcels
    made = await a_product(lab)
    await a_spec(lab, made)
    await judging.add_check(lab.store, lab.learner, made, "names the town", MISSING)
    first, second = await tried(lab, made), await tried(lab, made)
    async with lab.store.read() as session:
        said = await evidence.foretold(session, lab.learner, "mutation", first)
        again = await evidence.foretold(session, lab.learner, "mutation", second)
    assert said["predict"].answer["values"] == {"score": 60} and "compare" not in said, "one worse product is no share"
    assert again == {}, "what got through had been seen"


def parcels_and_judge(body: dict[str, Any]) -> list[str]:
    """The product; and where a rule is asked about, a judge that fails what names no town."""
    asked = body["messages"][-1]["content"]
    if "The answer to be judged:" not in asked:
        return parcels(body)
    return ["It says where.\n", "PASS"] if "It goes to" in asked.rpartition("The answer to be judged:")[2] else ["It does not.\n", "FAIL"]


async def test_a_judge_in_the_spec_is_asked_about_every_answer_and_one_that_likes_everything_stops_nothing(
    lab: Bench, endpoint: Endpoint
) -> None:
    endpoint.says = parcels_and_judge
    made = await a_product(lab)
    await judging.add_check(lab.store, lab.learner, made, "names the town", MISSING)
    judge = await judges.add_judge(lab.store, lab.learner, made, "It must say where the parcel goes.", name="Says where")
    await spec.add_test(lab.store, lab.learner, made, "", judge, 90, 12)
    run = await tried(lab, made)
    before = await came(lab, made, run)
    assert all(one.stopped is None for one in before.mutants) and before.score.untold == ("half the input",)
    async with lab.store.read() as session:
        product = await products.owned(session, lab.learner, made)
        (asking,) = await spec_judges.unasked(session, product, await spec_runs.owned_spec_run(session, lab.learner, made, run))
    assert asking.plan is not None and asking.plan.outputs == 12 * 9 and asking.plan.calls < asking.plan.outputs
    calls = len(endpoint.asked)
    await lab.ended(await spec_judges.ask(lab.store, lab.queue, lab.learner, made, run, judge))
    assert len(endpoint.asked) - calls == asking.plan.calls, "the same answer to the same case is judged once"
    found = await came(lab, made, run)
    assert found.score.score.told == "1 of 1"
    kind = spec_judges.kind_judge(found)
    assert kind is not None and kind.score.told == "0 of 1" and spec_judges.kind_judge(before) is not None
    async with lab.store.read() as session:
        assert await spec_judges.unasked(session, product, await spec_runs.owned_spec_run(session, lab.learner, made, run)) == []
