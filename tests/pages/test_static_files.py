"""What a browser asks the lab for: everything at the first visit, once, and at the next no style, no script and no font."""

import pytest
from playwright.sync_api import Page
from server_fixture import Opener, Server

pytestmark = [pytest.mark.page, pytest.mark.long]
FILES = """() => performance.getEntriesByType("resource").filter((one) => new URL(one.name).pathname.startsWith("/static/"))
  .map((one) => [new URL(one.name).pathname, one.transferSize])"""
"""Each file the page has, and the bytes that came over the wire for it: none where the browser had it and did not ask."""
PAGES = ("/", "/map", "/concepts/tokens-and-temperature", "/labs/sampling", "/labs/metrics", "/labs/latency", "/report", "/debug", "/style")


def visit(page: Page, address: str) -> list[tuple[str, int]]:
    page.goto(address)
    page.evaluate("document.fonts.ready")
    page.wait_for_load_state("networkidle")
    return [(name, size) for name, size in page.evaluate(FILES)]


def test_a_second_visit_asks_for_no_style_no_script_and_no_font(told_server: Server, open_page: Opener) -> None:
    page = open_page()
    had: set[str] = set()
    for path in PAGES:
        files = visit(page, told_server.url(path))
        assert had or len([name for name, size in files if size]) > 20, "the first visit has to fetch them"
        had |= {name for name, _ in files}
    assert any(name.endswith("/labs/metrics/confusion.js") for name in had)
    for path in PAGES:
        assert [name for name, size in visit(page, told_server.url(path)) if size and name in had] == [], path


def test_every_file_comes_once_and_under_one_version(told_server: Server, open_page: Opener) -> None:
    """A font that is fetched ahead is the one that the style asks for; a script that two others import is one script, with one state."""
    for path in PAGES:
        names = [name for name, _ in visit(open_page(), told_server.url(path))]
        assert {name.split("/")[2].partition("-")[0] for name in names} == {"v"}, path
        assert len({name.split("/")[2] for name in names}) == 1, path
        assert len([name for name in names if name.endswith(".woff2")]) >= 2
        assert len(set(names)) == len(names), [name for name in names if names.count(name) > 1]


def test_further_latin_letters_have_the_faces_of_the_rest_and_are_fetched_only_where_they_stand(
    told_server: Server, browser_page: Page
) -> None:
    page, fetched = browser_page, list[str]()
    page.on("request", lambda request: fetched.append(request.url) if "-ext.woff2" in request.url else None)
    page.goto(told_server.url("/style"))
    page.evaluate("document.fonts.ready")
    assert fetched == []
    page.evaluate("""() => {
        document.querySelector("main").insertAdjacentHTML("beforeend",
            '<p>Tomáš, <i>Łukasz</i>, <span class="voice-operate">Ágnes Őry</span>, <span class="voice-model">Žofie</span></p>');
    }""")
    page.evaluate("document.fonts.ready")
    page.wait_for_function(
        "[...document.fonts].filter((one) => one.unicodeRange.startsWith('U+100') && one.status === 'loaded').length === 4"
    )
    assert len(set(fetched)) == 4
