"""The metrics lab in a real browser: a line drawn without a new run, marks that are never lost, hostile tables, and one mission."""

from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect
from server_fixture import Opener, Server

from fluencylab.curriculum import loader
from fluencylab.curriculum.loader import track

from .acts import begin, decide, decide_again, option, predict, run, see, stage
from .conftest import Told
from .test_everyone import eyes

pytestmark = pytest.mark.page
SCORES = [("fault", 0.9), ("fault", 0.6), ("fault", 0.4), ("fault", 0.2), ("fine", 0.7), ("fine", 0.3), ("fine", 0.1), ("fine", 0.05)]
OWN = "text,label,score\n" + "".join(f"<b>{i}</b> سؤال,{label},{score}\n" for i, (label, score) in enumerate(SCORES))
UNSCORED = "text,label\n" + "".join(f"{word} {i},{label}\n" for i in range(4) for word, label in (("broken", "fault"), ("thanks", "fine")))
GOAL = loader.metric_goals()[1]
MISSIONS = {mission.slug: mission for concept in track().concepts for mission in concept.missions}
WORDS = MISSIONS["the-score-that-liked-the-wrong-answer"]


def measure(server: Server, page: Page, data: str, positive: str = "fault") -> None:
    page.goto(server.url("/labs/metrics"))
    page.get_by_text("Your own messages, or your own classifier’s scores", exact=True).click()
    page.locator("#field-data").fill(data)
    page.locator("#field-positive").fill(positive)
    page.locator("#lab-run").click()


def likes(body: dict[str, Any]) -> list[str]:
    """A judge that likes everything, and whatever stands first; a sorter that knows what is broken."""
    system, asked = body["messages"][0]["content"], body["messages"][-1]["content"]
    if "A or B" in system:
        return ["A"]
    return ["good"] if "good or bad" in system or "bad or good" in system else ["fault" if "broken" in asked else "fine"]


def told_by(page: Page, name: str) -> str:
    return page.locator(f"[data-d={name}]").first.inner_text()


def test_while_a_form_cannot_be_run_its_button_promises_no_count(told_server: Server, browser_page: Page) -> None:
    page = browser_page
    page.goto(told_server.url("/labs/metrics"))
    expect(page.locator("#lab-run")).to_contain_text("Run 41 calls")
    page.get_by_text("Your own messages, or your own classifier’s scores", exact=True).click()
    page.locator("#field-data").fill("text,label,score\nIt broke.,complaint,0.9\nThanks!,praise,0.2")
    expect(page.locator("#lab-hint")).to_contain_text("which of “complaint” and “praise” is to be found?")
    expect(page.locator("#lab-run")).to_have_text("Run")
    page.locator("#field-positive").fill("complaint")
    expect(page.locator("#lab-run")).to_contain_text("Work it out")


def test_one_false_alarm_is_not_1_false_alarms(told_server: Server, browser_page: Page) -> None:
    measure(told_server, browser_page, OWN)
    expect(browser_page.locator("#desk .people-name").nth(1)).to_contain_text("false alarms: 1, left alone: 3")


def test_the_line_moves_without_a_run_and_outlives_a_reload(told_server: Server, told: Told, browser_page: Page) -> None:
    page = browser_page
    measure(told_server, page, OWN)
    expect(page.locator("#desk [data-d=hits]").first).to_have_text("2")
    assert (told_by(page, "flagged"), told_by(page, "p-flagged")) == ("3", "275")
    asked = told.calls
    slider = page.locator("[data-slider=guess-threshold]")
    slider.focus()
    slider.press("Home")
    expect(page.locator("#desk [data-d=hits]").first).to_have_text("4")
    page.locator("#guess-threshold").fill("0.35")
    assert (told_by(page, "hits"), told_by(page, "flagged")) == ("3", "4")
    expect(page.locator("#desk-set i.hit")).to_have_count(3 + 1)
    for name, value in {"base": "2", "alarm": "1", "miss": "100"}.items():
        page.locator(f"#guess-{name}").fill(value)
    precision = page.locator("[data-row=precision]")
    expect(precision.locator("[data-there]")).to_have_text("6 %")
    expect(precision.locator("[data-v]")).to_have_text("75 %")
    expect(page.locator("[data-row=never] [data-there]")).to_have_text("98 %")
    assert (told_by(page, "cost"), told_by(page, "best"), told_by(page, "never")) == ("€745", "0.20", "€2,000")
    by_script = page.locator("#desk").inner_text()
    page.reload()
    assert page.locator("#desk").inner_text() == by_script
    page.locator("#pick-recall").check()
    expect(page.locator(".answered")).to_be_visible()
    assert page.locator("#desk").inner_text() == by_script
    assert told.calls == asked
    page.get_by_text("Every message with its score").click()
    expect(page.locator(".every tbody th").first).to_have_text("<b>0</b> سؤال")


