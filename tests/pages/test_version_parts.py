"""A version that looks things up, in the browser: its document, its run, and what was found beside an output."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from server_fixture import Opener, Server

from .conftest import Told
from .test_everyone import eyes
from .test_product import NARROW, a_product, expecting, press

pytestmark = pytest.mark.page
POLICY = "# Returns\n\nParcels can be sent back within thirty days. Members have sixty days for that."
CASES = "question\nWithin how many days can a parcel be sent back?\nMay members send parcels back later?"


def from_the_text(body: dict[str, Any]) -> list[str]:
    """It answers where it was given the policy, and knows nothing else."""
    return ["Within ", "thirty days."] if "thirty days" in body["messages"][0]["content"] else ["No idea."]


def documented(server: Server, page: Page, told: Told) -> str:
    """A product with two cases, on the page of its documents."""
    told.say = from_the_text
    made = a_product(server, page, CASES, "You answer for a parcel service.")
    page.goto(f"{made}/documents")
    page.locator("[name=files]").set_input_files({"name": "policy.md", "mimeType": "text/markdown", "buffer": POLICY.encode()})
    press(page, "Keep them")
    expect(page.locator(".document-list")).to_contain_text("policy.md")
    return made


def searching(page: Page, made: str) -> None:
    """Make the second version, which looks things up in it."""
    page.goto(f"{made}/versions")
    page.locator("[name=system]").fill("Answer from this:\n{{passages}}")
    page.locator("summary", has_text="Documents: it looks nothing up").click()
    page.get_by_label("policy.md").check()
    page.locator("[name=reason]").fill("looks it up")
    press(page, "Keep as version 2")
    expect(page.locator("h1")).to_have_text("What do you expect?")


@pytest.mark.long
@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_from_a_document_to_an_output_with_what_was_found(told_server: Server, told: Told, open_page: Opener, script: bool) -> None:
    page = open_page(java_script_enabled=script)
    made = documented(told_server, page, told)
    searching(page, made)
    expecting(page, "90")
    page.get_by_role("link", name="Read what came out").click(timeout=60_000)
    given = page.locator(".read-given")
    expect(given).to_contain_text("What it found")
    expect(given).to_contain_text("Parcels can be sent back within thirty days.")
    expect(page.locator(".read-output .read-text")).to_have_text("Within thirty days.")
    page.goto(f"{made}/versions#version-2")
    expect(page.locator("#version-2")).to_contain_text("looks things up")
    page.goto(f"{made}/documents")
    expect(page.locator(".document-list")).to_contain_text("Searched by version 2.")
    expect(page.get_by_role("button", name="Take away")).to_have_count(0)


def test_what_was_typed_of_a_part_is_there_after_a_refusal(told_server: Server, told: Told, browser_page: Page) -> None:
    page = browser_page
    made = documented(told_server, page, told)
    page.goto(f"{made}/versions")
    page.locator("summary", has_text="Documents: it looks nothing up").click()
    page.get_by_label("policy.md").check()
    page.locator("[name=reason]").fill("looks it up")
    press(page, "Keep as version 2")
    expect(page.locator("[role=alert], .error").first).to_contain_text("no message says where what it finds stands")
    expect(page.locator("[name=reason]")).to_have_value("looks it up")
    page.locator("summary", has_text="Documents:").click()
    expect(page.get_by_label("policy.md")).to_be_checked()


@pytest.mark.long
def test_the_parts_of_a_version_are_for_every_eye(told_server: Server, told: Told, browser_page: Page) -> None:
    page = browser_page
    made = documented(told_server, page, told)
    searching(page, made)
    found = []
    for path in ("/documents", "/documents/1", "/versions", "/evaluate?version=2"):
        page.goto(made + path)
        page.evaluate("document.querySelectorAll('main details').forEach((e) => (e.open = true))")
        found += eyes(page, NARROW, 821)
    assert found == []
