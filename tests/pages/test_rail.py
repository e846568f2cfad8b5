"""The rail: nothing in it moves when a page is the present one, and what its dots say is told where they stand."""

import pytest
from playwright.sync_api import Page, expect
from server_fixture import Server

from fluencylab.curriculum.loader import track

pytestmark = pytest.mark.page
PLACES = """[...document.querySelectorAll("#rail .rail-item")].map((item) => {
    const box = item.getBoundingClientRect();
    return [box.x, box.y, box.width, box.height];
})"""


def test_no_item_moves_when_a_page_is_the_present_one(told_server: Server, browser_page: Page) -> None:
    found = []
    for path in ("/map", *(concept.href for concept in track().concepts[:5])):
        browser_page.goto(told_server.url(path))
        browser_page.evaluate("document.fonts.ready")
        found.append(browser_page.evaluate(PLACES))
    assert all(one == found[0] for one in found)


def test_the_dots_are_explained_to_a_keyboard(told_server: Server, browser_page: Page) -> None:
    browser_page.goto(told_server.url("/map"))
    key = browser_page.locator("#rail .rail-key button")
    key.focus()
    browser_page.keyboard.press("Enter")
    expect(browser_page.locator("#rail-dots")).to_be_visible()
    expect(browser_page.locator("#rail-dots")).to_contain_text("not enough evidence")
