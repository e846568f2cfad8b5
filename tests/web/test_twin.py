"""The same decision with one fact changed: nothing above it gives it away."""

import html
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from lab_fixture import Endpoint
from learners import Learner, MovedClock, as_embedded, follows, moved_clock

from fluencylab.curriculum.loader import track

from .conftest import HTML, opened

FIRST = track().concepts[0]
MISSION = FIRST.missions[0]
CASE = FIRST.cases[0]


@pytest.fixture
def time() -> Iterator[MovedClock]:
    with moved_clock() as moved:
        yield moved


@pytest.fixture
async def you(tables: None, endpoint: Endpoint, home: Path, time: MovedClock) -> AsyncIterator[Learner]:
    endpoint.says = follows
    (home / "data" / "models.json").write_text(as_embedded(endpoint.listed()))
    async with opened() as web:
        yield Learner(web.app, web.client, time)


async def test_the_answers_of_a_missions_first_decision_are_folded_until_the_twin_is_answered(you: Learner) -> None:
    """Many of them name the fact that then changes: "for a number that changes once in years …"."""
    here = f"/missions/{MISSION.slug}"
    await you.predict(MISSION)
    await you.see(MISSION, await you.run_mission(MISSION))
    await you.post(f"{here}/decide", option=MISSION.decide.best, certainty=2)
    page = html.unescape((await you.client.get(here, headers=HTML)).text)
    assert 'data-stage="twin"' in page
    section = page.split('id="decide"')[1].split("</section>")[0]
    open_, fold, folded = section.partition("<details")
    assert fold and "option-answer" not in open_ and "Your decision was the best one." in open_
    assert folded.count("option-answer") == len(MISSION.decide.options)
    await you.post(f"{here}/twin", option=MISSION.decide.twin.best)
    page = html.unescape((await you.client.get(here, headers=HTML)).text)
    done = page.split('id="decide"')[1].split("</section>")[0]
    assert "option-answer" in done.partition("<details")[0]


async def test_the_answers_of_a_cases_first_decision_are_folded_until_the_twin_is_answered(you: Learner) -> None:
    here, case = f"/cases/{CASE.slug}", CASE
    reasons = [reason.id for reason in case.reasons if reason.carries]
    flip = next(fact.id for fact in case.flips if fact.flips)
    await you.post(f"{here}/decide", option=case.decide.best, reason=reasons, flip=flip, certainty=2)
    page = html.unescape((await you.client.get(here, headers=HTML)).text)
    assert 'data-stage="twin"' in page
    open_, fold, folded = page.split('id="answers"')[1].split("</section>")[0].partition("<details")
    assert fold and "option-answer" not in open_ and "Your decision was the best one." in open_
    assert folded.count("option-answer") >= len(case.decide.options)
    assert not any(fact.answer in page for fact in case.flips)
    await you.post(f"{here}/twin", option=case.decide.twin.best)
    page = html.unescape((await you.client.get(here, headers=HTML)).text)
    assert "option-answer" in page.split('id="answers"')[1].split("</section>")[0].partition("<details")[0]
