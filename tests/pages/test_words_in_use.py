"""Words in use in a browser: a cell without any evidence asks for them, and a screen fits on a phone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from server_fixture import Server

from fluencylab.curriculum.loader import track
from fluencylab.practice.variants import usable

from .conftest import Told, use_told
from .test_everyone import eyes

pytestmark = [pytest.mark.page, pytest.mark.long]
SLUG = "cost-and-quality"


@pytest.fixture(scope="module")
def fresh(_told: tuple[Told, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A lab whose learner has shown nothing."""
    server = Server(tmp_path_factory.mktemp("words") / "data")
    use_told(server, _told[1])
    yield server.start()
    server.stop()


def test_a_cell_without_evidence_asks_for_its_words_in_use_until_each_was_met(fresh: Server, browser_page: Page) -> None:
    page, found, asked = browser_page, list[str](), set[str]()
    concept = track().concept(SLUG)
    assert concept
    every = len(usable(concept, "vocabulary", set()))
    assert every > len(concept.use), "code draws further ones"
    page.goto(fresh.url(f"/map/{SLUG}/vocabulary"))
    expect(page.get_by_text("Nothing was asked here yet.")).to_be_visible()
    page.get_by_role("button", name="Answer a question").click()
    for number in range(every):
        expect(page.locator("article[data-stage=asked]")).to_be_visible()
        asked.add(page.locator("article").inner_text())
        if number < len(concept.use) and page.locator(".review-situation table").count():
            found += eyes(page, 390, 320)
        page.locator("input[name=option]").first.check()
        page.get_by_text("fairly sure", exact=True).click()
        page.get_by_role("button", name="Answer").click()
        expect(page.locator("article[data-stage=answered]")).to_be_visible()
        if number + 1 < every:
            page.get_by_role("button", name="Another on this").click()
    assert len(asked) == every
    assert not found, "\n".join(found)
    page.goto(fresh.url(f"/map/{SLUG}/vocabulary"))
    expect(page.get_by_text("Nothing was asked here yet.")).to_have_count(0)
    expect(page.get_by_role("button", name="Answer a question")).to_have_count(0)
