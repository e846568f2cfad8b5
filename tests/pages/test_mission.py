"""The mission loop: predict, run, compare, explain, decide, decide again; and everything people do besides."""

import re

import pytest
from playwright.sync_api import Page, expect
from server_fixture import Opener, Server

from .acts import CAFE, begin, decide, decide_again, option, predict, run, see, stage, to_stage, unfold
from .conftest import Told

pytestmark = pytest.mark.page
RIGHT = CAFE.seen.sights[1]
HERE = f"/missions/{CAFE.slug}"


def test_a_mission_from_its_situation_to_the_next_one(lab_server: Server, browser_page: Page) -> None:
    page = browser_page
    begin(lab_server, page)
    predict(page, values={"distinct@0": 3, "distinct@0.7": 6})
    run(page)
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    expect(page.locator("progress")).to_be_visible()
    stage(page, "see")
    expect(page.get_by_text("You said 6.")).to_be_visible()
    expect(page.locator(".conditions")).to_contain_text("SmolLM2")
    see(page, RIGHT.text)
    decide(page, option(CAFE, best=True))
    decide_again(page, option(CAFE, best=True, twin=True))
    page.locator("#next").get_by_role("link").click()
    expect(page).not_to_have_url(re.compile(CAFE.slug))
    expect(page.locator("h1")).to_be_visible()


@pytest.mark.long
def test_wrong_answers_are_all_answered(told_server: Server, browser_page: Page) -> None:
    page = browser_page
    begin(told_server, page)
    predict(page, values=CAFE.exemplar.refuse, sure="very sure")
    run(page)
    stage(page, "see")
    wrong = CAFE.seen.sights[0]
    see(page, wrong.text)
    expect(page.get_by_role("heading", name="Look again")).to_be_visible()
    explained = page.locator("#explain")
    for sight in (wrong, RIGHT):
        expect(explained.get_by_text(sight.text)).to_be_visible()
        expect(explained.get_by_text(sight.answer[:40])).to_be_visible()
    unfold(explained)
    for sight in CAFE.seen.sights:
        expect(explained.get_by_text(sight.answer[:40])).to_be_visible()
    expect(page.locator(".calibration")).to_contain_text("−6 marks")
    decide(page, option(CAFE, best=False), sure="not sure")
    unfold(page.locator("#decide"))
    for choice in CAFE.decide.options:
        expect(page.locator("#decide").get_by_text(" ".join(choice.answer.split())[:40])).to_be_visible()
    expect(page.locator("#twin input:checked")).to_have_count(0)
    decide_again(page, option(CAFE, best=False, twin=True))
    unfold(page.locator("#twin"))
    for answer in CAFE.decide.twin.answers.values():
        expect(page.locator("#twin").get_by_text(" ".join(answer.split())[:40])).to_be_visible()
    expect(page.locator("#twin .option-picked")).to_have_count(1)


def test_the_run_is_locked_until_something_was_predicted(told_server: Server, told: Told, browser_page: Page) -> None:
    begin(told_server, browser_page)
    expect(browser_page.get_by_role("button", name=re.compile("^Run "))).to_have_count(0)
    told.hold()
    assert told_server.post(f"{HERE}/run") == 422
    assert told_server.post(f"{HERE}/see", sight="0") == 422
    assert told_server.post(f"{HERE}/twin", option="say") == 422
    assert told.calls == 0
    browser_page.reload()
    stage(browser_page, "predict")


@pytest.mark.parametrize("value", ["", "13", "-1", "nan", "1e999", "a", "<b>"])
def test_a_prediction_that_is_none_becomes_a_sentence(told_server: Server, browser_page: Page, value: str) -> None:
    begin(told_server, browser_page)
    assert told_server.post(f"{HERE}/predict", **{"distinct@0": value, "distinct@0.7": "3", "certainty": "1"}) in (400, 422)
    browser_page.reload()
    stage(browser_page, "predict")


