"""The newcomer: a call, what it took, the same call in a terminal, and one next step."""

import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route, expect
from server_fixture import PATIENCE, Opener, Server

from .conftest import Told, use_told

pytestmark = pytest.mark.page


@pytest.fixture(scope="module")
def empty_server(_told: tuple[Told, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A lab in which nothing is done."""
    server = Server(tmp_path_factory.mktemp("empty") / "data")
    use_told(server, _told[1])
    yield server.start()
    server.stop()


def ask(page: Page, prompt: str = "") -> None:
    if prompt:
        page.get_by_label("What should the model write?").fill(prompt)
    page.locator("form[data-ask] button[type=submit]").click()


def test_before_the_first_call_there_is_one_thing_to_do(told_server: Server, browser_page: Page) -> None:
    browser_page.goto(told_server.url("/first-call"))
    expect(browser_page.locator("main .button-primary:visible")).to_have_count(1)


def test_the_first_call_ends_in_its_figures_and_one_next_step(lab_server: Server, browser_page: Page) -> None:
    page = browser_page
    page.goto(lab_server.url("/first-call"))
    ask(page)
    for name in ("TTFT", "TPS", "TTLT"):
        expect(page.get_by_role("button", name=name)).to_be_visible()
    expect(page.locator(".answer")).not_to_be_empty()
    expect(page.get_by_text("nothing leaves this machine")).to_be_visible()
    expect(page.locator("#next .button-primary")).to_be_visible()  # before that, the one thing to do is still to run
    expect(page.locator("main .button-primary:visible")).to_have_count(1)
    href = page.locator("#next").get_attribute("data-next") or ""
    assert href == page.locator(".rail-next").get_attribute("href")
    page.locator("#next .button-primary").click()
    expect(page).to_have_url(re.compile(re.escape(href)))


def test_the_button_answers_at_once_and_before_the_lab_does(told_server: Server, told: Told, browser_page: Page) -> None:
    told.hold()
    held: list[Route] = []
    browser_page.goto(told_server.url("/first-call"))
    browser_page.route("**/runs", lambda route: held.append(route))
    ask(browser_page)
    expect(browser_page.locator("#sheet [role=status]")).to_have_text("Your words are on their way to the model.")
    told.release()
    held[0].continue_()
    expect(browser_page.locator(".after-call")).to_be_visible()


@pytest.mark.parametrize(("width", "height"), [(1280, 900), (390, 844)])
def test_a_newcomer_reads_in_one_screen_what_this_is_and_both_ways_in(
    empty_server: Server, open_page: Opener, width: int, height: int
) -> None:
    page = open_page(width=width, height=height)
    page.goto(empty_server.url("/"))
    expect(page.locator(".first-lede")).to_contain_text("For product managers.")
    for place in (".first-time", "form[data-ask] button[type=submit]", ".first-other"):
        box = page.locator(place).bounding_box()
        assert box and box["y"] + box["height"] <= height, place


def test_an_answer_is_read_while_it_is_written(told_server: Server, told: Told, browser_page: Page) -> None:
    told.say = lambda _: ["Wel", "come", " aboard"]
    told.hold()
    browser_page.goto(told_server.url("/first-call"))
    ask(browser_page)
    expect(browser_page.locator(".answer.writing")).to_have_text("Wel")
    told.release()
    expect(browser_page.locator(".answer")).to_have_text("Welcome aboard")
    expect(browser_page.get_by_role("button", name="Run it again")).to_be_focused()


def test_a_model_over_the_network_is_not_called_private(told_server: Server, browser_page: Page) -> None:
    browser_page.goto(told_server.url("/first-call"))
    expect(browser_page.get_by_text("nothing leaves this machine")).to_have_count(0)
    expect(browser_page.get_by_text("this goes over the network")).to_be_visible()


@pytest.mark.long
def test_the_snippets_work_when_pasted(lab_server: Server, browser_page: Page) -> None:
    page = browser_page
    page.goto(lab_server.url("/first-call"))
    ask(page, 'Say "it\'s $HOME" — naïve, 50 % \\n `date`')
    expect(page.get_by_role("button", name="TTFT")).to_be_visible()
    page.get_by_text("The exact request, to run yourself").click()
    shell = page.locator("#code-in-a-terminal").text_content() or ""
    python = page.locator("#code-in-python").text_content() or ""
    if sys.platform != "win32":
        done = subprocess.run(["sh", "-c", shell], capture_output=True, text=True, timeout=PATIENCE, check=True)
        assert '"delta"' in done.stdout and "[DONE]" in done.stdout
    done = subprocess.run([sys.executable, "-c", python], capture_output=True, text=True, timeout=PATIENCE, check=True)
    assert done.stdout.strip()  # the same words, or nearly: what the engine has read before rounds its sums another way


def test_a_call_can_be_kept_and_shown_again(told_server: Server, told: Told, open_page: Opener) -> None:
    told.say = lambda _: ["Kept."]
    page = open_page()
    page.goto(told_server.url("/first-call"))
    ask(page)
    expect(page.locator(".answer")).to_have_text("Kept.")
    expect(page).to_have_url(re.compile("run="))
    page.reload()
    expect(page.locator(".answer")).to_have_text("Kept.")
    other = open_page()
    other.goto(page.url)
    expect(other.locator(".answer")).to_have_text("Kept.")


def test_an_empty_prompt_is_not_sent(told_server: Server, told: Told, browser_page: Page) -> None:
    told.hold()
    browser_page.goto(told_server.url("/first-call"))
    browser_page.get_by_label("What should the model write?").fill("")
    browser_page.locator("form[data-ask] button[type=submit]").click()
    expect(browser_page.locator("textarea:invalid")).to_be_visible()
    assert told.calls == 0
