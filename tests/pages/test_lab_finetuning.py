"""The duel on its page, on the real model with its adapter: the matrix, the answers behind a cell, and the desk, without a script too."""

import pytest
from playwright.sync_api import Page, expect
from server_fixture import Opener, Server

from .test_everyone import eyes

pytestmark = pytest.mark.page
ASKED = "/labs/finetuning?parts=duel&ways=rag,fine-tuned&kinds=changed&questions=1&unrelated=1"


@pytest.mark.long
def test_two_ways_meet_a_changed_fact_and_a_product_is_argued_from_it(lab_server: Server, browser_page: Page, open_page: Opener) -> None:
    page = browser_page
    page.goto(lab_server.url(ASKED))
    page.locator("#lab-run").click()
    expect(page.locator("#result .says").first).to_contain_text("Facts that had changed: RAG", timeout=60_000)
    matrix = page.locator("table.duel-matrix")
    expect(matrix.locator("tbody tr")).to_have_count(2)
    cell = matrix.locator("tr", has_text="fine-tuned").locator("a")
    expect(cell).to_contain_text("of 1")
    cell.click()
    behind = page.locator("h4:target + .by-question > li")
    expect(behind).to_have_count(1)
    expect(behind.first.locator(".verdict")).to_have_count(2)
    expect(page.locator("table.before tbody tr")).to_have_count(1)
    expect(page.locator(".update li", has_text="index the documents again")).to_contain_text("this run")
    assert eyes(page, 390) == []

    desk = page.locator("#desk")
    expect(desk.locator(".points")).to_contain_text("52 times a year here")
    expect(desk.locator(".points")).to_contain_text("Not measured in this run: questions about new facts")
    page.locator("#desk").get_by_text("never", exact=True).click()
    expect(desk.locator(".says")).to_contain_text("compared nothing that matters")

    plain = open_page(java_script_enabled=False)
    plain.goto(page.url)
    plain.locator("#desk").get_by_label("yes").first.check()
    plain.get_by_role("button", name="Work it out").click()
    expect(plain.locator("#desk .says")).to_contain_text("fine-tuned (no passage to show)")
