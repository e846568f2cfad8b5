"""The first lab in a real browser, on the real model: three views on one prompt."""

import json
import math
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect
from server_fixture import Opener, Server

from fluencylab.labs.sampling.distribution import Distribution

from .conftest import Told
from .test_everyone import violations

AXE = Path(__file__).resolve().parents[1] / "vendor" / "axe.min.js"
pytestmark = pytest.mark.page


def lab(server: Server, page: Page, view: str = "next", **query: str) -> None:
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    page.goto(server.url(f"/labs/sampling?{asked}#{view}"))


def choose(page: Page, view: str) -> None:
    page.locator(".views label", has_text=view).click()


def look(page: Page) -> None:
    page.get_by_role("button", name="Show the next token").click()
    expect(page.locator("#next-says")).to_be_visible()


def write(page: Page, tokens: int = 8, temperature: str = "0") -> None:
    page.locator("#guess-step_temperature").fill(temperature)
    page.get_by_label("Longest answer, in tokens").fill(str(tokens))
    page.locator("#step > p button").click()
    expect(page.locator("#step-out button.token").first).to_be_visible()


def known(page: Page) -> Distribution:
    return Distribution.model_validate(json.loads(page.locator("#next-out [data-distribution]").get_attribute("data-distribution") or ""))


def bars(page: Page) -> list[float]:
    widths = page.eval_on_selector_all("#next-out tr[data-token] rect", "all => all.map(rect => rect.getAttribute('width'))")
    return [float(width.rstrip("%")) for width in widths]


def test_the_bars_weigh_themselves_at_every_move(lab_server: Server, browser_page: Page) -> None:
    page = browser_page
    lab(lab_server, page)
    look(page)
    made = known(page)
    assert bars(page) == pytest.approx([kept.share * 100 for kept in made.reweigh()[:20]], abs=0.011)

    page.locator("#desk-form input[type=range]").first.focus()
    for _ in range(8):
        page.keyboard.press("ArrowLeft")
    expect(page.locator("#guess-temperature")).to_have_value("0.6")
    assert bars(page) == pytest.approx([kept.share * 100 for kept in made.reweigh(0.6)[:20]], abs=0.011)
    assert float(page.locator("#next-says [data-v=choices]").inner_text()) == pytest.approx(2 ** made.entropy(0.6), rel=0.06)

    page.locator("#guess-top_k").fill("5")
    expect(page.locator("#next-kept")).to_contain_text("leave 5 of 49,152")
    expect(page.locator("#next-out tr.cut[data-token]")).to_have_count(15)
    expect(page.locator("#next-out tr[data-rest]")).to_contain_text("cut")
    page.get_by_role("button", name="Back to the model’s own").click()
    assert bars(page) == pytest.approx([kept.share * 100 for kept in made.reweigh()[:20]], abs=0.011)


@pytest.mark.long
def test_what_the_sliders_say_outlives_another_prompt(lab_server: Server, browser_page: Page) -> None:
    page = browser_page
    lab(lab_server, page)
    look(page)
    page.locator("#guess-temperature").fill("0.6")
    page.get_by_role("link", name="one right answer").click()
    expect(page.get_by_label("Your prompt")).to_be_focused()
    before = page.locator("#next-out [data-run]").get_attribute("data-run")
    page.get_by_role("button", name="Show the next token").click()
    expect(page.locator(f"#next-out [data-status=done]:not([data-run='{before}'])")).to_be_attached()
    expect(page.locator("#guess-temperature")).to_have_value("0.6")
    assert bars(page) == pytest.approx([kept.share * 100 for kept in known(page).reweigh(0.6)[:20]], abs=0.011)
    page.reload()
    expect(page.locator("#guess-temperature")).to_have_value("0.6")
    assert bars(page) == pytest.approx([kept.share * 100 for kept in known(page).reweigh(0.6)[:20]], abs=0.011)


def test_the_view_that_is_seen_stands_in_the_address(told_server: Server, browser_page: Page) -> None:
    page = browser_page
    lab(told_server, page, "again")
    expect(page.get_by_label("Answers at each")).to_be_visible()
    expect(page.get_by_role("button", name="Show the next token")).to_be_hidden()
    page.get_by_label("Answers at each").fill("3")
    expect(page.get_by_role("button", name="Run 9 calls, about 3 s")).to_be_visible()
    page.locator(".views input:checked").press("ArrowLeft")
    expect(page.get_by_role("button", name="Write an answer")).to_be_visible()
    assert page.url.endswith("#step")
    page.reload()
    expect(page.get_by_role("button", name="Write an answer")).to_be_visible()
    page.evaluate("location.hash = '#again'")
    expect(page.get_by_label("Answers at each")).to_be_visible()


