"""The missions of the practice course: each step once and in its order, counted from what lies on the workbench, and told on the map."""

import json
from pathlib import Path

import pytest
from lab_fixture import Bench

from fluencylab import clock
from fluencylab.actions import archive_rows, data, progress
from fluencylab.actions import course as acts
from fluencylab.actions.kinds import listed
from fluencylab.actions.workbench import course_work, judging, memos, practice, products, reading
from fluencylab.curriculum.practice_facts import FIRST
from fluencylab.curriculum.practice_product import practice_product
from fluencylab.errors import BadInput, NotFound
from fluencylab.practice.course import CONCEPT, CourseMission, course
from fluencylab.practice.course_facts import course_facts, mutant_facts
from fluencylab.practice.course_tasks import sorting
from fluencylab.practice.kinds import COURSE
from fluencylab.practice.retell import retell
from fluencylab.practice.spec_tests import spec_tests
from fluencylab.store import product_queries, queries
from fluencylab.store.tables import Evidence

BY_SLUG = {one.slug: one for one in course()}
READ, CHECKS, RULES, CHANGES, MEMO, SPEC = course()
PRODUCT = practice_product()


async def predicted(lab: Bench, mission: CourseMission, right: bool = True, certainty: int = 3) -> None:
    facts = course_facts()
    off = {one.fact: one.high if facts[one.fact] * one.scale < one.high / 2 else one.low for one in mission.predict}
    said = {one.fact: round(facts[one.fact] * one.scale) if right else off[one.fact] for one in mission.predict}
    await acts.predict(lab.store, lab.learner, mission, said, certainty)


async def ended(lab: Bench, mission: CourseMission, said: dict[str, str], best: bool = True) -> dict[str, Evidence]:
    await acts.hand_in(lab.store, lab.learner, mission, said)
    other = next(one.id for one in mission.decide.options if one.id not in (mission.decide.best, mission.decide.twin.best))
    found = next(one.id for one in mission.find.options if (one.id == mission.find.best) == best)
    await acts.find(lab.store, lab.learner, mission, found)
    await acts.decide(lab.store, lab.learner, mission, "decide", mission.decide.best if best else other, 3)
    await acts.decide(lab.store, lab.learner, mission, "twin", mission.decide.twin.best if best else other, None)
    return await shown(lab, mission)


async def shown(lab: Bench, mission: CourseMission) -> dict[str, Evidence]:
    async with lab.store.read() as session:
        return (await acts.load(session, lab.learner, mission)).shown


async def read_the_first(lab: Bench, how_many: int = FIRST, piles: bool = True) -> str:
    """As somebody who sees every fault, and puts what is the same under one name."""
    made = await practice.begin(lab.store, lab.learner)
    async with lab.store.read() as session:
        where = await course_work.places(session, lab.learner)
    assert where
    for seq, one in enumerate(PRODUCT.conversations[:how_many], start=1):
        await reading.say(lab.store, lab.learner, made, where.run, seq, not one.modes, "it is not so" if one.modes else "")
        if one.modes and piles:
            mode = await reading.name_mode(lab.store, lab.learner, made, f"Mine: {next(iter(one.modes))}")
            await reading.put_under(lab.store, lab.learner, made, where.run, seq, mode)
    return made


@pytest.mark.parametrize("mission", [CHECKS, RULES, CHANGES], ids=lambda one: one.slug)
async def test_a_mission_on_recorded_data_from_its_prediction_to_its_twin(lab: Bench, mission: CourseMission) -> None:
    await predicted(lab, mission)
    row = await ended(lab, mission, {one.id: one.best for one in sorting(mission)})
    assert list(row) and {stage: one.score for stage, one in row.items()} == {
        "predict": None, "compare": 1.0, "do": 1.0, "found": 1.0, "decide": 1.0, "twin": 1.0
    }  # fmt: skip
    assert row["compare"].marks == 3 and all(one.grader.startswith("rules") for one in row.values())
    async with lab.store.read() as session:
        cell = (await progress.fluency(session, lab.learner, clock.now())).cell(CONCEPT, "decisions")
        assert (cell.n, cell.right) == (4, 4), "the prediction counts in no cell"
        where = {one.exercise.slug: one.where for one in await listed(session, lab.learner, COURSE)}
    assert where[mission.slug] == "done" and list(where.values()).count("not begun") == 5


async def test_who_gets_it_wrong_has_it_written_down_as_it_was(lab: Bench) -> None:
    await predicted(lab, CHECKS, right=False)
    row = await ended(lab, CHECKS, {one.id: "count" for one in sorting(CHECKS)}, best=False)
    assert {row[stage].score for stage in ("compare", "do", "found", "decide", "twin")} == {0.0}
    assert row["compare"].marks == -6 and "is not counted" in row["do"].why
    told = retell("course/looks-right", "do", row["do"].answer)
    assert told.part == "what you did" and told.said[0].startswith("Says of no change that it is made: Count it")


