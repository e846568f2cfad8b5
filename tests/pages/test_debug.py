"""The debugging bench in the browser: a diagnosis that is right, one that is wrong and made without a script, and an engine that ends."""

import re

import pytest
from playwright.sync_api import Page, expect
from server_fixture import Opener, Server

from fluencylab.practice import faults
from fluencylab.practice.faults import ResolvedCase

from .acts import sideways
from .test_everyone import violations

pytestmark = pytest.mark.page


def laid(slug: str) -> ResolvedCase:
    found = faults.resolve_case(slug)
    assert found is not None
    return found


def stage(page: Page, name: str) -> None:
    expect(page.locator(f"article[data-stage={name}]")).to_be_attached()


def buy(page: Page, case: ResolvedCase, slug: str) -> None:
    probe = case.bench.probe(slug)
    assert probe is not None
    page.locator(f"button[name=probe][value={slug}]").click()
    section = page.get_by_role("region", name=probe.title)
    expect(section.locator("[data-run]")).to_have_attribute("data-status", "done")


def name(page: Page, cause: str, evidence: str, sure: str) -> None:
    page.locator(f"input[name=cause][value={cause}]").check()
    page.locator(f"input[name=evidence][value={evidence}]").check()
    page.get_by_text(sure, exact=True).click()
    page.get_by_role("button", name="Name the cause").click()
    stage(page, "fix")


def test_one_diagnosis_is_solved(lab_server: Server, browser_page: Page) -> None:
    page, case = browser_page, laid("twice-as-fast")
    page.goto(lab_server.url("/debug"))
    page.get_by_text("Its speed, its bill or its score is off").click()
    expect(page.locator(".bench-rows").get_by_role("link", name=case.case.title)).to_be_visible()
    page.goto(lab_server.url(f"/debug/cases/{case.case.slug}"))
    page.get_by_role("button", name="Ask it four times").click()
    stage(page, "probe")
    expect(page.locator("#look")).to_contain_text(re.compile(r"[0-2] of 4 answers (is|are) right\."))
    expect(page.get_by_role("button", name="Name the cause")).to_have_count(0)
    buy(page, case, "tokens")
    expect(page.locator("#probes")).to_contain_text("“length”")
    page.reload()
    expect(page.locator("#probes")).to_contain_text("“length”")
    expect(page.locator("#probes .bench-meta")).to_contain_text("5 minutes")
    name(page, "cut", "tokens", "very sure")
    expect(page.locator("#answer")).to_contain_text("Your probe proves it.")
    expect(page.locator("#answer .option-best.option-picked")).to_have_count(1)
    page.locator("#answer").evaluate("answer => answer.querySelectorAll('details').forEach((fold) => (fold.open = true))")
    for decoy in case.case.decoys:
        expect(page.locator("#answer").get_by_text(case.bench.fault(decoy).ruled_out)).to_be_visible()
    assert violations(page) == []
    page.locator(f"input[name=fix][value={case.fault.best}]").check()
    page.get_by_role("button", name="Ask for this").click()
    stage(page, "done")
    page.goto(lab_server.url(f"/map/{case.case.concept}/debugging"))
    expect(page.get_by_text(case.case.title).first).to_be_visible()


@pytest.mark.long
def test_another_is_failed_without_a_script_on_a_narrow_screen(lab_server: Server, open_page: Opener) -> None:
    page, case = open_page(width=390, height=844, java_script_enabled=False), laid("half-a-price")
    page.goto(lab_server.url(f"/debug/cases/{case.case.slug}"))
    page.get_by_role("button", name="Ask it four times").click()
    stage(page, "probe")
    buy(page, case, "search")
    name(page, "stale", "search", "not sure")
    expect(page.locator("#answer")).to_contain_text("The cause was another one.")
    expect(page.locator("#answer .option-best")).to_contain_text(case.fault.cause)
    expect(page.locator("#answer .option-picked")).to_contain_text(re.compile("Not this time"))
    expect(page.get_by_text(case.case.reading)).to_be_visible()


@pytest.mark.long
def test_the_list_is_for_every_eye_and_nothing_scrolls_sideways(lab_server: Server, open_page: Opener) -> None:
    page = open_page(width=390, height=844)
    for path in ("/debug", "/debug/cases/half-a-price"):
        page.goto(lab_server.url(path))
        assert sideways(page) == ""
    page.goto(lab_server.url("/debug"))
    page.evaluate("document.querySelectorAll('main details').forEach((e) => (e.open = true))")
    assert sideways(page) == "" and violations(page) == []
