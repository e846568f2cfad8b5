"""Drafts of a model in the browser: written live, changed, read anew, taken and thrown away; and those of the embedded model."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from server_fixture import PATIENCE, Server

from .conftest import Told
from .test_everyone import eyes
from .test_product import NARROW, a_product, press

pytestmark = pytest.mark.page
TOWNS = ("Oslo", "Bern", "Rome")
TEXT = "\n\n".join(
    f"A parcel to {town} takes {number + 11} working days. "
    + f"The counter in {town} keeps every parcel on a shelf that is dry and warm. " * 4
    for number, town in enumerate(TOWNS)
)


def writes(body: dict[str, Any]) -> list[str]:
    """Of Rome it invents the days."""
    found = re.search(r"A parcel to (\w+) takes (\d+)", body["messages"][-1]["content"])
    assert found
    days = 99 if found[1] == "Rome" else found[2]
    return [json.dumps({"question": f"How long does a parcel to {found[1]} take?", "answer": f"{days} working days"})]


def with_document(server: Server, page: Page, text: str = TEXT) -> str:
    place = a_product(server, page)
    assert page.request.post(f"{place}/documents", multipart={"name": "parcels.md", "text": text}).ok
    return place


@pytest.mark.long
def test_a_person_decides_on_each_and_nothing_typed_is_lost(told_server: Server, told: Told, browser_page: Page) -> None:
    told.say, page = writes, browser_page
    place = with_document(told_server, page)
    page.goto(f"{place}/documents")
    page.get_by_role("link", name="let the model draft some").click()
    expect(page.get_by_text("3 passages of up to 80 words.")).to_be_visible()
    expect(page.get_by_text("The passages are sent to Told 1B at 127.0.0.1, over the network.")).to_be_visible()
    assert eyes(page, NARROW) == []
    press(page, "Draft 3 questions: 3 calls, about")
    expect(page.locator(".says")).to_have_text("2 of 3 drafts are held by the passage that it was written from.", timeout=5_000 * PATIENCE)
    expect(page.locator(".draft-fault")).to_have_text("Its answer is not in the passage: “99” stands nowhere in it.")
    expect(page.locator(".draft-list input[type=checkbox]:checked")).to_have_count(2)
    page.wait_for_load_state()
    rome = page.locator(".draft-list li", has=page.locator(".draft-fault"))
    rome.locator("textarea").first.fill("And how long to <b>Rome</b>?")
    with page.expect_response(lambda answer: "/words/" in answer.url and "=13+working" in (answer.request.post_data or "")):
        rome.locator("textarea").last.fill("13 working days")
    expect(rome.locator(".draft-says")).to_have_text("Saved as you type.")
    page.reload()
    expect(rome.locator("textarea").first).to_have_value("And how long to <b>Rome</b>?")
    expect(rome.locator("textarea").last).to_have_value("13 working days")
    assert eyes(page, NARROW) == []
    rome.locator("input[type=checkbox]").check()
    oslo = page.locator(".draft-list li", has=page.locator("textarea", has_text="Oslo"))
    oslo.get_by_role("button", name=re.compile("^Throw it away")).click()
    expect(page.get_by_text("1 draft is thrown away.")).to_be_visible()
    page.locator(".draft-list li", has=page.locator(".draft-fault")).locator("input[type=checkbox]").check()
    press(page, "Take those ticked as cases")
    expect(page.get_by_text("2 cases are kept.")).to_be_visible()
    page.get_by_text("Taken as cases: 2").click()
    expect(page.locator(".decided").first).to_contain_text("And how long to <b>Rome</b>? case")
    page.get_by_text("Thrown away: 1").click()
    press(page, "Take it up again")
    expect(page.locator(".draft-list li")).to_have_count(1)
    assert eyes(page, NARROW) == []


@pytest.mark.long
def test_the_embedded_model_drafts_and_what_it_invents_is_said(lab_server: Server, browser_page: Page) -> None:
    page = browser_page
    place = with_document(lab_server, page)
    page.goto(f"{place}/drafts")
    expect(page.get_by_text(re.compile("runs on this machine. Nothing leaves it."))).to_be_visible()
    press(page, "Draft 3 questions")
    expect(page.locator(".says")).to_have_text(re.compile("of 3 drafts"), timeout=5_000 * PATIENCE)
    rows = page.locator(".draft-list li")
    expect(rows).to_have_count(3)
    faults = page.locator(".draft-fault").count()
    expect(page.locator(".draft-list input[type=checkbox]:checked")).to_have_count(3 - faults)
    for row in rows.all():
        question, answer = (row.locator("textarea").nth(at).input_value() for at in (0, 1))
        assert row.locator(".draft-fault").count() or (question.endswith("?") and answer), "held, and neither a question nor an answer"
    page.goto(f"{place}/sent")
    expect(page.locator(".sent")).to_contain_text("3 passages of its documents")
