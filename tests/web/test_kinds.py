"""A kind that nobody has foreseen: once registered it is everywhere where kinds must be, and no other code knows it."""

import json
from typing import Any
from unittest.mock import AsyncMock

import pytest
from riddle import riddles
from riddle.kind import FIRST, RIDDLE, SECOND

from fluencylab import clock
from fluencylab.actions import data, progress
from fluencylab.actions.standing import Path, Standing, path, standings
from fluencylab.curriculum.loader import track
from fluencylab.practice import kinds
from fluencylab.practice.kinds import KINDS, MEETING, MISSION, MODEL_CARD, PROPOSAL
from fluencylab.practice.retell import retell
from fluencylab.practice.variants import bank, usable
from fluencylab.web import page_basis
from web.conftest import Web

__all__ = ["riddles"]
pytestmark = pytest.mark.usefixtures("riddles")

CONCEPT = track().concepts[0]
CELL = f"/map/{CONCEPT.slug}/debugging"
KEY, HREF = "riddle/which-window", "/riddles/which-window"


async def guess(web: Web, slug: str = FIRST.slug, option: str = "rose") -> None:
    assert (await web.post(f"/riddles/{slug}/guess", option=option)).headers["location"] == f"/riddles/{slug}"


async def explained(web: Web, slug: str = FIRST.slug) -> None:
    await guess(web, slug)
    await web.post(f"/riddles/{slug}/explain", text="It is <i>full</i>.")


def test_what_ends_an_exercise_of_one_kind_is_no_step_on_the_way_of_another() -> None:
    assert not any(stage in kinds.last_stages() for kind in KINDS.values() for stage in kind.stages[:-1])


async def stands(web: Web) -> tuple[Standing, Path]:
    async with web.lab.store.read() as session:
        stood = await standings(session, web.lab.learner)
        on = await path(session, web.lab.learner, clock.now())
    exercise = kinds.find(KEY)
    assert exercise
    return stood.of(exercise), on


def test_its_evidence_is_told_in_its_own_words_and_as_it_was_where_it_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    told = retell(KEY, "guess", {"picked": "rose"})
    assert (told.title, told.href, told.part, told.asked, told.said) == (FIRST.title, HREF, "your guess", FIRST.asks, ("A rose window",))
    monkeypatch.setattr(RIDDLE, "content", [SECOND])
    told = retell(KEY, "guess", {"picked": "rose"})
    assert (told.title, told.href, told.part, told.said) == (KEY, "", "your guess", ("picked: rose",))
    assert kinds.chance({}, KEY, "guess") == 1 / 4
    monkeypatch.delitem(KINDS, RIDDLE.name)
    assert retell(KEY, "guess", {"picked": "rose"}).part == "guess"


def test_what_guessing_reaches_is_known() -> None:
    assert kinds.chance(kinds.chances(), KEY, "guess") == 1 / 4
    assert progress._new()._chances[KEY, "guess"] == 1 / 4


