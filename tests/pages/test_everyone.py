"""For every eye and hand: axe finds nothing, nothing scrolls sideways, the keyboard is enough, paper and calm motion work."""

from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Page, Route, expect
from server_fixture import Opener, Server

from .acts import CAFE, CASE, CONCEPT, argue, begin, predict, run, sideways, stage, stages, to_stage
from .conftest import Told

pytestmark = [pytest.mark.page, pytest.mark.long]
AXE = Path(__file__).parents[1] / "vendor" / "axe.min.js"
PAGES = (
    "/",
    "/first-call",
    "/review",
    "/practice",
    "/six-weeks",
    f"/concepts/{CONCEPT.slug}",
    "/labs/sampling",
    "/model",
    "/style",
    "/no-such-page",
)
THEMES: dict[Literal["light", "dark"], dict[str, Any]] = {"light": {}, "dark": {"runOnly": ["color-contrast", "link-in-text-block"]}}
NARROW = (320, 360)
"""320 is also what a page of 640 has at 200 % zoom."""


def violations(page: Page) -> list[str]:
    """By axe, in both themes: every rule in the light one, what hangs on colour again in the dark one.

    It is injected from outside: the page's own policy would refuse it.
    """
    if not page.evaluate("typeof axe !== 'undefined'"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    told = []
    for scheme, options in THEMES.items():
        page.emulate_media(color_scheme=scheme)
        for rule in page.evaluate("async (options) => (await axe.run(options)).violations", options):
            told += [
                f"{rule['id']} on {page.url}, {scheme}: {rule['help']}\n  {node['html'][:200]}\n  {node['failureSummary'][:300]}"
                for node in rule["nodes"][:3]
            ]
    return told


def eyes(page: Page, *widths: int) -> list[str]:
    """`violations`, and what sticks out on the right at each of the widths."""
    found, whole = violations(page), page.viewport_size
    for width in widths:
        page.set_viewport_size({"width": width, "height": 800})
        found.append(sideways(page))
    if whole:
        page.set_viewport_size(whole)
    return [one for one in found if one]


@pytest.fixture(scope="module")
def called(told_server: Server) -> Server:
    """A lab in which one call was made: the landing page shows it."""
    assert told_server.post("/calls", prompt="Hello") == 200
    return told_server


def test_every_page_is_for_every_eye(called: Server, browser_page: Page) -> None:
    page = browser_page
    found = []
    for path in PAGES:
        page.goto(called.url(path))
        page.evaluate("document.querySelectorAll('main details').forEach((e) => (e.open = true))")
        found += eyes(page, *NARROW, 640, 821, 2560)
    assert not found, "\n".join(found)


def test_every_stage_is_for_every_eye(told_server: Server, told: Told, browser_page: Page) -> None:
    page = browser_page
    found = []
    for _ in stages(told_server, page):
        found += eyes(page, *NARROW)
    to_stage(told_server, page, "run")
    told.hold(after=3)
    run(page)
    expect(page.get_by_text("3 of 24 calls")).to_be_visible()
    found += eyes(page, *NARROW)
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("You stopped this run.")).to_be_visible()
    found += eyes(page, *NARROW)
    begin(told_server, page, CASE)
    found += eyes(page, *NARROW)
    argue(page)
    found += eyes(page, *NARROW)
    assert not found, "\n".join(found)


def test_larger_letters_alone_tear_nothing(called: Server, open_page: Opener) -> None:
    page = open_page(width=1280)
    for path in PAGES:
        page.goto(called.url(path))
        page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
        assert not sideways(page)


def test_options_are_read_as_lines_not_as_letters_under_each_other(told_server: Server, browser_page: Page) -> None:
    begin(told_server, browser_page, CASE)
    for text in browser_page.locator(".option-text").all():
        box = text.bounding_box()
        assert box and box["width"] > 300
    argue(browser_page)
    browser_page.evaluate("document.querySelectorAll('main details').forEach((e) => (e.open = true))")
    for text in browser_page.locator(".option-text").all():
        box = text.bounding_box()
        assert box and box["width"] > 300


def test_paper_carries_the_words_and_not_the_machine(told_server: Server, open_page: Opener) -> None:
    page = open_page()
    to_stage(told_server, page, "done")
    page.emulate_media(media="print")
    for gone in (".side", "#model-strip", ".foot", "main .button >> nth=0"):
        expect(page.locator(gone)).to_be_hidden()
    for kept in ("h1", ".compare", ".conditions", "#decide .option-answer >> nth=0"):
        expect(page.locator(kept)).to_be_visible()
    assert page.pdf()[:4] == b"%PDF"


def test_nothing_moves_for_who_asked_for_calm(told_server: Server, told: Told, open_page: Opener) -> None:
    page = open_page(reduced_motion="reduce")
    begin(told_server, page)
    predict(page)
    told.hold(after=1)
    run(page)
    expect(page.get_by_text("1 of 24 calls")).to_be_visible()
    moving = "document.getAnimations().filter((a) => a.playState === 'running').length"
    assert page.evaluate(moving) == 0


