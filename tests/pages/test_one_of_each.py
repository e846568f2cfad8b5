"""A journey through one exercise of each kind on the real model, by somebody who presses only what the page offers, to its end."""

import time
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from server_fixture import Server

from fluencylab.curriculum.repairs import repairs
from fluencylab.practice.kinds import KINDS, Kind
from fluencylab.practice.kinds.base import DONE

pytestmark = [pytest.mark.page, pytest.mark.long, pytest.mark.slow]
STEPS = 25
"""No exercise takes so many presses."""
MARKS = 2
"""Of several, so many are marked: a case wants two reasons."""
LAST = ("objects",)
"""Of these questions the last option is taken: that there is no objection asks for no mark."""
SECOND = ("course",)
"""Of these kinds the second exercise is done: the first is work of an hour on pages of its own."""
WAIT = 500
"""Milliseconds between two looks."""
RUNS = 180
"""Seconds in which a stage comes to its end, also on a busy machine."""
OPEN = "main form:visible:has(.button-primary:visible)"


def fill(page: Page) -> None:
    """Every question of the step that is open gets an answer: the first option, the lowest number, two marks of several."""
    form = page.locator(OPEN).first
    for name in form.evaluate("f => [...new Set([...f.querySelectorAll('input[type=radio]')].map((e) => e.name))]"):
        group = form.locator(f"input[type=radio][name='{name}']")
        if not group.locator("visible=true").count() or group.evaluate_all("all => all.some((e) => e.checked)"):
            continue
        shown = group.locator("visible=true")
        (shown.last if name in LAST else shown.first).check(force=True)
    for number in form.locator("input[type=number]:visible").all():
        if not number.input_value():
            number.fill(number.get_attribute("min") or "0")
    for choice in form.locator("select[required]:visible").all():
        if not choice.input_value():
            choice.select_option(index=1)
    for name in form.evaluate("f => [...new Set([...f.querySelectorAll('input[type=checkbox]')].map((e) => e.name))]"):
        boxes = form.locator(f"input[type=checkbox][name='{name}']").locator("visible=true")
        if boxes.count() and not boxes.evaluate_all("all => all.some((e) => e.checked)"):
            for box in boxes.all()[:MARKS]:
                box.check(force=True)


def reference(page: Page, slug: str) -> None:
    """Of a repair: the prompt that mends it, written where the original stands."""
    found = repairs().get(slug)
    if found and page.locator("textarea:visible").count():
        page.locator("textarea:visible").first.fill(found.reference.prompt.strip())


def through(page: Page, kind: Kind[Any], slug: str) -> list[str]:
    """The stages that were seen on the way."""
    seen: list[str] = []
    presses, patience = 0, time.monotonic() + RUNS
    while presses < STEPS and time.monotonic() < patience:
        stage = page.locator("article[data-stage]").first.get_attribute("data-stage") or ""
        if stage not in seen[-1:]:
            seen.append(stage)
            patience = time.monotonic() + RUNS
        if stage == DONE:
            return seen
        if (
            kind.name == "diagnosis"
            and page.locator("form.offer button:visible").count()
            and not page.locator("input[name=evidence]").count()
        ):
            page.locator("form.offer button:visible").first.click()
        elif page.locator(OPEN).count():
            if kind.name == "repair":
                reference(page, slug)
            fill(page)
            page.locator(f"{OPEN} .button-primary:visible").first.click()
            presses += 1
        page.wait_for_timeout(WAIT)
    raise AssertionError(f"{kind.name}: no end after {presses} presses: {seen}, {page.url}")


PLACED = [kind for kind in KINDS.values() if kind.place and kind.stages]


@pytest.mark.parametrize("kind", PLACED, ids=[kind.name for kind in PLACED])
def test_one_of_each_kind_comes_to_its_end(lab_server: Server, browser_page: Page, kind: Kind[Any]) -> None:
    page = browser_page
    page.goto(lab_server.url("/practice"))
    page.locator(f"main a[href='{kind.base if kind.all_at_base else '/debug'}']").first.click()
    link = page.locator(f"main a[href^='{kind.base}/']").nth(1 if kind.name in SECOND else 0)
    slug = (link.get_attribute("href") or "").removeprefix(f"{kind.base}/").split("/")[0]
    link.click()
    seen = through(page, kind, slug)
    assert seen[-1] == DONE and len(seen) >= 3, seen
    expect(page.locator("main")).to_contain_text("What changed")
