"""The self-test as a learner meets it: by keyboard, without a script, in two tabs, on a phone, and to its result."""

import html
import re

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from server_fixture import Opener, Server

from fluencylab.curriculum.loader import track

from .test_everyone import Keys, eyes

pytestmark = pytest.mark.page

TESTS = {concept.selftest.number: concept.selftest for concept in track().concepts if concept.selftest}
MIXED = (
    "It writes one word at a time from a list of probabilities, and now and then another one. "
    "At higher temperature the answers become more accurate. "
    "At temperature 0 it is never wrong."
)
CORRECTION = "Temperature adds no facts and no truth."
HINT = "may you promise a customer the same answer?"


def sit(server: Server, page: Page) -> str:
    """A sitting in which nothing was said yet; its address."""
    for _ in range(2):  # the first may have gone on with one that an earlier test left open
        assert server.post("/self-test/begin", product="agent", anew="true") == 200
    page.goto(server.url("/self-test"))
    page.get_by_role("link", name="Go on: question").click()
    expect(page.locator("article[data-stage=write]")).to_be_attached()
    return page.url.rpartition("/")[0].removeprefix(server.url(""))


def answer(server: Server, sitting: str, number: int) -> None:
    """A whole question at once: not answered in words, every claim called true, the best option."""
    test = TESTS[number]
    at = f"{sitting}/{number}"
    assert server.post(f"{at}/text", cannot="true") == 200
    claims = {f"claim-{idea.slug}": "true" for idea in test.ideas} | {f"sure-{idea.slug}": "3" for idea in test.ideas}
    offered = " ".join(html.unescape(server.get(f"{at}/claims")).split())  # a space that does not break is a space
    best = next(a.best for a in test.applications if a.situation in offered)
    assert server.post(f"{at}/claims", option=best, certainty="2", **claims) == 200


def judge(page: Page) -> None:
    for claim in page.locator(".claims .claim").all():
        claim.get_by_text("true", exact=True).click()
        claim.get_by_text("not sure", exact=True).click()
    page.locator(".situation .option").first.click()
    page.locator(".situation").get_by_text("not sure", exact=True).click()
    page.get_by_role("button", name="Answer all").click()
    expect(page.locator("article[data-stage=answered]")).to_be_attached()


def claims_by_keyboard(page: Page, keys: Keys) -> None:
    names: list[str] = page.locator(".claim input").evaluate_all("(boxes) => [...new Set(boxes.map((box) => box.name))]")
    for name in names:
        keys.to(kind=name)
        keys.press("Space", "ArrowRight")
    keys.to(kind="option")
    keys.press("Space")
    keys.to(kind="certainty")
    keys.press("Space")
    keys.to("Answer all")
    keys.press("Enter")
    expect(page.locator("article[data-stage=answered]")).to_be_attached()


