"""Without JavaScript everything that is read is there, and everything that is answered goes by plain forms."""

import re

import pytest
from playwright.sync_api import Page, expect
from server_fixture import Opener, Server

from .acts import CAFE, CASE, CONCEPT, argue, begin, decide, decide_again, option, predict, run, see, stage
from .conftest import Told

pytestmark = [pytest.mark.page, pytest.mark.long]


@pytest.fixture
def page(open_page: Opener) -> Page:
    return open_page(java_script_enabled=False)


def test_the_reading_is_there(told_server: Server, page: Page) -> None:
    page.goto(told_server.url(f"/concepts/{CONCEPT.slug}"))
    for mission in CONCEPT.missions:
        expect(page.get_by_role("link", name=mission.title, exact=True)).to_be_visible()
    expect(page.get_by_text(CONCEPT.vocabulary[0].term, exact=True).first).to_be_visible()


def test_a_call_comes_back_by_itself(told_server: Server, told: Told, page: Page) -> None:
    told.say = lambda _: ["Plain ", "answer."]
    told.hold()
    page.goto(told_server.url("/first-call"))
    page.get_by_role("button", name=re.compile("^Run")).click()
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    told.release()
    expect(page.locator(".answer")).to_have_text("Plain answer.")
    expect(page.locator("#next").get_by_role("link")).to_be_visible()


def test_a_whole_mission(told_server: Server, told: Told, page: Page) -> None:
    begin(told_server, page)
    predict(page)
    told.hold(after=2)
    run(page)
    expect(page.get_by_text("2 of 24 calls")).to_be_visible()
    told.release()
    stage(page, "see")
    see(page, CAFE.seen.sights[1].text)
    decide(page, option(CAFE, best=True))
    decide_again(page, option(CAFE, best=False, twin=True))
    expect(page.locator("#next").get_by_role("link")).to_be_visible()


def test_stop_comes_back_to_the_mission(told_server: Server, told: Told, page: Page) -> None:
    begin(told_server, page)
    predict(page)
    told.hold(after=1)
    run(page)
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("You stopped this run.")).to_be_visible()
    stage(page, "run")


def test_a_whole_case(told_server: Server, page: Page) -> None:
    begin(told_server, page, CASE)
    argue(page)
    decide_again(page, option(CASE, best=True, twin=True))
    expect(page.locator("#next")).to_be_visible()


def test_the_menu_opens_on_a_phone(told_server: Server, open_page: Opener) -> None:
    page = open_page(width=360, java_script_enabled=False)
    page.goto(told_server.url("/first-call"))
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("link", name=CONCEPT.short).click()
    expect(page.locator("h1")).to_have_text(CONCEPT.title)
