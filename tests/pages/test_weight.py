"""What a page weighs and whether it moves: no page jumps while it loads or while the model's state changes, and each keeps to its bytes."""

from collections.abc import Iterator
from typing import NamedTuple

import pytest
from playwright.sync_api import Page, Route
from server_fixture import Opener, Server

from fluencylab.curriculum.loader import track
from fluencylab.labs import found

from .acts import CAFE, CASE

pytestmark = [pytest.mark.page, pytest.mark.long]
PAGES = (
    "/",
    "/first-call",
    "/map",
    "/report",
    "/review",
    "/self-test",
    "/debug",
    "/model",
    "/packs",
    "/data",
    "/practice",
    "/product",
    "/six-weeks",
    "/kept",
    "/capstone",
    *(f"/concepts/{concept.slug}" for concept in track().concepts),
    *(f"/labs/{name}" for name in found().labs),
    f"/missions/{CAFE.slug}",
    f"/cases/{CASE.slug}",
)
KB = 1024
HTML, STYLES, SCRIPTS, NODES = 160 * KB, 90 * KB, 140 * KB, 2_500
"""Bytes before compression, and elements: what a page may be at most. The chart library is not among them."""
STILL = 0.01
"""Cumulative layout shift; 0.1 is what Lighthouse calls good."""
WATCH = """() => {
  window.moved = [];
  new PerformanceObserver((list) => {
    for (const shift of list.getEntries()) {
      const what = shift.sources.map((source) => source.node?.id || source.node?.className || source.node?.nodeName);
      if (!shift.hadRecentInput) window.moved.push([shift.value, ...what]);
    }
  }).observe({ type: "layout-shift", buffered: true });
}"""
PAINTED = "() => new Promise((done) => new PerformanceObserver(done).observe({ type: 'paint', buffered: true }))"
LOADED = "performance.getEntriesByType('resource').map((one) => [new URL(one.name).pathname, one.decodedBodySize])"


class Moved(NamedTuple):
    score: float
    what: list[list[object]]


def moved(page: Page) -> Moved:
    """How far things on the page jumped without anybody's doing, and what did."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    shifts = page.evaluate("window.moved")
    return Moved(sum(one[0] for one in shifts), shifts)


@pytest.fixture
def watched(open_page: Opener) -> Iterator[Page]:
    page = open_page()
    page.add_init_script(f"({WATCH})()")
    yield page


@pytest.mark.parametrize("width", [1280, 390])
def test_no_page_moves_or_grows_heavy_while_it_loads(told_server: Server, watched: Page, width: int) -> None:
    watched.set_viewport_size({"width": width, "height": 900})
    found = []
    for path in PAGES:
        watched.goto(told_server.url(path))
        watched.evaluate("document.fonts.ready")
        jumped = moved(watched)
        if jumped.score > STILL:
            found.append(f"{path} moves by {jumped.score:.3f}: {jumped.what}")
        files = watched.evaluate(LOADED)
        weights = {
            "its markup": (watched.evaluate("performance.getEntriesByType('navigation')[0].decodedBodySize"), HTML),
            "its styles": (sum(size for name, size in files if name.endswith(".css")), STYLES),
            "its scripts": (sum(size for name, size in files if name.endswith(".js") and "vega" not in name), SCRIPTS),
            "its elements": (watched.evaluate("document.querySelectorAll('*').length"), NODES),
        }
        found += [f"{path}: {what} {size:,}, at most {most:,}" for what, (size, most) in weights.items() if size > most]
        if any("vega" in name for name, _ in files) and not watched.locator("[data-spec]").count():
            found.append(f"{path} loads the chart library and has no chart")
    assert not found, "\n".join(found)


def test_letters_that_come_late_move_nothing(told_server: Server, watched: Page) -> None:
    held: list[Route] = []
    watched.route("**/*.woff2", lambda route: held.append(route))
    watched.goto(told_server.url("/labs/metrics"), wait_until="commit")
    watched.locator("#lab-form").wait_for()
    watched.evaluate(PAINTED)
    for route in held:
        route.continue_()
    watched.wait_for_load_state("networkidle")
    assert moved(watched).score <= STILL


STATES = {
    "fetching": '<p class="strip-line"><span>Fetching</span><span>9 of 98 MB</span></p><progress class="meter"></progress>',
    "starting": "<p>The model starts.</p>",
    "broken": '<p>The file is damaged.</p><div class="notice-act"><button class="button button-quiet">Fetch it</button></div>',
    "ready": "<p>Ready.</p>",
}


@pytest.mark.parametrize("width", [1280, 390])
def test_the_models_state_changes_and_nothing_moves(told_server: Server, watched: Page, width: int) -> None:
    watched.set_viewport_size({"width": width, "height": 900})
    now = ["starting"]

    def strip() -> str:
        return f'<div id="model-strip" class="model-strip" data-state="{now[0]}" role="status">{STATES[now[0]]}</div>'

    watched.clock.install()
    watched.route("**/model/strip", lambda route: route.fulfill(content_type="text/html", body=strip()))
    watched.goto(told_server.url("/labs/metrics"))
    for state in ("starting", "fetching", "broken", "ready", "broken"):
        now[0] = state
        watched.clock.run_for(6_000)
        watched.locator(f"#model-strip[data-state={state}]").wait_for()
    jumped = moved(watched)
    assert jumped.score <= STILL, jumped.what
