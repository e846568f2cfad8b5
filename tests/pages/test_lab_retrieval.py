"""The retrieval lab and one of its missions, as a learner meets them."""

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
CONCEPT = track().concept("rag-or-fine-tuning")
assert CONCEPT
LOST = next(mission for mission in CONCEPT.missions if mission.slug == "lost-before-it-was-read")
HOSTILE = "<img src=x onerror=\"document.title='owned'\">"
BOOK = f"""=== Returns ===
You can send items back within 30 days. Members of the club {HOSTILE} have 60 days. Outlet items have 14 days.

=== Delivery ===
Standard delivery costs €4.90 in the whole of the country and on all of its islands. Nothing is delivered on Sundays.
"""
ASKED = """What does standard delivery cost? | 4.90 | Delivery
How long have members of the club? | 60 days | Returns
Who founded the shop? |
"""


def reads(body: dict[str, Any]) -> list[str]:
    """Knows the price when it is in front of it; claims ninety days of everything else."""
    return ["It costs ", "€4.90."] if "€4.90" in body["messages"][-1]["content"] else ["Within 90 days."]


@pytest.mark.long
def test_own_documents_from_the_cut_to_the_place_of_each_failure(
    told_server: Server, told: Told, browser_page: Page, open_page: Opener
) -> None:
    page = browser_page
    told.say = reads
    page.goto(told_server.url("/labs/retrieval?size=10&k=1&budget=200&answered=5&absent=5"))
    page.locator("summary", has_text="Your own documents").click()
    page.locator("#field-documents").fill(BOOK)
    page.locator("#field-questions").fill(ASKED)
    page.locator("#lab-run").click()
    expect(page.locator("#result .says").first).to_contain_text("Of 3 questions 1 was right. Of the 2 others")
    expect(page.locator(".places-key")).to_contain_text("Somebody must write it")
    page.get_by_role("link", name="What does standard delivery cost?").click()
    question = page.locator("#question")
    expect(question).to_contain_text("The marked words stand in passage 1.")
    expect(question.locator(".passage.holds mark").last).to_have_text("4.90")
    page.get_by_role("link", name="How long have members").click()
    expect(question.locator(".answered")).to_have_text("Within 90 days.")
    expect(page.locator("main img")).to_have_count(0)

    expect(page.locator("#field-doc option")).to_have_text(["Returns", "Delivery"])
    page.locator("#field-doc").select_option("2")
    expect(page.locator("#cuts")).to_contain_text("1 border goes through a sentence.")
    slider = page.locator("[data-slider=guess-size]")
    slider.focus()
    slider.press("End")
    expect(page.locator("#cuts")).to_contain_text("1 chunk of 21 words.")
    page.evaluate("document.querySelectorAll('main details').forEach((e) => (e.open = true))")
    assert not eyes(page, 390)

    plain = open_page(java_script_enabled=False)
    plain.goto(page.url)
    plain.locator("#cut-size").fill("7")
    plain.locator("#cut-overlap").fill("3")
    plain.get_by_role("button", name="Draw the cuts").click()
    expect(plain.locator("#cuts mark").first).to_be_visible()
    expect(plain.locator("#guess-size")).to_have_value("7")
    plain.get_by_role("link", name="Who founded the shop?").click()
    expect(plain.locator("#question")).to_contain_text("not in the documents")


def test_what_the_budget_cuts_off_stands_behind_a_line(told_server: Server, told: Told, browser_page: Page) -> None:
    page = browser_page
    told.say = reads
    page.goto(told_server.url("/labs/retrieval?size=40&k=2&budget=12&answered=1&absent=0&sizes="))
    page.locator("#lab-run").click()
    expect(page.locator(".cut-here")).to_have_text(re.compile(r"cut off here: \d+ tokens were not sent"))
    expect(page.locator(".handed s")).not_to_be_empty()


def test_a_mission_from_its_situation_to_its_end(told_server: Server, told: Told, browser_page: Page) -> None:
    page = browser_page
    told.say = lambda body: ["I have ", "no idea at all."]
    begin(told_server, page, LOST)
    predict(page, LOST, LOST.exemplar.accept)
    run(page)
    stage(page, "see")
    expect(page.locator(".places-key")).to_contain_text("not retrieved")
    see(page, LOST.seen.sights[3].text)
    decide(page, option(LOST, best=True))
    decide_again(page, option(LOST, best=True, twin=True))


@pytest.mark.long
def test_the_real_model_is_handed_what_the_page_shows(lab_server: Server, browser_page: Page) -> None:
    page = browser_page
    page.goto(lab_server.url("/labs/retrieval?answered=2&absent=0&k=1"))
    page.locator("#lab-run").click()
    expect(page.locator(".handed")).to_contain_text("<|im_start|>system")
    expect(page.locator(".every-asked tbody tr")).to_have_count(2)


def test_the_index_of_a_result_stays_in_sight_and_leads_to_each_part(told_server: Server, browser_page: Page) -> None:
    page = browser_page
    page.goto(told_server.url("/labs/retrieval?answered=2&absent=1"))
    page.locator("#lab-run").click()
    index = page.get_by_role("navigation", name="In this result")
    expect(index).to_be_visible()
    for link in index.get_by_role("link").all():
        target = page.locator(link.get_attribute("href") or "")
        expect(target).to_have_count(1)
        link.focus()
        page.keyboard.press("Enter")
        expect(index).to_be_in_viewport()
