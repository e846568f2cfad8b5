"""The embeddings lab in a real browser: own documents, a matrix, a map by keyboard, words that cannot be read; and a mission to its end."""

import re

import pytest
from playwright.sync_api import Page, expect
from server_fixture import Opener, Server

from fluencylab.curriculum.loader import track

from .acts import begin, decide, decide_again, option, predict, run, see, stage
from .test_everyone import eyes

pytestmark = pytest.mark.page
DOCUMENTS = "Returns\nYou can send items back within 30 days.\n\nKettle QK-17\nE3 means that there is lime on the <b>sensor</b>."
THINGS = ("lamp", "shelf", "cloth", "soap", "rug")
TEXTS = "\n".join(f"{group} | {word} for the {group}" for group in ("kitchen", "desk", "bath") for word in THINGS)
CONCEPT = next(concept for concept in track().concepts if concept.slug == "embeddings-and-search")
NOTHING = next(mission for mission in CONCEPT.missions if mission.slug == "the-answer-to-everything")


def open_view(server: Server, page: Page, part: str) -> None:
    page.goto(server.url(f"/labs/embeddings?parts={part}"))


@pytest.mark.long
def test_own_documents_and_questions_in_three_kinds_of_search(told_server: Server, browser_page: Page) -> None:
    page = browser_page
    open_view(told_server, page, "search")
    page.get_by_text("Your own documents and questions").click()
    page.locator("#field-documents").fill(DOCUMENTS)
    page.locator("#field-questions").fill("How? | 7")
    page.locator("#lab-run").click()
    expect(page.locator("#result")).to_contain_text("the documents have the numbers 1 to 2")
    page.locator("#field-questions").fill("E3 | 2\nsend it back | 1\nWho painted it? |")
    expect(page.locator("#lab-run")).to_contain_text("Run 3 steps")
    page.locator("#lab-run").click()
    expect(page.locator("#result .says").first).to_have_text(re.compile("^Of 2 questions, keyword search answers 2"))
    page.reload()
    page.get_by_text("Every question, and the place").click()
    expect(page.locator(".every-question tbody tr")).to_have_count(3)
    expect(page.locator(".every-question tbody tr").last).to_contain_text("nothing")
    expect(page.locator("#result")).to_contain_text("MiniLM, distilled (256 dimensions)")
    assert not eyes(page, 390)


def test_sentences_in_a_matrix_and_what_is_confused(told_server: Server, browser_page: Page) -> None:
    page = browser_page
    open_view(told_server, page, "distance")
    page.locator("#field-sentences").fill("The lamp is on.\nThe lamp is <b>not</b> on.\nTea is ready.")
    page.locator("#lab-run").click()
    cells = page.locator(".matrix tbody tr").first.locator("td")
    expect(cells).to_have_count(3)
    assert float(cells.nth(1).inner_text()) > float(cells.nth(2).inner_text())
    expect(page.locator(".blind-table tbody tr").first).to_contain_text("20 of 20")
    page.get_by_text("The 20 cases with a number changed").click()
    expect(page.get_by_role("group", name="Cases: number").locator("tbody tr")).to_have_count(20)
    assert not eyes(page, 390)


def test_a_map_shows_true_neighbours_by_keyboard_and_marks_words(told_server: Server, browser_page: Page) -> None:
    page = browser_page
    open_view(told_server, page, "map")
    page.get_by_text("Your own texts", exact=True).click()
    page.locator("#field-texts").fill(TEXTS)
    page.locator("#lab-run").click()
    expect(page.locator(".text-map .spot")).to_have_count(15)
    page.locator("#map-choose").focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".text-map .to-near")).to_have_count(5)
    expect(page.locator(".map-figure ol li")).to_have_count(5)
    page.locator("#map-find").fill("soap")
    page.keyboard.press("Enter")
    expect(page.locator(".text-map .marked")).to_have_count(3)
    page.locator(".text-map .spot").nth(7).click()
    expect(page.locator(".text-map .chosen")).to_have_attribute("data-number", "7")
    assert not eyes(page, 390)


@pytest.mark.long
def test_the_map_needs_no_script(told_server: Server, open_page: Opener) -> None:
    page = open_page(java_script_enabled=False)
    open_view(told_server, page, "map")
    page.get_by_text("Your own texts", exact=True).click()
    page.locator("#field-texts").fill(TEXTS)
    page.locator("#lab-run").click()
    expect(page.locator(".text-map .spot").first).to_be_attached()
    page.locator("#map-choose").select_option("3")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".text-map .to-near")).to_have_count(5)


def test_a_mission_from_its_situation_to_its_end(told_server: Server, browser_page: Page) -> None:
    """On an endpoint as the model in use: the proof stands on the embedder, so the mission is open all the same."""
    page = browser_page
    page.goto(told_server.url("/concepts/embeddings-and-search"))
    expect(page.locator("main")).to_contain_text(NOTHING.title)
    begin(told_server, page, NOTHING)
    predict(page, NOTHING, NOTHING.exemplar.accept)
    run(page)
    stage(page, "see")
    expect(page.locator("main")).to_contain_text("Found among the first 3")
    see(page, NOTHING.seen.sights[0].text)
    decide(page, option(NOTHING, best=True))
    decide_again(page, option(NOTHING, best=True, twin=True))