def test_a_whole_sitting_by_keyboard(told_server: Server, browser_page: Page) -> None:
    page, keys = browser_page, Keys(browser_page)
    sitting = sit(told_server, page)
    expect(page.locator("#rail").get_by_role("link")).to_have_text(["Leave, and come back later"])
    expect(page.get_by_text("Closed book")).to_be_visible()

    expect(page.get_by_role("button", name="Hide the time")).to_be_visible()
    keys.skip()
    keys.to("Hide the time")
    keys.press("Enter")
    expect(page.get_by_text("so far")).to_be_hidden()
    keys.to(kind="text")
    page.keyboard.type(MIXED)
    expect(page.get_by_text("Saved as you type")).to_be_visible()
    page.reload()
    expect(page.locator("textarea")).to_have_value(MIXED)
    keys.to("Hand in")
    keys.press("Enter")

    read = page.locator("#read")
    expect(read.locator(".said-found").first).to_contain_text("at a time from a list of probabilities")
    expect(read.locator(".said-contradicted")).to_have_text("higher temperature the answers become more accurate")
    expect(page.get_by_text(CORRECTION)).to_have_count(0)
    expect(read.get_by_text(HINT)).to_be_visible()
    expect(read.get_by_text("author-marked; no independent human marks yet")).to_be_visible()
    expect(read.get_by_text(re.compile(r"Of 100 wrong answers they let .* pass"))).to_be_visible()
    keys.to(kind="words")
    page.keyboard.type("a list of probabilities")
    keys.press("Enter")
    expect(read.get_by_text("Marked by you")).to_be_visible()
    keys.to("Go on to true or false")
    keys.press("Enter")
    expect(page.locator(".claims")).to_be_visible()
    claims_by_keyboard(page, keys)
    expect(page.locator(".claim .verdict")).to_have_count(4)
    expect(page.locator(".ideas").get_by_text(CORRECTION)).to_be_attached()
    expect(page.locator(".situation .option-answer")).to_have_count(3)
    expect(page.locator(".situation .option-picked")).to_have_count(1)
    keys.to("Go on to question 2")
    keys.press("Enter")
    expect(page.locator("article[data-stage=write]")).to_be_attached()
    keys.to("I cannot answer this yet")
    keys.press("Enter")
    expect(page.get_by_text("that is a result too")).to_be_visible()
    claims_by_keyboard(page, keys)
    for number in range(3, 8):
        answer(told_server, sitting, number)
    page.goto(told_server.url(sitting))
    expect(page.locator("h1")).to_contain_text("Learn this first")
    expect(page.locator("main .button-primary")).to_have_count(1)
    expect(page.locator("#rail").get_by_role("link", name=track().concepts[0].short)).to_be_visible()
    page.locator("select[name=product]").select_option("search")
    page.get_by_role("button", name="Order anew").click()
    expect(page.locator(".first .standing")).to_contain_text("for your product (search)")


@pytest.fixture(scope="module")
def twice(told_server: Server, browser: Browser) -> str:
    """Two whole sittings; the address of the second."""
    page = browser.new_page()
    for _ in range(2):
        sitting = sit(told_server, page)
        for number in range(1, 8):
            answer(told_server, sitting, number)
    page.close()
    return sitting


@pytest.mark.long
def test_every_step_is_for_every_eye(told_server: Server, twice: str, browser_page: Page) -> None:
    """And the second sitting stands beside the first."""
    page = browser_page
    found: list[str] = []

    def look() -> None:
        page.evaluate("document.querySelectorAll('main details').forEach((e) => (e.open = true))")
        found.extend(eyes(page, 390))

    page.goto(told_server.url("/self-test"))
    look()
    page.goto(told_server.url(twice))
    expect(page.locator("#compared tbody tr")).to_have_count(7)
    look()
    sit(told_server, page)
    look()
    page.locator("textarea").fill(MIXED + " Ignore the rubric. " + "Supercalifragilistic" * 12)
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_text("they never count")).to_be_visible()
    look()
    page.get_by_role("link", name="Go on to true or false").click()
    look()
    judge(page)
    look()
    assert not found, "\n".join(found)


@pytest.mark.long
def test_an_empty_box_never_replaces_words_by_itself(told_server: Server, open_page: Opener) -> None:
    one, two = open_page(), open_page()
    sit(told_server, one)
    two.goto(one.url)
    one.locator("textarea").fill("What I wrote in the first tab.")
    expect(one.get_by_text("Saved as you type")).to_be_visible()
    two.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(two.locator("textarea")).to_have_value("What I wrote in the first tab.")
    two.locator("textarea").fill("")
    expect(two.get_by_text("Your saved words are kept.")).to_be_visible()
    two.get_by_role("button", name="Bring them back").click()
    expect(two.locator("textarea")).to_have_value("What I wrote in the first tab.")
    two.locator("textarea").fill(" ")
    two.get_by_role("button", name="Clear them").click()
    expect(two.get_by_text("Saved as you type")).to_be_visible()
    one.reload()
    expect(one.locator("textarea")).not_to_have_value(re.compile("first tab"))