@pytest.mark.long
def test_marks_are_kept_as_they_are_given_and_only_the_judge_sees_them(told_server: Server, told: Told, open_page: Opener) -> None:
    told.say = likes
    page = open_page()
    page.goto(told_server.url("/labs/metrics?parts=judge"))
    for name, mark in (("late", "send"), ("return", "stop"), ("late-2", "stop")):
        page.locator(f"[name=mark-{name}][value={mark}]").check(force=True)
    expect(page.locator("#marks-says")).to_contain_text("3 of 20 marked")
    page.close()
    again = open_page()
    again.goto(told_server.url("/labs/metrics?parts=judge"))
    expect(again.locator("[name=mark-return][value=stop]")).to_be_checked()
    again.locator("#lab-run").click()
    says = again.locator("#result .says").first
    expect(says).to_contain_text("The judge agrees with you on 1 of 2 answers; kappa is 0.00. In 6 of 6 pairs")
    expect(again.locator(".trust .missed")).to_have_count(2)
    again.locator("#marks-forget").click()
    expect(again.locator("#marks-says")).to_contain_text("forgotten")
    again.reload()
    expect(again.locator("[name^=mark-]:checked")).to_have_count(0)


def test_of_two_views_asked_for_the_last_is_shown(told_server: Server, browser_page: Page) -> None:
    page = browser_page
    page.goto(told_server.url("/labs/metrics"))
    first, last = page.locator(".goals a[data-visit]:not([aria-current])").all()[:2]
    name = last.inner_text()
    held: list[Route] = []
    page.route("**/labs/metrics?*", lambda route: held.append(route), times=1)
    first.click()
    while not held:
        page.wait_for_timeout(20)
    last.click()
    expect(page.locator(".goals [aria-current]")).to_have_text(name)
    with page.expect_response("**/labs/metrics?*"):
        held[0].continue_()
    page.wait_for_timeout(300)
    expect(page.locator(".goals [aria-current]")).to_have_text(name)


@pytest.mark.long
def test_without_a_script_the_line_the_marks_and_the_exercise_work(told_server: Server, open_page: Opener) -> None:
    page = open_page(java_script_enabled=False)
    measure(told_server, page, OWN)
    page.locator("#desk").wait_for()
    page.locator("#guess-threshold").fill("0.35")
    page.get_by_role("button", name="Work it out", exact=True).click()
    expect(page.locator("#desk [data-d=hits]").first).to_have_text("3")
    page.goto(told_server.url("/labs/metrics?parts=judge"))
    page.locator("[name=mark-gift][value=send]").check(force=True)
    page.get_by_role("button", name="Keep my marks").click()
    expect(page.locator("[name=mark-gift][value=send]")).to_be_checked()
    page.get_by_role("button", name="Forget my marks").click()
    expect(page.locator("[name^=mark-]:checked")).to_have_count(0)
    page.get_by_role("link", name=GOAL.title).click()
    page.locator("#pick-bleu").check()
    page.get_by_role("button", name="See the answer").click()
    expect(page.locator(".answered")).to_have_text(f"✗ {GOAL.decide.options[0].answer}")
    page.locator("#twin-bleu").check()
    page.get_by_role("button", name="See the answer").click()
    expect(page.locator(".answered").last).to_have_text(f"✓ {GOAL.decide.twin.answers['bleu']}")


@pytest.mark.long
@pytest.mark.parametrize(
    ("table", "says"),
    [
        ("text,label\n<script>alert(1)</script>,x\nb,x", "it has 1 different label"),
        ("text,label,score\na,fault,high\nb,fine,0.5", "each “score” must be a number from 0 to 1"),
    ],
)
def test_a_hostile_table_gets_a_sentence_and_stays_in_its_box(told_server: Server, browser_page: Page, table: str, says: str) -> None:
    measure(told_server, browser_page, table)
    expect(browser_page.locator(".trouble .notice")).to_contain_text(says)
    expect(browser_page.locator("#field-data")).to_have_value(table)


@pytest.mark.long
def test_an_endpoint_without_probabilities_sorts_yes_or_no_and_can_be_stopped(told_server: Server, told: Told, browser_page: Page) -> None:
    page = browser_page
    told.say = likes
    told.hold(after=2)
    measure(told_server, page, UNSCORED)
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("#result")).to_contain_text("You stopped this run.")
    told.release()
    page.locator("#lab-run").click()
    expect(page.locator("#result")).to_contain_text("Told 1B does not tell how likely its words are, so each message is simply yes or no")
    expect(page.locator("#result .says").first).to_contain_text("At 0.5 it found 2 of 2, and 0 of its 2 alarms were false.")


@pytest.mark.long
def test_everyone_can_read_it(told_server: Server, told: Told, browser_page: Page) -> None:
    page = browser_page
    told.say = likes
    measure(told_server, page, OWN)
    page.locator("#desk").wait_for()
    page.evaluate("document.querySelectorAll('main details').forEach((e) => (e.open = true))")
    page.locator("[name=parts][value=judge]").check(force=True)
    page.locator("#pick-bleu, #pick-recall").first.check()
    assert not eyes(page, 390)


def test_a_mission_from_its_situation_to_its_end(told_server: Server, browser_page: Page) -> None:
    page = browser_page
    begin(told_server, page, WORDS)
    predict(page, WORDS, WORDS.exemplar.accept)
    run(page)
    stage(page, "see")
    expect(page.locator(".overlap-item").first).to_be_visible()
    expect(page.locator(".steps")).to_contain_text("Compare")
    see(page, WORDS.seen.sights[0].text)
    decide(page, option(WORDS, best=True))
    decide_again(page, option(WORDS, best=True, twin=True))
    expect(page.locator("#next")).to_be_visible()
