"""Six weeks of one learner with the clock moved: the plan holds for who keeps to it, and moves without a word for who does not."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from fluencylab import clock
from fluencylab.actions import progress
from fluencylab.actions.missions import new_attempt
from fluencylab.actions.six_weeks import six_weeks
from fluencylab.packs.full_track import full_track
from fluencylab.practice import kinds
from fluencylab.progress import evidence
from fluencylab.progress.evidence import NewEvidence
from fluencylab.progress.six_weeks import Part, SixWeeks
from fluencylab.web.pages.next_step import choice

from .conftest import Web

MONDAY = datetime(2027, 3, 1, 9, tzinfo=UTC)
BLAME = re.compile(r"\b(behind|missed|late|failed|should have|only|fell|overdue|lost)\b", re.IGNORECASE)


class Clock:
    now = MONDAY


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    moved = Clock()
    monkeypatch.setattr(clock, "now", lambda: moved.now)
    progress._held.cache_clear()
    yield moved
    progress._held.cache_clear()


async def plan(web: Web, time: Clock) -> SixWeeks:
    async with web.lab.store.read() as session:
        return await six_weeks(session, web.lab.learner, time.now)


async def do(web: Web, part: Part) -> None:
    """Bring it to its end, half right; a repair is mended."""
    one = kinds.find(part.key)
    assert one
    score = 1.0 if one.kind.passes else 0.5
    async with web.lab.store.begin() as session:
        attempt = new_attempt(web.lab.learner, part.key)
        session.add(attempt)
        await session.flush()
        shown = NewEvidence(one.concept, one.gives[0], one.kind.end, {"picked": "-", "text": ""}, score, "rules-1", 2)
        await evidence.append(session, attempt, shown)


async def a_week(web: Web, time: Clock) -> int:
    """What stands in this week is done; how many parts it was."""
    found = [part for part in (await plan(web, time)).weeks[0].parts if "#" not in part.key]
    for part in found:
        await do(web, part)
    time.now += timedelta(weeks=1)
    return len(found)


async def test_who_keeps_to_it_is_through_in_six_weeks(web: Web, time: Clock) -> None:
    await web.post("/plan", target="150")
    first = await plan(web, time)
    assert first.ends and first.ends <= date(2027, 4, 11)
    done = 0
    for _ in range(6):
        done += await a_week(web, time)
    last = await plan(web, time)
    assert done == len(last.of("done")) and done + len(last.of("shown")) + 2 == len(last.parts)
    assert [part.kind for part in last.of("open")] == ["Self-test"] * 2
    assert "Beyond the core there are" in (await web.get("/six-weeks")).text


async def test_a_fortnight_away_moves_the_plan_and_nobody_is_blamed(web: Web, time: Clock) -> None:
    await web.post("/plan", target="150")
    await a_week(web, time)
    before = await plan(web, time)
    time.now += timedelta(weeks=2)
    after = await plan(web, time)
    assert before.ends and after.ends == before.ends + timedelta(weeks=2)
    assert [week.parts for week in after.weeks] == [week.parts for week in before.weeks]
    page = (await web.get("/six-weeks")).text
    main = re.sub(r"<[^>]+>", " ", page.partition('<article class="six-weeks">')[2].partition('class="this-week"')[0])
    assert not BLAME.search(main), main


async def test_today_and_the_rail_name_what_stands_first_in_the_plan(web: Web, time: Clock) -> None:
    await web.run(instrument="call", params={"prompt": "Hello", "seed": 1})
    for kind in ("Mission", "Self-test"):
        first = (await plan(web, time)).of("open")[0]
        assert first.kind == kind
        for page in ("/six-weeks", "/", "/map"):
            assert set(re.findall(r'data-next="([^"]+)"', (await web.get(page)).text)) == {first.href}, page
        if kind == "Mission":
            await do(web, first)


async def test_what_is_solid_already_is_passed_over_by_the_plan_and_by_today(
    web: Web, time: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "state", lambda *of: "solid")
    found = await plan(web, time)
    assert {part.kind for part in found.of("open")} == {"Self-test"} and found.of("shown")
    async with web.lab.store.read() as session:
        chosen = await choice(session, web.lab.learner, full_track(), time.now)
    assert not chosen.core, "what the plan passes over is not offered as the next step"
    assert {part.href for part in found.of("shown")} <= {step.href for step in chosen.open}, "and it stays open"


async def test_a_target_that_is_too_small_says_what_six_weeks_would_take(web: Web, time: Clock) -> None:
    await web.post("/plan", target="60")
    page = (await web.get("/six-weeks")).text
    assert re.search(r"To be through in six weeks it would take 1[0-9]{2} minutes a week\.", page)
    assert "Of every concept it has up to 3 missions, 2 cases, 2 diagnoses, 1 repair and 1 model card; then" in page


async def test_the_calendar_says_what_stands_next(web: Web, time: Clock) -> None:
    await web.run(instrument="call", params={"prompt": "Hello", "seed": 1})
    await web.post("/plan", target="150", day=["1"], at="09:00", minutes="30")
    written = re.sub(r"\r\n[ \t]", "", (await web.get("/plan.ics")).text)
    first = (await plan(web, time)).of("open")[0]
    assert f"Next: {first.title}" in written.replace("\\,", ",") and "the core lasts until" in written
