"""What is kept is found again, belongs to its learner, goes along in a backup, and is let go without losing the run."""

import json
from datetime import date, timedelta

import pytest
from lab_fixture import Bench, rows

from fluencylab import __version__, clock
from fluencylab.actions import data, kept
from fluencylab.actions.archive import seal, unseal
from fluencylab.actions.runs import add_run
from fluencylab.errors import BadInput, NotFound
from fluencylab.settings import settings
from fluencylab.store.tables import KeptRun, Learner


async def search(bench: Bench, words: str = "", lab: str = "", since: date | None = None, until: date | None = None) -> list[KeptRun]:
    async with bench.store.read() as session:
        return await kept.found(session, bench.learner, kept.Search(words, lab, since, until))


async def ended(lab: Bench) -> str:
    run_id = await lab.start(samples=2)
    await lab.ended(run_id)
    return run_id


async def test_a_run_says_which_version_made_it(lab: Bench) -> None:
    assert (await lab.run(await lab.start())).version == __version__


async def test_a_kept_run_remembers_what_it_added_up_to_and_keeping_it_again_changes_its_words(lab: Bench) -> None:
    run_id = await ended(lab)
    kept_id = await kept.keep(lab.store, lab.learner, run_id, " Names  at two temperatures ", "For Monday.\n")
    [row] = await search(lab)
    assert (row.id, row.name, row.note, row.run_id, row.lab) == (kept_id, "Names at two temperatures", "For Monday.", run_id, "sampling")
    assert row.says and kept.measures(row.measures)["top_share@0.7"].n == 2
    assert await kept.keep(lab.store, lab.learner, run_id, "Other", "") == kept_id
    assert [(row.name, row.note) for row in await search(lab)] == [("Other", "")]


async def test_it_is_found_by_every_word_by_its_lab_and_by_its_day(lab: Bench) -> None:
    await kept.keep(lab.store, lab.learner, await ended(lab), "Prompt B", "Straße, für Ana")
    today = clock.now().date()
    assert await search(lab, "STRASSE ana") and await search(lab, "sampling") and not await search(lab, "ana bob")
    assert await search(lab, lab="sampling") and not await search(lab, lab="cost")
    assert await search(lab, since=today, until=today)
    assert not await search(lab, since=today + timedelta(days=1)) and not await search(lab, until=today - timedelta(days=1))


@pytest.mark.parametrize(
    ("name", "note", "says"),
    [(" ", "", "needs a name"), ("x" * 121, "", "121 characters"), ("x", "y" * 4_001, "4,001"), ("a\0", "", "sign")],
)
async def test_words_that_cannot_be_kept_are_refused_with_a_sentence(lab: Bench, name: str, note: str, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        await kept.keep(lab.store, lab.learner, "any", name, note)


async def test_a_run_under_way_is_not_kept_yet(lab: Bench) -> None:
    async with lab.store.begin() as session:
        run_id = add_run(session, lab.learner, "call", {}).id
    with pytest.raises(BadInput, match="under way"):
        await kept.keep(lab.store, lab.learner, run_id, "x", "")


async def test_let_go_the_run_stays_with_all_its_steps(lab: Bench) -> None:
    run_id = await ended(lab)
    kept_id = await kept.keep(lab.store, lab.learner, run_id, "x", "")
    steps = len(await lab.steps(run_id))
    await kept.let_go(lab.store, lab.learner, kept_id)
    assert not await search(lab) and len(await lab.steps(run_id)) == steps
    with pytest.raises(NotFound):
        await kept.let_go(lab.store, lab.learner, kept_id)


async def test_nobody_keeps_changes_or_lets_go_what_is_another_learners(lab: Bench) -> None:
    run_id = await ended(lab)
    kept_id = await kept.keep(lab.store, lab.learner, run_id, "x", "")
    async with lab.store.begin() as session:
        session.add(Learner(id="ana", created=clock.now()))
    for act in (
        kept.keep(lab.store, "ana", run_id, "y", ""),
        kept.change(lab.store, "ana", kept_id, "y", ""),
        kept.let_go(lab.store, "ana", kept_id),
    ):
        with pytest.raises(NotFound):
            await act
    assert [row.name for row in await search(lab)] == ["x"]


async def test_what_is_kept_goes_along_in_a_backup_comes_back_and_goes_with_everything_else(lab: Bench) -> None:
    run_id = await ended(lab)
    await kept.keep(lab.store, lab.learner, run_id, "Kept", "مرحبا")
    await kept.keep_view(lab.store, lab.learner, "cost", "b_users=5000", "A month costs $3.", "The bill", "")
    file = await data.export(lab.store, lab.learner)
    await data.restore(lab.store, lab.learner, file, replace=True)
    assert {(row.name, row.run_id, row.view) for row in await search(lab)} == {("Kept", run_id, ""), ("The bill", None, "b_users=5000")}
    await data.delete_everything(lab.store, lab.learner, settings().data)
    assert rows("SELECT COUNT(*) FROM kept_runs") == [(0,)]


@pytest.mark.parametrize(
    "bad",
    [
        {"name": ""},
        {"name": "x" * 121},
        {"note": "x" * 4_001},
        {"lab": "../x"},
        {"measures": {"a": {"value": "much"}}},
        {"view": "x" * 4_001},
    ],
)
async def test_a_backup_holds_only_what_a_lab_would_keep(lab: Bench, bad: dict[str, object]) -> None:
    await kept.keep(lab.store, lab.learner, await ended(lab), "Kept", "")
    archive = unseal(await data.export(lab.store, lab.learner))
    archive.tables["kept_runs"][0].update(bad)
    with pytest.raises(BadInput, match="kept_runs"):
        await data.restore(lab.store, lab.learner, seal(json.loads(json.dumps(archive.tables)), clock.now()), replace=True)
    assert len(await search(lab)) == 1
