"""A run's own page follows it while it works: its steps come in, and at its end what can be done with it stands there."""

import json
import urllib.request

import pytest
from playwright.sync_api import Page, expect
from server_fixture import Server

from .conftest import Told

pytestmark = pytest.mark.page


def test_a_run_that_is_under_way_is_followed_to_its_end(told_server: Server, told: Told, browser_page: Page) -> None:
    page = browser_page
    told.hold(after=2)
    asked = json.dumps({"instrument": "sampling", "params": {"parts": ["again"], "temperatures": [0.7], "samples": 6}}).encode()
    request = urllib.request.Request(told_server.url("/runs"), asked, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        run = json.loads(answer.read())["id"]
    page.goto(told_server.url(f"/runs/{run}"))
    sheet = page.locator(f"#main [data-run='{run}']")
    expect(sheet).to_have_attribute("data-status", "running")
    expect(sheet.get_by_text("2 of 6 calls")).to_be_visible()
    expect(page.locator("form[action$='/keep']")).to_have_count(0)
    told.release()
    expect(sheet).to_have_attribute("data-status", "done")
    expect(page.locator("form[action$='/keep']").first).to_be_attached()
    expect(page.get_by_role("link", name="Try another setting")).to_be_visible()
    told.reset()
