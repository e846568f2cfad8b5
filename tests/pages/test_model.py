"""The page of models in a browser: one is added, tested, used, asked, tested again and removed; what goes wrong is said where it does."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from odd_endpoint import Habits, odd
from playwright.sync_api import Page, expect
from server_fixture import PATIENCE, Opener, Server

from .conftest import Told, use_told
from .test_everyone import eyes

pytestmark = pytest.mark.page
PLAIN = Habits(models=("small:1b", "large:9b"), temperature="default", tools="auto", schema="typed")
KEY = "sk-live-0123456789abcdefghij"


@pytest.fixture(scope="module")
def server(_told: tuple[Told, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(Path(tmp_path_factory.mktemp("models")) / "data")
    use_told(server, _told[1])
    server.start()
    yield server
    server.stop()


def look(page: Page, server: Server, address: str) -> None:
    page.goto(server.url("/model/add"))
    page.get_by_label("Its address").fill(address)
    page.get_by_role("button", name="Look what is there").click()


def name(page: Page, called: str) -> None:
    page.get_by_text("What it is called here").click()
    page.get_by_label("What it is to be called here").fill(called)


@pytest.mark.long
def test_from_the_form_to_a_call_and_out_of_the_list_again(server: Server, told: Told, browser_page: Page) -> None:
    page, found = browser_page, list[str]()
    with odd(replace(PLAIN, holds=4)) as there:
        page.goto(server.url("/"))
        page.get_by_role("link", name="What it can do").click()
        expect(page.locator(".model-used h2")).to_contain_text("Told 1B")
        found += eyes(page, 320, 390)
        page.get_by_role("link", name="Add a model").click()
        page.get_by_label("Its address").fill(there.address)
        page.get_by_role("button", name="Look what is there").click()
        expect(page.get_by_text("It has 2 models.")).to_be_visible()
        found += eyes(page, 320, 390)
        page.get_by_label("small:1b").check()
        name(page, "Journey")
        page.get_by_role("button", name="Test it, and add it").click()
        expect(page.get_by_text("It is asked")).not_to_have_count(0)
        expect(page.get_by_role("button", name="Stop")).to_be_visible()
        found += eyes(page, 320)
        there.woken.set()
        expect(page.get_by_text("Its temperature cannot be set")).to_be_visible()
        page.get_by_role("button", name="Use this one").click()
        expect(page.get_by_text("Journey answers from now on.")).to_be_visible()
        page.locator(".model-used").get_by_text("What that touches").click()
        expect(page.locator(".model-used").get_by_role("link", name="Tokens and temperature")).to_be_visible()
        found += eyes(page, 320, 390)
        before = len(there.asked)
        page.goto(server.url("/first-call"))
        page.get_by_role("button", name="Make a call now").click()
        expect(page.get_by_text("whole call")).to_be_visible()
        assert len(there.asked) == before + 1, "it is asked from now on"
        page.goto(server.url("/model"))
        page.locator(".model-used").get_by_role("button", name="Test it again").click()
        expect(page.get_by_text("What was found is kept with it.")).to_be_visible()
        page.get_by_role("link", name="See what that touches").click()
        page.locator(".model-used").get_by_role("link", name="Change").click()
        found += eyes(page, 320)
        page.get_by_label("$ for a million tokens read").fill("2")
        page.get_by_role("button", name="Keep what I changed").click()
        expect(page.locator(".model-used")).to_contain_text("A million tokens cost $2 read")
        page.locator(".model-used").get_by_role("link", name="Remove").click()
        found += eyes(page, 320)
        page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_text("Journey is removed.")).to_be_visible()
    expect(page.get_by_role("heading", name="Journey")).to_have_count(0)
    page.get_by_role("heading", name="Told 1B").wait_for()
    page.locator("section", has_text="Told 1B").get_by_role("button", name="Use this one").first.click()
    assert not found, "\n".join(found)


def test_what_goes_wrong_is_said_at_its_field_with_the_keyboard_in_it(server: Server, browser_page: Page) -> None:
    page = browser_page
    look(page, server, "http://127.0.0.1:9/v1")
    expect(page.locator("#field-address:focus, #field-address-error:focus")).to_have_count(1)
    expect(page.locator("#field-address-error")).to_contain_text("does not answer at http://127.0.0.1:9/v1")
    page.goto(server.url("/model/add?at=openai"))
    page.get_by_text("I type it, for as long as").click()
    page.get_by_label("The key", exact=True).fill(KEY)
    page.get_by_role("button", name="Look what is there").click()
    expect(page.locator("#field-consent:focus, #field-consent-error:focus")).to_have_count(1)
    expect(page.get_by_text("api.openai.com is not this machine")).to_be_visible()
    assert KEY not in page.content() and page.get_by_label("The key", exact=True).input_value() == ""
    assert not eyes(page, 320, 390)


@pytest.mark.long
def test_a_test_that_fails_leads_back_to_the_form_as_it_was(server: Server, browser_page: Page) -> None:
    page = browser_page
    with odd(replace(PLAIN, key=("Authorization", f"Bearer {KEY}"))) as there:
        page.goto(server.url("/model/add"))
        page.get_by_label("Its address").fill(there.address)
        page.get_by_label("Its name there").fill("small:1b")
        page.get_by_role("button", name="Test it, and add it").click()
        expect(page.get_by_text("did not come to its end. Nothing was added.")).to_be_visible()
        assert not eyes(page, 320)
        page.get_by_role("link", name="Back to the form").click()
        expect(page.get_by_label("Its address")).to_have_value(there.address)
        expect(page.locator("#field-key_from-error")).to_contain_text("refused the key")
        page.get_by_text("I type it, for as long as").click()
        page.get_by_label("The key", exact=True).fill(KEY)
        page.get_by_role("button", name="Test it, and add it").click()
        expect(page.get_by_role("button", name="Use this one")).to_be_visible()
        assert KEY not in page.content()
    assert server.post("/model/small-1b/remove") == 200


def test_stop_by_the_keyboard_keeps_nothing_and_the_keyboard_its_place(server: Server, browser_page: Page) -> None:
    page = browser_page
    with odd(replace(PLAIN, holds=3)) as there:
        look(page, server, there.address)
        page.get_by_label("large:9b").check()
        page.get_by_role("button", name="Test it, and add it").press("Enter")
        stop = page.get_by_role("button", name="Stop")
        stop.focus()
        expect(page.get_by_text("It is asked")).not_to_have_count(0)
        expect(stop).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_text("You stopped the test of large:9b. Nothing was added.")).to_be_visible()
        there.woken.set()
    page.goto(server.url("/model"))
    expect(page.get_by_role("heading", name="large:9b")).to_have_count(0)


@pytest.mark.long
def test_all_of_it_works_without_a_script(server: Server, open_page: Opener) -> None:
    page = open_page(java_script_enabled=False)
    with odd(PLAIN) as there:
        look(page, server, there.address)
        page.get_by_label("large:9b").check()
        page.get_by_role("button", name="Test it, and add it").click()
        expect(page.get_by_role("button", name="Use this one")).to_be_visible()
        page.get_by_role("link", name="See what that touches").click()
        page.locator("section", has_text="large:9b").get_by_role("link", name="Remove").click()
        page.get_by_role("button", name="Remove it").click()
        expect(page.get_by_text("large:9b is removed.")).to_be_visible()


@pytest.mark.long
def test_an_endpoint_that_went_away_is_said_and_the_list_stands(server: Server, browser_page: Page) -> None:
    page = browser_page
    with odd(PLAIN) as there:
        look(page, server, there.address)
        page.get_by_label("small:1b").check()
        page.get_by_role("button", name="Test it, and add it").click()
        page.get_by_role("button", name="Use this one").wait_for()
    page.goto(server.url("/model"))
    page.locator("section", has_text="small:1b").get_by_role("button", name="Test it again").click()
    expect(page.get_by_text("What was known of it stays.")).to_be_visible()
    assert not eyes(page, 320)
    assert server.post("/model/small-1b/remove") == 200


@pytest.mark.long
def test_the_model_of_the_lab_is_tested_on_its_engine_and_found_as_it_is_known(lab_server: Server, browser_page: Page) -> None:
    page = browser_page
    page.goto(lab_server.url("/model"))
    known = page.locator(".model-used .finding").all_inner_texts()
    page.locator(".model-used").get_by_role("button", name="Test it again").click()
    expect(page.get_by_text("It does what is known of this file.")).to_be_visible(timeout=PATIENCE * 1000)
    assert page.locator(".finding").all_inner_texts() == known
