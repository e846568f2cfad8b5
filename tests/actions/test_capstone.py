"""The acts of the capstone: parts in their order and once, runs and probes within their bounds, the hour, and nothing that is lost."""

from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import capstone_two
import pytest
from lab_fixture import Bench, Endpoint, rows

from fluencylab import clock
from fluencylab.actions import capstone as acts
from fluencylab.actions import data, study
from fluencylab.actions.capstone import SittingState
from fluencylab.actions.runs import ALIVE, cancel_run
from fluencylab.curriculum.capstone import MINUTES, RUNS, CapstoneProduct, Knobs
from fluencylab.errors import BadInput, NotFound
from fluencylab.practice.capstone.total import PARTS, WEIGHTS
from fluencylab.progress.study import Place
from fluencylab.settings import settings
from fluencylab.store import queries
from fluencylab.store.tables import CapstoneSitting

NAMED = {"no-examples": "heal-no-examples", "cut-short": "heal-cut-short"}
WORDS = (
    "My configuration answered 24 of 24 hidden questions right, which is 100 % of them, and with "
    "the certainty we agreed on at least 88 % would hold on more of the same. The tests stop the worse versions. I would release it and "
    "watch what comes in by letter, which nobody measured."
)


@pytest.fixture(autouse=True)
def two(monkeypatch: pytest.MonkeyPatch) -> tuple[CapstoneProduct, CapstoneProduct]:
    return capstone_two.told(monkeypatch)


class Moved:
    by = timedelta()


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Iterator[Moved]:
    real, moved = clock.now, Moved()
    monkeypatch.setattr(clock, "now", lambda: real() + moved.by)
    yield moved


async def stands(lab: Bench) -> SittingState:
    async with lab.store.read() as session:
        return await acts.load(session, (await queries.capstone_sittings(session, lab.learner))[-1])


async def listed(lab: Bench) -> list[CapstoneSitting]:
    async with lab.store.read() as session:
        return list(await queries.capstone_sittings(session, lab.learner))


def reference(now: SittingState) -> dict[Knobs, str]:
    return dict(now.of.reference)


async def configured(lab: Bench) -> None:
    await acts.hand_in_configuration(lab.store, lab.learner, reference(await stands(lab)))


async def told_tests(lab: Bench) -> None:
    await acts.hand_in_tests(lab.store, lab.learner, (await stands(lab)).of.spec.reference)


async def looked(lab: Bench) -> None:
    await acts.look(lab.store, lab.queue, lab.learner)
    found = (await stands(lab)).look
    assert found
    await lab.ended(found.run.id)


async def bought(lab: Bench, *probes: str) -> None:
    for probe in probes:
        await acts.buy(lab.store, lab.queue, lab.learner, probe, {})


async def found(lab: Bench) -> None:
    await looked(lab)
    await bought(lab, *NAMED.values())
    await acts.hand_in_faults(lab.store, lab.learner, NAMED)


async def answered(lab: Bench) -> None:
    of = (await stands(lab)).of.proposal
    await acts.hand_in_proposal(lab.store, lab.learner, of.flaws, True, of.best)


async def written(lab: Bench) -> None:
    of = (await stands(lab)).of.memo
    await acts.hand_in_memo(lab.store, lab.learner, "go", {one.id: one.holds for one in of.statements}, WORDS)


STEPS: dict[str, Callable[[Bench], Awaitable[None]]] = {
    "configure": configured, "spec": told_tests, "faults": found, "proposal": answered, "memo": written,
}  # fmt: skip


async def up_to(lab: Bench, part: str) -> SittingState:
    await acts.begin(lab.store, lab.learner)
    for one in PARTS[: PARTS.index(part)]:
        await STEPS[one](lab)
    return await stands(lab)


async def test_whoever_does_it_as_an_expert_does_reaches_all_of_it_and_the_sitting_ends(lab: Bench) -> None:
    await up_to(lab, "memo")
    await written(lab)
    now = await stands(lab)
    assert now.row.score == pytest.approx(1.0) and now.row.ended and now.part == ""
    assert [now.row.shares[part]["score"] for part in PARTS] == [1, 1, 1, 1, 1]
    assert now.of.form == "A" and now.row.ordinal == 1
    assert rows("SELECT count(*) FROM evidence") == [(0,)] and rows("SELECT count(*) FROM drafts") == [(0,)]