@pytest.mark.long
def test_two_views_run_at_once_and_each_is_followed_to_its_end(told_server: Server, told: Told, browser_page: Page) -> None:
    page = browser_page
    told.hold(after=2)
    lab(told_server, page, "again")
    page.get_by_label("Temperatures").fill("0.7")
    page.get_by_label("Answers at each").fill("4")
    page.locator("#lab-run").click()
    expect(page.locator("#again-out")).to_contain_text("2 of 4 calls")
    choose(page, "Step through")
    page.get_by_role("button", name="Write an answer").click()
    expect(page.locator("#step-out [data-run]")).to_be_visible()
    expect(page.locator("#step-out .tokens")).to_have_text(re.compile("Café"))
    told.release()
    expect(page.locator("#step-out [data-status=done]")).to_be_visible()
    expect(page.get_by_role("button", name="Write another answer")).to_be_enabled()
    choose(page, "Again and again")
    expect(page.locator("#again-out [data-status=done]")).to_be_visible()
    expect(page.locator("#again-out .chart-canvas svg")).to_have_count(2)
    expect(page.locator("#after .button-primary")).to_be_visible()


@pytest.mark.long
def test_a_page_that_comes_late_does_not_take_a_run_back_to_where_it_was(told_server: Server, told: Told, browser_page: Page) -> None:
    """Two runs end together, and each asks for the page: the answer that was made before the second one's end comes last."""
    page = browser_page
    told.hold()
    lab(told_server, page, "again")
    page.get_by_label("Answers at each").fill("4")
    page.locator("#lab-run").click()
    expect(page.locator("#again-out")).to_contain_text("of 12 calls")
    choose(page, "Step through")
    page.get_by_role("button", name="Write an answer").click()
    expect(page.locator("#step-out .tokens")).to_have_text(re.compile("Café"))
    before = page.request.get(page.url).text()
    held: list[Route] = []

    def late(route: Route) -> None:
        held.append(route)
        if len(held) > 1:
            route.continue_()

    page.route("**/labs/sampling?run=*", late)
    with page.expect_response("**/labs/sampling?run=*"):
        told.release()
    with page.expect_response("**/labs/sampling?run=*"):
        held[0].fulfill(body=before, content_type="text/html")
    expect(page.get_by_role("button", name="Write another answer")).to_be_enabled()
    choose(page, "Again and again")
    expect(page.locator("#again-out .chart-canvas svg")).to_have_count(2)


def test_a_token_has_its_shade_as_soon_as_it_is_written(told_server: Server, told: Told, browser_page: Page) -> None:
    page = browser_page
    told.hold()
    lab(told_server, page, "step")
    page.get_by_role("button", name="Write an answer").click()
    line = page.locator("#step-out .tokens")
    expect(line).to_be_attached()
    tell = """(place, tokens) => place.dispatchEvent(
        new CustomEvent("run:partial", { detail: [{ call: "any", text: "", tokens }], bubbles: true, cancelable: true }))"""
    assert not page.locator("#step-out [data-place]").evaluate(tell, [["<b>", -0.02], [" two", -1.2], [" three", None]])
    expect(line.locator("span")).to_have_text(["<b>", " two", " three"], use_inner_text=False)
    assert [span.get_attribute("class") for span in line.locator("span").all()] == ["token p9", "token p3", "token"]
    told.release()
    expect(page.locator("#step-out [data-status=done]")).to_be_visible()


def test_a_number_in_the_sentence_can_be_dragged_and_moved_by_keys(lab_server: Server, browser_page: Page) -> None:
    page = browser_page
    lab(lab_server, page)
    look(page)
    number = page.get_by_role("slider", name="Temperature").and_(page.locator(".scrub"))
    box = number.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2 - 50, box["y"] + box["height"] / 2, steps=5)
    page.mouse.up()
    expect(number).to_have_text("0.5")
    number.press("Home")
    expect(number).to_have_attribute("aria-valuenow", "0")
    assert bars(page)[:2] == [100, 0]


