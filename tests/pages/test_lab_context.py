"""The context lab in a real browser, on the real tokenizer: the tape fills, is uploaded to, reloads, and a mission is walked on it."""

import re

import pytest
from playwright.sync_api import Page, expect
from server_fixture import Opener, Server

from fluencylab.curriculum.loader import track

from .acts import begin, decide, decide_again, option, predict, run, see, stage
from .test_everyone import eyes

pytestmark = pytest.mark.page
FOUND = track().mission("the-rules-that-vanished")
assert FOUND is not None
MISSION = FOUND[1]
SAYS = ".out .says"


def count(page: Page) -> None:
    """Without the model's answers: the tape alone, which is there at once."""
    page.get_by_label("Ask the model").uncheck()
    page.locator("#lab-run").click()
    expect(page.locator("[data-run][data-status=done]")).to_be_attached()


def test_the_tape_fills_with_your_own_text(lab_server: Server, open_page: Opener) -> None:
    page = open_page()
    page.goto(lab_server.url("/labs/context"))
    page.get_by_label("Question", exact=True).fill("Where is यहाँ?")
    count(page)
    expect(page.locator(SAYS).first).to_contain_text("more than the window of 200 holds")
    expect(page.locator("#policy-error")).to_contain_text("Nothing was sent.")
    expect(page.locator("#policy-drop .lost")).to_contain_text("system prompt (25)")
    expect(page.locator("#policy-keep .lost")).not_to_contain_text("system prompt")
    before = page.locator(SAYS).first.inner_text()

    page.get_by_role("button", name="Add a turn").click()
    expect(page.locator(SAYS).first).not_to_have_text(before)
    page.get_by_text("The tokens themselves").click()
    expect(page.locator(".pieces").last).to_contain_text("Where")
    expect(page.locator(".pieces i").first).to_be_visible()

    page.reload()
    expect(page.get_by_label("Question", exact=True)).to_have_value("Where is यहाँ?")
    expect(page.locator(".policy")).to_have_count(4)


@pytest.mark.long
def test_a_file_takes_the_documents_place_and_a_binary_one_is_a_sentence(lab_server: Server, open_page: Opener) -> None:
    page = open_page()
    page.goto(lab_server.url("/labs/context"))
    place = page.locator(".documents").first
    file, lines = place.get_by_label("Add files"), place.locator(".documents-said p")
    file.set_input_files({"name": "photo.txt", "mimeType": "text/plain", "buffer": b"\x89PNG\r\n\x00\xff"})
    expect(lines.last).to_contain_text("Not read: “photo.txt”")
    place.locator("textarea").fill("")
    file.set_input_files({"name": "rules.txt", "mimeType": "text/plain", "buffer": b"One short rule."})
    expect(lines.last).to_contain_text("rules.txt: 3 words.")
    count(page)
    expect(page.locator("#policy-keep .lost")).to_contain_text("turn")
    page.get_by_text("The tokens themselves").click()
    expect(page.locator(".block", has_text="document").locator(".pieces")).to_contain_text("rule")


def test_more_than_the_page_takes_is_a_sentence(lab_server: Server) -> None:
    assert lab_server.post("/labs/context", parts="tape", document="word " * 210_000) == 422


@pytest.mark.long
def test_every_part_is_for_every_eye(lab_server: Server, browser_page: Page) -> None:
    page = browser_page
    page.goto(lab_server.url("/labs/context"))
    page.locator("label", has_text="languages").click()
    count(page)
    page.evaluate("document.querySelectorAll('main details').forEach((e) => (e.open = true))")
    found = eyes(page, 390)
    assert not found, "\n".join(found)


def test_a_mission_is_walked_on_the_tape(lab_server: Server, browser_page: Page) -> None:
    page = browser_page
    begin(lab_server, page, MISSION)
    expect(page.locator(".prompt").first).to_contain_text("Never name a dose")
    predict(page, MISSION, {"kept@system@drop": 100, "kept@system@keep": 100})
    run(page)
    stage(page, "see")
    expect(page.get_by_text("You said 100 %. It was 0 %.")).to_be_visible()
    expect(page.locator("#policy-drop .lost")).to_contain_text("system prompt")
    see(page, MISSION.seen.sights[1].text)
    expect(page.get_by_role("heading", name=re.compile("You saw it"))).to_be_visible()
    decide(page, option(MISSION, best=True))
    decide_again(page, option(MISSION, best=True, twin=True))
    expect(page.locator("#next")).to_be_visible()
