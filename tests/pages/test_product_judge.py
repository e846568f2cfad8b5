"""A judge and a second reader in the browser: the embedded model judges badly and is refused, a good one counts; two readers' rule."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from server_fixture import PATIENCE, Opener, Server

from .acts import unfold
from .conftest import Told
from .test_everyone import eyes
from .test_product import NARROW, a_product, press, read_so_far

pytestmark = [pytest.mark.page, pytest.mark.long]
SAID = ("It will be there tomorrow at noon", "fail"), ("Please tell me the order number", "pass")
N, FEW = 60, 18
ENOUGH = 17
"""Outputs that fail, found right every time: the lower end is past 80 %. Of the 20 there are, some stay unread in whatever order."""
READ_ROWS = "question,output,label,note\n" + "".join(
    f"Where is parcel {n}?,{SAID[n % 3 > 0][0]} ({n}).,{SAID[n % 3 > 0][1]},{'' if n % 3 else 'promises'}\n" for n in range(N)
)
UNREAD_ROWS = READ_ROWS.replace(",pass,", ",,").replace(",fail,promises", ",,")
RUBRIC = "FAIL an answer that names a day or an hour of delivery: nobody knows it.\nPASS any other answer."


def knows(body: dict[str, Any]) -> list[str]:
    """A judge that sees it, but for one of ten."""
    inside = body["messages"][-1]["content"].rpartition("judged:")[2]
    if "(6)" in inside:
        return ["En osaa sanoa."]
    return ["It names a day.\n", "FAIL"] if "tomorrow" in inside else ["It asks for the number.\n", "PASS"]


def a_judge(page: Page, place: str, **more: str) -> None:
    page.goto(f"{place}/checks")
    page.get_by_role("link", name="Let a model judge it").click()
    page.get_by_label("The rubric").fill(RUBRIC)
    page.get_by_label("Call it").fill("No day is promised")
    for label, value in more.items():
        page.get_by_label(label).fill(value)
    press(page, "Keep this judge")
    expect(page.get_by_text("The judge is kept.")).to_be_visible()


def asked(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^Ask it about")).last.click()
    trust = page.get_by_role("link", name="See how far to trust it")
    expect(trust).to_be_visible(timeout=5_000 * PATIENCE)
    trust.click()


def expecting(page: Page, passes: str, fails: str) -> None:
    judge = page.locator(".check").last
    expect(judge).to_contain_text("What do you expect of it?")
    expect(judge).not_to_contain_text("kappa")
    judge.locator("input[type=number]").first.fill(passes)
    judge.locator("input[type=number]").last.fill(fails)
    judge.get_by_text("fairly sure", exact=True).click()
    press(page, "Show how it agrees")


def test_the_embedded_model_is_a_bad_judge_and_is_not_counted(lab_server: Server, browser_page: Page) -> None:
    page = browser_page
    few = "".join(READ_ROWS.splitlines(keepends=True)[: FEW + 1])
    place = a_product(lab_server, page, few)
    a_judge(page, place)
    judge = page.locator(".check").last
    expect(judge).to_contain_text("SmolLM2 135M Instruct runs on this machine. Nothing leaves it.")
    expect(judge.get_by_role("button", name=re.compile("^Ask it about 18 outputs: 18 calls, about"))).to_be_visible()
    asked(page)
    expecting(page, "9", "9")
    says = judge.locator(".says").first
    expect(says).to_contain_text(re.compile(r"It does not count yet: of \d outputs that people pass"))
    expect(judge).to_contain_text("always saying pass would agree on")
    expect(judge).to_contain_text(re.compile("More labels will not change that|would settle it"))
    expect(judge.locator(".compare-row")).to_have_count(2)
    page.goto(f"{place}/memo")
    expect(page.locator(".memo-measures")).to_contain_text("Nobody has shown that this check says what people say.")
    page.goto(place)
    expect(page.locator(".way")).to_contain_text("1 check")


def test_a_judge_that_sees_it_is_counted_and_its_rate_corrected(told_server: Server, told: Told, browser_page: Page) -> None:
    told.say, page = knows, browser_page
    place = a_product(told_server, page, UNREAD_ROWS)
    a_judge(page, place)
    asked(page)
    judge = page.locator(".check").last
    expect(judge).to_contain_text("Nobody knows yet whether this judge is any good.")
    expect(judge).to_contain_text("40 of 59 outputs pass; of 1 it cannot be told")
    judge.get_by_text("Where it could not tell").click()
    expect(judge).to_contain_text("It wrote neither PASS nor FAIL: “En osaa sanoa.”")
    page.goto(place)
    page.get_by_role("link", name=re.compile("^Read( on)?: outputs of")).click()
    read = failed = 0
    while failed < ENOUGH:
        read_so_far(page, read)
        text = page.locator(".read-output .read-text").inner_text()
        page.keyboard.press("f" if "tomorrow" in text else "p")
        read += 1
        failed += "tomorrow" in text and "(6)" not in text
    read_so_far(page, read)
    page.goto(f"{place}/checks")
    expecting(page, "10", "7")
    expect(judge.locator(".says").first).to_contain_text("It counts:")
    expect(judge).to_contain_text("You expected 70 %")
    expect(judge).to_contain_text("Corrected for its errors on")
    page.goto(f"{place}/memo")
    measure = page.locator(".memo-measures li", has_text="corrected").first
    expect(measure).to_contain_text("that nobody has read")


def test_two_readers_differ_and_write_the_rule(told_server: Server, browser_page: Page) -> None:
    page = browser_page
    place = a_product(told_server, page, READ_ROWS)
    page.goto(place)
    page.get_by_role("link", name="Let a second person read the same outputs").click()
    page.get_by_label("The second reader's name").fill("Tom")
    press(page, "Let them read here")
    for read in range(8):
        read_so_far(page, read)
        expect(page.locator("article")).to_contain_text("Reading as Tom")
        assert "You said" not in page.locator("#verdict").inner_text() and not page.get_by_label("A note").input_value()
        page.keyboard.press("p")
    read_so_far(page, 8)
    page.get_by_role("link", name="That is all for now").click()
    expect(page.locator(".says")).to_contain_text("You and Tom give")
    differ = page.locator(".changed-case").first
    expect(differ).to_contain_text("You: fails")
    expect(differ).to_contain_text("Tom: passes")
    differ.get_by_text("Write the rule that they lacked").click()
    differ.get_by_label("The rule, in a sentence").fill("A day that is named is a promise.")
    differ.get_by_text("fails", exact=True).last.click()
    press(page, "Write it down")
    expect(page.locator(".mode-list")).to_contain_text("A day that is named is a promise.")
    expect(page.locator(".rule")).to_contain_text("By it, this output fails.")
    page.goto(f"{place}/judge")
    expect(page.get_by_label("The rubric")).to_have_value(re.compile("A day that is named is a promise"))


def test_a_sheet_goes_out_and_comes_back_without_a_script(told_server: Server, open_page: Opener) -> None:
    page = open_page(java_script_enabled=False)
    place = a_product(told_server, page, READ_ROWS)
    page.goto(f"{place}/readers")
    page.get_by_text("They sit elsewhere").click()
    with page.expect_download() as going:
        page.get_by_role("link", name="Take the sheet along").click()
    text = going.value.path().read_text(encoding="utf-8-sig")
    filled = re.sub(r"\)\.,,", ").,pass,", text, count=12)
    page.get_by_label("Who filled it in").fill("Inês")
    page.get_by_label("The sheet").set_input_files({"name": "back.csv", "mimeType": "text/csv", "buffer": filled.encode()})
    press(page, "Take it in")
    expect(page.locator(".notice").first).to_contain_text("12 labels came in.")
    expect(page.locator(".says")).to_contain_text("You and Inês give")


def test_the_pages_of_a_judge_and_a_second_reader_are_for_every_eye(told_server: Server, told: Told, browser_page: Page) -> None:
    told.say, page = knows, browser_page
    place = a_product(told_server, page, READ_ROWS)
    found = []

    def looked(path: str) -> None:
        page.goto(path if path.startswith("http") else place + path)
        unfold(page.locator("main"))
        found.extend(eyes(page, NARROW))

    looked("/judge")
    a_judge(page, place)
    looked("/checks")
    page.goto(f"{place}/checks")
    page.get_by_role("button", name=re.compile("^Ask it about")).last.click()
    expect(page.get_by_role("link", name="See how far to trust it")).to_be_visible()
    looked(page.url)
    looked("/checks")
    page.goto(f"{place}/checks")
    expecting(page, "9", "8")
    looked("/checks")
    looked("/readers")
    page.goto(told_server.url("/product/new"))
    press(page, "Open the practice product")
    practice = page.url.partition("?")[0]
    page.request.post(f"{practice}/readers/recorded")
    page.request.post(f"{practice}/checks/recorded")
    looked(f"{practice}/readers")
    looked(f"{practice}/checks?against=*")
    assert not found, "\n".join(found)
