"""What was foretold of a product is graded once, says how sure one may be of oneself, and moves no cell of the map."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from lab_fixture import Bench
from sqlalchemy import event

from fluencylab import clock
from fluencylab.actions import data, progress
from fluencylab.actions.workbench import better, cases, evaluations, foretelling, judging, labelling, products, reading, versions
from fluencylab.actions.workbench.evidence import (
    BETTER,
    foretell,
    foretell_better,
    foretold,
    paired_result,
    settle,
    settle_better,
    settle_expected,
)
from fluencylab.errors import BadInput
from fluencylab.models.types import Message
from fluencylab.practice.retell import retell
from fluencylab.stats import share
from fluencylab.store import queries
from fluencylab.store.tables import Run, Step
from fluencylab.workbench.bring_in import CaseDraft
from fluencylab.workbench.paired import compare
from fluencylab.workbench.version import Version

GOOD, BAD = [True], [False]


async def an_evaluation(lab: Bench, of: int = 24, expected: int = 90, certainty: int = 3) -> tuple[str, str]:
    """One that was run to its end, with its answers as an endpoint would have left them: the product, and the run."""
    made = await products.make(lab.store, lab.learner, "Parcel desk")
    told = [CaseDraft({"question": f"Where is parcel {n}?"}, "", (), False, "cases.csv", "", None, "") for n in range(of)]
    await cases.add(lab.store, lab.learner, made, told, mask=False)
    content = Version(messages=(Message(role="user", content="{{question}}"),), temperature=0.0, max_tokens=20)
    await versions.add(lab.store, lab.learner, made, content, "the first")
    run = await evaluations.add(lab.store, lab.learner, made, 1, "all", 1, expected, certainty)
    async with lab.store.begin() as session:
        row = await session.get(Run, run)
        assert row
        row.status = "done"
        for n in range(1, of + 1):
            session.add(Step(run_id=run, seq=n, kind="output", data={"case": n, "draw": 0, "text": "Soon."}, made=clock.now()))
    return made, run


async def read(lab: Bench, made: str, run: str, first: int, last: int, passes: bool = False) -> None:
    for seq in range(first, last + 1):
        await reading.say(lab.store, lab.learner, made, run, seq, passes, "")


async def sureness(lab: Bench) -> tuple[dict[int, tuple[int, int]], int]:
    async with lab.store.read() as session:
        held = await progress.ledger(session, lab.learner)
        return dict(held.sureness), len(held.tallies)


async def test_an_expected_share_is_graded_by_the_label_that_makes_it_enough_once_and_in_no_cell(lab: Bench) -> None:
    made, run = await an_evaluation(lab)
    await read(lab, made, run, 1, 19)
    assert await sureness(lab) == ({}, 0), "nineteen are not enough"
    await read(lab, made, run, 20, 22)
    assert await sureness(lab) == ({3: (0, 1)}, 0), "90 % were expected, and none passes"
    async with lab.store.read() as session:
        shown = await foretold(session, lab.learner, "expected", run)
    graded = shown["compare"].answer["graded"][0]
    assert (graded["said"], graded["measured"], shown["compare"].score, shown["compare"].marks) == (90.0, 0.0, 0.0, -6)
    told = retell(f"work/expected/{run}", "compare", shown["compare"].answer)
    assert (told.title, told.said) == ("What would pass", ("Outputs that pass: 90 %",))


async def test_a_share_inside_the_interval_is_right_and_of_few_outputs_all_must_be_read(lab: Bench) -> None:
    made, run = await an_evaluation(lab, of=12, certainty=1)
    await read(lab, made, run, 1, 11, passes=True)
    assert await sureness(lab) == ({}, 0)
    await read(lab, made, run, 12, 12, passes=True)
    assert await sureness(lab) == ({1: (1, 1)}, 0), "12 of 12 may stand for 76 to 100 %"


async def test_of_fewer_than_ten_and_before_the_run_has_ended_nothing_is_said(lab: Bench) -> None:
    made, run = await an_evaluation(lab, of=9)
    await read(lab, made, run, 1, 9)
    assert await sureness(lab) == ({}, 0)
    made, run = await an_evaluation(lab, of=10)
    async with lab.store.begin() as session:
        row = await session.get(Run, run)
        assert row
        row.status = "running"
    await read(lab, made, run, 1, 10)
    assert await sureness(lab) == ({}, 0)
    async with lab.store.begin() as session:
        await queries.lock_learner(session, lab.learner)
        row = await session.get(Run, run)
        assert row
        row.status = "done"
        await session.flush()
        assert await settle_expected(session, lab.learner, run)
        assert await settle_expected(session, lab.learner, run) is None


async def test_what_was_foretold_of_a_judge_is_settled_once_and_all_of_it_must_be_right(lab: Bench) -> None:
    await foretell(lab.store, lab.learner, "alignment", "judge-1", {"passes": 90, "fails": 40}, 2)
    with pytest.raises(BadInput):
        await foretell(lab.store, lab.learner, "alignment", "judge-1", {"passes": 95}, 2)
    measured = {"passes": share(45, 50), "fails": share(19, 20), "agree": share(64, 70)}
    async with lab.store.begin() as session:
        assert (found := await settle(session, lab.learner, "alignment", "judge-1", measured))
        assert (found.score, found.marks, [one["fact"] for one in found.answer["graded"]]) == (0.0, -2, ["passes", "fails"])
        assert await settle(session, lab.learner, "alignment", "judge-1", measured) is None
        assert await settle(session, lab.learner, "alignment", "judge-2", measured) is None, "nothing was foretold of it"
    assert await sureness(lab) == ({2: (0, 1)}, 0)


async def test_what_has_not_been_measured_yet_is_not_settled(lab: Bench) -> None:
    await foretell(lab.store, lab.learner, "mutation", "spec-1", {"score": 60}, 1)
    async with lab.store.begin() as session:
        assert await settle(session, lab.learner, "mutation", "spec-1", {"score": share(0, 0)}) is None
        assert (found := await settle(session, lab.learner, "mutation", "spec-1", {"score": share(5, 8)}))
        assert (found.score, found.marks) == (1.0, 1)


@pytest.mark.parametrize(
    ("what", "values", "certainty"),
    [("mutation", {"score": 101}, 1), ("mutation", {}, 1), ("alignment", {"kappa": 3}, 1), ("mutation", {"score": 50}, 0)],
)
async def test_what_is_no_expectation_is_refused_in_a_sentence(lab: Bench, what: str, values: dict[str, float], certainty: int) -> None:
    with pytest.raises(BadInput):
        await foretell(lab.store, lab.learner, what, "x", values, certainty)
    async with lab.store.read() as session:
        assert await foretold(session, lab.learner, what, "x") == {}


def test_a_case_that_must_not_break_decides_before_any_sum() -> None:
    names = [str(n) for n in range(20)]
    worse, better = dict.fromkeys(names, BAD), dict.fromkeys(names, GOOD)
    assert paired_result(compare(worse, better)) == "after"
    assert paired_result(compare(better, worse)) == "before"
    assert paired_result(compare(better, better)) == "neither"
    one_lost = {**better, "x": BAD}
    assert paired_result(compare({**worse, "x": GOOD}, one_lost)) == "after"
    assert paired_result(compare({**worse, "x": GOOD}, one_lost, must_hold=["x"])) == "before"


async def test_which_version_is_better_is_foretold_in_a_word_and_settled_by_the_pairs(lab: Bench) -> None:
    with pytest.raises(BadInput):
        await foretell_better(lab.store, lab.learner, "run-2", "mine", 2)
    await foretell_better(lab.store, lab.learner, "run-2", "after", 3)
    names = [str(n) for n in range(12)]
    async with lab.store.begin() as session:
        found = await settle_better(session, lab.learner, "run-2", compare(dict.fromkeys(names, GOOD), dict.fromkeys(names, GOOD)))
        assert found and (found.score, found.marks, found.answer["came"]) == (0.0, -6, "neither")
        assert BETTER["after"] in found.why
    assert await sureness(lab) == ({3: (0, 1)}, 0)
    assert retell("work/better/run-2", "compare", found.answer).said == (BETTER["after"],)


async def test_it_goes_with_the_learners_file_and_comes_back(lab: Bench, home: Path) -> None:
    await foretell(lab.store, lab.learner, "mutation", "spec-1", {"score": 60}, 1)
    async with lab.store.begin() as session:
        await settle(session, lab.learner, "mutation", "spec-1", {"score": share(5, 8)})
    await foretell_better(lab.store, lab.learner, "run-2", "after", 3)
    before = await sureness(lab)
    file = await data.export(lab.store, lab.learner)
    assert {row["exercise"] for row in json.loads(file)["tables"]["evidence"]} == {"work/mutation/spec-1", "work/better/run-2"}
    await data.delete_everything(lab.store, lab.learner, home)
    assert await sureness(lab) == ({}, 0)
    await data.restore(lab.store, lab.learner, file)
    assert await sureness(lab) == before == ({1: (1, 1)}, 0)


async def test_what_is_expected_of_a_check_is_graded_once_enough_is_labelled(lab: Bench) -> None:
    made, run = await an_evaluation(lab)
    rule = {"kind": "contains", "values": ["Soon"]}
    first, second = [await judging.add_check(lab.store, lab.learner, made, name, rule) for name in ("early", "late")]
    await read(lab, made, run, 1, 9, passes=True)
    await foretelling.foretell(lab.store, lab.learner, made, first, 1, 1, 3)
    assert await sureness(lab) == ({}, 0), "nine labels are not enough"
    await read(lab, made, run, 10, 12)
    await foretelling.foretell(lab.store, lab.learner, made, second, 10, 9, 3)
    async with lab.store.read() as session:
        shown = await foretold(session, lab.learner, "alignment", second)
    graded = {one["fact"]: (one["said"], one["measured"], one["score"]) for one in shown["compare"].answer["graded"]}
    assert graded == {"passes": (100.0, 100.0, 1.0), "fails": (90.0, 0.0, 0.0)}
    assert await sureness(lab) == ({3: (0, 2)}, 0), "half of it right is not right; and the first is held against what came, once it can be"


async def test_a_label_settles_what_was_foretold_of_checks_and_ten_checks_cost_it_no_more_than_one(lab: Bench) -> None:
    """Each check that was foretold cost two SELECTs with every label."""
    made, run = await an_evaluation(lab)
    rule = {"kind": "contains", "values": ["Soon"]}
    selects = list[list[str]]()
    for several in (1, 9):
        for number in range(several):
            check = await judging.add_check(lab.store, lab.learner, made, f"{several} {number}", rule)
            await foretelling.foretell(lab.store, lab.learner, made, check, 10, 9, 3)
        await labelling.say(lab.store, lab.learner, made, run, several, True, "")
        with counted(lab) as told:
            await labelling.say(lab.store, lab.learner, made, run, several + 1, False, "")
        selects.append(told)
    assert len(selects[1]) <= len(selects[0]), selects[1]
    for seq in range(1, 13):
        await labelling.say(lab.store, lab.learner, made, run, seq, seq < 8, "")
    assert (await sureness(lab))[0][3][1] == 10, "every one of the ten is held against what came"


@contextmanager
def counted(lab: Bench) -> Iterator[list[str]]:
    """The SELECTs meanwhile, of this lab's store alone: the queue looks into its own file whenever it likes."""
    told, engine = list[str](), lab.store._engine.sync_engine

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("SELECT"):
            told.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield told
    finally:
        event.remove(engine, "before_cursor_execute", note)


