"""From the map to a cell to what it rests on."""

import re

import pytest
from playwright.sync_api import Page, expect
from server_fixture import Opener, Server

from .acts import CAFE, CONCEPT, option, sideways, to_stage
from .conftest import Told
from .test_everyone import violations

pytestmark = pytest.mark.page


def test_a_mission_changes_the_map_and_each_cell_opens_its_evidence(told_server: Server, told: Told, open_page: Opener) -> None:
    page = open_page(width=390, height=844)
    to_stage(told_server, page, "done")
    page.goto(told_server.url("/map"))
    assert page.locator("table.map thead th").all_inner_texts()[1:4] == ["Vocabulary", "Decisions", "Debugging"]
    assert page.locator("table.map tbody tr").count() == 10
    assert page.locator("table.map td:not(.map-next)").count() == 30
    cell = page.get_by_role("row", name=CONCEPT.short).get_by_role("link", name=re.compile("emerging"))
    expect(cell.first).to_be_visible()
    assert not sideways(page)
    row = page.get_by_role("row", name=CONCEPT.short)
    row.locator("td").nth(1).locator("a").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text(f"{CONCEPT.short}: decisions")
    expect(page.locator(".says")).to_contain_text(" right.")
    page.get_by_text("How sure that is").click()
    expect(page.get_by_text("80 % interval:")).to_be_visible()
    evidence = page.locator("#evidence")
    expect(evidence.get_by_text(option(CAFE, best=True, twin=True), exact=True).first).to_be_visible()
    weighed = re.compile("counts (in full|no more|[0-9]+\\s%)|does not count")
    expect(evidence.get_by_text("judged by rules-1").first).to_contain_text(weighed)
    assert page.locator("main .button-primary").count() == 1
    assert not sideways(page)


@pytest.mark.long
def test_axe_finds_nothing_on_the_map_and_its_cells(told_server: Server, browser_page: Page) -> None:
    page = browser_page
    found = []
    for path in ("/map", f"/map/{CONCEPT.slug}/decisions", "/map/hallucination/debugging"):
        page.goto(told_server.url(path))
        page.evaluate("document.querySelectorAll('main details').forEach((e) => (e.open = true))")
        found += violations(page)
    assert not found, "\n".join(found)
    assert told_server.get("/map").count('class="dot') >= 30


def test_a_cell_that_is_not_there_is_told_so(told_server: Server, open_page: Opener) -> None:
    page = open_page()
    page.goto(told_server.url("/map/hallucination/singing"))
    expect(page.get_by_text("There is no such cell on the map.")).to_be_visible()
