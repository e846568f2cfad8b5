"""A repair in the browser: tried, handed in and failed, mended; kept through reloads; refused in words; for every eye and hand."""

import re
import urllib.request
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from server_fixture import PATIENCE, Opener, Server

from fluencylab.curriculum.repairs import repairs

from .acts import sideways
from .conftest import Told
from .test_everyone import violations

pytestmark = pytest.mark.page
CLERK = repairs().repairs[0]
STARS = repairs().repairs[-1]
HERE = f"/debug/repairs/{CLERK.slug}"
CALLS = 2 * len(CLERK.seeds) * (len(CLERK.hidden) + len(CLERK.keep))
"""With the original beside it: nothing is proved of a model that says what it is told."""
GOOD, BAD = CLERK.reference.prompt, CLERK.plausible[0].prompt


def follows(body: dict[str, Any]) -> list[str]:
    """The order number of the last message, if a reply was shown before; else a letter."""
    shown = any(message["role"] == "assistant" for message in body["messages"])
    found = re.search(r"Q-\d{4}", body["messages"][-1]["content"])
    return [found[0]] if shown and found else ["Dear ", "<b>customer</b>"]


def write(page: Page, prompt: str) -> None:
    page.get_by_label("Change what the model is told").fill(prompt)


def hand_in(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^Hand in")).click()


@pytest.fixture
def clerk(told_server: Server, told: Told, browser_page: Page) -> Page:
    told.say = follows
    told_server.post(f"{HERE}/again")
    browser_page.goto(told_server.url(HERE))
    return browser_page


def test_a_repair_fails_then_is_mended(clerk: Page, told: Told) -> None:
    page = clerk
    tries = int(page.locator("#repair").get_attribute("data-tries") or 0)
    write(page, BAD)
    page.get_by_role("button", name=re.compile("^Try on the 3 visible cases")).click()
    expect(page.locator("#visible .is-wrong")).to_have_count(6)
    expect(page.locator("#visible").get_by_text("Dear <b>customer</b>").first).to_be_visible()
    hand_in(page)
    expect(page.locator("#result .says")).to_contain_text("got 0 of 28 hidden answers right")
    expect(page.locator("#result .rate-row")).to_have_count(2)
    expect(page.locator("#result")).to_contain_text("28 × the right order number is not in it")
    for case in CLERK.hidden[:3]:
        expect(page.get_by_text(case.text)).to_have_count(0)
    write(page, GOOD)
    told.hold(after=5)
    hand_in(page)
    expect(page.get_by_text(f"5 of {CALLS} calls")).to_be_visible()
    page.reload()
    write(page, GOOD + " ")
    told.release()
    expect(page.locator(f"#repair[data-tries='{tries + 2}'][data-passed='yes']")).to_be_attached()
    expect(page.locator("#result .says")).to_contain_text("28 of 28")
    expect(page.get_by_role("heading", name="You mended it")).to_be_visible()
    expect(page.locator("main .button-primary")).to_have_count(1)
    expect(page.locator("#next[data-next] .button-primary")).to_be_visible()
    expect(page.get_by_label("Change what the model is told")).to_have_value(GOOD + " ")
    for fix in CLERK.plausible:
        expect(page.get_by_text(f"Plausible, and not enough: {fix.title}")).to_be_visible()


def test_what_is_typed_is_kept_and_what_is_refused_comes_back(clerk: Page, told_server: Server, told: Told, open_page: Opener) -> None:
    page = clerk
    mine = "<b>اكتب رقم الطلب فقط</b>\n{message}"
    line, height = page.locator(".draft-says.js-only"), "line => line.offsetHeight"
    room = line.evaluate(height)
    write(page, mine)
    expect(page.get_by_text("Saved as you type.")).to_be_visible()
    assert line.evaluate(height) == room, "the buttons moved: a click that saves on its way would miss them"
    page.reload()
    box = page.get_by_label("Change what the model is told")
    expect(box).to_have_value(mine)
    other = open_page()
    other.goto(told_server.url(HERE))
    expect(other.get_by_label("Change what the model is told")).to_have_value(mine)
    told.calls = 0
    pasted = "\n".join(f"{case.text} -> {case.expect}" for case in CLERK.hidden[:4]) + "\n{message}"
    refused = {pasted: "among them, so it was not judged", "The number.": "{message} is missing", CLERK.prompt: "still the original"}
    for prompt, says in refused.items():
        write(page, prompt)
        hand_in(page)
        expect(page.locator(".error")).to_contain_text(says)
        expect(box).to_have_value(prompt)
    assert told.calls == 0


def test_a_prompt_of_fifty_megabytes_is_refused_with_a_sentence(told_server: Server) -> None:
    request = urllib.request.Request(told_server.url(f"{HERE}/hand-in"), b"prompt=" + b"x" * 50_000_000, {"Accept": "application/json"})
    with pytest.raises(OSError) as refused:
        urllib.request.urlopen(request, timeout=60)
    assert "413" in str(refused.value) or "Broken pipe" in str(refused.value) or "reset" in str(refused.value)


@pytest.mark.long
def test_it_works_without_a_script_by_keyboard_and_for_every_eye(told_server: Server, told: Told, open_page: Opener) -> None:
    told.say = follows
    plain = open_page(java_script_enabled=False)
    here = told_server.url(f"/debug/repairs/{STARS.slug}")
    plain.goto(here)
    write(plain, STARS.plausible[1].prompt)
    plain.get_by_role("button", name=re.compile("^Hand in")).press("Enter")
    expect(plain.locator("#result .says")).to_contain_text("0 of 28")
    plain.get_by_role("button", name="Show a hint").press("Enter")
    expect(plain.get_by_text(STARS.hints[0])).to_be_visible()
    plain.get_by_role("button", name="Show me how it is done").press("Enter")
    expect(plain.get_by_text(f"The reference repair: {STARS.reference.title}")).to_be_visible()
    for scheme, width in (("light", 390), ("dark", 1280)):
        page = open_page(width=width, color_scheme=scheme)
        page.goto(here)
        page.evaluate("document.querySelectorAll('main details').forEach((e) => (e.open = true))")
        assert not violations(page)
        assert not sideways(page)


@pytest.mark.long
def test_a_reference_repair_passes_on_the_real_model(lab_server: Server, browser_page: Page) -> None:
    repair = next(one for one in repairs().repairs if one.slug == "the-call-that-never-came")
    browser_page.goto(lab_server.url(f"/debug/repairs/{repair.slug}"))
    write(browser_page, repair.reference.prompt)
    hand_in(browser_page)
    expect(browser_page.get_by_role("button", name="Stop")).to_be_visible()
    expect(browser_page.get_by_role("heading", name="You mended it")).to_be_visible(timeout=PATIENCE * 1000)
    expect(browser_page.locator("#result .conditions")).to_contain_text("SmolLM2")
