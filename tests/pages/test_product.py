"""Your product in the browser: from a spreadsheet to a decision memo, by hand, by keys, without a script, in two tabs."""

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from openpyxl import Workbook
from playwright.sync_api import Page, expect
from server_fixture import Opener, Server

from .acts import unfold
from .conftest import Told
from .test_everyone import eyes

pytestmark = pytest.mark.page
QUESTIONS = [f"Where is my parcel number {n}?" for n in range(1, 13)]
ANSWERED = "question,answer,pass?,note\n" + "".join(
    f"Where is parcel {n}?,It is on its way.,{'yes' if n % 3 else 'no'},{'' if n % 3 else 'promises'}\n" for n in range(1, 13)
)
BEFORE, AFTER = "You answer customers of a parcel service.", "You answer customers of a parcel service. Ask for the order number."
NARROW = 390


def parcels(body: dict[str, Any]) -> list[str]:
    """It asks for the number where it is told to; else it promises, is rude or makes something up, by the number of the parcel."""
    if "Ask for the order number" in body["messages"][0]["content"]:
        return ["Please tell me ", "the order number."]
    number = int(re.findall(r"\d+", body["messages"][-1]["content"])[-1])
    return [("Tomorrow by noon, ", "No idea, ", "It is in Oslo, ")[number % 3], "madam."]


def a_product(server: Server, page: Page, text: str = "", prompt: str = "") -> str:
    """One with these cases and this prompt, made as its forms make it. Gives its address."""
    made = page.request.post(server.url("/product/new"), form={"name": "Parcel desk"}).url.partition("/bring-in")[0]
    if text:
        look = page.request.post(f"{made}/bring-in", multipart={"text": text}).url
        assert page.request.post(look, form={"mask": "yes"}).ok
    if prompt:
        assert page.request.post(f"{made}/versions", form={"system": prompt, "user": "{{question}}"}).ok
    return made


def table(questions: list[str]) -> str:
    return "question\n" + "\n".join(questions)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=re.compile(f"^{name}")).click()


def expecting(page: Page, share: str, sure: str = "fairly sure") -> None:
    page.locator("input[type=number][name=expected]").fill(share)
    page.get_by_text(sure, exact=True).click()
    press(page, "Run ")


def reading(page: Page, place: str) -> None:
    expect(page.locator("h1")).to_have_text(f"Read output {place}")
    page.wait_for_load_state()  # its keys are there


def read_so_far(page: Page, read: int) -> None:
    expect(page.locator(".read-progress")).to_contain_text(re.compile(rf"\b{read} read"))
    page.wait_for_load_state()


def read_all(page: Page, fails: Callable[[str], str]) -> int:
    """Read an evaluation to its end, by keys alone. `fails`: the note on an output that fails, else "". Gives how many it read."""
    read = 0
    read_so_far(page, read)
    while not page.get_by_text("You have read all").is_visible():
        note = fails(page.locator(".read-output .read-text").inner_text())
        if note:
            page.keyboard.press("n")
            page.keyboard.type(note)
        page.keyboard.press("Control+Enter" if note else "p")
        read += 1
        read_so_far(page, read)
    return read


def name_what_goes_wrong(page: Page, notes: set[str]) -> None:
    """Every note becomes a failure mode, and stands under it."""
    page.get_by_role("link", name="Name what goes wrong").click()
    assert {one.inner_text() for one in page.locator(".note-said").all()} == notes
    for name in notes:
        page.get_by_label("Failure mode", exact=True).fill(name)
        press(page, "Name it")
        expect(page.get_by_text("The failure mode is there.")).to_be_visible()
    for item in page.locator(".note-list li").all():
        item.locator("select").select_option(label=item.locator(".note-said").inner_text())
    press(page, "Keep where they stand")
    expect(page.locator(".mode-list li")).to_have_count(len(notes))


def wrong(text: str) -> str:
    """What a reader notes; asking for the order number is right."""
    return next((note for sign, note in (("noon", "promises"), ("No idea", "rude"), ("Oslo", "made up")) if sign in text), "")


