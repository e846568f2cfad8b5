"""The cost lab in a real browser: own messages, a hostile table, a stop, a reload, the bill; and one mission of its concept."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from server_fixture import Opener, Server

from fluencylab.curriculum.loader import track

from .acts import begin, decide, decide_again, option, predict, run, see, stage
from .conftest import Told
from .test_everyone import eyes

pytestmark = pytest.mark.page
OWN = "text,label\n" + "".join(f"{word} {i},{label}\n" for i in range(4) for word, label in (("parcel", "delivery"), ("money", "billing")))
EXAMPLES = next(mission for concept in track().concepts for mission in concept.missions if mission.slug == "four-examples")


def sorts(body: dict[str, Any]) -> list[str]:
    """Right with examples in front of the message; without them it talks."""
    asked = body["messages"][-1]["content"]
    if len(body["messages"]) < 3:
        return ["I am ", "happy to help."]
    return ["delivery" if "parcel" in asked else "billing"]


def measure(server: Server, page: Page, data: str = OWN) -> None:
    """Zero-shot and few-shot on a table of one's own."""
    page.goto(server.url("/labs/cost"))
    for name in ("schema", "context", "odds", "more"):
        page.locator(f"[name=strategies][value={name}]").uncheck()
    page.get_by_text("Your own messages", exact=True).first.click()
    page.locator("#field-data").fill(data)
    page.locator("#lab-run").click()


@pytest.mark.long
def test_own_messages_from_the_table_to_the_bill(told_server: Server, told: Told, browser_page: Page) -> None:
    page = browser_page
    told.say = sorts
    measure(told_server, page)
    expect(page.locator("#result .says").first).to_have_text(re.compile("^Few-shot got most right: 6 of 6"))
    page.reload()
    row = page.locator(".ways-table tbody tr")
    expect(row).to_have_count(2)
    expect(row.first).to_contain_text("0 of 6")
    expect(page.locator("#field-data")).to_have_value(OWN)
    page.get_by_text("Every message, and what each strategy answered").click()
    expect(page.locator(".every tbody tr")).to_have_count(6)

    month = page.locator("[data-bill=month]")
    for name, value in {"users": 1000, "messages": 10, "read": 1000, "written": 100, "price_in": 2, "price_out": 10, "again": 0}.items():
        page.locator(f"#b-{name}").fill(str(value))
    expect(month).to_have_text("$30.00")
    page.locator("#b-users").fill("500")
    expect(month).to_have_text("$15.00")
    expect(page.locator(".tornado tbody tr").first.locator("th")).to_have_text("tokens read a message")
    slider = page.locator("[data-slider=b-users]")
    slider.focus()
    slider.press("ArrowRight")
    expect(month).to_have_text("$18.00")
    name = page.locator("#b-prices option").first.get_attribute("value") or ""
    page.locator("#b-price").fill(name)
    expect(page.locator("#b-source a")).to_have_attribute("href", re.compile("^https://"))


@pytest.mark.long
def test_the_bill_needs_no_script(told_server: Server, open_page: Opener) -> None:
    page = open_page(java_script_enabled=False)
    page.goto(told_server.url("/labs/cost"))
    for name, value in {"users": 1000, "messages": 10, "read": 1000, "written": 100, "price_in": 2, "price_out": 10, "again": 0}.items():
        page.locator(f"#b-{name}").fill(str(value))
    page.get_by_role("button", name="Work it out").click()
    expect(page.locator("[data-bill=month]")).to_have_text("$30.00")
    page.locator("#b-price").fill("no such model")
    page.get_by_role("button", name="Work it out").click()
    expect(page.get_by_text("The price table has no model called “no such model”.")).to_be_visible()
    expect(page.locator("[data-bill=month]")).to_have_text("$30.00")


@pytest.mark.long
@pytest.mark.parametrize(
    ("table", "says"),
    [
        ("PK\u0007 binary", "it holds signs that no text has"),
        ("a;b\n1;2", "its first line must name the columns"),
        ("text,label\n<script>alert(1)</script>,<b>x</b>", "it has 1 different label"),
    ],
)
def test_a_hostile_table_gets_a_sentence_and_stays_in_its_box(told_server: Server, browser_page: Page, table: str, says: str) -> None:
    measure(told_server, browser_page, table)
    expect(browser_page.locator(".trouble .notice")).to_contain_text(f"“Your own messages” cannot be used: {says}")
    expect(browser_page.locator("#field-data")).to_have_value(table)


def test_a_run_can_be_stopped_and_keeps_what_it_has(told_server: Server, told: Told, browser_page: Page) -> None:
    told.say = sorts
    told.hold(after=5)
    measure(told_server, browser_page)
    expect(browser_page.get_by_text("5 of 12 calls")).to_be_visible()
    browser_page.get_by_role("button", name="Stop").click()
    expect(browser_page.locator("#result")).to_contain_text("You stopped this run. What it measured is kept: 5 of 12 calls.")
    expect(browser_page.locator(".ways-table tbody tr").first).to_be_visible()


@pytest.mark.long
def test_everyone_can_read_it(told_server: Server, told: Told, browser_page: Page) -> None:
    told.say = sorts
    page = browser_page
    measure(told_server, page)
    expect(page.locator(".chart-canvas svg").first).to_be_attached()
    page.evaluate("document.querySelectorAll('main details').forEach((e) => (e.open = true))")
    assert not eyes(page, 390)


def test_a_mission_from_its_situation_to_its_end(told_server: Server, told: Told, browser_page: Page) -> None:
    page = browser_page
    told.say = lambda body: ["billing"] if len(body["messages"]) > 2 else ["I am ", "happy."]
    begin(told_server, page, EXAMPLES)
    predict(page, EXAMPLES, EXAMPLES.exemplar.accept)
    run(page)
    stage(page, "see")
    expect(page.locator(".ways-table tbody tr")).to_have_count(2)
    see(page, EXAMPLES.seen.sights[0].text)
    decide(page, option(EXAMPLES, best=True))
    decide_again(page, option(EXAMPLES, best=True, twin=True))
