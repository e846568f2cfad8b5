"""A proposal in the browser: from the first sentence to the next draft, with an experiment; by keys, without a script, for every eye."""

import pytest
from playwright.sync_api import Page, expect
from server_fixture import Opener, Server

from fluencylab.curriculum.proposals import Proposal, proposals

from .acts import stage
from .test_everyone import eyes

pytestmark = pytest.mark.page
FLAWED = next(one for one in proposals() if one.flaws)
SOUND = next(one for one in proposals() if one.sound)
NARROW = 390


def begin(server: Server, page: Page, of: Proposal) -> None:
    assert server.post(f"/proposals/{of.slug}/again") == 200
    page.goto(server.url(f"/proposals/{of.slug}"))


def test_a_proposal_from_the_first_sentence_to_the_next_draft(told_server: Server, browser_page: Page) -> None:
    page, of = browser_page, FLAWED
    begin(told_server, page, of)
    first, *others = of.flaws
    at = [one.id for one in of.sentences]
    page.get_by_label(f"Sentence {at.index(first) + 1}", exact=True).select_option(f"{first}:{of.flaws[first]}")
    page.get_by_text("What can be tried on the model here.").click()
    page.get_by_role("button", name="Run it").first.click()
    expect(page.get_by_text(of.experiments[0].means)).to_be_visible()
    expect(page.get_by_label(f"Sentence {at.index(first) + 1}", exact=True)).to_have_value(f"{first}:{of.flaws[first]}")
    for id in others:
        page.get_by_label(f"Sentence {at.index(id) + 1}", exact=True).select_option(f"{id}:{of.flaws[id]}")
    page.get_by_text("I object to the sentences I marked.").click()
    page.get_by_role("button", name="That is what I say").click()
    stage(page, "decide")
    expect(page.get_by_role("heading", name="You read it as it should be read")).to_be_visible()
    texts = {one.id: one.text for one in of.decide.options}
    page.locator("#decide").get_by_text(texts[of.decide.best], exact=True).click()
    page.locator("#decide").get_by_text("very sure", exact=True).click()
    page.get_by_role("button", name="Decide", exact=True).click()
    stage(page, "twin")
    page.locator("#twin").get_by_text(texts[of.decide.twin.best], exact=True).click()
    page.get_by_role("button", name="Decide again").click()
    stage(page, "done")
    expect(page.get_by_text("Both decisions are right")).to_be_visible()


@pytest.mark.long
def test_a_sound_one_is_approved_by_keys_without_a_script_on_a_narrow_screen(told_server: Server, open_page: Opener) -> None:
    page = open_page(width=NARROW, height=800, java_script_enabled=False)
    begin(told_server, page, SOUND)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW
    page.get_by_label("I have no objection.").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    stage(page, "decide")
    expect(page.get_by_role("heading", name="You read it as it should be read")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW


@pytest.mark.long
@pytest.mark.parametrize("of", [FLAWED, SOUND], ids=lambda one: one.slug)
def test_every_eye_can_use_it(told_server: Server, browser_page: Page, of: Proposal) -> None:
    begin(told_server, browser_page, of)
    assert eyes(browser_page, 320, NARROW, 640, 2560) == []