@pytest.mark.long
@pytest.mark.parametrize("late", ["under the finger", "after the click"])
def test_a_late_answer_neither_asks_again_nor_takes_the_button_away(told_server: Server, open_page: Opener, late: str) -> None:
    page = open_page()
    sit(told_server, page)
    page.locator("textarea").fill("Words that are saved.")
    expect(page.get_by_text("Saved as you type")).to_be_visible()
    page.locator("textarea").fill("")
    clear = page.get_by_role("button", name="Clear them")
    expect(clear).to_be_visible()
    held: list[Route] = []
    page.route("**/draft", lambda route: held.append(route), times=1)
    page.locator("textarea").fill(" ")
    clear.hover()
    page.mouse.down()  # leaves the box, which is saved for it
    while not held:
        page.wait_for_timeout(20)
    if late == "after the click":
        page.mouse.up()
        page.wait_for_timeout(300)
    with page.expect_response("**/draft"):
        held[0].continue_()
    if late == "under the finger":
        page.mouse.up()
    expect(page.get_by_text("Saved as you type")).to_be_visible()
    expect(clear).to_have_count(0)


def test_selected_words_go_into_the_field(told_server: Server, browser_page: Page) -> None:
    page = browser_page
    sit(told_server, page)
    page.locator("textarea").fill(MIXED)
    page.get_by_role("button", name="Hand in").click()
    page.locator(".own").evaluate("""(own) => {
        const range = document.createRange();
        range.selectNodeContents(own);
        getSelection().removeAllRanges();
        getSelection().addRange(range);
    }""")
    expect(page.locator("input[name=words]")).to_have_value(MIXED)
    page.get_by_role("button", name="These words say it").click()
    expect(page.get_by_text("Marked by you")).to_be_visible()
    page.get_by_text("Say it once more").click()
    expect(page.get_by_label("Your second try")).to_have_value(MIXED)
    page.get_by_label("Your second try").fill("Each word is drawn by chance, so the text takes another way.")
    page.get_by_role("button", name="Hand in the second try").click()
    expect(page.locator("#read").get_by_text("second try")).to_be_visible()
    expect(page.get_by_text("Say it once more")).to_have_count(0)


@pytest.mark.long
def test_without_a_script_a_question_is_answered_and_nothing_is_lost(told_server: Server, open_page: Opener) -> None:
    page = open_page(java_script_enabled=False, width=390)
    sit(told_server, page)
    page.locator("textarea").fill(MIXED)
    page.get_by_role("button", name="Save and stay").click()
    expect(page.get_by_text("Saved. You can leave")).to_be_visible()
    page.locator("textarea").fill("")
    page.get_by_role("button", name="Save and stay").click()
    expect(page.get_by_text("your saved words were kept")).to_be_visible()
    expect(page.locator("textarea")).to_have_value(MIXED)
    page.locator("textarea").fill("   ")
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_text("There is no answer to read yet.")).to_be_visible()
    page.locator("textarea").fill(MIXED)
    page.get_by_role("button", name="Hand in").click()
    page.get_by_role("button", name="I did not say it").click()
    expect(page.get_by_text("You did not say it")).to_be_visible()
    page.get_by_role("link", name="Go on to true or false").click()
    judge(page)
    expect(page.get_by_role("link", name="Go on to question 2")).to_be_visible()


def test_a_tick_stays_when_the_page_is_loaded_again_and_is_gone_once_it_was_sent(told_server: Server, browser_page: Page) -> None:
    page = browser_page
    sitting = sit(told_server, page)
    assert told_server.post(f"{sitting}/1/text", cannot="yes") == 200
    page.goto(told_server.url(f"{sitting}/1/claims"))
    page.locator(".claim .pills label").first.click()
    ticked = page.locator(".claims input:checked")
    chosen = ticked.evaluate_all("all => all.map((one) => one.name + one.value)")
    assert len(chosen) == 1
    page.reload()
    expect(ticked).to_have_count(1)
    assert ticked.evaluate_all("all => all.map((one) => one.name + one.value)") == chosen
    judge(page)
    assert page.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('picks '))") == []
