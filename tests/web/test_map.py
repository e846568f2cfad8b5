"""The map over the wire: what a cell says and offers in each of its states, and the depth guard on the concept's pages."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from fluencylab.curriculum.loader import track
from fluencylab.models import catalogue
from fluencylab.store.tables import Attempt, Evidence

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
    assert "Nothing was shown here yet." in empty
    assert "There is none yet." in empty
    assert empty.count("button-primary") == 1
    await show(web, 1)
    assert "One task says too little to go by." in (await web.get(CELL)).text
    await show(web, 2, at=1)
    emerging = (await web.get(CELL)).text
    assert "80 % interval" in emerging
    assert "To become solid: about" in emerging
    assert "picked: a &lt; b &amp; c" in emerging, "the answer as it was, and never markup"
    await show(web, 9, at=3)
    solid = (await web.get(CELL)).text
    assert "Probably solid" in solid
    assert "Nothing is missing." in solid
    assert "What pays more now" in solid
    assert solid.count("button-primary") == 1
    await show(web, 1, at=12, conditions={"sha256": "another", "name": "Another"})
    if catalogue.current().card().sha256:
        assert "another model" in (await web.get(CELL)).text


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
    assert "15 are missing" in (await web.get("/map")).text
    await show(web, 15, at=5, score=0.0)
    page = (await web.get("/map")).text
    assert "fewer than these words stand for" in page
    assert "data-spec" in page
    assert "Brier score" in page