async def test_each_step_has_its_turn_and_is_taken_once(lab: Bench) -> None:
    with pytest.raises(NotFound):
        await acts.hand_in(lab.store, lab.learner, CHECKS, {})
    await predicted(lab, CHECKS)
    with pytest.raises(BadInput):
        await predicted(lab, CHECKS)
    with pytest.raises(BadInput):
        await acts.find(lab.store, lab.learner, CHECKS, CHECKS.find.best)
    best = {one.id: one.best for one in sorting(CHECKS)}
    for lacking in ({}, {**best, sorting(CHECKS)[0].id: "burn it"}):
        with pytest.raises(BadInput):
            await acts.hand_in(lab.store, lab.learner, CHECKS, lacking)
    await acts.hand_in(lab.store, lab.learner, CHECKS, {**best, "stranger": "x" * 10_000})
    with pytest.raises(BadInput):
        await acts.hand_in(lab.store, lab.learner, CHECKS, best)
    row = await shown(lab, CHECKS)
    assert set(row["do"].answer["said"]) == set(best), "nothing else that was sent is kept"


@pytest.mark.parametrize("values", [{}, {"right_fails@says-how-it-goes-on": 39}])
async def test_a_prediction_off_its_slider_is_refused(lab: Bench, values: dict[str, float]) -> None:
    with pytest.raises(BadInput):
        await acts.predict(lab.store, lab.learner, CHECKS, values, 2)
    assert await shown(lab, CHECKS) == {}


async def test_the_faults_of_the_first_twenty_are_found_on_the_pages_of_the_workbench(lab: Bench) -> None:
    await predicted(lab, READ)
    await read_the_first(lab, how_many=FIRST - 1)
    with pytest.raises(BadInput, match="1 of the first 20"):
        await acts.hand_in(lab.store, lab.learner, READ, {})
    made = await read_the_first(lab)
    async with lab.store.read() as session:
        product = await products.owned(session, lab.learner, made)
        assert await practice.truth(session, product, FIRST) is None, "the truth waits until it is handed in"
    row = await ended(lab, READ, {})
    assert (row["do"].score, row["do"].help, row["do"].answer["facts"]["my_modes_found"]) == (1.0, "", 5.0)
    assert row["do"].capability == "debugging"
    async with lab.store.read() as session:
        told = await practice.truth(session, product, FIRST)
        assert told and (told.faulty, told.found, told.false_alarms) == (6, 6, 0)
    assert retell("course/read-twenty", "do", row["do"].answer).said[0].endswith("Yes.")


async def test_notes_under_no_name_are_no_piles_and_who_read_before_counts_as_with_help(lab: Bench) -> None:
    await read_the_first(lab, piles=False)
    await predicted(lab, READ)
    await acts.hand_in(lab.store, lab.learner, READ, {})
    row = await shown(lab, READ)
    assert (row["do"].score, row["do"].help) == (0.0, acts.TOLD)


async def test_the_first_twenty_of_version_1_come_first_and_in_their_order(lab: Bench) -> None:
    made = await practice.begin(lab.store, lab.learner)
    async with lab.store.read() as session:
        where = await course_work.places(session, lab.learner)
        assert where
        seen = []
        for place in range(FIRST):
            found = await reading.reading(session, lab.learner, made, where.run, place + 1)
            assert found and found.place == place + 1
            seen.append(found.output["source"])
    assert seen == [f"conversation {one.id}" for one in PRODUCT.conversations[:FIRST]]
    assert reading.reading_order("run", list(range(1, 31)), 20)[:20] == list(range(1, 21))
    drawn = reading.reading_order("run", list(range(1, 61)), 20)
    assert sorted(drawn) == list(range(1, 61)) != drawn