def test_the_form_asks_for_what_is_missing(told_server: Server, browser_page: Page) -> None:
    begin(told_server, browser_page)
    browser_page.get_by_role("button", name="Commit to this").click()
    expect(browser_page.locator("input:invalid").first).to_be_focused()
    stage(browser_page, "predict")


@pytest.mark.long
def test_stop_keeps_what_was_measured_and_the_run_can_be_made_again(told_server: Server, told: Told, browser_page: Page) -> None:
    page = browser_page
    begin(told_server, page)
    predict(page)
    told.hold(after=3)
    run(page)
    expect(page.get_by_text("3 of 24 calls")).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("You stopped this run. What it measured is kept: 3 of 24 calls.")).to_be_visible()
    expect(page.get_by_text("The Harbour").first).to_be_visible()
    stage(page, "run")
    told.release()
    run(page)
    stage(page, "see")
    expect(page.get_by_text("12 different answers of 12")).to_be_visible()


@pytest.mark.long
def test_a_reload_in_the_middle_goes_on_watching(told_server: Server, told: Told, browser_page: Page) -> None:
    page = browser_page
    begin(told_server, page)
    predict(page)
    told.hold(after=5)
    run(page)
    expect(page.get_by_text("5 of 24 calls")).to_be_visible()
    page.reload()
    expect(page.get_by_text("5 of 24 calls")).to_be_visible()
    expect(page.locator(".writing").first).to_have_text("The ")
    page.goto(told_server.url("/style"))
    page.go_back()
    expect(page.get_by_text("5 of 24 calls")).to_be_visible()
    told.release()
    stage(page, "see")


@pytest.mark.long
def test_two_tabs_see_the_same(told_server: Server, told: Told, open_page: Opener) -> None:
    one, two = open_page(), open_page()
    begin(told_server, one)
    two.goto(one.url)
    predict(one)
    told.hold(after=2)
    run(one)
    expect(one.get_by_text("2 of 24 calls")).to_be_visible()
    two.reload()
    expect(two.get_by_text("2 of 24 calls")).to_be_visible()
    told.release()
    for page in (one, two):
        stage(page, "see")
    assert one.locator("#run").inner_text() == two.locator("#run").inner_text()


@pytest.mark.long
def test_the_second_of_two_tabs_is_told_and_shown_the_way_on(told_server: Server, open_page: Opener) -> None:
    one, two = open_page(), open_page()
    begin(told_server, one)
    two.goto(one.url)
    predict(one, values={"distinct@0": 2, "distinct@0.7": 9})
    for asked in CAFE.predict:
        two.locator(f"input[type=number][name='{asked.fact}']").fill("7")
    two.get_by_text("very sure", exact=True).click()
    two.get_by_role("button", name="Commit to this").click()
    expect(two.get_by_text("already answered, perhaps in another tab")).to_be_visible()
    stage(two, "run")
    expect(two.locator(".committed")).to_contain_text("9")


@pytest.mark.long
def test_the_back_button_does_not_answer_twice(told_server: Server, browser_page: Page) -> None:
    page = browser_page
    to_stage(told_server, page, "decide")
    page.go_back()
    page.goto(told_server.url(HERE))
    stage(page, "decide")
    expect(page.locator("#decide input:checked")).to_have_count(0)


@pytest.mark.long
def test_two_presses_make_one_run(told_server: Server, told: Told, browser_page: Page) -> None:
    begin(told_server, browser_page)
    predict(browser_page)
    told.hold(after=0)
    browser_page.get_by_role("button", name=re.compile("^Run ")).dblclick()
    expect(browser_page.get_by_text("0 of 24 calls")).to_be_visible()
    told.release()
    stage(browser_page, "see")
    assert told.calls == 24


@pytest.mark.long
def test_a_finished_mission_can_be_done_again(told_server: Server, browser_page: Page) -> None:
    to_stage(told_server, browser_page, "done")
    browser_page.get_by_role("button", name="Do this mission again").click()
    stage(browser_page, "predict")
    expect(browser_page.locator("input[type=number]").first).to_have_value("")
