"""A model card in the browser: one drill from the first line to the twin, without a script, by keys, and for every eye."""

import pytest
from playwright.sync_api import Page, expect
from server_fixture import Opener, Server

from fluencylab.curriculum.model_cards import CardDrill, drills

from .acts import run, stage
from .test_everyone import eyes

pytestmark = pytest.mark.page
PAGE, VOICE = (next(one for one in drills() if one.slug == slug) for slug in ("a-vector-for-a-page", "the-fastest-of-its-class"))
NARROW = 390


def begin(server: Server, page: Page, drill: CardDrill) -> None:
    assert server.post(f"/cards/{drill.slug}/again") == 200
    page.goto(server.url(f"/cards/{drill.slug}"))


def test_a_drill_from_the_first_line_to_the_twin(told_server: Server, browser_page: Page) -> None:
    page, drill = browser_page, PAGE
    begin(told_server, page, drill)
    for line in drill.decisive:
        box = page.locator(f"input[name=line][value='{line}']")
        box.focus()
        page.keyboard.press("Space")
        expect(box).to_be_checked()
    page.get_by_text("The lines I marked decide it.").click()
    page.get_by_role("button", name="That is what it says").click()
    stage(page, "predict")
    expect(page.get_by_role("heading", name="These lines decide it")).to_be_visible()
    expect(page.get_by_role("img", name="decides", exact=True)).to_have_count(len(drill.decisive))
    for asked in drill.predict:
        page.locator(f"input[type=number][name='{asked.fact}']").fill(f"{drill.exemplar.accept[asked.fact]:g}")
    page.get_by_text("very sure", exact=True).click()
    page.get_by_role("button", name="Commit to this").click()
    stage(page, "run")
    run(page)
    stage(page, "see")
    page.locator("#see").get_by_text(drill.seen.sights[0].text, exact=True).click()
    page.get_by_role("button", name="That is what I saw").click()
    stage(page, "decide")
    texts = {one.id: one.text for one in drill.decide.options}
    page.locator("#decide").get_by_text(texts[drill.decide.best], exact=True).click()
    page.locator("#decide").get_by_text("very sure", exact=True).click()
    page.get_by_role("button", name="Decide", exact=True).click()
    stage(page, "twin")
    expect(page.locator("#twin")).to_contain_text(drill.edit.text)
    page.locator("#twin").get_by_text(texts[drill.decide.twin.best], exact=True).click()
    page.get_by_role("button", name="Decide again").click()
    stage(page, "done")
    expect(page.get_by_text("Both decisions are right")).to_be_visible()
    expect(page.locator(".card-line ins")).to_have_text(drill.edit.text)


@pytest.mark.long
def test_a_silent_card_is_said_to_be_silent_without_a_script_on_a_narrow_screen(told_server: Server, open_page: Opener) -> None:
    page = open_page(width=NARROW, height=800, java_script_enabled=False)
    begin(told_server, page, VOICE)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW
    page.locator(f"input[name=silent][value='{VOICE.ask}']").check()
    page.get_by_role("button", name="That is what it says").click()
    stage(page, "predict")
    expect(page.get_by_role("heading", name="It is silent, and you ask for the right thing")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW


@pytest.mark.long
@pytest.mark.parametrize("drill", [PAGE, VOICE], ids=lambda one: one.slug)
def test_every_eye_can_use_it(told_server: Server, browser_page: Page, drill: CardDrill) -> None:
    begin(told_server, browser_page, drill)
    assert eyes(browser_page, 320, NARROW, 640, 2560) == []