def test_from_a_spreadsheet_to_a_decision(told_server: Server, told: Told, browser_page: Page, tmp_path: Path) -> None:
    told.say, page = parcels, browser_page
    book = Workbook()
    assert book.active is not None
    for row in (["Question", "Right answer"], *([text, "Asks for the order number"] for text in QUESTIONS)):
        book.active.append(row)
    book.save(tmp_path / "questions.xlsx")

    page.goto(told_server.url("/product/new"))
    page.get_by_label("What is it called?").fill("Parcel desk")
    press(page, "Begin, and bring in cases")
    page.locator("input[type=file]").set_input_files(tmp_path / "questions.xlsx")
    press(page, "Look at it")
    expect(page.locator(".says")).to_contain_text("12 rows")
    expect(page.get_by_label("Right answer")).to_have_value("reference")
    press(page, "Keep 12 cases")
    expect(page.locator(".way-next")).to_contain_text("Write down the prompt")
    expect(page.locator(".way")).to_contain_text("12 cases, 6 of them held back")

    page.locator("main .button-primary").click()
    page.get_by_label("Instructions").fill(BEFORE)
    page.get_by_label("What a customer sends").fill("{{Question}}")
    page.get_by_label("Where is it from?").fill("the one that is live")
    press(page, "Keep as version 1")
    expecting(page, "80")
    expect(page.locator(".lede")).to_contain_text("You expected 80 % to pass, and were fairly sure.")
    page.get_by_role("link", name="Read what came out").click()
    assert "Version 1" not in page.locator("article").inner_text(), "it is read blind"
    assert read_all(page, wrong) == 6

    name_what_goes_wrong(page, {"promises", "rude", "made up"})
    expect(page.locator("#modes-chart, .chart").first).to_be_visible()

    place = page.url.partition("/modes")[0]
    page.goto(f"{place}/checks")
    page.get_by_label("An output passes if").select_option(label="it holds these words")
    page.get_by_label("Words, a pattern or a number").fill("order number")
    press(page, "Let it look at 6 outputs")
    check = page.locator(".check")
    expect(check).to_contain_text("What do you expect of it?")
    expect(check).not_to_contain_text("says the same")
    for number, expected in enumerate(("9", "7")):
        check.locator("input[type=number]").nth(number).fill(expected)
    check.get_by_text("fairly sure", exact=True).click()
    press(page, "Show how it agrees")
    expect(page.locator(".check")).to_contain_text("Nobody knows yet whether this check is any good.")
    expect(page.locator(".check")).to_contain_text("0 of 6 outputs pass")

    page.goto(f"{place}/versions")
    page.get_by_label("Instructions").fill(AFTER)
    page.get_by_label("What did you change").fill("asks for the order number")
    press(page, "Keep as version 2")
    expect(page.locator("select[name=version]")).to_have_value("2")
    expecting(page, "90", "very sure")
    page.get_by_role("link", name="Read what came out").click()
    assert read_all(page, wrong) == 6
    page.goto(f"{place}/checks")
    expect(page.locator(".check")).to_contain_text("6 of 12 outputs pass")
    expect(page.locator(".check .says")).not_to_contain_text("Nobody knows yet")

    page.goto(f"{place}/compare")
    expect(page.locator("#fixed")).to_have_text("Fixed: 6")
    expect(page.locator("#broken")).to_have_count(0)
    page.get_by_role("link", name="Write it into the memo").click()
    decision = page.get_by_label("The decision", exact=True)
    decision.fill("We ship version 2 to 30 % of customers.")
    press(page, "Keep it")
    expect(page.locator("#missing")).to_contain_text("“30 %” is neither measured nor marked as assumed")


def memo_of_a_product(server: Server, page: Page) -> str:
    place = a_product(server, page, ANSWERED)
    page.goto(f"{place}/memo")
    return place


@pytest.mark.long
def test_a_bare_number_stops_the_memo_and_a_bound_one_goes_out_and_comes_back(told_server: Server, browser_page: Page) -> None:
    page = browser_page
    place = memo_of_a_product(told_server, page)
    decision = page.get_by_label("The decision", exact=True)
    decision.fill("We wait, as too few pass: 67 %")
    press(page, "Keep it")
    expect(page.locator("#missing")).to_contain_text("“67 %” is neither measured")
    for kind in ("Word", "Markdown"):
        page.get_by_role("link", name=kind, exact=True).click()
        expect(page.locator("main")).to_contain_text("“67 %” is neither measured")
        page.go_back()
    decision.fill("We wait, as too few pass:")
    page.get_by_label("What was not measured").fill("Whether [[a:30 % of customers|Ana]] write in French.")
    decision.focus()
    page.keyboard.press("Control+End")
    page.locator(".measure", has_text="Outputs that pass").click()
    expect(decision).to_have_value(re.compile(r"^We wait, as too few pass: \[\[m:read:\w+\]\]$"))
    expect(decision).to_be_focused()
    written = decision.input_value()
    press(page, "Keep it")
    expect(page.get_by_text("It can be handed on.")).to_be_visible()

    files = {}
    for kind in ("Word", "Markdown"):
        with page.expect_download() as coming:
            page.get_by_role("link", name=kind, exact=True).click()
        files[kind] = Path(coming.value.path()).read_bytes()
    words = "\n".join(one.text for one in Document(io.BytesIO(files["Word"])).paragraphs)
    markdown = files["Markdown"].decode()
    for text in (words, markdown):
        assert "8 of 12" in text and "Ana" in text and "[[" not in text

    page.goto(f"{place}/memo")
    decision.fill("Something else.")
    press(page, "Keep it")
    page.get_by_text("Read a memo back from Markdown").click()
    page.locator("input[type=file]").set_input_files({"name": "memo.md", "mimeType": "text/markdown", "buffer": files["Markdown"]})
    press(page, "Read it back")
    expect(decision).to_have_value(written)


