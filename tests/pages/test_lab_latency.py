"""The latency lab and one of its missions, as a learner meets them."""

import re
from itertools import cycle
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from server_fixture import Opener, Server

from fluencylab.curriculum.loader import track
from fluencylab.web.lab_pages import lab_pages

from .acts import begin, decide, decide_again, option, predict, run, see, stage
from .conftest import Told
from .test_everyone import violations

pytestmark = pytest.mark.page
CONCEPT = track().concept("latency")
assert CONCEPT
CLOCKS = CONCEPT.missions[0]


def start(server: Server, page: Page, parts: str = "call,answer,load", prompt: str = "Say hello to Amina.") -> None:
    page.goto(server.url(f"/labs/latency?parts={parts}"))
    page.get_by_label("Your prompt").fill(prompt)
    page.get_by_label("Calls at once", exact=True).and_(page.locator("input[type=text]")).fill("1, 3")
    page.get_by_role("button", name=re.compile("^Run ")).click()


def hello(body: dict[str, Any]) -> list[str]:
    return ["Hello ", "Amina, ", "welcome ", "back."]


@pytest.mark.long
def test_a_mission_on_the_real_model(lab_server: Server, browser_page: Page) -> None:
    page = browser_page
    begin(lab_server, page, CLOCKS)
    expect(page.locator("#run")).to_contain_text(CLOCKS.run.params["prompt"])
    predict(page, CLOCKS, CLOCKS.exemplar.accept)
    run(page)
    stage(page, "see")
    expect(page.locator("table.lanes tbody tr")).to_have_count(1)
    expect(page.locator(".compare-row")).to_have_count(1)
    expect(page.locator(".conditions")).to_contain_text("3 repetitions")
    see(page, CLOCKS.seen.sights[1].text)
    decide(page, option(CLOCKS, best=True))
    decide_again(page, option(CLOCKS, best=True, twin=True))
    expect(page.locator("#next").get_by_role("link")).to_be_visible()


@pytest.mark.long
def test_a_call_is_taken_apart_replayed_and_held_against_a_promise(told_server: Server, told: Told, open_page: Opener) -> None:
    told.say, told.pace = hello, lambda: 0.1
    page = open_page(width=390)
    start(told_server, page)
    expect(page.locator("#result [data-status=done]")).to_be_visible()  # until then the result is drawn anew
    expect(page.locator(".lanes")).to_have_count(3)
    expect(page.locator(".waterfall")).to_be_visible()
    expect(page.locator("#replay-play")).to_be_hidden()  # motion is not wanted here
    page.locator("#replay-at").fill(page.locator("#replay-at").get_attribute("max") or "")
    expect(page.locator("#replay-streamed")).to_have_text("Hello Amina, welcome back.")
    expect(page.locator("#replay-whole-says")).to_have_text("4 of 4 words read")
    page.get_by_label("Seconds to the first word").fill("0.00001")
    page.get_by_label("Seconds to the first word").press("Tab")
    page.get_by_label("Seconds to the first word").fill("500")
    page.get_by_label("Seconds to the first word").press("Tab")
    page.get_by_label("Seconds to the whole answer").fill("600")
    page.get_by_label("Seconds to the whole answer").press("Tab")
    expect(page).to_have_url(re.compile("first=500&whole=600"))
    expect(page.locator("#budget .says")).to_contain_text("Streamed, 3 of 3 combinations keep both limits")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.evaluate("document.querySelectorAll('main details').forEach((e) => (e.open = true))")
    assert violations(page) == []


@pytest.mark.long
def test_no_promise_is_read_off_times_that_jump_about(told_server: Server, told: Told, browser_page: Page) -> None:
    page = browser_page
    told.say, told.pace = hello, cycle((0.0, 0.5)).__next__
    start(told_server, page, parts="call")
    expect(page.locator("#budget")).to_contain_text("These calls differ too much among themselves for a promise.")
    expect(page.locator("#budget")).to_contain_text("measure again when it is quieter")
    expect(page.get_by_label("Seconds to the first word")).to_have_count(0)


def test_a_run_is_followed_reloaded_and_stopped(told_server: Server, told: Told, browser_page: Page) -> None:
    page = browser_page
    told.hold(after=2)
    start(told_server, page, parts="call")
    expect(page.get_by_text("2 of 3 calls")).to_be_visible()
    page.reload()
    expect(page.get_by_text("2 of 3 calls")).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("#result")).to_contain_text("You stopped this run. What it measured is kept: 2 of 3 calls.")
    expect(page.locator("table.lanes tbody tr")).to_have_count(1)
    expect(page.get_by_label("Your prompt")).to_have_value("Say hello to Amina.")


def test_what_cannot_be_run_is_said_beside_the_form(told_server: Server, browser_page: Page) -> None:
    page = browser_page
    page.goto(told_server.url("/labs/latency"))
    page.get_by_label("Prompt lengths").fill("60, long")
    page.get_by_role("button", name=re.compile("^Run ")).click()
    expect(page.locator("#result [role=alert]")).to_contain_text("cannot be used")
    expect(page.get_by_label("Prompt lengths")).to_have_value("60, long")


def test_the_form_is_open_to_everybody(told_server: Server, browser_page: Page) -> None:
    page = browser_page
    page.goto(told_server.url("/labs/latency"))
    page.evaluate("document.querySelectorAll('main details').forEach((e) => (e.open = true))")
    assert violations(page) == []
    assert lab_pages()["latency"].tries


def test_a_concepts_page_begins_with_its_own_mission(told_server: Server, browser_page: Page) -> None:
    page = browser_page
    begin(told_server, page, CLOCKS)
    page.goto(told_server.url("/concepts/latency"))
    page.locator(".start").get_by_role("link", name=CLOCKS.title).click()
    stage(page, "predict")
    expect(page.locator("h1")).to_have_text(CLOCKS.title)