@pytest.mark.long
def test_the_server_weighs_where_no_script_runs(lab_server: Server, open_page: Opener) -> None:
    page = open_page(java_script_enabled=False)
    lab(lab_server, page)
    page.get_by_role("button", name="Show the next token").click()
    while not page.locator("#next-says").count():
        page.reload()
    made = known(page)
    page.locator("#guess-temperature").fill("0.4")
    page.locator("#guess-top_k").fill("3")
    page.get_by_role("button", name="Weigh again").click()
    expect(page.locator("#next-out tr.cut[data-token]")).to_have_count(17)
    assert bars(page)[:3] == pytest.approx([kept.share * 100 for kept in made.reweigh(0.4, top_k=3)[:3]], abs=0.011)


def test_an_answer_goes_another_way_and_back(lab_server: Server, browser_page: Page) -> None:
    page = browser_page
    lab(lab_server, page, "step")
    write(page)
    first = page.locator("#step-out .tokens").inner_text()
    token = page.locator("#step-out button.token").nth(2)
    token.press("Enter")
    expect(page.locator("#opened")).to_be_visible()
    expect(page.locator("#step-out button.token").nth(2)).to_be_focused()
    expect(page.locator("#opened tr")).to_have_count(11)
    way = page.locator("#opened .way").first
    way.press("Enter")
    expect(page.locator(".branches li")).to_have_count(2)
    expect(page.locator("#step-out .token-yours")).to_be_visible()
    assert page.locator("#step-out .tokens").inner_text() != first
    page.reload()
    expect(page.locator(".branches li")).to_have_count(2)
    page.locator(".branches a").first.click()
    expect(page.locator("#step-out .tokens")).to_have_text(first, use_inner_text=True)
    expect(page.locator("#step-out .token-yours")).to_have_count(0)
    page.route("**/labs/sampling?**", lambda route: route.abort())
    page.locator(".branches a").last.click()
    expect(page.locator("#step-out")).to_contain_text("The lab does not answer.")


def test_the_shade_is_the_probability(lab_server: Server, browser_page: Page) -> None:
    page = browser_page
    lab(lab_server, page, "step")
    write(page)
    run = page.locator("#step-out [data-run]").get_attribute("data-run")
    tokens = json.loads(lab_server.get(f"/runs/{run}"))["steps"][0]["tokens"]
    shades = [f"p{min(9, int(math.exp(token['logprob']) * 10))}" for token in tokens if token["text"]]
    classes = page.eval_on_selector_all("#step-out button.token", "all => all.map(b => b.className)")
    assert [shade in name.split() for shade, name in zip(shades, classes, strict=True)] == [True] * len(shades)


def test_again_and_again_is_counted_live_and_drawn(lab_server: Server, browser_page: Page) -> None:
    page = browser_page
    lab(lab_server, page, "again")
    page.get_by_label("Temperatures").fill("0, 1.2")
    page.get_by_label("Answers at each").fill("4")
    page.get_by_label("Longest, in tokens").fill("8")
    page.get_by_text("it contains a pattern").click()
    page.get_by_label("The pattern").fill("the")
    page.get_by_role("button", name="Run 8 calls").click()
    expect(page.locator("#again-out .chart-canvas svg")).to_have_count(3)
    expect(page.locator("#again-out .chart .says").nth(0)).to_have_text(
        re.compile(r"^The answer was valid \d of 4 times at temperature 0, \d of 4")
    )
    expect(page.locator("#again-out .chart .says").nth(1)).to_have_text(re.compile("^At temperature 0 .* 4.*; at 1.2 .* 4"))
    expect(page.locator("#again-out .group-says").first).to_contain_text(re.compile(r"of 4 · \d valid"))
    expect(page.locator("#again-out .cost")).to_contain_text("8 answers")
    expect(page.locator("#again-out .conditions")).to_contain_text("n 4 per temperature")
    dot = page.locator("#again-out .measured_marks path").first
    measured = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--measured').trim()")
    assert dot.evaluate("(e, colour) => getComputedStyle(e).fill === colour", measured)
    page.get_by_text("The numbers").first.click()
    expect(page.get_by_role("table", name="How often the answer was valid")).to_be_visible()


def test_a_run_can_be_stopped_and_keeps_what_it_has(lab_server: Server, browser_page: Page) -> None:
    page = browser_page
    lab(lab_server, page, "again")
    page.get_by_label("Your prompt").fill("Tell a long story.")
    page.get_by_label("Answers at each").fill("50")
    page.get_by_label("Longest, in tokens").fill("200")
    page.locator("#lab-run").click()
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("#again-out")).to_contain_text("You stopped this run")
    expect(page.get_by_label("Your prompt")).to_have_value("Tell a long story.")