def test_a_memo_is_read_and_printed_with_what_each_number_rests_on(told_server: Server, browser_page: Page) -> None:
    page = browser_page
    place = memo_of_a_product(told_server, page)
    page.get_by_label("The decision", exact=True).fill("We wait:")
    page.locator(".measure").first.click()
    press(page, "Keep it")
    page.get_by_role("link", name="Read and print").click()
    assert page.url == f"{place}/memo/read"
    expect(page.locator(".bound")).to_contain_text("8 of 12")
    expect(page.locator(".rests-on li")).to_contain_text("12 outputs")


@pytest.mark.long
def test_keys_say_pass_and_fail_and_go_on_and_back(told_server: Server, browser_page: Page) -> None:
    page = browser_page
    place = a_product(told_server, page, "question,output\n" + "".join(f"Where is {n}?,It is {n}.\n" for n in range(4)))
    page.goto(place)
    page.get_by_role("link", name=re.compile("^Read( on)?: outputs of")).click()
    reading(page, "1 of 4")
    page.keyboard.press("j")
    reading(page, "2 of 4")
    page.keyboard.press("k")
    reading(page, "1 of 4")
    page.keyboard.press("f")
    reading(page, "2 of 4")
    page.keyboard.press("n")
    note = page.get_by_label("A note, in your own words")
    expect(note).to_be_focused()
    page.keyboard.type("pfjkn is only typed")
    expect(note).to_have_value("pfjkn is only typed")
    page.keyboard.press("Control+Enter")
    reading(page, "3 of 4")
    page.keyboard.press("p")
    reading(page, "4 of 4")
    expect(page.locator(".read-progress")).to_contain_text("3 read, 1 of them pass")
    page.keyboard.press("k")
    reading(page, "3 of 4")
    page.keyboard.press("k")
    reading(page, "2 of 4")
    expect(note).to_have_value("pfjkn is only typed")
    expect(page.locator("#verdict")).to_contain_text("You said: fail")


@pytest.mark.long
def test_the_practice_product_tells_its_truth_after_twenty(told_server: Server, browser_page: Page) -> None:
    page = browser_page
    page.goto(told_server.url("/product/new"))
    press(page, "Open the practice product")
    place = page.url
    expect(page.locator(".way-next")).to_contain_text("Read what came out")
    page.locator("main .button-primary").click()
    for n in range(20):
        read_so_far(page, n)
        assert "The truth of the practice product" not in page.request.get(f"{place}/modes").text()
        page.keyboard.press("f" if n == 3 else "p")
    page.get_by_role("link", name="Name what goes wrong").click()
    expect(page.locator(".truth")).to_contain_text("Of the 20 answers you read,")


@pytest.mark.long
def test_without_a_script_outputs_are_read_and_the_memo_is_written(told_server: Server, open_page: Opener) -> None:
    page = open_page(java_script_enabled=False)
    place = a_product(told_server, page, "question,output\nWhere?,On its way.\nWhen?,Soon.\n")
    page.goto(place)
    page.get_by_role("link", name=re.compile("^Read( on)?: outputs of")).click()
    page.get_by_label("A note").fill("too short")
    press(page, "Fail")
    reading(page, "2 of 2")
    press(page, "Pass")
    expect(page.get_by_text("You have read all 2.")).to_be_visible()
    page.goto(f"{place}/memo")
    tag = page.locator(".memo-measures code").first.inner_text()
    page.get_by_label("The decision", exact=True).fill(f"We wait: {tag}")
    press(page, "Keep it")
    page.get_by_role("link", name="Read and print").click()
    expect(page.locator(".bound")).to_contain_text("1 of 2")


