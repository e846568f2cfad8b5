"""The grounding lab and one of its missions, as a learner meets them."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from server_fixture import Opener, Server

from fluencylab.curriculum.loader import track

from .acts import begin, decide, decide_again, option, predict, run, see, stage
from .conftest import Told
from .test_everyone import eyes

pytestmark = pytest.mark.page
CONCEPT = track().concept("hallucination")
assert CONCEPT
FOUNDER = next(mission for mission in CONCEPT.missions if mission.slug == "the-founder-of-nothing")
HOSTILE = "<img src=x onerror=\"document.title='owned'\">"
OWN = """text,answer,holds,lacks,known
Who runs Ambleby?,Nora Quist,Ambleby is run by Nora Quist.,Ambleby sells bread.,no
Who runs Tarnfold?,Ole Brandt,Tarnfold is run by Ole Brandt.,Tarnfold sells glue.,no
What is the capital of Spain?,Madrid,The capital of Spain is Madrid.,Spain grows olives.,yes
What is the capital of Chad?,Ndjamena,The capital of Chad is Ndjamena.,Chad has no coast.,yes
"""


def invents(body: dict[str, Any]) -> list[str]:
    """Knows Madrid, and what a passage says; everything else was founded by Lord Byron."""
    asked = body["messages"][-1]["content"]
    known = [name for name in ("Nora Quist", "Ole Brandt", "Madrid", "Ndjamena") if name in asked]
    return ["It is ", known[0] if known else "Madrid" if "Spain" in asked else f"Lord Byron {HOSTILE}"]


def wavers(body: dict[str, Any]) -> list[str]:
    """Comes back to Madrid, and names somebody else when anything else is asked again."""
    if "Spain" in body["messages"][-1]["content"]:
        return ["Madrid"]
    return ["Lord Byron"] if body["temperature"] == 0 else [("Okri", "Tanaka", "Silva")[body["seed"] % 3]]


@pytest.mark.long
def test_own_questions_behind_four_interfaces_with_and_without_script(
    told_server: Server, told: Told, browser_page: Page, open_page: Opener
) -> None:
    page = browser_page
    told.say = invents
    page.goto(told_server.url("/labs/grounding"))
    page.locator("summary", has_text="Your own questions").click()
    page.locator("#field-data").fill(OWN)
    page.locator("#field-questions").fill("4")
    page.locator("#lab-run").click()
    expect(page.locator("#result .says").first).to_contain_text("2 of 2 when asked alone, 2 of 2 when told to say so, 0 of 2 with")
    expect(page.locator(".thing").first).to_contain_text(HOSTILE)
    expect(page.locator(".thing img")).to_have_count(0)

    bare, sources = (page.locator(f"[data-face={face}]") for face in ("bare", "sources"))
    expect(bare.locator("[data-v]")).to_have_text("600")
    expect(sources.locator("[data-v]")).to_have_text("200")
    expect(page.locator("[data-face=check] [data-open]")).to_have_text("200")
    page.locator("#guess-unanswerable").fill("50")
    expect(bare.locator("[data-v]")).to_have_text("750")
    worked_out = bare.inner_text()
    page.reload()
    expect(bare.locator("[data-v]")).to_have_text("750")
    assert bare.inner_text() == worked_out

    plain = open_page(java_script_enabled=False)
    plain.goto(page.url)
    plain.locator("#guess-unanswerable").fill("0")
    plain.get_by_role("button", name="Work it out").click()
    expect(plain.locator("[data-face=bare] [data-v]")).to_have_text("500")


@pytest.mark.long
def test_a_line_of_sureness_holds_answers_back_by_keyboard(told_server: Server, told: Told, browser_page: Page) -> None:
    """The endpoint tells no odds, so agreement is the sign: what is right comes back, what is made up differs each time."""
    page = browser_page
    told.say = wavers
    page.goto(told_server.url("/labs/grounding?parts=know&questions=4&again=2"))
    page.locator("summary", has_text="Your own questions").click()
    page.locator("#field-data").fill(OWN)
    page.locator("#lab-run").click()
    expect(page.locator("#desk")).to_contain_text("It answers 1 of 4, and 1 of those is right.")
    expect(page.locator("#result")).to_contain_text("This model does not tell its odds")
    slider = page.locator("[data-slider=guess-line]")
    slider.focus()
    slider.press("Home")
    expect(page.locator("#desk")).to_contain_text("It answers 4 of 4, and 1 of those is right.")
    expect(page.locator(".chart-canvas svg").first).to_be_attached()
    page.evaluate("document.querySelectorAll('main details').forEach((e) => (e.open = true))")
    assert not eyes(page, 390)


def test_a_mission_from_its_situation_to_its_end(told_server: Server, told: Told, browser_page: Page) -> None:
    page = browser_page
    told.say = invents
    begin(told_server, page, FOUNDER)
    predict(page, FOUNDER, FOUNDER.exemplar.accept)
    run(page)
    stage(page, "see")
    expect(page.locator(".verdict", has_text=re.compile("^made up$")).first).to_be_visible()
    see(page, FOUNDER.seen.sights[0].text)
    decide(page, option(FOUNDER, best=True))
    decide_again(page, option(FOUNDER, best=True, twin=True))


@pytest.mark.long
def test_reasons_are_tested_on_the_real_model(lab_server: Server, browser_page: Page) -> None:
    page = browser_page
    page.goto(lab_server.url("/labs/grounding?parts=why&notes=1"))
    page.locator("#lab-run").click()
    expect(page.locator(".reason")).to_have_count(1)
    expect(page.locator(".reason .tag")).to_have_text(re.compile("reason supported|reason not supported|cannot tell"))
    assert not eyes(page, 390)
