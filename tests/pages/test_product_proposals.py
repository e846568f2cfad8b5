"""A proposal about one's own product in the browser: pasted, answered, refused with what was typed, on a narrow page, without a script."""

import pytest
from playwright.sync_api import Page, expect
from server_fixture import Opener, Server

pytestmark = pytest.mark.page
TEXT = """# A smaller model for returns

We propose the smaller model, so that customers get an answer at once. In our test 94 % of the answers were right.

- GPT-5 rated each answer from 1 to 5.
- Answers come in 1.8 seconds on average.
- A call costs €0.004, so that we save €60,000 a year.
- The bot gets access to the order system through the API key of the shop.
"""


def pasted(server: Server, page: Page) -> None:
    page.goto(page.request.post(server.url("/product/new"), form={"name": "Returns desk"}).url.partition("/bring-in")[0])
    page.get_by_role("link", name="See what it leaves to be asked").click()
    page.get_by_label("The proposal, pasted").fill(TEXT)
    page.get_by_label("What it is called").fill("The smaller model")
    page.get_by_role("button", name="Read it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The smaller model")


def thing(page: Page, slug: str) -> str:
    return f"li.card-thing#{slug}"


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_pasted_proposal_is_answered_question_by_question(told_server: Server, open_page: Opener, script: bool) -> None:
    page = open_page(java_script_enabled=script)
    pasted(told_server, page)
    clock = page.locator(thing(page, "clock"))
    expect(page.locator("section[aria-labelledby=raised]").locator(clock)).to_contain_text("Answers come in 1.8 seconds on average.")
    clock.locator("summary").click()
    clock.get_by_label("What was answered").fill("Five in a hundred wait 4 seconds")
    clock.get_by_label("By whom").fill("Mateus")
    clock.get_by_role("button", name="Answered").click()
    settled = page.locator("section[aria-labelledby=settled]")
    expect(settled.locator(clock)).to_contain_text("said by Mateus, not measured")
    judge = page.locator(thing(page, "judge"))
    judge.locator("summary").click()
    judge.get_by_role("button", name="Not for us").click()
    expect(settled.locator(judge)).to_contain_text("Not for us.")
    judge.get_by_role("button", name="Ask it again").click()
    expect(page.locator("section[aria-labelledby=raised]").locator(judge)).to_be_visible()


def test_an_answer_without_words_comes_back_where_it_was_and_with_the_name(told_server: Server, browser_page: Page) -> None:
    pasted(told_server, browser_page)
    cost = browser_page.locator(thing(browser_page, "cost"))
    cost.locator("summary").click()
    cost.get_by_label("By whom").fill("Ana")
    cost.get_by_role("button", name="Answered").click()
    expect(cost.locator("#error")).to_contain_text("Write down what was answered.")
    expect(cost.locator("#error")).to_be_focused()
    expect(cost.get_by_label("By whom")).to_have_value("Ana")


@pytest.mark.long
def test_what_is_open_is_downloaded_and_nothing_scrolls_sideways_on_a_narrow_page(told_server: Server, open_page: Opener) -> None:
    page = open_page(width=390, height=800)
    pasted(told_server, page)
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    with page.expect_download() as word:
        page.get_by_role("link", name="Questions as Word").click()
    assert word.value.suggested_filename == "questions.docx"
    with page.expect_download() as text:
        page.get_by_role("link", name="Questions as Markdown").click()
    assert text.value.suggested_filename == "questions.md"


def test_a_pasted_page_that_is_too_long_is_refused_and_still_there(told_server: Server, browser_page: Page) -> None:
    pasted(told_server, browser_page)
    browser_page.goto(browser_page.url.rpartition("/")[0])
    long = "We propose it. " * 3_400
    browser_page.get_by_label("The proposal, pasted").fill(long)
    browser_page.get_by_role("button", name="Read it").click()
    expect(browser_page.locator("#error")).to_contain_text("a proposal may have 50,000")
    expect(browser_page.get_by_label("The proposal, pasted")).to_have_value(long)