async def test_a_memo_is_counted_as_it_lies_there(lab: Bench) -> None:
    await predicted(lab, MEMO)
    with pytest.raises(BadInput):
        await acts.hand_in(lab.store, lab.learner, MEMO, {})
    where = await course_work.begin(lab.store, lab.learner)
    assert (await course_work.begin(lab.store, lab.learner)).product.id == where.product.id
    async with lab.store.read() as session:
        checks = await product_queries.checks(session, where.product.id)
        assert len(checks) == 4, "the three checks and the metric, each once"
        _, known = await memos.with_measures(session, lab.learner, where.product.id)
    three = list(known)[:3]
    assert len(three) == 3
    text = " and ".join(f"[[m:{one}]]" for one in three) + ". [[a:£38 each|Tom]] is what reception reckons."
    await memos.keep(lab.store, lab.learner, where.product.id, "Wren", {"decision": f"It costs £38. {text} [[m:gone]]"})
    async with lab.store.read() as session:
        facts = await course_work.facts(session, lab.learner)
    assert (facts["my_bound_claims"], facts["my_bare_numbers"], facts["my_owned_assumptions"]) == (3.0, 1.0, 1.0)
    await memos.keep(lab.store, lab.learner, where.product.id, "Wren", {"decision": text})
    row = await ended(lab, MEMO, {})
    assert row["do"].score == 1.0


async def test_a_spec_is_of_known_tests_and_of_at_most_six(lab: Bench) -> None:
    await predicted(lab, SPEC)
    for tests in ([], ["gone"], [one.slug for one in spec_tests()][:7]):
        with pytest.raises(BadInput):
            await acts.hand_in(lab.store, lab.learner, SPEC, dict.fromkeys(tests, "yes"))
    row = await ended(lab, SPEC, dict.fromkeys(SPEC.accept, "yes"))
    assert (row["do"].score, row["do"].answer["facts"]["my_mutants_stopped"]) == (1.0, mutant_facts()["faults@worse"])
    assert len(retell("course/a-spec-that-stops-it", "do", row["do"].answer).said) == len(SPEC.accept)


async def test_a_second_go_begins_anew_and_its_prediction_is_the_last_word_of_nobody(lab: Bench) -> None:
    await predicted(lab, CHECKS)
    await ended(lab, CHECKS, {one.id: one.best for one in sorting(CHECKS)})
    await predicted(lab, CHECKS)
    async with lab.store.read() as session:
        assert (await acts.load(session, lab.learner, CHECKS)).stage == "do"
        assert {one.exercise.slug: one.where for one in await listed(session, lab.learner, COURSE)}["looks-right"] == "done"


async def test_it_goes_with_the_learners_file_and_comes_back(lab: Bench, home: Path) -> None:
    await predicted(lab, RULES)
    await ended(lab, RULES, {one.id: one.best for one in sorting(RULES)})
    file = await data.export(lab.store, lab.learner)
    assert {row["exercise"] for row in json.loads(file)["tables"]["evidence"]} == {"course/align-a-judge"}
    before = {stage: (one.score, one.answer) for stage, one in (await shown(lab, RULES)).items()}
    await data.delete_everything(lab.store, lab.learner, home / "data")
    await data.restore(lab.store, lab.learner, file)
    assert {stage: (one.score, one.answer) for stage, one in (await shown(lab, RULES)).items()} == before


async def test_a_deleted_practice_product_leaves_what_was_shown(lab: Bench) -> None:
    await predicted(lab, READ)
    made = await read_the_first(lab)
    await acts.hand_in(lab.store, lab.learner, READ, {})
    await products.remove(lab.store, lab.learner, made)
    async with lab.store.read() as session:
        assert await course_work.places(session, lab.learner) is None
        assert (await course_work.facts(session, lab.learner))["my_read_first"] == 0
        assert await queries.latest_attempt(session, lab.learner, "course/read-twenty")
    assert (await shown(lab, READ))["do"].score == 1.0


async def test_a_check_that_was_taken_away_comes_back_and_none_twice(lab: Bench) -> None:
    where = await course_work.begin(lab.store, lab.learner)
    async with lab.store.read() as session:
        first = (await product_queries.checks(session, where.product.id))[0]
    await judging.remove_check(lab.store, lab.learner, where.product.id, first.id)
    await course_work.begin(lab.store, lab.learner)
    async with lab.store.read() as session:
        names = [one.name for one in await product_queries.checks(session, where.product.id)]
    assert len(names) == len(set(names)) == 4 and first.name in names


@pytest.mark.parametrize(("stage", "answer"), [("found", {}), ("do", {"said": {}}), ("do", {"said": {}, "facts": {}, "held": ["yes"]})])
async def test_a_file_whose_answers_no_page_could_show_is_refused(lab: Bench, stage: str, answer: dict[str, object]) -> None:
    await predicted(lab, RULES)
    await ended(lab, RULES, {one.id: one.best for one in sorting(RULES)})
    file = json.loads(await data.export(lab.store, lab.learner))
    rows = [row for row in file["tables"]["evidence"] if row["stage"] == stage]
    assert archive_rows.checked(file["tables"], lambda run, steps: None)
    for row in rows:
        row["answer"] = answer
    with pytest.raises(BadInput):
        archive_rows.checked(file["tables"], lambda run, steps: None)
