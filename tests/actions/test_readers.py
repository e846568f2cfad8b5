"""A second reader: blind, under a name or by a sheet; how far two agree, and the rule that they lacked."""

import pytest
from lab_fixture import Bench

from fluencylab.actions.workbench import cases, held_against, judges, judging, practice, practice_recorded, products, readers, reading
from fluencylab.curriculum.practice_facts import practice_facts
from fluencylab.curriculum.practice_product import practice_product
from fluencylab.errors import BadInput, NotFound
from fluencylab.store import judge_queries, product_queries
from fluencylab.workbench import bring_in
from fluencylab.workbench.bring_in import CaseDraft

YOU_AND_TOM = ("You", "Tom")


async def answered(lab: Bench, n: int = 8) -> tuple[str, str]:
    made = await products.make(lab.store, lab.learner, "Parcel desk")
    drafts = [CaseDraft({"question": f"={i}?"}, "", (), False, "a.csv", f"Answer {i}.", None, "") for i in range(1, n + 1)]
    return made, (await cases.add(lab.store, lab.learner, made, drafts, mask=False)).run


async def test_another_reader_begins_with_what_the_first_has_read_and_sees_nothing_of_it(lab: Bench) -> None:
    made, run = await answered(lab)
    for seq in (7, 2):
        await reading.say(lab.store, lab.learner, made, run, seq, False, "a note of mine")
    async with lab.store.read() as session:
        first = await reading.reading(session, lab.learner, made, run, reader="Tom")
        assert first is not None and first.seq in (2, 7) and first.label is None and first.marks == []
        assert await readers.to_read(session, made) == run
    await reading.say(lab.store, lab.learner, made, run, first.seq, True, "fine", reader="Tom")
    async with lab.store.read() as session:
        second = await reading.reading(session, lab.learner, made, run, reader="Tom")
        assert second is not None and {first.seq, second.seq} == {2, 7} and second.read == 1
        mine = await product_queries.label(session, run, first.seq, reading.ME)
        assert mine is not None and (mine.passed, mine.note) == (False, "a note of mine")


async def test_what_two_differ_on_stands_side_by_side_with_the_rule_that_settles_it(lab: Bench) -> None:
    made, run = await answered(lab)
    for seq in range(1, 9):
        await reading.say(lab.store, lab.learner, made, run, seq, seq % 2 == 0, "mine")
        await reading.say(lab.store, lab.learner, made, run, seq, seq % 3 == 0, "his", reader="Tom")
    async with lab.store.read() as session:
        found = await readers.between(session, made, reading.ME, "Tom", YOU_AND_TOM)
    assert found.found.says.startswith("You and Tom give 4 of 8 outputs the same mark")
    assert "the policy is not written down" in found.kappa_says
    assert {(one.seq, one.first.note, one.second.note, one.rule) for one in found.apart} == {(n, "mine", "his", None) for n in (2, 3, 4, 8)}
    with pytest.raises(BadInput, match="A rule is a sentence"):
        await readers.write_rule(lab.store, lab.learner, made, " ")
    with pytest.raises(NotFound, match="no such output"):
        await readers.write_rule(lab.store, lab.learner, made, "A day is a promise.", run, 99, True)
    await readers.write_rule(lab.store, lab.learner, made, "No day is named.", run, 2, True)
    rule = await readers.write_rule(lab.store, lab.learner, made, "A day is a promise.", run, 2, False)
    async with lab.store.read() as session:
        found = await readers.between(session, made, reading.ME, "Tom", YOU_AND_TOM)
        (settled,) = [one for one in await held_against.labels(session, made, [run], held_against.SETTLED) if one.seq == 2]
        assert [one.says for one in await judge_queries.rules(session, made)] == ["A day is a promise."], "one rule an output"
    assert [one.rule.says for one in found.apart if one.rule] == ["A day is a promise."] and not settled.passed
    assert found.found.agree.told == "4 of 8", "a rule changes nothing of what was said blind"
    await readers.remove_rule(lab.store, lab.learner, made, rule)
    with pytest.raises(NotFound, match="no such rule"):
        await readers.remove_rule(lab.store, lab.learner, made, rule)


