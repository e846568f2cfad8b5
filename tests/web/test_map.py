"""The map over the wire: what a cell says and offers in each of its states, and the depth guard on the concept's pages."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fluencylab.actions.kinds import offered
from fluencylab.curriculum.loader import track
from fluencylab.models import catalogue
from fluencylab.practice.kinds import KINDS, MISSION
from fluencylab.practice.variants import usable
from fluencylab.progress.mastery import CAPABILITIES
from fluencylab.store.tables import Attempt, Evidence
from fluencylab.web.pages.fluency_map import _listed

from .conftest import Web

CONCEPT = track().concepts[0]
CELL = f"/map/{CONCEPT.slug}/decisions"
START = datetime(2035, 1, 1, 9, tzinfo=UTC)


async def show(web: Web, number: int, at: int = 0, **given: Any) -> None:
    """So many right decisions, each on a task of its own."""
    async with web.lab.store.begin() as session:
        for i in range(at, at + number):
            attempt = Attempt(id=uuid.uuid4().hex, learner_id=web.lab.learner, exercise=f"task-{i}", seed=1, run_id=None, created=START)
            session.add(attempt)
            await session.flush()
            fields = {
                "concept": CONCEPT.slug,
                "capability": "decisions",
                "stage": "decide",
                "answer": {"picked": "a < b & c"},
                "score": 1.0,
            }
            fields |= {"grader": "rules-1", "certainty": 3, "seconds": 12.0, "made": START + timedelta(minutes=i), "exercise": f"task-{i}"}
            session.add(Evidence(id=uuid.uuid4().hex, learner_id=web.lab.learner, attempt_id=attempt.id, **fields | given))


async def test_a_cell_says_where_one_stands_and_offers_one_next_step(web: Web) -> None:
    empty = (await web.get(CELL)).text
    assert "Nothing was asked here yet." in empty
    assert "There is none yet." in empty
    assert empty.count("button-primary") == 1
    await show(web, 1)
    assert "1 of 1 right. One task says too little to go by." in (await web.get(CELL)).text
    await show(web, 2, at=1)
    emerging = (await web.get(CELL)).text
    assert "3 of 3 right." in emerging and "80\u202f% interval" in emerging
    assert (
        emerging.index("3 of 3 right.") < emerging.index("right answers to new tasks to be sure") < emerging.index("80\u202f% interval")
    ), "in this order"
    assert "picked: a &lt; b &amp; c" in emerging, "the answer as it was, and never markup"
    await show(web, 9, at=3)
    solid = (await web.get(CELL)).text
    assert "12 of 12 right. That is solid." in solid
    assert "Nothing is missing." in solid
    assert "What pays more now" in solid
    assert solid.count("button-primary") == 1
    await show(web, 1, at=12, conditions={"sha256": "another", "name": "Another"})
    if catalogue.current().card().sha256:
        assert "another model" in (await web.get(CELL)).text


async def test_each_of_the_thirty_cells_has_an_exercise_that_moves_it_and_questions_that_follow(web: Web) -> None:
    """Cost and quality had no exercise for its words."""
    done = {one.key for kind in KINDS.values() for one in kind.every()}
    for concept in track().concepts:
        for capability in CAPABILITIES:
            page = (await web.get(f"/map/{concept.slug}/{capability}")).text
            assert "Nothing was asked here yet." in page and 'class="next-why"' in page, (concept.slug, capability)
            assert len(usable(concept, capability, done)) >= 3, (concept.slug, capability)


async def test_a_long_history_comes_in_pages(web: Web) -> None:
    await show(web, 45)
    first, second = (await web.get(CELL)).text, (await web.get(f"{CELL}?older=2")).text
    assert "45 pieces, the newest first; page 1 of 2." in first
    assert (first.count("judged by rules-1"), second.count("judged by rules-1")) == (40, 5)
    assert (await web.get(f"{CELL}?older=0")).status_code in (400, 422)


async def test_once_something_is_solid_the_concept_and_its_lab_point_to_what_pays_more(web: Web) -> None:
    pages = (f"/concepts/{CONCEPT.slug}", f"/labs/{CONCEPT.labs[0]}")
    for path in pages:
        assert "More of the same would earn little" not in (await web.get(path)).text
    await show(web, 12)
    for path in pages:
        page = (await web.get(path)).text
        assert "Decisions are solid here. More of the same would earn little." in page
        assert f'href="/map/{CONCEPT.slug}/' in page
    assert "You can lead a product without this." in (await web.get(pages[0])).text


async def test_how_sure_against_how_right_needs_twenty_predictions(web: Web) -> None:
    await show(web, 5)
    assert "15 to go." in (await web.get("/map")).text
    await show(web, 15, at=5, score=0.0)
    page = (await web.get("/map")).text
    assert "fewer than these words stand for" in page
    assert "data-spec" in page
    assert "Brier score" in page


async def test_what_was_asked_and_not_right_is_not_called_emerging(web: Web) -> None:
    await show(web, 2, score=0.0)
    cell, the_map = (await web.get(CELL)).text, (await web.get("/map")).text
    assert "0 of 2 right." in cell and "emerging</p>" not in cell and "a new chance" in cell
    assert "2 different tasks answered in 1 of the map’s 30 cells, 0 of them right." in the_map
    assert f"{CONCEPT.short}" in the_map and "0 of 2 right" in the_map


async def test_right_after_a_wrong_first_choice_is_told_as_half_of_a_pair(web: Web) -> None:
    """The page said that the choice is the best, and the map said “Not right. Now yes.”"""
    case = CONCEPT.cases[0]
    other = next(one.id for one in case.decide.options if one.id not in (case.decide.best, case.decide.twin.best))
    reasons, flip = [one.id for one in case.reasons[:2]], case.flips[0].id
    await web.post(f"/cases/{case.slug}/decide", option=other, reason=reasons, flip=flip, certainty="2")
    await web.post(f"/cases/{case.slug}/twin", option=case.decide.twin.best)
    page = (await web.get(CELL)).text
    assert "Right after the change." in page and "count as a pair" in page
    assert '<b class="verdict">Not right.</b> Now yes' not in page


async def test_the_map_shows_each_concept_what_moves_it_next(web: Web) -> None:
    page = (await web.get("/map")).text
    for concept in track().concepts:
        assert any(f'href="{one.href}"' in page for one in offered(MISSION, concept.slug)), concept.slug


async def test_the_map_and_the_report_say_what_was_right_and_only_of_what_is_solid_a_percentage(web: Web) -> None:
    await show(web, 3)
    report = (await web.get("/report")).text
    assert "3 of 3 right" in report and 'class="estimate"' not in report
    assert "35\u202f%" not in (await web.get("/map")).text
    await show(web, 7, at=3)
    report = (await web.get("/report")).text
    assert "10 of 10 right" in report and report.index("10 of 10 right") < report.index("expected ")


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        (["1 is solid"], "1 is solid"),
        (["1 is solid", "2 are emerging"], "1 is solid and 2 are emerging"),
        (
            ["1 is solid", "1 was solid and wants renewing", "2 are emerging"],
            "1 is solid, 1 was solid and wants renewing, and 2 are emerging",
        ),
    ],
)
def test_counts_of_cells_are_listed_so_that_one_is_told_from_the_next(parts: list[str], said: str) -> None:
    assert _listed(parts) == said