@pytest.mark.parametrize("part", PARTS[1:])
async def test_parts_come_in_their_order(lab: Bench, part: str) -> None:
    await acts.begin(lab.store, lab.learner)
    with pytest.raises(BadInput, match="not open yet") as refused:
        await acts.leave_out(lab.store, lab.learner, part)
    assert "Hand in “Configure” first" in str(refused.value.fix)


@pytest.mark.parametrize("part", PARTS[:-1])
async def test_a_part_is_handed_in_once_whichever_tab_it_comes_from(lab: Bench, part: str) -> None:
    now = await up_to(lab, PARTS[PARTS.index(part) + 1])
    with pytest.raises(BadInput, match="handed in already, perhaps in another tab"):
        await acts.leave_out(lab.store, lab.learner, part)
    assert (await stands(lab)).row.shares == now.row.shares


async def test_an_open_sitting_is_gone_on_with_and_the_next_is_on_the_other_form_and_in_another_trade(lab: Bench) -> None:
    first = await acts.begin(lab.store, lab.learner)
    assert await acts.begin(lab.store, lab.learner) == first
    await acts.end(lab.store, lab.learner)
    assert await acts.begin(lab.store, lab.learner) != first
    before, after = await listed(lab)
    assert (before.product, after.product) == ("lost-things", "found-things") and (before.ordinal, after.ordinal) == (1, 2)
    await acts.end(lab.store, lab.learner)
    with pytest.raises(BadInput, match="seen every product"):
        await acts.begin(lab.store, lab.learner)


async def test_who_takes_part_in_a_study_begins_with_the_form_of_their_code(lab: Bench) -> None:
    await study.join(lab.store, lab.learner, Place(1, "wait", "B").code)
    await acts.begin(lab.store, lab.learner)
    assert (await stands(lab)).of.form == "B"


async def test_four_configurations_are_run_and_no_fifth_and_none_of_them_twice(lab: Bench) -> None:
    await acts.begin(lab.store, lab.learner)
    base = reference(await stands(lab))
    every = [{**base, "length": length, "temperature": warm} for length in ("right", "long") for warm in ("low", "high")]
    for chosen in (every[0], *every):
        await acts.try_configuration(lab.store, lab.queue, lab.learner, chosen)
    now = await stands(lab)
    assert [one.chosen for one in now.tried] == every and now.runs_left == 0 and now.marked.chosen == every[-1]
    with pytest.raises(BadInput, match=f"run {RUNS} configurations"):
        await acts.try_configuration(lab.store, lab.queue, lab.learner, {**base, "examples": "none"})
    for one in now.tried:
        await lab.ended(one.run.id)
    assert (await stands(lab)).tried[0].run.params["group"] == "shown" and len((await stands(lab)).tried[0].steps) == 12


async def test_a_run_that_was_stopped_costs_none_and_may_be_made_again(lab: Bench, endpoint: Endpoint) -> None:
    await acts.begin(lab.store, lab.learner)
    chosen = reference(await stands(lab))
    endpoint.gives = 0
    await acts.try_configuration(lab.store, lab.queue, lab.learner, chosen)
    run = (await stands(lab)).tried[0].run.id
    await cancel_run(lab.store, run)
    await lab.ended(run)
    assert (await stands(lab)).runs_left == RUNS
    endpoint.gives = None
    await acts.try_configuration(lab.store, lab.queue, lab.learner, chosen)
    assert [one.run.status in ALIVE for one in (await stands(lab)).tried] == [False, True]


@pytest.mark.parametrize("chosen", [{}, {"examples": "few"}, {"examples": "few", "rules": "one", "temperature": "low", "length": "none"}])
async def test_what_is_no_configuration_is_refused_with_what_is_missing(lab: Bench, chosen: dict[Knobs, str]) -> None:
    await acts.begin(lab.store, lab.learner)
    with pytest.raises(BadInput, match=r"no configuration yet: [A-Z]"):
        await acts.hand_in_configuration(lab.store, lab.learner, chosen)
    with pytest.raises(BadInput, match="no configuration yet"):
        await acts.try_configuration(lab.store, lab.queue, lab.learner, chosen)
    assert (await stands(lab)).part == "configure"


