"""When something is missing, broken or gone: a sentence, one act, and the page comes back by itself."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest
from playwright.sync_api import Page, Route, expect
from server_fixture import Opener, Server

from fluencylab.models import catalogue
from fluencylab.settings import settings

from .acts import begin, predict, run, stage
from .conftest import Told, use_told

pytestmark = [pytest.mark.page, pytest.mark.long]


@pytest.fixture(scope="module")
def stopped_server(_told: tuple[Told, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A lab of this module's own, to be stopped and started."""
    server = Server(tmp_path_factory.mktemp("states") / "data")
    use_told(server, _told[1])
    yield server
    _told[0].release()
    server.stop()


@pytest.fixture
def own_server(stopped_server: Server) -> Server:
    """The same, running, whatever the test before did to it."""
    return stopped_server if stopped_server.running else stopped_server.start()


def test_a_server_that_is_stopped_and_started_again(own_server: Server, told: Told, browser_page: Page) -> None:
    page = browser_page
    begin(own_server, page)
    predict(page)
    told.hold(after=3)
    run(page)
    expect(page.get_by_text("3 of 24 calls")).to_be_visible()
    own_server.kill()
    expect(page.get_by_text("The lab does not answer. Start it again in the terminal: fluency.")).to_be_visible()
    told.release()
    own_server.start()
    expect(page.get_by_text("The lab does not answer.")).to_have_count(0)
    stage(page, "see")
    expect(page.get_by_text("12 different answers of 12")).to_be_visible()


def test_a_call_to_a_server_that_is_gone_keeps_what_was_typed(own_server: Server, browser_page: Page) -> None:
    page = browser_page
    page.goto(own_server.url("/first-call"))
    page.get_by_label("What should the model write?").fill("My own words.")
    own_server.kill()
    page.locator("form[data-ask] button[type=submit]").click()
    expect(page.get_by_text("What you typed is still here.")).to_be_visible()
    expect(page.get_by_label("What should the model write?")).to_have_value("My own words.")
    own_server.start()
    page.locator("form[data-ask] button[type=submit]").click()
    expect(page.locator(".after-call")).to_be_visible()


def test_a_view_of_a_server_that_is_gone_is_said_where_it_would_be(own_server: Server, browser_page: Page) -> None:
    page = browser_page
    page.goto(own_server.url("/labs/metrics"))
    own_server.kill()
    page.locator(".goals a[data-visit]:not([aria-current])").first.click()
    expect(page.get_by_role("alert")).to_contain_text("The lab does not answer.")
    own_server.start()
    page.reload()
    expect(page.locator(".goals [aria-current]")).to_be_visible()


def test_a_last_drawing_that_does_not_come_leaves_the_button_free(told_server: Server, told: Told, browser_page: Page) -> None:
    page = browser_page
    page.goto(told_server.url("/first-call"))
    asked: list[Route] = []

    def only_the_first(route: Route) -> None:
        asked.append(route)
        route.continue_() if len(asked) == 1 else route.abort()

    page.route("**/runs/*/sheet", only_the_first)
    button = page.locator("form[data-ask] button[type=submit]")
    told.hold()
    button.click()
    expect(button).to_have_attribute("aria-disabled", "true")
    told.release()
    expect(page.locator("#ask-actions button[aria-disabled]")).to_have_count(0)
    assert len(asked) > 1


def test_a_model_that_refuses_is_said_where_the_answer_would_be(own_server: Server, told: Told, browser_page: Page) -> None:
    def refuse(_: object) -> list[str]:
        raise OSError("the line is cut")

    told.say = refuse
    page = browser_page
    page.goto(own_server.url("/first-call"))
    page.locator("form[data-ask] button[type=submit]").click()
    expect(page.get_by_role("alert")).to_be_visible()
    begin(own_server, page)
    predict(page)
    run(page)
    expect(page.get_by_role("alert")).to_be_visible()
    told.reset()
    run(page)
    stage(page, "see")


def test_a_model_file_that_is_broken_is_said_with_what_to_do(tmp_path: Path, open_page: Opener) -> None:
    """Nothing is fetched: a file lies where the model belongs, and it is no model."""
    cache = tmp_path / "cache"
    place = cache / "models" / catalogue.DEFAULT / catalogue.weights(catalogue.find(catalogue.DEFAULT)).name
    place.parent.mkdir(parents=True)
    place.write_bytes(b"GGUF" + b"\0" * 4096)
    server = Server(tmp_path / "data", FLUENCY_CACHE=str(cache), FLUENCY_MODEL_FILE=str(place), PIP_NO_INDEX="1")
    page = open_page()
    try:
        server.start()
        page.goto(server.url("/first-call"))
        strip = page.locator("#model-strip[data-state=broken]")
        expect(strip).to_be_visible()
        expect(strip.get_by_role("button", name="Try again")).to_be_visible()
        expect(page.locator("h1")).to_be_visible()
        page.goto(server.url("/model"))
        expect(page.locator(".lede")).not_to_be_empty()
    finally:
        server.stop()


def test_an_engine_that_dies_is_started_again_while_the_page_is_open(lab_server: Server, browser_page: Page) -> None:
    page = browser_page
    page.goto(lab_server.url("/first-call"))
    expect(page.locator("#model-strip[data-state=ready]")).to_be_visible()
    for child in engines():
        os.kill(child, signal.SIGTERM if os.name == "nt" else signal.SIGKILL)
    page.locator("form[data-ask] button[type=submit]").click()
    expect(page.locator(".after-call")).to_be_visible()
    expect(page.locator("#model-strip[data-state=ready]")).to_be_visible()


def engines() -> list[int]:
    """The engine of this test session: its cache folder stands in its command line."""
    cache = str(settings().cache)
    return [p.pid for p in psutil.process_iter(["cmdline"]) if any("engine_child" in word for word in p.info["cmdline"] or [])
            and any(cache in word for word in p.info["cmdline"])]  # fmt: skip
