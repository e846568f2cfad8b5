"""A meeting in the browser: whole, by clicks and by keyboard, without a script, and on a narrow page."""

import pytest
from playwright.sync_api import Page, expect
from server_fixture import Opener, Server

from fluencylab.curriculum.meetings import NOTHING, Asked, Meeting, meetings
from fluencylab.practice import meetings as rules

from .acts import stage

pytestmark = pytest.mark.page
OF = next(one for one in meetings() if one.slug == "under-a-second")
OTHER = next(one for one in meetings() if one.slug == "only-what-it-may")
NARROW = 390


def begin(server: Server, page: Page, of: Meeting) -> None:
    assert server.post(f"/meetings/{of.slug}/again") == 200
    page.goto(server.url(f"/meetings/{of.slug}"))


def ask(page: Page, asked: Asked) -> None:
    page.locator("#talk").get_by_text(asked.asks, exact=True).click()
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_role("heading", name="Was that an answer?")).to_be_visible()


def hear(page: Page, of: Meeting, asked: Asked) -> None:
    page.locator("#talk").get_by_text(rules.NAMES[asked.hears], exact=True).click()
    missing = {NOTHING: rules.NOTHING_IS} | {one.slug: one.asks for one in rules.facts(of)}
    page.locator(".meeting-form").get_by_text(missing[asked.lacks], exact=True).click()
    page.get_by_role("button", name="Say so, and ask").click()


def decided(page: Page, of: Meeting) -> None:
    texts = {one.id: one.text for one in of.decide.options}
    page.locator("#decide").get_by_text(texts[of.decide.best], exact=True).click()
    page.locator("#decide").get_by_text("very sure", exact=True).click()
    page.get_by_role("button", name="Decide", exact=True).click()
    stage(page, "twin")
    page.locator("#twin").get_by_text(texts[of.decide.twin.best], exact=True).click()
    page.get_by_role("button", name="Decide again").click()
    stage(page, "done")


def test_a_meeting_from_the_first_question_to_what_nobody_asked(told_server: Server, browser_page: Page) -> None:
    page = browser_page
    begin(told_server, page, OF)
    stage(page, "1.heard")
    page.get_by_label("Your question, in your own words").fill("What is for lunch?")
    page.get_by_label("In my own words").check()
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_text("I am not sure that I follow")).to_be_visible()
    expect(page.get_by_text(f"{OF.clock} of {OF.clock} minutes left")).to_be_visible()
    page.get_by_label("Your question, in your own words").fill("How bad is the p95?")
    page.get_by_label("In my own words").check()
    page.get_by_role("button", name="Ask", exact=True).click()
    first = OF.asked(1, "slowest")
    assert first
    expect(page.get_by_text(f"Taken as: {first.asks}")).to_be_visible()
    hear(page, OF, first)
    expect(page.get_by_text("You heard it.")).to_be_visible()
    expect(page.get_by_text(first.told)).to_be_visible()
    for number in (2, 3):
        stage(page, f"{number}.heard")
        asked = min(OF.rounds[number - 1].asks, key=lambda one: one.minutes)
        ask(page, asked)
        hear(page, OF, asked)
    stage(page, "decide")
    expect(page.get_by_role("heading", name="Never asked")).to_be_visible()
    expect(page.locator("#notes").get_by_text(first.learned)).to_be_visible()
    decided(page, OF)
    page.get_by_text("What you never asked, and what you would have heard").click()
    expect(page.get_by_text(OF.rounds[0].asks[0].says[:40])).to_be_visible()
    expect(page.get_by_text("Both decisions are right")).to_be_visible()


@pytest.mark.long
def test_without_a_script_and_by_keyboard_alone_it_goes_as_well(told_server: Server, open_page: Opener) -> None:
    page = open_page(java_script_enabled=False)
    begin(told_server, page, OTHER)
    for number in (1, 2, 3):
        stage(page, f"{number}.heard")
        asked = min(OTHER.rounds[number - 1].asks, key=lambda one: one.minutes)
        page.get_by_label(asked.asks).focus()
        page.keyboard.press("Space")
        page.keyboard.press("Enter")
        page.get_by_label(rules.NAMES[asked.hears]).focus()
        page.keyboard.press("Space")
        missing = {NOTHING: rules.NOTHING_IS} | {one.slug: one.asks for one in rules.facts(OTHER)}
        page.locator(".meeting-form").get_by_label(missing[asked.lacks]).focus()
        page.keyboard.press("Space")
        page.keyboard.press("Enter")
    stage(page, "decide")
    decided(page, OTHER)


@pytest.mark.long
def test_nothing_of_it_scrolls_sideways_on_a_narrow_page(told_server: Server, open_page: Opener) -> None:
    page = open_page(viewport={"width": NARROW, "height": 800})
    begin(told_server, page, OF)
    for act in ("", "ask"):
        if act:
            ask(page, OF.rounds[0].asks[0])
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW
