"""A decision case: an option, the two reasons that carry it, the fact that would change it; then one fact changes."""

from collections.abc import Sequence

import pytest
from playwright.sync_api import Locator, Page, expect
from server_fixture import Opener, Server

from fluencylab.curriculum.schema import Flip, Option, Reason

from .acts import CASE, argue, begin, decide_again, option, stage, unfold
from .conftest import Told

pytestmark = pytest.mark.page


def test_a_case_from_its_situation_to_its_twin(told_server: Server, browser_page: Page) -> None:
    page = browser_page
    begin(told_server, page, CASE)
    argue(page)
    shown = page.locator("#answers")
    every_answer(shown, [*CASE.decide.options, *CASE.reasons])
    expect(shown.locator(".option-picked")).to_have_count(3)
    expect(page.locator("#twin input:checked")).to_have_count(0)
    decide_again(page, option(CASE, best=True, twin=True))
    expect(page.locator("#twin .option-picked.option-best")).to_have_count(1)
    every_answer(page.locator("#flips"), CASE.flips)
    expect(page.locator("#next")).to_be_visible()


def every_answer(shown: Locator, of: Sequence[Option | Reason | Flip]) -> None:
    """Once the folds are opened."""
    unfold(shown)
    for thing in of:
        expect(shown.get_by_text(" ".join(thing.answer.split())[:40])).to_be_visible()


def test_answers_are_folded_until_the_twin_is_answered_and_then_the_first_is_a_line(told_server: Server, browser_page: Page) -> None:
    page = browser_page
    begin(told_server, page, CASE)
    argue(page)
    expect(page.locator("#decided")).to_be_focused()
    expect(page.locator("#decided")).to_be_in_viewport()
    expect(page.locator("#answers .option-answer").filter(visible=True)).to_have_count(0)
    decide_again(page, option(CASE, best=True, twin=True))
    expect(page.locator("#twin-head")).to_be_focused()
    expect(page.locator("#twin .option-answer").filter(visible=True)).to_have_count(1)
    expect(page.locator("#answers")).to_be_hidden()
    page.locator(".past > summary").click()
    expect(page.locator("#answers .option-answer").filter(visible=True)).to_have_count(2)


def test_no_third_reason_can_be_chosen(told_server: Server, browser_page: Page) -> None:
    page = browser_page
    begin(told_server, page, CASE)
    boxes = page.locator("input[name=reason]")
    boxes.nth(0).check()
    boxes.nth(1).check()
    expect(boxes.nth(2)).to_be_disabled()
    boxes.nth(0).uncheck()
    boxes.nth(2).check()
    expect(page.locator("input[name=reason]:checked")).to_have_count(2)


def test_one_reason_is_not_sent(told_server: Server, browser_page: Page) -> None:
    page = browser_page
    begin(told_server, page, CASE)
    page.locator("input[name=option]").first.check()
    page.locator("input[name=reason]").first.check()
    page.locator("input[name=flip]").first.check()
    page.get_by_text("not sure", exact=True).click()
    page.get_by_role("button", name="Decide", exact=True).click()
    expect(page.locator("input[name=reason]:invalid").first).to_be_focused()
    stage(page, "decide")
    page.locator("input[name=reason]").nth(1).check()
    page.get_by_role("button", name="Decide", exact=True).click()
    stage(page, "twin")


@pytest.mark.long
def test_without_a_script_one_reason_becomes_a_sentence_and_nothing_is_lost(told_server: Server, open_page: Opener) -> None:
    page = open_page(java_script_enabled=False)
    begin(told_server, page, CASE)
    page.locator("input[name=option]").first.check()
    page.locator("input[name=reason]").first.check()
    page.locator("input[name=flip]").first.check()
    page.get_by_text("not sure", exact=True).click()
    page.get_by_role("button", name="Decide", exact=True).click()
    expect(page.get_by_text("Choose exactly two reasons.")).to_be_visible()
    page.go_back()
    expect(page.locator("input[name=flip]").first).to_be_checked()


def test_a_forged_reason_or_twin_is_refused(told_server: Server, told: Told, browser_page: Page) -> None:
    begin(told_server, browser_page, CASE)
    best = CASE.decide.best
    assert told_server.post(f"/cases/{CASE.slug}/twin", option=best) == 422
    assert told_server.post(f"/cases/{CASE.slug}/decide", option=best, reason="nonsense", flip="x", certainty="3") == 422
    assert told_server.post(f"/cases/{CASE.slug}/decide", option="nonsense", certainty="9") == 422
    browser_page.reload()
    stage(browser_page, "decide")
