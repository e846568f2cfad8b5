"""Today and a review in a browser: by keyboard, without a script, in both themes, on a phone; and time that is really counted."""

import asyncio
import contextlib
import re
import sqlite3
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

import icalendar
import pytest
from playwright.sync_api import Page, expect
from server_fixture import Opener, Server

from fluencylab import clock
from fluencylab.actions import cases
from fluencylab.actions.missions import new_attempt
from fluencylab.actions.runs import the_learner
from fluencylab.progress import evidence
from fluencylab.progress.evidence import NewEvidence
from fluencylab.settings import settings
from fluencylab.store.engine import Store
from fluencylab.store.migrate import migrate

from .acts import CASE, CONCEPT
from .conftest import Told, use_told
from .test_everyone import Keys, eyes

pytestmark = pytest.mark.page


async def eight_days_ago() -> None:
    """A case argued, and words of three concepts shown."""
    migrate()
    async with Store() as store:
        learner = await the_learner(store)
        reasons = [reason.id for reason in CASE.reasons if reason.carries]
        flip = next(flip.id for flip in CASE.flips if flip.flips)
        await cases.argue(store, learner, CONCEPT, CASE, CASE.decide.best, reasons, flip, 2)
        await cases.argue_twin(store, learner, CONCEPT, CASE, CASE.decide.twin.best)
        async with store.begin() as session:
            for number, slug in enumerate((CONCEPT.slug, "latency", "hallucination")):
                attempt = new_attempt(learner, f"words-{slug}")
                session.add(attempt)
                await session.flush()
                await evidence.append(session, attempt, NewEvidence(slug, "vocabulary", f"{number}.claim.x", {}, 1.0, "rules-1", 2))


@pytest.fixture(scope="module")
def rested(_told: tuple[Told, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A lab whose learner was here eight days ago."""
    server = Server(tmp_path_factory.mktemp("rested") / "data")
    use_told(server, _told[1])
    now = clock.now
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FLUENCY_DATA", str(server.data))
        patch.setattr(clock, "now", lambda: now() - timedelta(days=8))
        settings.cache_clear()
        filling = threading.Thread(target=lambda: asyncio.run(eight_days_ago()))  # beside Playwright's own loop
        filling.start()
        filling.join()
    settings.cache_clear()
    yield server.start()
    server.stop()


def to_item(server: Server, page: Page) -> None:
    page.goto(server.url("/review"))
    page.get_by_role("button", name=re.compile("Begin|Go on")).click()
    expect(page.locator("article[data-stage=asked]")).to_be_visible()


@pytest.mark.long
def test_today_and_a_review_are_for_everyone(rested: Server, browser_page: Page) -> None:
    """With every part opened."""
    page = browser_page
    page.goto(rested.url("/"))
    expect(page.locator("article[data-rule=review]")).to_be_visible()
    expect(page.locator("main .button-primary:visible")).to_have_count(1)
    page.evaluate("document.querySelectorAll('main details').forEach((e) => (e.open = true))")
    found = eyes(page, 390)
    page.get_by_role("link", name="Review", exact=True).and_(page.locator("main a")).click()
    expect(page.locator("main .button-primary:visible")).to_have_count(1)
    found += eyes(page, 390)
    to_item(rested, page)
    found += eyes(page, 390)
    page.locator("input[name=option]").first.check()
    page.get_by_text("fairly sure", exact=True).click()
    page.get_by_role("button", name="Answer").click()
    expect(page.locator("article[data-stage=answered]")).to_be_visible()
    found += eyes(page, 390)
    assert not found, "\n".join(found)


@pytest.mark.long
def test_a_review_needs_no_mouse(rested: Server, browser_page: Page) -> None:
    page, keys = browser_page, Keys(browser_page)
    to_item(rested, page)
    keys.skip()
    keys.to(kind="option", most=5)
    keys.press("Space", "ArrowDown")
    keys.to(kind="certainty")
    keys.press("Space")
    keys.to("Answer", most=2)
    keys.press("Enter")
    expect(page.locator("article[data-stage=answered]")).to_be_visible()
    expect(page.locator(".option-best")).to_have_count(1)
    expect(page.locator(".option-picked")).to_have_count(1)
    for answer in page.locator(".option-answer").all():
        expect(answer).not_to_be_empty()
    keys.press("Tab")
    keys.to("Next question" if page.get_by_role("button", name="Next question").count() else "See how it went", most=60)


@pytest.mark.long
def test_a_review_without_a_script_ends_in_how_it_went(rested: Server, open_page: Opener) -> None:
    page = open_page(java_script_enabled=False)
    to_item(rested, page)
    while True:
        page.locator("input[name=option]").first.check()
        page.locator("input[name=certainty]").first.check(force=True)
        page.get_by_role("button", name="Answer").click()
        onward = page.get_by_role("button", name="Next question")
        expect(onward.or_(page.get_by_role("link", name="See how it went"))).to_be_visible()
        if not onward.count():
            break
        onward.click()
    page.get_by_role("link", name="See how it went").click()
    expect(page.locator("h1")).to_have_text(re.compile(r"\d of 4 right"))
    expect(page.get_by_text("It comes again about")).to_have_count(4)
    page.goto(rested.url("/"))
    expect(page.get_by_text("Nothing is due")).to_be_visible()


def test_a_plan_goes_into_a_calendar(rested: Server, browser_page: Page) -> None:
    page = browser_page
    page.goto(rested.url("/"))
    page.get_by_text("Plan when I open the lab").click()
    page.get_by_text("Wednesday", exact=True).click()
    page.get_by_label("At", exact=True).fill("18:30")
    page.get_by_role("button", name="Keep this plan").click()
    expect(page.get_by_text("On Wednesday at 18:30 I open the lab for 30 minutes.")).to_be_visible()
    with page.expect_download() as told:
        page.get_by_role("link", name="Put it in my calendar").click()
    read: Any = icalendar.Calendar.from_ical(told.value.path().read_bytes())
    event = read.events[0]
    assert (f"{event.start:%A %H:%M}", event["rrule"]["byday"]) == ("Wednesday 18:30", ["WE"])


def test_only_time_with_somebody_there_is_counted_and_reaches_the_lab(rested: Server, open_page: Opener) -> None:
    page = open_page()
    page.clock.install()
    page.goto(rested.url(f"/cases/{CASE.slug}"))
    for _ in range(4):
        page.clock.fast_forward(30_000)
        page.mouse.move(200, 300)
        page.mouse.move(300, 200)
    page.clock.fast_forward(3_600_000)  # lunch
    page.evaluate("""() => {
        const send = navigator.sendBeacon.bind(navigator);
        navigator.sendBeacon = (where, what) => { sessionStorage.told = what.toString(); return send(where, what); };
    }""")
    page.goto(rested.url("/style"))
    told = dict(parse_qsl(page.evaluate("sessionStorage.told")))
    assert (told["kind"], told["concept"]) == ("apply", CONCEPT.slug)
    assert 180 <= float(told["seconds"]) < 200  # four times half a minute, and one minute of the lunch
    with contextlib.closing(sqlite3.connect(rested.data / "lab.sqlite")) as stored:
        kept = "SELECT COUNT(*) FROM time_spent WHERE kind = 'apply' AND concept = ?"
        for _ in range(100):
            if stored.execute(kept, [CONCEPT.slug]).fetchone()[0]:
                break
            page.wait_for_timeout(100)
        assert stored.execute(kept, [CONCEPT.slug]).fetchone()[0]
