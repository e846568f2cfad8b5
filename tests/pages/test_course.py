"""The practice course in the browser: a whole mission on the pages of the workbench, one on recorded data without a script, a spec."""

import pytest
from playwright.sync_api import Page, expect
from server_fixture import Opener, Server

from fluencylab.curriculum.practice_facts import FIRST
from fluencylab.curriculum.practice_product import practice_product
from fluencylab.practice.course import CourseMission, course
from fluencylab.practice.course_facts import mutant_facts
from fluencylab.practice.course_tasks import sorting

from .acts import stage
from .test_everyone import eyes
from .test_product import read_so_far

pytestmark = pytest.mark.page
READ, CHECKS, RULES, CHANGES, MEMO, SPEC = course()
FAULTY = [one for one in practice_product().conversations[:FIRST] if one.modes]
NARROW = 390
WIDTHS = (320, NARROW, 640, 2560)


def begin(server: Server, page: Page, mission: CourseMission) -> None:
    assert server.post(f"/course/{mission.slug}/again") == 200
    page.goto(server.url(f"/course/{mission.slug}"))


def predict(page: Page, mission: CourseMission, sure: str = "not sure") -> None:
    for asked in mission.predict:
        page.locator(f"input[type=number][name='{asked.fact}']").fill(f"{asked.low:g}")
    page.get_by_text(sure, exact=True).click()
    page.get_by_role("button", name="Commit to this").click()
    stage(page, "do")


def rest(page: Page, mission: CourseMission) -> None:
    """From what was found to the twin, each rightly."""
    texts = {one.id: one.text for one in (*mission.find.options, *mission.decide.options)}
    page.locator("#found").get_by_text(texts[mission.find.best], exact=True).click()
    page.get_by_role("button", name="That is what I found").click()
    stage(page, "decide")
    expect(page.get_by_role("heading", name="You found it")).to_be_visible()
    page.locator("#decide").get_by_text(texts[mission.decide.best], exact=True).click()
    page.locator("#decide").get_by_text("very sure", exact=True).click()
    page.get_by_role("button", name="Decide", exact=True).click()
    stage(page, "twin")
    page.locator("#twin").get_by_text(texts[mission.decide.twin.best], exact=True).click()
    page.get_by_role("button", name="Decide again").click()
    stage(page, "done")


@pytest.mark.long
def test_read_twenty_from_the_prediction_over_the_workbench_to_the_twin(told_server: Server, browser_page: Page) -> None:
    page, href = browser_page, f"/course/{READ.slug}"
    begin(told_server, page, READ)
    predict(page, READ)
    assert told_server.post("/product/practice") == 200
    page.goto(told_server.url(href))
    page.get_by_role("link", name="Go on reading").click()
    for number, one in enumerate(practice_product().conversations[:FIRST]):
        read_so_far(page, number)
        expect(page.locator(".read-output .read-text")).to_have_text(one.output, use_inner_text=True)
        if one.modes:
            page.get_by_label("A note, in your own words").fill(f"It {next(iter(one.modes))}.")
            page.keyboard.press("Control+Enter")
        else:
            page.keyboard.press("p")
    page.get_by_role("link", name="Name what goes wrong").first.click()
    expect(page.get_by_text("The truth of the practice product.")).to_have_count(0)
    kinds = list(dict.fromkeys(next(iter(one.modes)) for one in FAULTY))
    for kind in kinds:
        page.get_by_label("Failure mode", exact=True).fill(kind)
        page.get_by_role("button", name="Name it").click()
        expect(page.get_by_role("heading", name=kind)).to_be_visible()
    rows = page.locator(".note-list li")
    expect(rows).to_have_count(len(FAULTY))
    for kind in kinds:
        for row in rows.filter(has_text=f"It {kind}.").all():
            row.get_by_role("combobox").select_option(label=kind)
    page.get_by_role("button", name="Keep where they stand").click()
    expect(page.get_by_text("The notes stand where you put them.")).to_be_visible()
    page.goto(told_server.url(href))
    expect(page.get_by_text("20 of the first 20 are read.")).to_be_visible()
    page.get_by_role("button", name="Hand it in").click()
    stage(page, "found")
    expect(page.locator(".grades li")).to_have_count(2)
    expect(page.locator(".grades").get_by_role("img", name="holds", exact=True)).to_have_count(2)
    expect(page.get_by_text("Conversation 4").first).to_be_visible()
    rest(page, READ)
    expect(page.get_by_text("Both decisions are right")).to_be_visible()
    expect(page.locator("#changed")).to_contain_text("Evaluation metrics")
    page.goto(told_server.url("/product"))
    expect(page.get_by_role("list", name="The course").get_by_role("listitem").first).to_contain_text("done")
    assert page.request.post(f"{page.url}/delete", form={"confirm": "delete"}).ok, "whoever comes next finds none that was read"


@pytest.mark.long
def test_what_is_sorted_is_handed_in_without_a_script_and_fits_a_narrow_screen(told_server: Server, open_page: Opener) -> None:
    page = open_page(width=NARROW, height=800, java_script_enabled=False)
    begin(told_server, page, CHANGES)
    predict(page, CHANGES)
    for one in sorting(CHANGES):
        page.locator(f"select[name='{one.id}']").select_option(one.best)
    page.get_by_role("button", name="Hand it in").click()
    stage(page, "found")
    expect(page.locator(".grades").get_by_role("img", name="holds", exact=True)).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW
    rest(page, CHANGES)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW


def test_a_spec_is_tried_as_often_as_one_likes_and_handed_in_once(told_server: Server, browser_page: Page) -> None:
    page = browser_page
    begin(told_server, page, SPEC)
    predict(page, SPEC)
    page.get_by_label("Every answer ends as a sentence does.").check()
    page.get_by_role("button", name="Try it on 4 faults").click()
    expect(page.get_by_text("It also stops the product as it is")).to_be_visible()
    page.get_by_label("Every answer ends as a sentence does.").uncheck()
    for one in SPEC.accept:
        page.locator(f"input[value='{one}']").check()
    page.get_by_role("button", name="Try it on 4 faults").click()
    expect(page.get_by_text("The product as it is is let through")).to_be_visible()
    expect(page.locator("input:checked[name=test]")).to_have_count(len(SPEC.accept))
    page.get_by_role("button", name="Hand it in").click()
    stage(page, "found")
    worse = round(mutant_facts()["faults@worse"])
    expect(page.get_by_text(f"{worse} of {worse}").first).to_be_visible()


@pytest.mark.long
@pytest.mark.parametrize("mission", [CHECKS, RULES, SPEC], ids=lambda one: one.slug)
def test_every_eye_can_use_it(told_server: Server, browser_page: Page, mission: CourseMission) -> None:
    begin(told_server, browser_page, mission)
    predict(browser_page, mission)
    assert eyes(browser_page, *WIDTHS) == []