async def test_words_that_were_changed_since_let_its_evidence_expire(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    await guess(web)

    async def outdated() -> dict[tuple[str, str], str]:
        progress._contents.cache_clear()  # as another start would
        async with web.lab.store.read() as session:
            return await progress.outdated(session, web.lab.learner)

    assert await outdated() == {}
    monkeypatch.setattr(RIDDLE, "content", [FIRST.model_copy(update={"asks": "It is empty."}), SECOND])
    assert await outdated() == {(CONCEPT.slug, "debugging"): "The exercise of your latest answer was worded anew since."}


async def test_the_cell_of_the_map_tells_it_links_to_it_and_offers_the_next_one(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    for kind in (MISSION, MODEL_CARD, MEETING, PROPOSAL):  # they come first
        monkeypatch.setattr(kind, "every", lambda: iter(()))
    assert f'href="{HREF}"' in (await web.get(CELL)).text, "the next step of an empty cell"
    await guess(web)
    cell = (await web.get(CELL)).text
    assert "your guess" in cell and "A rose window" in cell and "1 different task" in cell
    assert "&lt;b&gt;What is it?&lt;/b&gt;" in cell and "<b>What is it?</b>" not in cell
    assert "Go on" in cell
    await explained(web)
    cell = (await web.get(CELL)).text
    assert 'href="/riddles/which-tree"' in cell and "Guess it" in cell and "Riddle · about 2 minutes" in cell
    assert "It is &lt;i&gt;full&lt;/i&gt;." in cell


async def test_the_report_counts_it_and_leads_to_its_cell(web: Web) -> None:
    await guess(web, FIRST.slug, FIRST.best)
    await guess(web, SECOND.slug, SECOND.best)
    report = (await web.get("/report")).text
    assert "2 different tasks" in report and f'href="{CELL}"' in report


async def test_where_it_stands_is_known_before_in_the_middle_and_at_its_end(web: Web) -> None:
    assert await stands(web) == (Standing("guess", False), Path(set(), {}, set()))
    await guess(web)
    standing, on = await stands(web)
    assert (standing, list(on.begun)) == (Standing("explain", True), [KEY])
    await web.post(f"{HREF}/explain", text="It is full.")
    standing, on = await stands(web)
    assert (standing, set(on.done), on.begun) == (Standing("done", True), {KEY}, {})


async def test_today_goes_on_with_it(web: Web) -> None:
    await guess(web)
    today = (await web.get("/")).text
    assert 'data-rule="begun"' in today and FIRST.title in today and f'href="{HREF}"' in today


async def test_its_concept_lists_it_with_how_far_one_is(web: Web) -> None:
    await explained(web)
    page = (await web.get(f"/concepts/{CONCEPT.slug}")).text
    section = page.partition('<section id="riddles"')[2].partition("</section>")[0]
    assert "<h2>Riddles</h2>" in section and "No run, no number." in section
    assert [section.count(f"<em>{where}</em>") for where in ("done", "not begun", "read why")] == [1, 1, 0]
    assert '<a href="#riddles">Riddles</a>' in page
    assert 'id="riddles"' not in (await web.get(f"/concepts/{track().concepts[1].slug}")).text


async def test_its_page_opens_and_a_refused_step_leads_back_to_it(web: Web) -> None:
    assert FIRST.title in (await web.get(HREF)).text
    refused = await web.post(f"{HREF}/guess", option="none")
    assert refused.status_code == 422 and f'href="{HREF}">Go on where it stands' in refused.text
    assert (await web.get("/riddles/none")).status_code == 404


def test_it_is_turned_into_review_items_once_it_is_done() -> None:
    turned = [item for item in bank(CONCEPT) if item.form == "turned"]
    assert [item.id for item in turned] == ["turned/which-window", "turned/which-tree"]
    assert [item for item in usable(CONCEPT, "debugging", {KEY}) if item.form == "turned"] == turned[:1]
    assert kinds.met(turned[0]) == [(KEY, "guess")]
    assert retell("review/x/debugging", "item-turned", {}).part == "a riddle turned round"


async def test_it_goes_out_with_the_learners_file_and_comes_back_also_where_nobody_knows_it(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    await explained(web)
    before = (await web.get(CELL)).text
    file = await data.export(web.lab.store, web.lab.learner)
    rows: dict[str, list[dict[str, Any]]] = json.loads(file)["tables"]
    assert {row["exercise"] for row in rows["attempts"]} == {row["exercise"] for row in rows["evidence"]} == {KEY}
    assert (await web.post("/data/delete", confirm="delete")).status_code == 303
    assert "Nothing was asked here yet." in (await web.get(CELL)).text
    await data.restore(web.lab.store, web.lab.learner, file)
    assert (await web.get(CELL)).text == before
    monkeypatch.delitem(KINDS, RIDDLE.name)
    monkeypatch.setattr(page_basis, "basis", AsyncMock(return_value=None))  # as in a lab started without it
    cell = (await web.get(CELL)).text
    assert KEY in cell and "picked: rose" in cell and f'href="{HREF}"' not in cell
