"""Figures of a reading in a browser: by hand, by keyboard, for a voice, in motion or not, on paper, without a script, on a small screen."""

import gzip
import json
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from server_fixture import Opener, Server

from fluencylab.curriculum.figures import figure_texts
from fluencylab.curriculum.loader import track
from fluencylab.instruments import figures
from fluencylab.web.units import SPACE

pytestmark = [pytest.mark.page]
CONCEPTS = [concept.slug for concept in track().concepts if figure_texts(concept.slug)]
FIRST, BARS = "tokens-and-temperature", "temperature-bars"
JS = Path(figures.__file__).parents[1] / "web" / "static" / "js"


SHIFTS = """window.shift = 0;
new PerformanceObserver((seen) => { for (const one of seen.getEntries()) shift += one.hadRecentInput ? 0 : one.value; })
    .observe({ type: "layout-shift", buffered: true });"""


def opened(page: Page, server: Server, concept: str = FIRST, name: str = BARS) -> Locator:
    page.goto(server.url(f"/concepts/{concept}"))
    return awake(page, name)


def awake(page: Page, name: str) -> Locator:
    figure = page.locator(f"#figure-{name}")
    figure.locator("[role=slider]").first.wait_for()
    return figure


def sentence(figure: Locator) -> str:
    return figure.locator("[data-states] >> xpath=..").locator(".fig-says").first.inner_text()


@pytest.mark.long
@pytest.mark.parametrize("concept", CONCEPTS)
def test_every_control_shows_what_the_server_worked_out_and_nothing_moves(told_server: Server, browser_page: Page, concept: str) -> None:
    """Each control is taken to its last value, to one between and to its first: sentence, value and voice are those of that state.

    All of one page: until its figures are awake nothing has shifted, nothing below one moves while it is played with, and on a small
    screen nothing scrolls sideways.
    """
    page, texts = browser_page, figure_texts(concept)
    page.add_init_script(SHIFTS)
    page.goto(told_server.url(f"/concepts/{concept}"))
    every = [awake(page, text.name) for text in texts]
    assert page.evaluate("shift") < 0.02
    for text, figure in zip(texts, every, strict=True):
        worked = figures.worked(concept, text.name)
        chosen, heights = list(worked.chosen[worked.first]), {height(figure)}
        for i, control in enumerate(worked.controls):
            last = len(control.values) - 1
            for value in dict.fromkeys((last, last // 2, 0)):
                take(figure, control.name, control.kind, value)
                chosen[i] = value
                said = worked.said(worked.chosen.index(tuple(chosen)))
                assert plain(sentence(figure)) == plain(said), (text.name, control.name, value)
                heights.add(height(figure))
        assert max(heights) - min(heights) <= 2, (text.name, heights)
    for figure in every:
        expect(figure.locator("[data-told]")).to_have_text(sentence(figure))
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def height(figure: Locator) -> int:
    high: float = figure.evaluate("e => e.getBoundingClientRect().height")
    return round(high)


def take(figure: Locator, name: str, kind: str, value: int) -> None:
    """A slide by its keys to an end, else where the hand leaves it."""
    inputs = figure.locator(f"[data-control='{name}'] input")
    if kind == "slide" and value and inputs.get_attribute("max") != str(value):
        inputs.fill(str(value))
    elif kind == "slide":
        inputs.focus()
        inputs.press("End" if value else "Home")
    elif kind == "pick":
        inputs.nth(value).check(force=True)
    else:
        inputs.set_checked(bool(value), force=True)


def plain(words: str) -> str:
    """Without the quotation marks that a voice needs and a face for the model's words makes up for."""
    return " ".join(words.replace("“", "").replace("”", "").split())


def test_a_number_in_the_sentence_is_moved_by_keyboard_and_by_hand(told_server: Server, browser_page: Page) -> None:
    figure = opened(browser_page, told_server)
    dial = figure.get_by_role("slider", name="Temperature").first
    assert dial.get_attribute("aria-valuetext") == "1.0"
    dial.focus()
    dial.press("ArrowRight")
    expect(dial).to_have_attribute("aria-valuetext", "1.1")
    expect(dial).to_be_focused()
    dial.press("Home")
    expect(dial).to_have_text("0.0")
    expect(figure.locator("input[type=range]")).to_have_value("0")
    box = dial.bounding_box()
    assert box
    browser_page.mouse.move(box["x"] + 5, box["y"] + 5)
    browser_page.mouse.down()
    browser_page.mouse.move(box["x"] + 130, box["y"] + 5, steps=6)
    browser_page.mouse.up()
    assert 5 <= int(figure.locator("input[type=range]").input_value()) <= 15


def test_a_voice_says_the_sentence_once_when_the_hand_rests(told_server: Server, browser_page: Page) -> None:
    figure = opened(browser_page, told_server)
    assert figure.locator("[data-told]").inner_text() == ""
    browser_page.evaluate(
        """(figure) => { window.said = [];
            new MutationObserver(() => said.push(figure.querySelector("[data-told]").textContent))
                .observe(figure.querySelector("[data-told]"), { childList: true }); }""",
        figure.element_handle(),
    )
    figure.locator("input[type=range]").focus()
    for _ in range(6):
        browser_page.keyboard.press("ArrowLeft")
    expect(figure.locator("[data-told]")).not_to_be_empty()
    assert browser_page.evaluate("said.length") == 1


def test_motion_is_short_and_there_is_none_where_none_is_wanted(told_server: Server, open_page: Opener) -> None:
    def longest(how: str) -> float:
        page = open_page(reduced_motion=how)
        figure = opened(page, told_server)
        told = figure.locator("rect").first.evaluate("e => getComputedStyle(e).transitionDuration")
        return max(float(part.strip().removesuffix("s")) for part in told.split(","))

    assert 0 < longest("no-preference") <= 0.2
    assert longest("reduce") == 0


@pytest.mark.long
def test_without_a_script_there_are_the_sentence_the_picture_and_all_states(told_server: Server, open_page: Opener) -> None:
    page = open_page(java_script_enabled=False)
    page.goto(told_server.url(f"/concepts/{FIRST}"))
    figure = page.locator(f"#figure-{BARS}")
    worked = figures.worked(FIRST, BARS)
    expect(figure.locator(".fig-says").first).to_be_visible()
    assert figure.locator(".fig-bar").first.is_visible() and not figure.locator("input").first.is_visible()
    figure.locator("summary").click()
    assert figure.locator("tbody tr").count() == len(worked.rows)
    cells = figure.locator("tbody tr").first.locator("th, td").all_inner_texts()
    assert [cell.replace(SPACE, " ") for cell in cells] == list(worked.rows[0])


def test_on_paper_a_figure_is_its_sentence_its_picture_and_its_table(told_server: Server, browser_page: Page) -> None:
    figure = opened(browser_page, told_server)
    browser_page.emulate_media(media="print")
    assert figure.locator(".fig-says").first.is_visible() and figure.locator("tbody tr").first.is_visible()
    assert not figure.locator(".fig-controls").is_visible() and not figure.locator(".fig-run").is_visible()


def test_the_script_of_a_reading_is_light() -> None:
    assert len(gzip.compress((JS / "explore.js").read_bytes())) <= 40_000


def test_the_states_of_each_page_are_light() -> None:
    for concept in CONCEPTS:
        states = [figures.drawn(concept, text.name).states for text in figure_texts(concept)]
        assert len(gzip.compress("".join(states).encode())) <= 40_000, concept
        assert all(json.loads(one)["controls"] for one in states), concept
