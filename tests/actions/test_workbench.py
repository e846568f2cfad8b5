"""The acts on a product of one's own: what is kept, what is never kept twice, and what is refused in a sentence."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import pytest
from lab_fixture import Bench, Endpoint

from fluencylab.actions import data, kept
from fluencylab.actions.workbench import cases, comparing, evaluations, judging, practice, products, reading, versions
from fluencylab.actions.workbench.judging import BY_HAND
from fluencylab.actions.workbench.measures import measures
from fluencylab.curriculum.practice_product import practice_product
from fluencylab.errors import BadInput, NotFound
from fluencylab.store import product_queries, queries
from fluencylab.store.engine import Store
from fluencylab.text import patterns
from fluencylab.workbench.bring_in import CaseDraft
from fluencylab.workbench.checks import Judged
from fluencylab.workbench.version import Version
from fluencylab.workbench.word_diff import changed

QUESTIONS = [f"Where is parcel {number}?" for number in range(1, 13)]


def draft(question: str, output: str = "", label: bool | None = None, must: bool = False, reference: str = "", note: str = "") -> CaseDraft:
    return CaseDraft({"question": question}, reference, (), must, "cases.csv", output, label, note)


async def a_product(lab: Bench, drafts: Sequence[CaseDraft] = ()) -> str:
    made = await products.make(lab.store, lab.learner, "Parcel desk")
    if drafts:
        await cases.add(lab.store, lab.learner, made, drafts, mask=False)
    return made


async def test_the_same_case_is_kept_once_and_half_are_held_back_whatever_their_order(lab: Bench) -> None:
    held = []
    for order in (QUESTIONS, QUESTIONS[::-1]):
        made = await a_product(lab)
        added = await cases.add(lab.store, lab.learner, made, [draft(text) for text in [*order, order[0]]], mask=False)
        assert (added.kept, added.doubled, added.run) == (12, 1, "")
        async with lab.store.read() as session:
            assert await product_queries.case_counts(session, made) == (6, 6, 0)
            held.append({row.inputs["question"] for row in await product_queries.cases(session, made, held_back=True)})
    assert held[0] == held[1]


async def test_what_was_there_stays_open_when_more_is_brought_in(lab: Bench) -> None:
    made = await a_product(lab, [draft(text) for text in QUESTIONS[:5]])
    await cases.add(lab.store, lab.learner, made, [draft(f"{text} Please.") for text in QUESTIONS[:10]], mask=False)
    async with lab.store.read() as session:
        first = [row.held_back for row in await product_queries.cases(session, made)][:5]
        assert not any(first)
        assert (await product_queries.case_counts(session, made)).held_back == 5


async def test_what_is_personal_is_masked_before_it_is_kept(lab: Bench) -> None:
    made = await a_product(lab)
    told = draft("I am ada@example.org, call +44 20 7946 0958", output="Thank you, ada@example.org", note="repeats ada@example.org")
    added = await cases.add(lab.store, lab.learner, made, [told], mask=True)
    async with lab.store.read() as session:
        rows = await product_queries.cases(session, made)
        outputs = await product_queries.outputs(session, [added.run])
    kept = str(rows[0].inputs) + str(outputs)
    assert "ada@" not in kept and "7946" not in kept and "[e-mail 1]" in kept


async def test_answers_that_came_along_can_be_read_at_once_with_what_was_said_of_them(lab: Bench) -> None:
    made = await a_product(lab)
    given = [draft("Where?", "On its way.", True), draft("When?", "Never.", False, note="rude"), draft("When?", "Soon.")]
    added = await cases.add(lab.store, lab.learner, made, given, mask=False)
    async with lab.store.read() as session:
        outputs = (await product_queries.outputs(session, [added.run]))[added.run]
        assert [(one["case"], one["draw"]) for one in outputs.values()] == [(1, 0), (2, 0), (2, 1)]
        labels = await product_queries.labels(session, [added.run])
        assert {(one.seq, one.passed, one.note) for one in labels} == {(1, True, ""), (2, False, "rude")}
        first = await reading.reading(session, lab.learner, made, added.run)
    assert first is not None and first.seq == 3, "what has no label yet comes first"
    assert (await judged_by_hand(lab.store, added.run)) == {1: [True], 2: [False]}


async def judged_by_hand(store: Store, run: str) -> dict[int, list[bool]]:
    async with store.read() as session:
        return (await judging.by_hand(session, [run]))[run]


async def test_a_version_is_never_changed_and_says_why_it_was_made(lab: Bench) -> None:
    made = await a_product(lab)
    first = Version.of("Be brief.", "{{question}}")
    assert await versions.add(lab.store, lab.learner, made, first, "") == 1
    assert await versions.add(lab.store, lab.learner, made, first, "again") == 1, "the same words are the same version"
    with pytest.raises(BadInput, match="needs a reason"):
        await versions.add(lab.store, lab.learner, made, Version.of("Be very brief.", "{{question}}"), " ")
    assert await versions.add(lab.store, lab.learner, made, Version.of("Be very brief.", "{{question}}"), "shorter") == 2
    with pytest.raises(BadInput, match="not closed"):
        await versions.add(lab.store, lab.learner, made, Version.of("", "{{question"), "open")
    assert [tuple(piece) for piece in changed("Be brief.", "Be very brief.")] == [("both", "Be "), ("after", "very "), ("both", "brief.")]
    assert [tuple(piece) for piece in changed("Be polite.", "Be polite. Ask.")] == [("both", "Be polite."), ("after", " Ask.")]


async def test_a_version_runs_on_the_open_half_and_says_before_what_it_expects(lab: Bench, endpoint: Endpoint) -> None:
    endpoint.says = lambda body: ["Asked: ", body["messages"][-1]["content"]]
    made = await a_product(lab, [draft(text) for text in QUESTIONS])
    await versions.add(lab.store, lab.learner, made, Version.of("Be brief.", "{{question}}"), "")
    with pytest.raises(BadInput, match="what you expect"):
        await evaluations.start(lab.store, lab.queue, lab.learner, made, 1, "open", 1, None, None)
    run = await evaluations.start(lab.store, lab.queue, lab.learner, made, 1, "open", 2, 70, 2)
    await lab.ended(run)
    async with lab.store.read() as session:
        outputs = (await product_queries.outputs(session, [run]))[run]
        opened = {row.number: row.inputs["question"] for row in await product_queries.cases(session, made, held_back=False)}
        kept = await product_queries.evaluation(session, run)
    assert {(one["case"], one["draw"]) for one in outputs.values()} == {(number, draw) for number in opened for draw in (0, 1)}
    assert all(one["text"] == f"Asked: {opened[one['case']]}" for one in outputs.values())
    assert kept is not None and (kept.expected, kept.certainty) == (70, 2)


async def test_a_case_that_lacks_a_variable_stops_the_run_before_it_begins(lab: Bench) -> None:
    made = await a_product(lab, [draft("Where?")])
    await versions.add(lab.store, lab.learner, made, Version.of("", "{{question}} {{order}}"), "")
    with pytest.raises(BadInput, match="Case 1 has nothing for “order”"):
        await evaluations.start(lab.store, lab.queue, lab.learner, made, 1, "open", 1, 50, 1)
    with pytest.raises(BadInput, match="no case in the half held back"):
        await evaluations.start(lab.store, lab.queue, lab.learner, made, 1, "held back", 1, 50, 1)
    with pytest.raises(NotFound, match="no version 7"):
        await evaluations.start(lab.store, lab.queue, lab.learner, made, 7, "open", 1, 50, 1)


async def recorded(lab: Bench, made: str, outputs: dict[str, str], version: int) -> str:
    drafts = [draft(question, output) for question, output in outputs.items()]
    return (await cases.add(lab.store, lab.learner, made, drafts, mask=False, version=version)).run


async def test_two_versions_are_compared_by_hand_and_by_a_check(lab: Bench) -> None:
    made = await a_product(lab, [draft("a", must=True), draft("b"), draft("c")])
    before = await recorded(lab, made, {"a": "yes", "b": "no", "c": "yes"}, 1)
    after = await recorded(lab, made, {"a": "no", "b": "yes", "c": "yes"}, 2)
    check = await judging.add_check(lab.store, lab.learner, made, "says yes", {"kind": "contains", "values": ["yes"]})
    async with lab.store.read() as session:
        found = await comparing.told(session, lab.learner, made, before, after, "says yes")
        assert (found["fixed"], found["broken"], found["protected"], found["same"]) == ([2], [1], [1], 1)
        product = await products.owned(session, lab.learner, made)
        first, second = comparing.chosen(await evaluations.evaluated(session, made), "", "")
        assert first and second and {first.version, second.version} == {1, 2}
        with pytest.raises(BadInput, match="not read the same cases"):
            await comparing.compared(session, product, first, second, BY_HAND)
    for run, seq, passed in ((before, 1, True), (after, 1, False)):
        await reading.say(lab.store, lab.learner, made, run, seq, passed, "")
    async with lab.store.read() as session:
        assert (await comparing.told(session, lab.learner, made, before, after, ""))["broken"] == [1]
        with pytest.raises(BadInput, match="no check called"):
            await comparing.told(session, lab.learner, made, before, after, "nothing of the kind")
    await judging.remove_check(lab.store, lab.learner, made, check)


async def test_only_what_is_said_after_a_check_was_written_can_tell_how_good_it_is(lab: Bench) -> None:
    made = await a_product(lab)
    run = await recorded(lab, made, {"a": "yes", "b": "no"}, 1)
    await reading.say(lab.store, lab.learner, made, run, 1, True, "")
    row = await judging.add_check(lab.store, lab.learner, made, "says yes", {"kind": "contains", "values": ["yes"]})
    await reading.say(lab.store, lab.learner, made, run, 2, False, "says no")
    async with lab.store.read() as session:
        product = await products.owned(session, lab.learner, made)
        check = await product_queries.check(session, row)
        assert check is not None
        judged = (await judging.by_checks(session, product, [check], {run: 2}))[row].labelled
    assert [(one.seq, one.passed, one.label, one.fresh) for one in judged] == [(1, True, True, False), (2, False, False, True)]


async def test_notes_stand_under_names_and_stay_when_a_name_goes(lab: Bench) -> None:
    made = await a_product(lab)
    run = await recorded(lab, made, {"a": "yes", "b": "no"}, 1)
    await reading.say(lab.store, lab.learner, made, run, 1, False, "too short")
    mode = await reading.name_mode(lab.store, lab.learner, made, "Too short")
    assert await reading.name_mode(lab.store, lab.learner, made, "too  short") == mode
    await reading.put_under(lab.store, lab.learner, made, run, 1, mode)
    with pytest.raises(BadInput, match="does not pass"):
        await reading.put_under(lab.store, lab.learner, made, run, 2, mode)
    await reading.remove_mode(lab.store, lab.learner, made, mode)
    async with lab.store.read() as session:
        (label,) = await product_queries.labels(session, [run])
    assert (label.note, label.mode, label.passed) == ("too short", "", False)


async def test_a_product_goes_whole_and_nothing_of_another(lab: Bench) -> None:
    made = [await a_product(lab, [draft(text, "An answer.", True) for text in QUESTIONS]) for _ in range(2)]
    await products.remove(lab.store, lab.learner, made[0])
    async with lab.store.read() as session:
        assert await product_queries.runs_of(session, made[0]) == []
        (run,) = await product_queries.runs_of(session, made[1])
        assert len(await queries.steps_after(session, run)) == 12
        assert (await product_queries.case_counts(session, made[0])).all == 0
        with pytest.raises(NotFound):
            await products.owned(session, lab.learner, made[0])


async def test_it_comes_back_from_a_backup_as_it_was(lab: Bench) -> None:
    made = await practice.begin(lab.store, lab.learner)
    async with lab.store.read() as session:
        (first, _) = await product_queries.evaluations(session, made)
    await reading.say(lab.store, lab.learner, made, first[0].run_id, 3, False, "says it is booked")
    await judging.add_check(lab.store, lab.learner, made, "", {"kind": "length", "most": 60})
    kept = await data.export(lab.store, lab.learner)
    await data.restore(lab.store, lab.learner, kept, replace=True)
    again = await data.export(lab.store, lab.learner)
    assert strip(kept) == strip(again)


def strip(content: bytes) -> object:

    return json.loads(content)["tables"]


async def test_the_practice_product_is_there_once_and_tells_its_truth_only_when_enough_is_read(lab: Bench) -> None:
    made = await practice.begin(lab.store, lab.learner)
    assert await practice.begin(lab.store, lab.learner) == made
    of = practice_product()
    async with lab.store.read() as session:
        product = await products.owned(session, lab.learner, made)
        runs = {one.version: one.run for one in await evaluations.evaluated(session, made)}
        order = reading.reading_order(runs[1], await product_queries.output_numbers(session, runs[1]))
        outputs = (await product_queries.outputs(session, [runs[1]]))[runs[1]]
    known = {seq: of.by_id[data["source"].removeprefix(practice.SOURCE)] for seq, data in outputs.items()}
    assert all(outputs[seq]["text"] == one.output for seq, one in known.items()) and len(known) == 120
    for seq in order[:20]:
        async with lab.store.read() as session:
            assert await practice.truth(session, product, 20) is None
        await reading.say(lab.store, lab.learner, made, runs[1], seq, not known[seq].fails, "")
    async with lab.store.read() as session:
        told = await practice.truth(session, product, 20)
    faulty = sum(known[seq].fails for seq in order[:20])
    assert told is not None and (told.read, told.faulty, told.found, told.false_alarms) == (20, faulty, faulty, 0)


async def test_two_acts_at_once_give_no_version_twice(lab: Bench) -> None:
    made = await a_product(lab)
    told = [Version.of(f"Be {n}.", "{{question}}") for n in range(6)]
    numbers = await asyncio.gather(*(versions.add(lab.store, lab.learner, made, one, f"try {n}") for n, one in enumerate(told)))
    assert sorted(numbers) == [1, 2, 3, 4, 5, 6]


async def judged_by(lab: Bench, made: str, check: str, counts: dict[str, int]) -> judging.Judgement:
    async with lab.store.read() as session:
        product = await products.owned(session, lab.learner, made)
        row = await product_queries.check(session, check)
        assert row is not None
        return (await judging.by_checks(session, product, [row], counts))[check]


async def test_what_was_judged_is_not_judged_again_until_more_comes_or_prices_change(lab: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    made = await a_product(lab)
    run = await recorded(lab, made, {"a": "yes", "b": "no", "c": "yes"}, 1)
    words = await judging.add_check(lab.store, lab.learner, made, "", {"kind": "contains", "values": ["yes"]})
    cost = await judging.add_check(lab.store, lab.learner, made, "", {"kind": "cost", "most": 0.1})
    judged = list[str]()
    real = judging.judged_output

    def noted(check: Any, *rest: Any) -> Judged:
        judged.append(check.kind)
        return real(check, *rest)

    monkeypatch.setattr(judging, "judged_output", noted)
    for _ in range(2):
        assert (await judged_by(lab, made, words, {run: 3})).says == "2 of 3 outputs pass"
        assert (await judged_by(lab, made, cost, {run: 3})).says == "0 of 0 outputs pass; of 3 it cannot be told"
    assert judged == ["contains"] * 3 + ["cost"] * 3
    await products.describe(lab.store, lab.learner, made, "Parcel desk", "", "", 0, 1.0, 2.0)
    await judged_by(lab, made, words, {run: 3})
    await judged_by(lab, made, cost, {run: 3})
    assert judged[6:] == ["cost"] * 3


async def test_a_pattern_without_an_end_is_given_up_after_three_outputs(lab: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "PATIENCE", 0.01)
    made = await a_product(lab)
    run = await recorded(lab, made, {str(n): "a" * 60 + f"!{n}" for n in range(40)}, 1)
    check = await judging.add_check(lab.store, lab.learner, made, "", {"kind": "pattern", "value": "^(a|aa)+$"})
    looked = list[str]()
    real = patterns.found

    def noted(pattern: str, text: str) -> bool:
        looked.append(text)
        return real(pattern, text)

    monkeypatch.setattr(patterns, "found", noted)
    assert (await judged_by(lab, made, check, {run: 40})).says == "0 of 0 outputs pass; of 40 it cannot be told"
    assert len(looked) == judging.ENDLESS


async def test_a_product_goes_with_an_evaluation_that_was_kept_under_a_name(lab: Bench) -> None:
    made = await a_product(lab)
    run = await recorded(lab, made, {"a": "yes"}, 1)
    kept_id = await kept.keep(lab.store, lab.learner, run, "The first answers", "")
    await products.remove(lab.store, lab.learner, made)
    async with lab.store.read() as session:
        assert await queries.kept_run(session, kept_id) is None and await queries.run(session, run) is None


async def test_a_product_is_deleted_while_an_evaluation_of_it_runs(lab: Bench, endpoint: Endpoint) -> None:
    endpoint.gives = 2
    made = await a_product(lab, [draft(text) for text in QUESTIONS])
    await versions.add(lab.store, lab.learner, made, Version.of("Be brief.", "{{question}}"), "")
    run = await evaluations.start(lab.store, lab.queue, lab.learner, made, 1, "all", 1, 50, 1)
    await lab.stored(run, 2)
    await products.remove(lab.store, lab.learner, made)
    async with lab.store.read() as session:
        assert await queries.run(session, run) is None


async def test_answers_that_never_came_are_counted_beside_the_others_and_said_with_every_measure(lab: Bench, endpoint: Endpoint) -> None:
    endpoint.says = lambda body: [""] if "parcel 3?" in body["messages"][-1]["content"] else ["Here."]
    made = await a_product(lab, [draft(text) for text in QUESTIONS])
    await versions.add(lab.store, lab.learner, made, Version.of("Be brief.", "{{question}}"), "")
    run = await evaluations.start(lab.store, lab.queue, lab.learner, made, 1, "all", 1, 100, 3)
    await lab.ended(run)
    check = await judging.add_check(lab.store, lab.learner, made, "is here", {"kind": "contains", "values": ["here"]})
    async with lab.store.read() as session:
        (one,) = await evaluations.evaluated(session, made)
        assert (one.outputs, one.missing) == (11, 1)
        told = await measures(session, await products.owned(session, lab.learner, made))
    passes = told[f"check:{check[:8]}:{run[:8]}"]
    assert passes.measure.n == 11 and "11 outputs and 1 call without an answer, which count neither way" in passes.conditions


async def test_own_answers_on_the_practice_product_are_no_part_of_its_truth(lab: Bench) -> None:
    made = await practice.begin(lab.store, lab.learner)
    run = await recorded(lab, made, {f"Own {n}": "An answer." for n in range(30)}, 0)
    for seq in range(1, 31):
        await reading.say(lab.store, lab.learner, made, run, seq, False, "")
    async with lab.store.read() as session:
        assert await practice.truth(session, await products.owned(session, lab.learner, made), 20) is None


async def test_the_same_file_brought_in_twice_adds_nothing_but_what_is_said_anew(lab: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cases, "MOST_ROWS", 2)
    made = await a_product(lab)
    first, again = ([draft("a", "yes", True), draft("b", "no", said)] for said in (None, False))
    added = await cases.add(lab.store, lab.learner, made, first, mask=False)
    twice = await asyncio.gather(*(cases.add(lab.store, lab.learner, made, again, mask=False) for _ in range(2)))
    assert {(one.kept, one.doubled, one.run) for one in twice} == {(0, 2, added.run)}
    assert await judged_by_hand(lab.store, added.run) == {1: [True], 2: [False]}
    async with lab.store.read() as session:
        assert len(await evaluations.evaluated(session, made)) == 1
    with pytest.raises(BadInput, match="this would make 3"):
        await cases.add(lab.store, lab.learner, made, [draft("c")], mask=False)


async def test_an_answer_with_a_nul_in_it_can_be_read_and_judged(lab: Bench) -> None:
    made = await a_product(lab)
    run = await recorded(lab, made, {"a": "yes\0", "b": "no"}, 1)
    await reading.say(lab.store, lab.learner, made, run, 1, True, "")
    assert await judged_by_hand(lab.store, run) == {1: [True]}
    check = await judging.add_check(lab.store, lab.learner, made, "", {"kind": "contains", "values": ["yes"]})
    assert (await judged_by(lab, made, check, {run: 2})).says == "1 of 2 outputs pass"
