"""A journey through one exercise of each kind on the real model, by somebody who presses only what the page offers, to its end."""

import time
from typing import Any

import pytest
from offered import OPEN, fill, reference
from playwright.sync_api import Page, expect
from server_fixture import Server

from fluencylab.practice.kinds import KINDS, Kind
from fluencylab.practice.kinds.base import DONE

pytestmark = [pytest.mark.page, pytest.mark.long, pytest.mark.slow]
STEPS = 25
"""No exercise takes so many presses."""
SECOND = ("course",)
"""Of these kinds the second exercise is done: the first is work of an hour on pages of its own."""
WAIT = 500
"""Milliseconds between two looks."""
RUNS = 180
"""Seconds in which a stage comes to its end, also on a busy machine."""


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
