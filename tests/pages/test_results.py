"""The end of an experiment, in any lab: an index over a long result, one act at its end, and nothing that an eye cannot take."""

import re

import pytest
from playwright.sync_api import Page, expect
from server_fixture import Server

from .acts import sideways
from .test_everyone import violations

pytestmark = pytest.mark.page
LONG = {
    "latency": "parts=call,prompt&prompt_tokens=60,120&repetitions=1",
    "grounding": "parts=count&questions=4",
    "prompting": "parts=conflict&samples=1",
    "embeddings": "parts=distance",
    "cost": "messages=4",
}


@pytest.mark.long
@pytest.mark.parametrize("lab", LONG)
def test_a_long_result_has_its_index_and_ends_with_one_act(lab: str, told_server: Server, browser_page: Page) -> None:
    page = browser_page
    page.goto(told_server.url(f"/labs/{lab}?{LONG[lab]}"))
    page.locator("#lab-run").click()
    expect(page.locator("#result [data-status=done]").first).to_be_visible()
    index = page.get_by_role("navigation", name="In this result")
    expect(index).to_be_visible()
    links = index.get_by_role("link").all()
    assert len(links) > 2
    for link in links:
        expect(page.locator(link.get_attribute("href") or "")).to_have_count(1)
    links[1].click()
    expect(index).to_be_in_viewport()
    expect(page.locator("main .button-primary:visible")).to_have_count(1)
    expect(page.locator("#after .button-primary")).to_have_attribute("href", re.compile("^/missions/"))
    assert not violations(page)
    page.set_viewport_size({"width": 390, "height": 844})
    assert not sideways(page)


def test_where_a_link_leads_to_a_whole_result_there_is_no_ring_around_it(told_server: Server, browser_page: Page) -> None:
    page = browser_page
    page.goto(told_server.url("/labs/embeddings?parts=distance"))
    page.locator("#lab-run").click()
    expect(page.locator("#result [data-status=done]").first).to_be_visible()
    page.locator("#result").focus()
    assert page.evaluate("getComputedStyle(document.querySelector('#result')).outlineStyle") == "none"
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
