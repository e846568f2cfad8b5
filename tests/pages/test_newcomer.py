"""The newcomer: a call, what it took, the same call in a terminal, and one next step."""

import re
import subprocess
import sys

import pytest
from playwright.sync_api import Page, expect
from server_fixture import PATIENCE, Opener, Server

from .conftest import Told

pytestmark = pytest.mark.page


def ask(page: Page, prompt: str = "") -> None:
    if prompt:
        page.get_by_label("What should the model write?").fill(prompt)
    page.get_by_role("button", name="Run").first.click()


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
    expect(page.locator("main .button-primary:visible")).to_have_count(1)
    page.get_by_role("link", name="Begin the mission").click()
    expect(page).to_have_url(re.compile("/missions/"))


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
    browser_page.get_by_role("button", name="Run").first.click()
    expect(browser_page.locator("textarea:invalid")).to_be_visible()
    assert told.calls == 0
