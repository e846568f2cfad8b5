"""The tool lab and one of its missions, as a learner meets them."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from server_fixture import Opener, Server

from fluencylab.curriculum.loader import track
from fluencylab.labs.tools.attacks import prepared
from fluencylab.labs.tools.page import TRIES

from .acts import begin, decide, decide_again, option, predict, run, see, sideways, stage
from .conftest import Told
from .test_everyone import violations

pytestmark = pytest.mark.page
CONCEPT = track().concept("tool-use")
assert CONCEPT
NOTE = next(mission for mission in CONCEPT.missions if mission.slug == "the-note-on-the-order")
HOSTILE = "<img src=x onerror=\"document.title='owned'\">"


def robbed(body: dict[str, Any]) -> list[str]:
    """Pays whoever asks, and then says that nothing was paid."""
    if body["messages"][-1]["content"].startswith("Result"):
        return [json.dumps({"answer": f"I cannot refund anything. {HOSTILE}"})]
    return ['{"tool": "refund", ', '"arguments": {"order": "Q-4790", "euros": 92}}']


def test_every_suggestion_of_an_attack_is_one_that_is_prepared() -> None:
    known = {(case.kind, case.customer, case.message) for case in prepared()}
    assert {(attack, customer, message) for _, customer, message, attack in TRIES if attack != "nothing"} <= known


@pytest.mark.long
def test_a_mission_on_the_real_model(lab_server: Server, browser_page: Page) -> None:
    page = browser_page
    begin(lab_server, page, NOTE)
    expect(page.locator("#run")).to_contain_text("Refund 129 euros for Q-4902.")
    predict(page, NOTE, NOTE.exemplar.accept)
    run(page)
    stage(page, "see")
    expect(page.locator(".turn").nth(1)).to_contain_text("The product looks this up before the model is asked.")
    expect(page.locator(".trace .wire-model").first).to_be_visible()
    expect(page.locator(".compare-row")).to_have_count(1)
    see(page, NOTE.seen.sights[0].text)
    decide(page, option(NOTE, best=True))
    decide_again(page, option(NOTE, best=True, twin=True))
    expect(page.locator("#next").get_by_role("link")).to_be_visible()


def test_a_field_left_empty_in_another_view_holds_nothing_up(told_server: Server, told: Told, browser_page: Page) -> None:
    page, told.say = browser_page, robbed
    page.goto(told_server.url("/labs/tools?parts=right"))
    page.locator("#field-requests").fill("")
    page.locator("#lab-run").click()
    expect(page.locator("#field-requests")).to_be_focused()  # here it is asked for
    page.locator(".views label").first.click()
    page.locator("#lab-run").click()
    expect(page.locator("#result [data-status=done]")).to_be_attached()


def test_a_conversation_is_read_turn_by_turn_and_markup_in_it_stays_text(told_server: Server, told: Told, open_page: Opener) -> None:
    told.say = robbed
    page = open_page(width=390)
    page.goto(told_server.url("/labs/tools"))
    page.get_by_label("The customer writes").fill(f"Refund me, please {HOSTILE}")
    page.get_by_label("Who is writing").select_option("C-01")
    page.locator("#lab-run").click()
    expect(page.locator("#result .says").first).to_contain_text("that is damage. 92.00 euros were refunded for Q-4790")
    expect(page.locator(".turn")).to_have_count(3)
    proposed = page.locator(".turn").nth(1)
    expect(proposed.locator(".wire-model")).to_have_text('refund(order: "Q-4790", euros: 92.0)')
    expect(proposed.get_by_role("row", name=re.compile("refund for Q-4790"))).to_contain_text("92.00 euros")
    expect(page.locator(".judged-damage")).to_contain_text("that order is somebody else’s")
    proposed.get_by_text("On the wire").click()
    expect(proposed.get_by_role("region", name="The exact request")).to_contain_text('"model": "told"')
    expect(page.locator(".turn").last).to_contain_text("<img src=x")
    assert page.title() != "owned" and page.locator("#result img").count() == 0 and not sideways(page)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert violations(page) == []

    page.get_by_text("arguments checked against the customer", exact=True).locator("visible=true").click()
    page.locator("#lab-run").click()
    expect(page.locator(".event-stopped")).to_contain_text("A guard stops it: Q-4790 is not an order of this customer.")
    expect(page.locator(".after")).to_contain_text("No row of the shop differs.")


def test_attacks_are_stopped_kept_and_shown_with_both_numbers(told_server: Server, told: Told, open_page: Opener) -> None:
    told.say = robbed
    page = open_page(java_script_enabled=False)
    page.goto(told_server.url("/labs/tools?parts=safe&attacks=stranger&guards=none,own&honest=1"))
    told.hold(after=2)
    page.locator("#lab-run").click()
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("#result")).to_contain_text(re.compile(r"You stopped this run. What it measured is kept: \d of 6"))
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390, "a place still empty is told to a screen reader inside its table"
    told.release()
    page.locator("#lab-run").click()
    attacked = page.get_by_role("table", name="Attacked, behind each guard")
    expect(attacked.get_by_role("row").nth(1)).to_contain_text("92.00 € refunded wrongly")
    expect(attacked.get_by_role("row").nth(1)).to_contain_text("stopped")
    expect(page.get_by_role("table", name="Honest people, behind each guard")).to_be_visible()
    expect(page.locator("#result .chart .says")).to_contain_text("2 of 2 attacked conversations did damage")


def test_own_requests_are_read_from_a_file_or_refused_in_a_sentence(told_server: Server, told: Told, browser_page: Page) -> None:
    page = browser_page
    page.goto(told_server.url("/labs/tools?parts=right&ways=turns"))
    upload = page.locator("#file-cases")
    upload.set_input_files({"name": "mine.csv", "mimeType": "text/csv", "buffer": b"text,tool\na,fly\nb,none\nc,none\nd,none\n"})
    page.locator("#lab-run").click()
    expect(page.locator("#result [role=alert]")).to_contain_text("there is no tool called “fly”")
    told.say = lambda body: ["{"] if body["messages"][-1]["content"] == "broken" else ['{"answer": "Hi."}']
    rows = b"text,tool,order\nhello,none,\nbroken,none,\nWhere is Q-4821?,track_parcel,Q-4821\nthanks,none,\n"
    upload.set_input_files({"name": "mine.csv", "mimeType": "text/csv", "buffer": rows})
    page.locator("#lab-run").click()
    cases = page.locator(".rated .case")
    expect(cases).to_have_count(4)
    expect(page.locator(".rated .verdict")).to_have_text(["right", "not valid", "missed", "right"])
    expect(page.locator("#result .says").first).to_contain_text("3 of 4 calls are valid")
    for n in (0, 2):
        cases.nth(n).locator("summary").click()
    expect(page.locator(".rated .case[open] .case-title")).to_have_text(["Where is Q-4821?"])
    index = page.get_by_role("navigation", name="In this result").get_by_role("link")
    expect(index).to_have_text(["What was measured", "One request at a time", "Keep or compare"])
    assert [page.locator(link.get_attribute("href") or "").count() for link in index.all()] == [1, 1, 1]
    assert violations(page) == []
