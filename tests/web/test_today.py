"""Today in its states, over the wire and with a clock that is moved."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from fluencylab import clock
from fluencylab.actions import cases, progress
from fluencylab.actions.missions import new_attempt
from fluencylab.curriculum.loader import coming, track
from fluencylab.models.engine import EngineState
from fluencylab.practice.kinds import KINDS
from fluencylab.progress import evidence
from fluencylab.progress.evidence import NewEvidence

from .conftest import Web

CONCEPT = track().concepts[0]
CASE = CONCEPT.cases[0]
MONDAY = datetime(2027, 3, 1, 9, tzinfo=UTC)


class Clock:
    now = MONDAY


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    moved = Clock()
    monkeypatch.setattr(clock, "now", lambda: moved.now)
    progress._held.cache_clear()
    yield moved
    progress._held.cache_clear()


async def argued(web: Web) -> None:
    """A case brought to its end, as it would be without a page."""
    reasons = [reason.id for reason in CASE.reasons if reason.carries]
    flip = next(flip.id for flip in CASE.flips if flip.flips)
    await cases.argue(web.lab.store, web.lab.learner, CONCEPT, CASE, CASE.decide.best, reasons, flip, 2)
    await cases.argue_twin(web.lab.store, web.lab.learner, CONCEPT, CASE, CASE.decide.twin.best)


async def test_a_newcomer_meets_the_first_call_and_afterwards_today(web: Web, time: Clock) -> None:
    first = (await web.get("/")).text
    assert "For product managers." in first and "Make a call now" in first and "find out what to learn first" in first
    await web.run(instrument="call", params={"prompt": "Hello", "seed": 1})
    page = (await web.get("/")).text
    assert 'data-rule="track"' in page
    assert "A small start would be" in page
    assert "Nothing was shown yet, so nothing can fade." in page
    assert all(one.title in page for one in coming())
    assert "Run a language model, here, now" in (await web.get("/first-call")).text


async def test_what_to_do_now_follows_what_was_done(web: Web, time: Clock) -> None:
    reasons = [reason.id for reason in CASE.reasons[:2]]
    await web.post(f"/cases/{CASE.slug}/decide", option=CASE.decide.best, reason=reasons, flip=CASE.flips[0].id, certainty="2")
    page = (await web.get("/")).text
    assert 'data-rule="begun"' in page and CASE.title in page and "You began it on 1 March 2027." in page
    await web.post(f"/cases/{CASE.slug}/twin", option=CASE.decide.twin.best)
    assert 'data-rule="self-test"' in (await web.get("/")).text
    time.now += timedelta(days=7)
    page = (await web.get("/")).text
    assert 'data-rule="review"' in page and "1 review is due" in page
    begun = await web.post("/review")
    assert begun.status_code == 303
    assert 'data-stage="asked"' in (await web.get(begun.headers["location"])).text


async def test_on_the_first_day_nothing_is_said_to_still_hold(web: Web, time: Clock) -> None:
    await argued(web)
    for path in ("/", "/review"):
        page = (await web.get(path)).text
        assert "Nothing is due yet. What you did today comes back about" in page and "still holds" not in page


async def test_today_and_the_review_give_the_same_reasons(web: Web, time: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """What fades, and was brought up to date meanwhile, had another reason on each page."""
    await argued(web)
    time.now += timedelta(days=20)
    monkeypatch.setattr(progress, "_dates", lambda packs: {CONCEPT.slug: MONDAY.date() + timedelta(days=2)})
    for said in ("brought up to date on 3 March 2027", "Shown last on 1 March 2027"):
        today, review = [
            re.findall(r"<li><b>([^<]+)\.</b> ([^<]+)</li>", (await web.get(path)).text.partition('class="again-list"')[2])
            for path in ("/", "/review")
        ]
        assert today == review and said in today[0][1]
        monkeypatch.setattr(progress, "_dates", lambda packs: {})
        time.now += timedelta(minutes=1)


async def test_when_all_is_done_the_lab_is_left(web: Web, time: Clock) -> None:
    for kind in (one for one in KINDS.values() if one.end):
        for exercise in kind.every():
            await show(web, exercise.key, [(exercise.concept, kind.end)])
    time.now += timedelta(days=15)  # what was not run then lies too long to go on with
    assert 'data-rule="review"' in (await web.get("/")).text
    questions = [concept.slug for concept in track().concepts if concept.selftest]
    await show(web, "self-test", [(slug, f"{n}.{part}") for n, slug in enumerate(questions, 1) for part in ("text", "application")])
    for concept in track().concepts:
        await show(web, f"review/{concept.slug}/decisions", [(concept.slug, "item-1")])
    assert 'data-rule="capstone"' in (await web.get("/")).text
    for act in ("begin", "sitting/end"):
        await web.client.post(f"/capstone/{act}")
    page = (await web.get("/")).text
    assert 'data-rule="lab"' in page and "Every exercise that is open is done" in page


async def test_a_model_that_is_not_there_is_said_where_the_mission_needs_it(web: Web, time: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web.lab.standby, "state", lambda: EngineState(phase="broken", message="It is gone.", fix="Fetch it."))
    mission = CONCEPT.missions[0]
    fields = {fact: f"{value:g}" for fact, value in mission.exemplar.accept.items()}
    assert (await web.post(f"/missions/{mission.slug}/predict", certainty="2", **fields)).status_code == 303
    page = (await web.get("/")).text
    assert mission.title in page and "The model is not ready yet." in page


async def show(web: Web, exercise: str, stages: list[tuple[str, str]]) -> None:
    """Evidence of decisions, all right: (concept, stage)."""
    async with web.lab.store.begin() as session:
        attempt = new_attempt(web.lab.learner, exercise)
        session.add(attempt)
        await session.flush()
        for concept, stage in stages:
            await evidence.append(
                session, attempt, NewEvidence(concept, "decisions", stage, {"picked": "-", "text": ""}, 1.0, "rules-1", 2)
            )


async def test_the_week_is_said_in_minutes_really_spent(web: Web, time: Clock) -> None:
    await argued(web)
    time.now += timedelta(minutes=30)
    for kind, minutes in (("apply", 20), ("read", 10)):
        assert (await web.post("/time", kind=kind, seconds=str(60 * minutes), concept=CONCEPT.slug)).status_code == 204
        time.now += timedelta(minutes=30)
    page = (await web.get("/")).text
    assert "20 minutes of practice this week. We suggest 150 a week; set your own below." in page, "nobody has set a target yet"
    assert "Reading took 10 minutes more" in page
    await web.post("/plan", target="30")
    assert "of the 30 you aim at" in (await web.get("/")).text
    time.now += timedelta(days=7)
    assert "Nothing counted yet this week." in (await web.get("/")).text


JUNK: tuple[dict[str, str], ...] = (
    {},
    {"kind": "apply"},
    {"kind": "apply", "seconds": "many"},
    {"kind": "apply", "seconds": "nan"},
    {"kind": "apply", "seconds": "1e9"},
    {"kind": "x" * 5000, "seconds": "1"},
    {"kind": "apply", "seconds": "1", "concept": "\0"},
)


async def test_junk_about_time_gets_a_sentence(web: Web) -> None:
    for junk in JUNK:
        answer = await web.post("/time", **junk)
        assert answer.status_code == 422, junk
        assert "<h1>" in answer.text and "Traceback" not in answer.text


async def test_a_plan_that_was_missed_is_offered_for_change_and_not_scolded(web: Web, time: Clock) -> None:
    await argued(web)
    time.now = MONDAY.replace(hour=12)
    assert (await web.get("/plan.ics")).status_code == 404
    assert (await web.post("/plan", target="150", day=["1", "3"], at="09:00", minutes="30")).status_code == 303
    page = (await web.get("/")).text
    assert "On Tuesday and Thursday at 09:00 I open the lab for 30 minutes." in page
    assert "went by without it" not in page
    assert (await web.get("/plan.ics")).text.startswith("BEGIN:VCALENDAR")
    time.now += timedelta(days=2)
    assert "Tuesday went by without it." in (await web.get("/")).text
    assert (await web.post("/plan", target="150", day=["1"], at="soon", minutes="30")).status_code == 422
