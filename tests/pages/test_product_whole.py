"""A product from a spreadsheet to a folder for engineers, each step on its page; promptfoo and Inspect agree at the end."""

import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from playwright.sync_api import Page, expect
from server_fixture import PATIENCE, Server
from workbench.bundle_run import Echo, inspect, of_inspect, of_promptfoo, promptfoo

from .conftest import Told
from .test_product import expecting, name_what_goes_wrong, press, read_all

pytestmark = [pytest.mark.page, pytest.mark.long]
N = 60
BEFORE = "You answer customers of a parcel service."
AFTER = f"{BEFORE} Ask for the order number."
RIGHT, NOON, RUDE, MADE_UP = "Please tell me the order number.", "Tomorrow by noon, madam.", "No idea, madam.", "It is in Oslo, madam."
NOTES = {NOON: "promises a day", RUDE: "is rude", MADE_UP: "made up a place"}
RUBRIC = "PASS an answer that asks for the order number.\nFAIL any other answer."


def desk(instructions: str, question: str) -> str:
    """Of three parcels one goes well; told to, it asks for the number of one more. Nothing keeps it from making up where the third is."""
    number = int((re.findall(r"\d+", question) or ["2"])[-1])
    if number % 3 == 0 or (number % 3 == 1 and "Ask for the order number" in instructions):
        return RIGHT
    return MADE_UP if number % 3 == 2 else (RUDE if number % 2 else NOON)


def model(body: dict[str, Any]) -> list[str]:
    """The desk, and a judge of it."""
    first, last = body["messages"][0]["content"], body["messages"][-1]["content"]
    if "judged:" in last:
        return ["PASS"] if "Please tell me" in last.rpartition("judged:")[2] else ["FAIL"]
    return [desk(first, last)]


class Desk(Echo):
    def answer(self, messages: list[dict[str, str]]) -> str:
        return desk(messages[0]["content"], messages[-1]["content"])


def spreadsheet(path: Path) -> None:
    book = Workbook()
    assert book.active is not None
    book.active.append(["Question", "Right answer"])
    for n in range(1, N + 1):
        book.active.append([f"Where is my parcel number {n}?", "Asks for the order number"])
    book.save(path)


def note(text: str) -> str:
    return next((said for output, said in NOTES.items() if output in text), "")


def bring_in(page: Page, told_server: Server, folder: Path) -> str:
    spreadsheet(folder / "questions.xlsx")
    page.goto(told_server.url("/product/new"))
    page.get_by_label("What is it called?").fill("Parcel desk")
    press(page, "Begin, and bring in cases")
    page.locator("input[type=file]").set_input_files(folder / "questions.xlsx")
    press(page, "Look at it")
    press(page, f"Keep {N} cases")
    expect(page.locator(".way")).to_contain_text(f"{N} cases, {N // 2} of them held back")
    return page.url.partition("?")[0]


def a_version(page: Page, place: str, instructions: str, reason: str, label: str) -> None:
    page.goto(f"{place}/versions")
    page.get_by_label("Instructions").fill(instructions)
    page.get_by_label("What a customer sends").fill("{{Question}}")
    page.get_by_label(label).fill(reason)
    press(page, "Keep as version")


def a_check_and_a_judge(page: Page, place: str) -> None:
    page.goto(f"{place}/checks")
    page.get_by_label("An output passes if").select_option(label="it holds these words")
    page.get_by_label("Words, a pattern or a number").fill("order number")
    page.get_by_label("Call it").fill("asks for the number")
    press(page, "Let it look at")
    page.get_by_role("link", name="Let a model judge it").click()
    page.get_by_label("The rubric").fill(RUBRIC)
    page.get_by_label("Call it").fill("the judge")
    press(page, "Keep this judge")
    expect(page.get_by_text("The judge is kept.")).to_be_visible()


def aligned(page: Page, place: str) -> None:
    """Both are foretold, then shown, and both count: every label came after they were written, or is of a case held back."""
    page.goto(f"{place}/checks")
    page.get_by_role("button", name=re.compile("^Ask it about")).last.click()
    trust = page.get_by_role("link", name="See how far to trust it")
    expect(trust).to_be_visible(timeout=5_000 * PATIENCE)
    trust.click()
    for _ in range(2):
        waiting = page.locator("form.predict", has_text="What do you expect of it?").first
        waiting.locator("input[type=number]").first.fill("9")
        waiting.locator("input[type=number]").last.fill("8")
        waiting.get_by_text("fairly sure", exact=True).click()
        waiting.get_by_role("button", name="Show how it agrees").click()
        page.wait_for_load_state()
    expect(page.locator(".check .says", has_text="It counts:")).to_have_count(2)