async def test_tests_are_one_to_five(lab: Bench) -> None:
    now = await up_to(lab, "spec")
    slugs = [one.slug for one in now.of.spec.tests]
    for some, says in (([], "No test is ticked"), (slugs[:6], "ticked 6 tests"), (["gone"], "no such acceptance test")):
        with pytest.raises(BadInput, match=says):
            await acts.hand_in_tests(lab.store, lab.learner, some)
    assert (await stands(lab)).part == "spec"


async def test_probes_are_bought_within_the_budget_and_what_was_filled_in_is_kept(lab: Bench) -> None:
    await up_to(lab, "faults")
    with pytest.raises(BadInput, match="Look at its answers first"):
        await bought(lab, "read")
    await looked(lab)
    await acts.look(lab.store, lab.queue, lab.learner)
    await bought(lab, "read", "read", "heal-cut-short")
    now = await stands(lab)
    assert [one.probe.slug for one in now.bought] == ["read", "heal-cut-short"] and now.spent == 15 and now.bought[0].run is None
    assert rows("SELECT count(*) FROM runs") == [(2,)]
    await acts.buy(lab.store, lab.queue, lab.learner, "heal-no-examples", {"cut-short": "heal-cut-short", "no-rules": ""})
    now = await stands(lab)
    assert now.spent == 25 and now.marked.named == {"cut-short": "heal-cut-short", "no-rules": ""}
    with pytest.raises(BadInput, match="takes 10 minutes, and 0 are left"):
        await bought(lab, "heal-too-warm")
    with pytest.raises(NotFound):
        await bought(lab, "gone")


async def test_exactly_two_causes_are_named_each_by_a_probe_that_was_bought(lab: Bench) -> None:
    await up_to(lab, "faults")
    await looked(lab)
    await bought(lab, "heal-cut-short")
    one = {"cut-short": "heal-cut-short"}
    for named, says in (
        ({}, "named 0 of the six"),
        (one, "named 1"),
        (NAMED, "no such probe was bought"),
        ({**one, "gone": ""}, "no such cause"),
    ):
        with pytest.raises(BadInput, match=says):
            await acts.hand_in_faults(lab.store, lab.learner, named)
    assert (await stands(lab)).marked.named == one
    await acts.hand_in_faults(lab.store, lab.learner, {**one, "no-examples": ""})
    assert (await stands(lab)).row.shares["faults"]["score"] == 0.75


async def test_a_proposal_is_marked_and_answered_and_both_agree(lab: Bench) -> None:
    now = await up_to(lab, "proposal")
    of = now.of.proposal
    tried: list[tuple[Any, ...]] = [
        ({}, True, of.best, "Nothing is marked"),
        (of.flaws, False, of.best, "no objection"),
        (of.flaws, True, "", "what you answer"),
    ]
    for objections, objects, picked, says in tried:
        with pytest.raises(BadInput, match=says):
            await acts.hand_in_proposal(lab.store, lab.learner, objections, objects, picked)
    await acts.hand_in_proposal(lab.store, lab.learner, {}, False, of.best)
    assert (await stands(lab)).row.shares["proposal"]["score"] == 0


async def test_the_memo_is_kept_as_it_is_typed_and_where_it_is_refused_and_no_empty_box_takes_its_place(lab: Bench) -> None:
    now = await up_to(lab, "memo")
    said = {one.id: one.holds for one in now.of.memo.statements}
    assert await acts.keep_memo(lab.store, lab.learner, "As far\r\nas this.") == ("As far\nas this.", True)
    assert await acts.keep_memo(lab.store, lab.learner, " ") == ("As far\nas this.", False)
    for ruling, statements, words, says in (
        ("", said, WORDS, "what you decide"),
        ("go", dict(list(said.items())[1:]), WORDS + " More.", "1 of the statements is not judged"),
    ):
        with pytest.raises(BadInput, match=says):
            await acts.hand_in_memo(lab.store, lab.learner, ruling, statements, words)
        assert (await stands(lab)).words == words
    with pytest.raises(BadInput, match="Not saved"):
        await acts.keep_memo(lab.store, lab.learner, "a" * (acts.LONGEST + 1))
    assert (await stands(lab)).words == WORDS + " More."
    assert await acts.keep_memo(lab.store, lab.learner, "", clear=True) == ("", True)
    with pytest.raises(BadInput, match="no words"):
        await acts.hand_in_memo(lab.store, lab.learner, "go", said, "  ")