# The keyboard alone


FOCUS = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return {name: "", seen: true};
  const shown = (e) => e && getComputedStyle(e).outlineStyle !== "none" && parseFloat(getComputedStyle(e).outlineWidth) > 0;
  const box = at.closest(".option, .pills label, .theme label");
  return {name: (at.getAttribute("aria-label") || at.textContent || at.name || at.value || "").trim(), tag: at.tagName, kind: at.name || "",
          value: at.value || "", seen: shown(at) || shown(box) || at.classList.contains("slider")};
}"""


class Keys:
    def __init__(self, page: Page) -> None:
        self.page = page

    def to(self, name: str = "", kind: str = "", most: int = 90) -> None:
        """Press Tab until the focus is on that control; at every stop the focus can be seen."""
        self.painted()
        for _ in range(most):
            self.page.keyboard.press("Tab")
            at = self.page.evaluate(FOCUS)
            assert at["seen"], f"the focus cannot be seen on {at}"
            if at["name"] and ((name and at["name"].startswith(name)) or (kind and at["kind"] == kind)):
                return
        raise AssertionError(f"{name or kind} cannot be reached by Tab")

    def painted(self) -> None:
        """A browser drops keys that are pressed before anything is seen."""
        while not self.page.evaluate("performance.getEntriesByType('paint').length"):
            self.page.wait_for_timeout(20)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def skip(self) -> None:
        """Skip to the page, by its first link."""
        self.press("Tab", "Enter")
        expect(self.page.locator("#main")).to_be_focused()


def test_who_skips_to_the_page_while_it_loads_is_not_thrown_back(called: Server, browser_page: Page) -> None:
    page, keys = browser_page, Keys(browser_page)
    held: list[Route] = []
    page.route("**/js/time.js", lambda route: held.append(route))
    page.goto(called.url("/first-call"), wait_until="commit")
    page.locator("footer").wait_for()
    keys.painted()
    keys.skip()
    keys.to("Run")
    while not held:
        page.wait_for_timeout(50)
    held[0].continue_()
    page.wait_for_load_state()
    expect(page.locator("#ask-actions").get_by_role("button")).to_be_focused()  # "Run", or "Run it again" where a call was made before


def test_the_newcomer_needs_no_mouse(called: Server, told: Told, browser_page: Page) -> None:
    page, keys = browser_page, Keys(browser_page)
    page.goto(called.url("/first-call"))
    keys.skip()
    keys.to("Run")
    told.hold()
    keys.press("Enter")
    expect(page.locator(".answer.writing")).not_to_be_empty()
    told.release()
    expect(page.locator(".after-call")).to_be_visible()
    expect(page.get_by_role("button", name="Run it again")).to_be_focused()
    keys.to("tokens")
    keys.press("Enter")
    expect(page.locator("#term-tokens")).to_be_visible()
    keys.press("Escape")
    expect(page.get_by_role("button", name="tokens")).to_be_focused()
    keys.to("The exact request")
    keys.press("Enter")
    keys.to("Copy")
    keys.press("Space")
    page.locator("#next a").press("Enter")
    expect(page.locator("article")).to_be_visible()


def arrived(page: Page, name: str) -> None:
    """At a stage, with the keyboard: the browser takes it there a moment after the stage is seen."""
    stage(page, name)
    expect(page.locator(":target")).to_be_focused()


def test_a_mission_needs_no_mouse(told_server: Server, told: Told, browser_page: Page) -> None:
    page, keys = browser_page, Keys(browser_page)
    begin(told_server, page)
    keys.press("Tab", "Enter")
    for asked in CAFE.predict:
        keys.to(asked.label)  # the diamond
        keys.press("ArrowRight", "ArrowRight")
        keys.to(kind=asked.fact)  # its number has followed
        expect(page.locator(f"input[type=number][name='{asked.fact}']")).not_to_have_value("")
    keys.to(kind="certainty")
    keys.press("Space", "ArrowRight")
    keys.to("Commit")
    keys.press("Enter")
    stage(page, "run")
    told.hold(after=2)
    keys.to("Run 24")
    keys.press("Enter")
    expect(page.get_by_text("2 of 24 calls")).to_be_visible()
    keys.to("Stop")
    told.hold(after=4)
    expect(page.get_by_role("button", name="Stop")).to_be_focused()
    told.release()
    stage(page, "see")
    expect(page.locator("#see")).to_be_focused()
    keys.to(kind="sight", most=2)
    keys.press("Space")
    keys.to("That is what I saw", most=2)
    keys.press("Enter")
    arrived(page, "decide")
    keys.to(kind="option")
    keys.press("Space", "ArrowDown")
    keys.to(kind="certainty")
    keys.press("Space")
    keys.to("Decide", most=2)
    keys.press("Enter")
    arrived(page, "twin")
    keys.to(kind="option")
    keys.press("Space")
    keys.to("Decide again", most=2)
    keys.press("Enter")
    arrived(page, "done")
    keys.to(page.locator("#next a").inner_text().strip())