@pytest.mark.long
def test_a_run_goes_on_through_a_reload_and_can_be_stopped(told_server: Server, told: Told, browser_page: Page) -> None:
    told.say, page = parcels, browser_page
    place = a_product(told_server, page, table(QUESTIONS), BEFORE)
    told.hold(after=2)
    page.goto(f"{place}/evaluate")
    expecting(page, "50")
    expect(page.get_by_text("2 of 6 outputs")).to_be_visible()
    page.reload()
    expect(page.get_by_text("2 of 6 outputs")).to_be_visible()
    told.release()
    expect(page.get_by_role("link", name="Read what came out")).to_be_visible()
    expect(page.locator(".actions .hint").last).to_contain_text("0 of 6")

    told.hold(after=1)
    page.goto(f"{place}/evaluate?part=all")
    expecting(page, "50")
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("You stopped this run.")).to_be_visible()
    told.release()
    press(page, "Go on with it")
    expect(page.get_by_role("link", name="Read what came out")).to_be_visible()
    expect(page.locator(".actions .hint").last).to_contain_text("0 of 12")
    expect(page.get_by_text("6 of the 12 outputs are answers of earlier evaluations")).to_be_visible()

    asked = told.calls
    page.goto(f"{place}/evaluate?part=all")
    expecting(page, "50")
    expect(page.get_by_text("All outputs are answers of earlier evaluations")).to_be_visible()
    assert told.calls == asked
    page.goto(f"{place}/evaluate?part=all")
    page.get_by_label("Ask again what an earlier evaluation asked").check()
    expecting(page, "50")
    expect(page.get_by_role("link", name="Read what came out")).to_be_visible()
    expect(page.get_by_text("answers of earlier evaluations")).not_to_be_visible()
    assert told.calls == asked + 12


@pytest.mark.long
def test_two_tabs_read_the_same_evaluation_and_neither_is_lost(told_server: Server, browser_page: Page) -> None:
    first, second = browser_page, browser_page.context.new_page()
    place = a_product(told_server, first, "question,output\nWhere?,On its way.\nWhen?,Soon.\nWho?,Me.\n")
    for page in (first, second):
        page.goto(place)
        page.get_by_role("link", name=re.compile("^Read( on)?: outputs of")).click()
        reading(page, "1 of 3")
    press(first, "Pass")
    reading(first, "2 of 3")
    press(second, "Fail")
    reading(second, "2 of 3")
    expect(second.locator(".read-progress")).to_contain_text("1 read, 0 of them pass")
    first.reload()
    expect(first.locator(".read-progress")).to_contain_text("1 read, 0 of them pass")


@pytest.mark.long
def test_every_page_of_a_product_is_for_every_eye(told_server: Server, told: Told, browser_page: Page) -> None:
    told.say, page = parcels, browser_page
    place = a_product(told_server, page, ANSWERED, BEFORE)
    mode = page.request.post(f"{place}/modes/new", form={"name": "promises what nobody knows"})
    fields = dict.fromkeys(re.findall(r'name="(mode-[^"]+)"', mode.text()), re.findall(r'value="([0-9a-f]{32})"', mode.text())[0])
    page.request.post(f"{place}/modes", form=fields)
    page.request.post(f"{place}/checks", form={"kind": "contains", "value": "order number"})
    page.request.post(f"{place}/evaluate", form={"version": "1", "part": "all", "expected": "50", "certainty": "1"})
    page.request.post(f"{place}/versions", form={"system": AFTER, "user": "{{question}}", "reason": "asks for the number"})
    page.request.post(f"{place}/evaluate", form={"version": "2", "part": "all", "expected": "50", "certainty": "1"})
    page.request.post(f"{place}/memo", form={"title": "A decision", "decision": "We ship to 30 % of them."})
    page.goto(place)
    for link in page.locator(".evaluation-list li > a:first-child").all()[:2]:
        told_server.get(link.get_attribute("href") or "")
    look = page.request.post(f"{place}/bring-in", multipart={"text": "question,mail\nWhere?,ada@example.org\n"}).url
    read = page.locator(".evaluation-list a[href*='/read/']").last.get_attribute("href") or ""
    ran = page.locator(".evaluation-list li > a:first-child").first.get_attribute("href") or ""
    page.goto(told_server.url(ran))
    expect(page.get_by_role("link", name="Read what came out")).to_be_visible()
    parts = ("", "/bring-in", "/versions", "/evaluate", "/modes", "/checks", "/compare", "/memo", "/memo/read", "/hand-over")
    found = []
    for path in ("/product/new", look, read, ran, *(place + part for part in parts)):
        page.goto(path if path.startswith("http") else told_server.url(path))
        unfold(page.locator("main"))
        found += eyes(page, NARROW)
    assert not found, "\n".join(found)
