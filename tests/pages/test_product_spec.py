"""The spec clinic in the browser: a vague sentence, a test beside it, broken products, what got through, and the spec mended."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from server_fixture import Opener, Server

from .acts import unfold
from .conftest import Told
from .test_everyone import eyes
from .test_product import NARROW, a_product, press, reading

pytestmark = pytest.mark.page
TOWNS = ("Oslo", "Bern", "Rome", "Lima")
ROWS = [f"Where is parcel {n} that goes to {TOWNS[n % 4]}?,It goes to {TOWNS[n % 4]}." for n in range(40)]
TABLE = "\n".join(("question,reference", *ROWS))
SYSTEM = "You answer for a parcel desk. Ask for the order number."


def parcels(body: dict[str, Any]) -> list[str]:
    """Told to, it asks for the order number; else it promises. It says where the parcel goes, as far as it can read the question."""
    told, asked = body["messages"][0]["content"], body["messages"][-1]["content"]
    town = next(iter(re.findall(r"to ([A-Z]\w+)\?", asked)), "")
    return ["Please send the order number. " if "order number" in told else "Tomorrow. ", f"It goes to {town}." if town else "Where to?"]


def with_a_test(server: Server, page: Page, reference: bool = True) -> str:
    """A product whose spec has one test, made as its forms make it. Gives its address."""
    place = a_product(server, page, TABLE, SYSTEM)
    if reference:
        assert page.request.post(f"{place}/checks", form={"kind": "mentions", "value": "1", "name": "names the town"}).ok
    made = page.request.post(f"{place}/spec/requirements", form={"text": "It usually asks for the order number."}).text()
    sentence = re.findall(r'id="requirement-([0-9a-f]{32})"', made)[0]
    new = {"requirement": sentence, "check": "new", "kind": "contains", "value": "order number", "least": "90", "cases": "12"}
    assert page.request.post(f"{place}/spec/tests", form=new).ok
    return place


def commit(page: Page, share: str) -> None:
    page.locator("input[type=number][name=expected]").fill(share)
    page.get_by_text("fairly sure", exact=True).click()
    press(page, "Test it")


def wait_for_the_end(page: Page) -> None:
    expect(page.get_by_role("link", name="Back to the spec")).to_be_visible()
    page.wait_for_load_state()


def test_a_spec_is_written_tested_and_mended(told_server: Server, told: Told, browser_page: Page) -> None:
    told.say, page = parcels, browser_page
    place = a_product(told_server, page, TABLE, SYSTEM)
    page.request.post(f"{place}/checks", form={"kind": "mentions", "value": "1", "name": "names the town"})
    page.goto(f"{place}/spec")
    page.get_by_label("What must be true of it?").fill("It is accurate and usually asks for the order number.")
    press(page, "Keep the sentence")
    expect(page.locator(".vague-word")).to_have_text(["accurate", "usually"])
    expect(page.locator(".vague-asks")).to_contain_text("In how many of 100 cases, at least?")
    expect(page.locator(".requirements")).to_contain_text("nobody can say whether it is true")

    page.get_by_label("An output passes by").select_option(label="a new check, written here")
    page.locator("summary", has_text="A new check").click()
    page.get_by_label("Words, a pattern or a number").fill("order number")
    page.get_by_label("At least so many of 100 pass").fill("90")
    page.get_by_label("On so many cases").fill("12")
    press(page, "Put it there")
    expect(page.locator(".tests")).to_contain_text("in at least 90 % of 12 cases held back")
    expect(page.locator("main")).to_contain_text("96 answers: the product as it is and 7 products with one fault each, on 12 cases.")
    commit(page, "90")
    wait_for_the_end(page)
    expect(page.locator(".lede")).to_contain_text("You expected it to stop 90 %")
    expect(page.locator("main .says").first).to_contain_text("These got through: half the input.")
    survivor = page.locator(".mutant-survived")
    expect(survivor).to_contain_text("Only the first half of what the customer wrote arrives.")
    expect(survivor.locator(".read-text").last).to_contain_text("Where to?")
    expect(survivor.locator(".read-text").first).to_contain_text("It goes to")
    expect(survivor.locator(".advice")).to_contain_text("Your check “names the town” sees it")

    press(page, "Put this test into the spec")
    expect(page.get_by_text("The test is kept.")).to_be_visible()
    page.locator("#tested + ul a").first.click()
    expect(page.locator(".since")).to_contain_text("As you have written it since: The spec stops 100")
    expect(page.locator("main .says").first).to_contain_text("0 of 1")

    page.goto(f"{place}/memo")
    expect(page.locator(".memo-measures")).to_contain_text("Broken products that the spec stops")
    page.goto(place)
    expect(page.locator(".way")).to_contain_text("2 tests, tested 1 time")
    expect(page.locator(".evaluation-list")).to_have_count(0)


@pytest.mark.long
def test_broken_products_are_read_blind_by_keys_and_equal_answers_once(told_server: Server, told: Told, browser_page: Page) -> None:
    told.say, page = parcels, browser_page
    place = with_a_test(told_server, page, reference=False)
    page.goto(f"{place}/spec?draws=1")
    commit(page, "50")
    wait_for_the_end(page)
    expect(page.locator("main")).to_contain_text("7 broken products are not shown to be worse yet.")
    page.get_by_role("link", name="Read them, blind").click()
    reading(page, f"1 of {page.locator('h1').inner_text().rpartition(' ')[2]}")
    read = 0
    while not page.get_by_text("You have read all").is_visible():
        expect(page.locator(".read-progress")).to_contain_text(re.compile(rf"\b{read} read"))
        page.wait_for_load_state()
        assert not re.search("instructions|half the input", page.locator("#reading").inner_text())
        page.keyboard.press("p" if "order number" in page.locator(".read-output .read-text").inner_text() else "f")
        read += 1
        expect(page.locator(".read-progress")).to_contain_text(re.compile(rf"\b{read} read"))
        page.wait_for_load_state()
    assert read < 12 * 8 / 2
    page.get_by_role("link", name="See what it says of your spec").click()
    expect(page.locator("main .says").first).to_contain_text("The spec stops 100")
    expect(page.locator(".mutants")).to_contain_text(
        "Worse by more than chance: 12 broken and 0 fixed of 12 cases, by what you said of them, reading."
    )


def test_what_so_many_cases_see_moves_with_the_slider_and_its_keys(told_server: Server, browser_page: Page) -> None:
    page = browser_page
    place = a_product(told_server, page, TABLE, SYSTEM)
    page.goto(f"{place}/spec")
    expect(page.locator("#power-says")).to_contain_text("With 20 cases the bar can be 17 of 20")
    slider = page.locator(".power-form input[type=range]")
    slider.focus()
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    expect(page.locator("#power-says")).to_contain_text("With 22 cases")
    page.get_by_label("A good product passes").select_option("80")
    expect(page.locator("#power-says")).to_contain_text("127 for 10 points")


@pytest.mark.long
def test_without_a_script_a_spec_is_written_and_its_power_worked_out(told_server: Server, told: Told, open_page: Opener) -> None:
    told.say = parcels
    page = open_page(java_script_enabled=False)
    place = with_a_test(told_server, page)
    page.goto(f"{place}/spec")
    page.get_by_role("spinbutton", name="Cases of a test").fill("40")
    press(page, "Work it out")
    expect(page.locator("#power-says")).to_contain_text("With 40 cases")
    page.locator("input[type=number][name=expected]").fill("50")
    page.get_by_label("not sure").check()
    press(page, "Test it")
    for _ in range(100):
        if page.get_by_role("link", name="Back to the spec").is_visible():
            break
        page.wait_for_timeout(100)
        page.reload()
    expect(page.locator(".mutant-survived")).to_contain_text("half the input")


def test_a_test_of_a_spec_is_stopped_and_says_nothing_of_what_did_not_run(told_server: Server, told: Told, browser_page: Page) -> None:
    told.say, page = parcels, browser_page
    place = with_a_test(told_server, page)
    told.hold(after=3)
    page.goto(f"{place}/spec")
    commit(page, "50")
    expect(page.get_by_text("Asked now: the product as it is.")).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("You stopped this run.")).to_be_visible()
    told.release()
    expect(page.locator("main .says").first).to_contain_text("No mutant is known to be worse")


@pytest.mark.long
def test_the_spec_and_what_became_of_it_are_for_every_eye(told_server: Server, told: Told, browser_page: Page) -> None:
    told.say, page = parcels, browser_page
    place = with_a_test(told_server, page)
    page.goto(f"{place}/spec")
    commit(page, "90")
    wait_for_the_end(page)
    ran = page.url
    found = []
    for path in (f"{place}/spec", ran, ran.replace("/runs/", "/read/")):
        page.goto(path)
        unfold(page.locator("main"))
        found += eyes(page, NARROW)
    assert not found, "\n".join(found)


CAPITALS = {
    "France": "Paris", "Italy": "Rome", "Spain": "Madrid", "Japan": "Tokyo", "Germany": "Berlin", "Austria": "Vienna", "Greece": "Athens",
    "Egypt": "Cairo", "Peru": "Lima", "Cuba": "Havana", "Norway": "Oslo", "Ireland": "Dublin",
}  # fmt: skip


@pytest.mark.long
def test_a_spec_is_tested_on_the_real_model(lab_server: Server, browser_page: Page) -> None:
    """What SmolLM2 answers with each fault is real; with a quarter of eight tokens, it cannot say the whole of what it says today."""
    page = browser_page
    rows = (f"What is the capital of {country}?,It is {city}." for country, city in CAPITALS.items())
    place = a_product(lab_server, page, "\n".join(("question,reference", *rows)))
    version: dict[str, str | float | bool] = {"system": "You answer in a short sentence.", "user": "{{question}}", "max_tokens": "12"}
    assert page.request.post(f"{place}/versions", form=version).ok
    assert page.request.post(f"{place}/checks", form={"kind": "mentions", "value": "1", "name": "names the city"}).ok
    page.goto(f"{place}/spec")
    page.get_by_label("What must be true of it?").fill("It names the right city.")
    press(page, "Keep the sentence")
    page.get_by_label("An output passes by").select_option(label="names the city")
    page.get_by_label("At least so many of 100 pass").fill("50")
    press(page, "Put it there")
    expect(page.locator("main")).to_contain_text("36 answers: the product as it is and 5 products with one fault each, on 6 cases.")
    commit(page, "50")
    expect(page.get_by_role("link", name="Back to the spec")).to_be_visible(timeout=300_000)
    names = page.locator(".mutants h3, .mutant-survived h3").all_inner_texts()
    assert len(names) == 5 and any("output limit" in name for name in names)
    expect(page.locator("#tests ~ .tests, .tests").last).to_contain_text("of 6 cases")
    expect(page.locator(".alarms-say")).to_contain_text("Of 1 draw of the product as it is")