async def test_a_sheet_goes_out_blind_and_comes_back_under_a_name(lab: Bench) -> None:
    made, run = await answered(lab, 4)
    await reading.say(lab.store, lab.learner, made, run, 1, False, "mine")
    async with lab.store.read() as session:
        blind = await readers.sheet(session, lab.learner, made, run)
        mine = await readers.sheet(session, lab.learner, made, run, reading.ME)
    assert "mine" not in blind and "fail,mine" in mine and "\n=" not in blind and ",=" not in blind
    filled = (
        blind.replace("Answer 1.,,", "Answer 1.,pass,fine")
        .replace("Answer 2.,,", "Answer 2.,fail,=no")
        .replace("Answer 3.,,", "Answer 3.,hm,")
    )
    found = bring_in.read("back.csv", filled.encode())
    taken = await readers.take_in(lab.store, lab.learner, made, " Tom ", found)
    assert (taken.kept, taken.changed) == (2, 0)
    assert taken.notes[0].startswith("Neither pass nor fail") and "“hm”" in taken.notes[0]
    async with lab.store.read() as session:
        assert await judge_queries.reader_counts(session, made) == {"": 1, "Tom": 2}
        said = {one.seq: (one.passed, one.note) for one in await product_queries.labels(session, [run], "Tom")}
    assert said == {1: (True, "fine"), 2: (False, "=no")}
    again = await readers.take_in(
        lab.store, lab.learner, made, "TOM", bring_in.read("back.csv", filled.replace(",pass,fine", ",fail,fine").encode())
    )
    assert (again.kept, again.changed) == (0, 1)
    async with lab.store.read() as session:
        assert await judge_queries.reader_counts(session, made) == {"": 1, "Tom": 2}, "whatever the capitals"
    other, _ = await answered(lab, 2)
    with pytest.raises(BadInput, match="None of these outputs"):
        await readers.take_in(lab.store, lab.learner, other, "Tom", found)
    with pytest.raises(BadInput, match="A reader has a name"):
        await readers.take_in(lab.store, lab.learner, made, " ", found)


async def test_the_recorded_readers_and_judge_of_the_practice_product_add_up_to_what_its_course_says(lab: Bench) -> None:
    made = await practice.begin(lab.store, lab.learner)
    for _ in range(2):
        await practice_recorded.record_readers(lab.store, lab.learner, made)
        check = await practice_recorded.record_judge(lab.store, lab.learner, made)
    facts, of = practice_facts(practice_product()), practice_product()
    ines, tom = (one.name for one in of.readers.readers)
    async with lab.store.read() as session:
        assert {n for reader, n in (await judge_queries.reader_counts(session, made)).items() if reader} == {int(facts["read_each"])}
        both = await readers.between(session, made, ines, tom, (ines, tom))
        product = await products.owned(session, lab.learner, made)
        row = await judging.owned_check(session, lab.learner, made, check)
        counts = await judges.counted(session, made)
        judged = (await judging.by_checks(session, product, [row], counts, ines))[check]
    assert (both.found.agree.n, len(both.apart)) == (int(facts["read_by_both"]), int(facts["disagree"]))
    assert both.found.kappa.value == pytest.approx(facts["kappa@readers"])
    assert judged.agreement is not None and judged.agreement.n == int(facts["read_each"])
    for rule in of.readers.rules:
        for name in rule.settles:
            async with lab.store.read() as session:
                run, outputs = await practice_recorded._first_version(session, lab.learner, made)
            await readers.write_rule(lab.store, lab.learner, made, rule.says, run, outputs[name], rule.passed)
    async with lab.store.read() as session:
        judged = (await judging.by_checks(session, product, [row], counts, held_against.SETTLED))[check]
    held = judged.agreement
    assert held is not None and not held.counted
    assert (held.true_passes, held.true_fails) == (facts["right_passes@judge@hand"], facts["right_fails@judge@hand"])
    assert held.tnr.low == pytest.approx(facts["tnr_low@judge@hand"])


async def test_nothing_is_recorded_of_a_product_of_ones_own(lab: Bench) -> None:
    made, _ = await answered(lab, 2)
    for record in (practice_recorded.record_readers, practice_recorded.record_judge):
        with pytest.raises(NotFound, match="Nothing is recorded"):
            await record(lab.store, lab.learner, made)