async def test_what_was_right_of_the_cases_shown_may_be_cited_too(lab: Bench, endpoint: Endpoint) -> None:
    await acts.begin(lab.store, lab.learner)
    now = await stands(lab)
    endpoint.says = lambda body: ["umbrella"]
    await acts.try_configuration(lab.store, lab.queue, lab.learner, reference(now))
    await lab.ended((await stands(lab)).tried[0].run.id)
    assert acts.also_measured(await stands(lab)) == ("2 of 12",)


async def test_what_comes_after_the_hour_counts_nothing_says_what_it_would_have_been_and_is_kept(lab: Bench, time: Moved) -> None:
    await up_to(lab, "spec")
    time.by = timedelta(minutes=MINUTES + 1)
    await told_tests(lab)
    now = await stands(lab)
    first, late = now.share("configure"), now.share("spec")
    assert first and first.score == 1 and late and (late.score, late.would) == (0, 1) and "would have been 100 of 100" in late.why
    assert now.row.answers["spec"]["tests"] == list(now.of.spec.reference) and now.part == "faults" and now.spec()
    await acts.end(lab.store, lab.learner)
    assert (await stands(lab)).row.score == pytest.approx(WEIGHTS["configure"])


async def test_what_comes_in_the_last_minute_counts(lab: Bench, time: Moved) -> None:
    await acts.begin(lab.store, lab.learner)
    time.by = timedelta(minutes=MINUTES - 1)
    await configured(lab)
    share = (await stands(lab)).share("configure")
    assert share and share.score == 1 and isinstance(share.at, datetime)


async def test_a_part_left_out_counts_nothing_and_the_memo_is_judged_all_the_same(lab: Bench) -> None:
    await acts.begin(lab.store, lab.learner)
    for part in PARTS[:-1]:
        await acts.leave_out(lab.store, lab.learner, part)
    now = await stands(lab)
    assert now.configured() is None and now.spec() is None and now.part == "memo"
    said = {one.id: one.holds for one in now.of.memo.statements}
    await acts.hand_in_memo(lab.store, lab.learner, "no", said, WORDS)
    now = await stands(lab)
    assert now.row.shares["memo"]["score"] == pytest.approx(0.8) and now.row.score == pytest.approx(0.8 * WEIGHTS["memo"])
    with pytest.raises(NotFound):
        await acts.leave_out(lab.store, lab.learner, "gone")


async def test_after_the_end_nothing_is_open_and_the_end_stays_as_it_was(lab: Bench) -> None:
    with pytest.raises(BadInput, match="no capstone under way"):
        await acts.end(lab.store, lab.learner)
    await up_to(lab, "spec")
    await acts.end(lab.store, lab.learner)
    now = await stands(lab)
    await acts.end(lab.store, lab.learner)
    assert (await stands(lab)).row.ended == now.row.ended and now.row.score == pytest.approx(0.25)
    with pytest.raises(BadInput, match="perhaps in another tab"):
        await told_tests(lab)


async def test_a_product_that_is_gone_keeps_its_score_and_its_sitting_can_be_ended(lab: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    await up_to(lab, "spec")
    monkeypatch.setattr(acts, "find_capstone", lambda slug: None)
    with pytest.raises(NotFound, match="not in this lab any more"):
        await stands(lab)
    await acts.end(lab.store, lab.learner)
    assert (await listed(lab))[0].score == pytest.approx(0.25)


async def test_it_is_in_the_backup_comes_back_as_it_was_and_goes_with_everything_else(lab: Bench) -> None:
    await up_to(lab, "memo")
    await acts.keep_memo(lab.store, lab.learner, "Half a memo.")
    now = await stands(lab)
    kept = await data.export(lab.store, lab.learner)
    await data.delete_everything(lab.store, lab.learner, settings().data)
    assert await listed(lab) == [] and rows("SELECT count(*) FROM drafts") == [(0,)]
    await data.restore(lab.store, lab.learner, kept, replace=True)
    again = await stands(lab)
    assert (again.row.shares, again.row.answers, again.words) == (now.row.shares, now.row.answers, "Half a memo.")
    assert [one.probe.slug for one in again.bought] == [one.probe.slug for one in now.bought]
    await written(lab)
    assert (await stands(lab)).row.score == pytest.approx(1.0)
