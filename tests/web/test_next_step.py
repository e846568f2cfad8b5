"""The one next step: whatever a learner did, every page that names it names the same."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from lab_fixture import Endpoint
from learners import Learner, MovedClock, an_hour, as_embedded, follows, moved_clock, six_weeks

from fluencylab.curriculum.loader import track
from fluencylab.practice.kinds import SELF_TEST

from .conftest import Web, opened

FIRST = track().concepts[0]
PAGES = ("/", "/first-call", "/map", "/report", "/review", "/debug", *(concept.href for concept in track().concepts[:3]))


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


async def named(you: Learner, path: str) -> set[str]:
    page = await you.client.get(path, headers={"Accept": "text/html"})
    assert page.status_code == 200
    return set(re.findall(r'data-next="([^"]+)"', page.text))


async def one_next_step(you: Learner) -> str:
    """What all pages name, each of them at least once."""
    found = {path: await named(you, path) for path in PAGES}
    (step,) = set.union(*found.values())
    assert all(found.values()), [path for path, names in found.items() if not names]
    return step


async def call(you: Learner) -> None:
    await you.call()


async def a_lab_alone(you: Learner) -> None:
    """Whoever began in a lab has made calls, too."""
    await you.post("/labs/sampling", parts="write", prompt="Hello")
    await you.ended()


async def the_middle_of_a_mission(you: Learner) -> None:
    await you.call()
    await you.predict(FIRST.missions[0])


async def a_mission(you: Learner) -> None:
    await you.call()
    await you.mission(FIRST, FIRST.missions[0])


async def the_selftest(you: Learner) -> None:
    await you.call()
    await you.sit(right=2)


async def half_of_the_selftest(you: Learner) -> None:
    await you.answer_selftest(await you.begin_selftest(), right=2, questions=2)


async def an_honest_hour(you: Learner) -> None:
    await an_hour(you, datetime.now(UTC))


async def a_case_last_week(you: Learner) -> None:
    you.time.go_to(datetime.now(UTC) - timedelta(days=8))
    await you.case(FIRST, FIRST.cases[0])
    you.time.go_to(datetime.now(UTC))


async def weeks(you: Learner) -> None:
    await six_weeks(you, datetime.now(UTC))


MISSION = FIRST.missions[0].slug
STATES: list[tuple[Callable[[Learner], Awaitable[None]], str]] = [
    (call, f"/missions/{MISSION}"),
    (a_lab_alone, f"/missions/{MISSION}"),
    (the_middle_of_a_mission, f"/missions/{MISSION}"),
    (a_mission, SELF_TEST.href()),
    (half_of_the_selftest, SELF_TEST.href()),
    (the_selftest, ""),
    (a_case_last_week, "/review"),
    pytest.param(an_honest_hour, "", marks=pytest.mark.slow),  # type: ignore[list-item]
    pytest.param(weeks, "", marks=pytest.mark.slow),  # type: ignore[list-item]
]


async def test_a_newcomer_is_led_to_the_first_call_from_every_page(you: Learner) -> None:
    assert await one_next_step(you) == "/first-call"


@pytest.mark.long
@pytest.mark.parametrize(("done", "href"), STATES)
async def test_every_page_names_the_same_next_step_after(you: Learner, done: Callable[[Learner], Awaitable[None]], href: str) -> None:
    await done(you)
    assert (await one_next_step(you)) == (href or await _of_today(you))


async def _of_today(you: Learner) -> str:
    (step,) = await named(you, "/")
    return step


async def test_the_end_of_an_exercise_leads_where_today_leads(you: Learner) -> None:
    await a_mission(you)
    assert await named(you, f"/missions/{MISSION}") == {await _of_today(you)}


async def test_the_selftest_takes_as_long_wherever_it_is_offered(web: Web) -> None:
    """Today said 20 minutes, its own page 25."""
    minutes = next(SELF_TEST.every()).minutes
    assert f"about {minutes} minutes" in (await web.get("/self-test")).text
    assert f"about {minutes} minutes" in (await web.get("/")).text


async def test_the_end_of_a_review_leads_on_to_what_today_names(you: Learner) -> None:
    await you.call()
    await you.case(FIRST, FIRST.cases[0])
    you.time.wait(timedelta(days=8))
    await you.review(1)
    page = (await you.client.get("/review", headers={"Accept": "text/html"})).text
    assert "This sitting" in page and "Back to Today" not in page
    (step,) = await named(you, "/")
    assert f'<section class="next" id="next" aria-label="Next" data-next="{step}">' in page


async def test_a_row_of_the_map_does_not_say_its_own_name_again(you: Learner) -> None:
    await you.call()
    page = (await you.client.get("/map", headers={"Accept": "text/html"})).text
    rows = page[page.index("<tbody") : page.index("</table>")]
    assert FIRST.missions[0].title in rows and f"Mission · {FIRST.short}" not in rows


async def test_a_result_in_a_lab_leads_to_a_mission_of_its_concept_that_is_not_done(you: Learner) -> None:
    """A lab's result offered nothing to do with it."""
    posted = await you.post("/labs/sampling", parts="again", prompt="Hello", samples="2")
    run = posted.headers["location"].partition("run=")[2].partition("#")[0]
    await you.ended()
    on_it = [one for one in FIRST.missions if one.run.instrument == "sampling"]

    async def offered() -> list[str]:
        page = await you.client.get(f"/labs/sampling?run={run}&parts=again", headers={"Accept": "text/html"})
        return re.findall(r'class="button button-primary" href="([^"]+)"', page.text[page.text.index('id="after"') :])

    assert await offered() == [f"/missions/{on_it[0].slug}"]
    await you.mission(FIRST, on_it[0])
    assert await offered() == [f"/missions/{on_it[1].slug}"]
