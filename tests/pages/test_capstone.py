"""The capstone in the browser, on the real model: from the first page to the score; and what is there after the tab was closed."""

import re

import pytest
from playwright.sync_api import Page, expect
from server_fixture import PATIENCE, Opener, Server

from fluencylab.curriculum.capstone import CapstoneProduct, capstones
from fluencylab.curriculum.proposals import why_nots

from .test_everyone import eyes

pytestmark = [pytest.mark.page, pytest.mark.long]
NARROW = 390
WELL = re.compile(r": (8\d|9\d|100) of 100\.")
"""What an expert reaches in every part."""


def begin(server: Server, page: Page) -> CapstoneProduct:
    """A sitting, just begun; any that was under way is ended."""
    server.post("/capstone/sitting/end")
    page.goto(server.url("/capstone"))
    page.get_by_role("button", name="Begin the 60 minutes").click()
    expect(page.locator("#capstone")).to_have_attribute("data-stage", "configure")
    title = page.get_by_role("heading", level=1).inner_text()
    return next(one for one in capstones() if one.title == title)


def at(page: Page, part: str) -> None:
    expect(page.locator("#capstone")).to_have_attribute("data-stage", part)


def settled(page: Page, runs: int) -> None:
    """So many runs came to their end."""
    expect(page.locator("[data-run][data-status=done]")).to_have_count(runs, timeout=1000 * PATIENCE)


def test_a_whole_capstone_from_the_first_page_to_the_score(lab_server: Server, browser_page: Page) -> None:
    page = browser_page
    of = begin(lab_server, page)
    for knob, level in of.reference.items():
        page.locator(f"input[name={knob}][value={level}]").check(force=True)
    page.get_by_role("button", name="Run it on").click()
    settled(page, 1)
    expect(page.locator("#tried")).to_contain_text("of 12")
    page.get_by_role("button", name="Hand this configuration in").click()

    at(page, "spec")
    expect(page.locator("#configure")).to_contain_text(WELL)
    for test in of.spec.reference:
        page.locator(f"input[value={test}]").check()
    page.get_by_role("button", name="Hand the tests in").click()

    at(page, "faults")
    page.get_by_role("button", name="See four of its answers").click()
    settled(page, 2)
    bought = [probe for slug in of.fault.path if (probe := of.probe(slug))]
    for probe in bought:
        page.locator(f"button[value={probe.slug}]").click()
        expect(page.locator("#probes summary").get_by_text(f"{probe.title}.")).to_be_visible()
        settled(page, 2 + sum(not one.reads for one in bought[: bought.index(probe) + 1]))
    for cause in of.planted:
        proof = next(slug for slug in of.fault.path if slug in cause.proof)
        page.get_by_label(cause.text, exact=True).select_option(f"{cause.id}:{proof}")
    page.get_by_role("button", name="Name these two").click()

    at(page, "proposal")
    expect(page.locator("#faults")).to_contain_text(WELL)
    numbers = {one.id: number for number, one in enumerate(of.proposal.sentences, start=1)}
    for sentence, why in of.proposal.flaws.items():
        page.get_by_label(f"Sentence {numbers[sentence]}", exact=True).select_option(label=why_nots()[why])
    page.get_by_text("I object to the sentences I marked." if of.proposal.flaws else "I have no objection.").click()
    page.locator(f"input[name=option][value={of.proposal.best}]").check(force=True)
    page.get_by_role("button", name="That is what I say").click()

    at(page, "memo")
    figures = page.locator(".capstone-figures li").all_inner_texts()
    words = (
        f"My configuration reached {figures[0]} on the hidden cases, and {figures[2]} is the lower end of that. "
        + "So we decide by the lower end. " * 8
    )
    page.get_by_label("The memo, in 40 to 200 words").fill(words)
    page.locator("#memo input[name=ruling]").first.focus()
    expect(page.get_by_text("Saved as you type.")).to_be_visible()
    page.reload()
    expect(page.get_by_label("The memo, in 40 to 200 words")).to_have_value(words.strip() if words.endswith("\n") else words)
    page.locator("#memo input[name=ruling]").first.check(force=True)
    for statement in of.memo.statements:
        page.locator(f"input[name=says-{statement.id}][value={statement.holds}]").check(force=True)
    page.get_by_role("button", name="Hand the memo in").click()

    at(page, "done")
    score = int(page.locator(".capstone-score b").inner_text().split()[0])
    assert score >= 80
    page.goto(lab_server.url("/capstone"))
    expect(page.get_by_role("table")).to_contain_text(of.title)


def test_a_sitting_is_there_after_the_tab_was_closed_and_can_be_used_without_a_script_by_every_eye(
    lab_server: Server, open_page: Opener
) -> None:
    first = open_page()
    of = begin(lab_server, first)
    first.get_by_role("button", name="Go on without this part").click()
    at(first, "spec")
    first.close()
    page = open_page(width=NARROW, height=800, java_script_enabled=False)
    page.goto(lab_server.url("/capstone"))
    page.get_by_role("link", name="Go on with your sitting").click()
    at(page, "spec")
    page.locator("input[name=test]").first.check()
    page.get_by_role("button", name="Hand the tests in").click()
    at(page, "faults")
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW
    expect(page.get_by_text(of.fault.complaint)).to_be_visible()
    again = open_page()
    again.goto(lab_server.url("/capstone/sitting"))
    assert eyes(again, 320, NARROW, 640, 2560) == []