async def a_second(lab: Bench, made: str, of: int, part: str = "all") -> str:
    """Another version on the same cases, which answers as badly."""
    content = Version(messages=(Message(role="user", content="{{question}} Briefly."),), temperature=0.0, max_tokens=20)
    number = await versions.add(lab.store, lab.learner, made, content, "shorter")
    run = await evaluations.add(lab.store, lab.learner, made, number, part, 1, 50, 1)
    async with lab.store.begin() as session:
        row = await session.get(Run, run)
        assert row
        row.status = "done"
        for n in range(1, of + 1):
            session.add(Step(run_id=run, seq=n, kind="output", data={"case": n, "draw": 0, "text": "Soon."}, made=clock.now()))
    return run


async def came(lab: Bench, made: str, run: str) -> better.Better | None:
    async with lab.store.read() as session:
        return await better.stands(session, lab.learner, made, run)


async def test_which_version_is_better_is_said_before_anything_is_read_and_held_against_the_pairs_that_were_read(lab: Bench) -> None:
    made, first = await an_evaluation(lab, of=12, certainty=1)
    assert await came(lab, made, first) is None, "there is nothing to compare it with"
    second = await a_second(lab, made, 12)
    found = await came(lab, made, second)
    assert found and (found.before.run, found.picked) == (first, "")
    await better.foretell(lab.store, lab.learner, made, second, "after", 3)
    with pytest.raises(BadInput):
        await better.foretell(lab.store, lab.learner, made, second, "before", 3)
    await read(lab, made, first, 1, 12)
    await read(lab, made, second, 1, 11, passes=True)
    found = await came(lab, made, second)
    assert found and (found.picked, found.came) == ("after", "")
    await read(lab, made, second, 12, 12, passes=True)
    found = await came(lab, made, second)
    assert found and found.came.endswith("It came out as the new version.")
    async with lab.store.read() as session:
        shown = await foretold(session, lab.learner, "better", second)
    assert (shown["compare"].score, shown["compare"].marks) == (1.0, 3)
    assert (await sureness(lab))[1] == 0


async def test_who_has_read_one_output_foretells_nothing_any_more(lab: Bench) -> None:
    made, _ = await an_evaluation(lab, of=12)
    second = await a_second(lab, made, 12)
    await read(lab, made, second, 1, 1)
    assert await came(lab, made, second) is None
    with pytest.raises(BadInput):
        await better.foretell(lab.store, lab.learner, made, second, "after", 3)


async def test_reading_the_first_of_a_pair_settles_it_too(lab: Bench) -> None:
    made, first = await an_evaluation(lab, of=12)
    second = await a_second(lab, made, 12)
    await better.foretell(lab.store, lab.learner, made, second, "neither", 2)
    await read(lab, made, second, 1, 12, passes=True)
    await read(lab, made, first, 1, 12, passes=True)
    found = await came(lab, made, second)
    assert found and "no difference" in found.came and "You expected no difference" in found.came