def test_what_cannot_be_run_is_said_beside_the_form_and_nothing_is_lost(lab_server: Server, browser_page: Page) -> None:
    page = browser_page
    lab(lab_server, page, "again")
    page.get_by_label("Your prompt").fill("Keep me.")
    page.get_by_label("Temperatures").fill("0, 7")
    page.locator("#lab-run").click()
    expect(page.locator("#again-out [role=alert]")).to_contain_text("temperatures lie between 0 and 2")
    expect(page.get_by_label("Your prompt")).to_have_value("Keep me.")
    expect(page.get_by_label("Temperatures")).to_have_value("0, 7")
    page.get_by_label("Temperatures").fill("0")
    page.get_by_text("it contains a pattern").click()
    page.get_by_label("The pattern").fill("[")
    page.locator("#lab-run").click()
    expect(page.locator("#again-out [role=alert]")).to_contain_text("not a regular expression")


@pytest.mark.long
def test_a_form_without_a_script_keeps_what_was_typed(lab_server: Server, open_page: Opener) -> None:
    page = open_page(java_script_enabled=False)
    lab(lab_server, page)
    page.get_by_label("Your prompt").fill("Keep me.")
    choose(page, "Again and again")
    page.get_by_label("Temperatures").fill("9")
    page.locator("#lab-run").click()
    expect(page.locator("#again-out [role=alert]")).to_contain_text("between 0 and 2")
    expect(page.get_by_label("Your prompt")).to_have_value("Keep me.")


@pytest.mark.long
def test_markup_arabic_and_emoji_are_text(lab_server: Server, browser_page: Page) -> None:
    page = browser_page
    lab(lab_server, page, "step")
    page.get_by_text("Put instructions in front").click()
    page.get_by_label("Your prompt").fill("مرحبا 🌍 <script>alert(1)</script>")
    page.get_by_label("Start of the answer").fill('<img src=x onerror="document.title=1"> مرحبا 🌍🌍')
    write(page, 12, "1")
    expect(page.locator("#step-out .tokens")).to_contain_text("<img·src=x", use_inner_text=True)
    page.locator("#step-out button.token").first.click()
    expect(page.locator("#opened")).to_be_visible()
    assert page.locator("#step-out img").count() == 0
    choose(page, "Next token")
    look(page)
    assert page.locator("#next-out img").count() == 0


def test_a_very_long_prompt_breaks_nothing(lab_server: Server, open_page: Opener) -> None:
    """It takes the small model long to read, and that can be stopped."""
    page = open_page(width=390)
    lab(lab_server, page)
    page.get_by_label("Your prompt").fill("A word. " * 1875)
    page.get_by_role("button", name="Show the next token").click()
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("#next-out [data-status=cancelled], #next-says")).to_be_visible()
    page.reload()
    box = page.get_by_label("Your prompt")
    assert len(box.input_value()) == 15_000
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert box.evaluate("box => box.getBoundingClientRect().height") < 600


@pytest.mark.long
def test_every_view_is_open_to_everybody(lab_server: Server, browser_page: Page) -> None:
    page = browser_page
    lab(lab_server, page)
    look(page)
    assert not violations(page)
    choose(page, "Step through")
    write(page)
    page.locator("#step-out button.token").first.click()
    expect(page.locator("#opened")).to_be_visible()
    assert not violations(page)
    choose(page, "Again and again")
    page.get_by_label("Answers at each").fill("2")
    page.get_by_label("Longest, in tokens").fill("4")
    page.locator("#lab-run").click()
    expect(page.locator("#again-out .chart-canvas svg")).to_have_count(2)
    assert not violations(page)


def test_a_prompt_that_is_too_long_is_refused_at_its_field_and_not_cut(told_server: Server, told: Told, browser_page: Page) -> None:
    page, field = browser_page, browser_page.locator("#field-prompt")
    lab(told_server, page, "again")
    field.fill("x" * 20_001)
    says = page.locator("#field-prompt-longest")
    expect(says).to_have_text("This has 20,001 characters, and at most 20,000 fit. Shorten it; nothing was cut.")
    assert len(field.input_value()) == 20_001 and "field-prompt-longest" in (field.get_attribute("aria-describedby") or "")
    page.locator("#lab-run").click()
    expect(field).to_be_focused()
    assert told.calls == 0, "no call is made"
    field.fill("🎉" * 20_000)
    expect(says).to_have_count(0)
    expect(field).not_to_have_attribute("aria-invalid", "true")