def decide(page: Page, place: str) -> None:
    page.goto(f"{place}/compare")
    expect(page.locator("#fixed")).to_have_text(re.compile(r"Fixed: ([89]|1\d)$"))
    expect(page.locator("#broken")).to_have_count(0)
    page.get_by_role("link", name="Write it into the memo").click()
    decision = page.get_by_label("The decision", exact=True)
    decision.fill("We ship version 2, which passes 67 %")
    press(page, "Keep it")
    expect(page.locator("#missing")).to_contain_text("“67 %” is neither measured nor marked as assumed")
    decision.fill("We ship version 2, which passes")
    decision.focus()
    page.keyboard.press("Control+End")
    page.locator(".measure", has_text="Outputs that pass").first.click()
    press(page, "Keep it")
    expect(page.get_by_text("It can be handed on.")).to_be_visible()


def specify(page: Page, place: str) -> None:
    page.goto(f"{place}/spec")
    page.get_by_label("What must be true of it?").fill("It usually asks for the order number.")
    press(page, "Keep the sentence")
    expect(page.locator(".vague-word")).to_have_text(["usually"])
    page.get_by_label("An output passes by").select_option(label="asks for the number")
    page.get_by_label("At least so many of 100 pass").fill("55")
    page.get_by_label("On so many cases").fill(str(N // 2))
    press(page, "Put it there")
    page.locator("input[type=number][name=expected]").fill("50")
    page.get_by_text("fairly sure", exact=True).click()
    press(page, "Test it")
    expect(page.get_by_role("link", name="Back to the spec")).to_be_visible(timeout=5_000 * PATIENCE)
    expect(page.locator("main .says").first).to_contain_text(re.compile(r"The spec stops .* of the products that are really worse"))


def handed_over(page: Page, place: str, folder: Path) -> Path:
    page.goto(place)
    page.locator(".way").get_by_role("link", name="Hand it over").click()
    with page.expect_download() as coming:
        page.get_by_role("link", name="Download the folder").click()
    with zipfile.ZipFile(io.BytesIO(Path(coming.value.path()).read_bytes())) as packed:
        packed.extractall(folder)
    (inside,) = [one for one in folder.iterdir() if one.is_dir()]
    return inside


def recorded(bundle: Path) -> dict[tuple[int, int], dict[str, bool | None]]:
    """(version, case) -> what the checks said in the lab."""
    rows = [json.loads(line) for path in sorted((bundle / "results").glob("*.jsonl")) for line in path.read_text("utf-8").splitlines()]
    return {(row["version"], row["case"]): row["verdicts"] for row in rows}


def test_from_a_spreadsheet_to_a_folder_that_other_tools_agree_with(
    told_server: Server, told: Told, browser_page: Page, tmp_path: Path
) -> None:
    told.say, page = model, browser_page
    place = bring_in(page, told_server, tmp_path)
    a_version(page, place, BEFORE, "the one that is live", "Where is it from?")
    expecting(page, "60")
    page.get_by_role("link", name="Read what came out").click()
    assert read_all(page, note) == N // 2
    name_what_goes_wrong(page, set(NOTES.values()))
    a_check_and_a_judge(page, place)
    a_version(page, place, AFTER, "asks for the order number", "What did you change")
    page.goto(f"{place}/evaluate?version=2&part=all")
    expecting(page, "70")
    page.get_by_role("link", name="Read what came out").click()
    assert read_all(page, note) == N
    aligned(page, place)
    decide(page, place)
    specify(page, place)

    bundle = handed_over(page, place, tmp_path / "out")
    here = recorded(bundle)
    code = [one["key"] for one in json.loads((bundle / "checks.json").read_text("utf-8"))["checks"]]
    with Desk().serving() as address:
        results = promptfoo(bundle, tmp_path, address)
        log = inspect(bundle, tmp_path, address, 2)
    there = {one["vars"]["case"]: of_promptfoo(one) for one in results if "version 2" in json.dumps(one["prompt"])}
    with_inspect = {one["id"]: of_inspect(one) for one in log["samples"]}
    assert len(there) == len(with_inspect) == N and code
    for case in range(1, N + 1):
        mine = {key: here[2, case][key] for key in code}
        assert {key: there[case][key] for key in code} == mine == {key: with_inspect[case][key] for key in code}, case
