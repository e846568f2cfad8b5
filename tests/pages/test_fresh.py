"""What the browser kept of a page is never what a learner goes by."""

import pytest
from playwright.sync_api import Page, expect
from server_fixture import Server

from fluencylab.curriculum.loader import track

from .acts import begin, stage

CASE = track().concepts[0].cases[0]
pytestmark = pytest.mark.page


def test_back_shows_a_page_as_it_is_now(told_server: Server, browser_page: Page) -> None:
    page = browser_page
    begin(told_server, page, CASE)
    page.goto(told_server.url("/style"))
    decided = {"option": CASE.decide.best, "flip": CASE.flips[0].id, "certainty": "3"}
    reasons = [one.id for one in CASE.reasons if one.carries]
    assert told_server.post(f"/cases/{CASE.slug}/decide", reason=reasons, **decided) == 200
    page.go_back()
    stage(page, "twin")


def test_back_from_an_error_keeps_what_was_chosen(told_server: Server, browser_page: Page) -> None:
    page = browser_page
    begin(told_server, page, CASE)
    page.locator("input[name=option]").first.check()
    page.locator("input[name=flip]").first.check()
    page.goto(told_server.url("/style"))
    page.go_back()
    page.wait_for_load_state("networkidle")
    expect(page.locator("input[name=flip]").first).to_be_checked()
    stage(page, "decide")


def test_a_page_that_has_not_changed_is_not_sent_again(told_server: Server, browser_page: Page) -> None:
    page = browser_page
    for _ in range(2):
        page.goto(told_server.url("/packs"))
    sizes = page.evaluate(
        "(({transferSize, encodedBodySize}) => [transferSize, encodedBodySize])(performance.getEntriesByType('navigation')[0])"
    )
    assert sizes[0] < 400 < sizes[1]
