"""A stranger's lab in a browser: its own template and script, a chart that cannot be drawn, a run without end, markup everywhere."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from guest_fixture import CHART, INSTRUMENT, Guests
from playwright.sync_api import expect
from server_fixture import Opener, Server

from .conftest import Told, use_told

pytestmark = [pytest.mark.page, pytest.mark.long]
ROOT = Path(__file__).resolve().parents[2]
HOSTILE = "<img src=x onerror=document.title='owned'><script>document.title='owned'</script>"
SLOW = """

async def run(model, params):
    yield Step(kind="echo", data={"i": 0, "text": params.text})
    if params.times == 7:
        import time
        time.sleep(3600)
"""
SHEET = "<p class='mine' data-module='echo/more'>{{ sheet.steps|length }} came</p>{% include 'sheets/groups.html' %}"
FILES = {
    "instrument.py": INSTRUMENT.replace('"Hello"', repr(HOSTILE)).replace("The echo of a text", f"Echo {HOSTILE}") + SLOW,
    "chart.py": CHART.replace('{"mark": "bar"}', '{"mark": {"type": 7}, "encoding": 3}').replace("One bar.", HOSTILE),
    "templates/sheet.html": SHEET,
    "static/lab.js": "document.querySelector('#result').addEventListener('lab:drawn', () => (document.body.dataset.heard = 'yes'));",
    "static/lab.css": ".mine { letter-spacing: 3px }",
    "static/more.js": "export function wire(element) { element.dataset.wired = 'yes'; }",
}


@pytest.fixture
def server(tmp_path: Path, _told: tuple[Told, str]) -> Iterator[Server]:
    (tmp_path / "installed").mkdir()
    Guests(tmp_path / "installed").add("echo", FILES, wheel="guest-echo")
    server = Server(tmp_path / "data", PYTHONPATH=f"{tmp_path / 'installed'}:{ROOT}")
    use_told(server, _told[1])
    yield server.start()
    server.stop()


def test_it_is_a_whole_lab_and_nothing_it_says_is_markup(server: Server, open_page: Opener) -> None:
    page = open_page()
    page.goto(server.url("/"))
    page.locator("#rail").get_by_role("link", name=re.compile("^Echo <img")).click()
    page.get_by_label("Times").fill("1")
    page.get_by_role("button", name="Run 1 call,").click()
    expect(page.locator(".mine[data-wired=yes]")).to_have_text("1 came")
    expect(page.locator("body[data-heard=yes]")).to_be_attached()
    expect(page.locator(".mine")).to_have_css("letter-spacing", "3px")
    expect(page.get_by_text("This chart could not be drawn. Its numbers stand below.")).to_be_visible()
    expect(page.get_by_text(HOSTILE).first).to_be_visible()
    assert page.title() != "owned" and page.locator("main img, main script").count() == 0


def test_a_run_that_never_ends_is_stopped_by_its_button(server: Server, open_page: Opener) -> None:
    page = open_page(width=390)
    page.goto(server.url("/labs/echo?times=7"))
    page.get_by_role("button", name="Run 7 calls,").click()
    expect(page.get_by_text("1 of 7 calls")).to_be_visible()
    other = open_page()
    other.goto(server.url("/first-call"))
    other.locator("#ask-actions").get_by_role("button").click()
    expect(other.locator(".after-call")).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("You stopped this run. What it measured is kept: 1 of 7 calls.")).to_be_visible()
