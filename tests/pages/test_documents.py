"""Files on a lab's form in a real browser: a PDF, a DOCX and one that is refused in one go; dropped, taken out, and without a script."""

import pytest
from documents.making import docx, paragraph, pdf
from playwright.sync_api import FilePayload, Locator, Page, Route, expect
from server_fixture import Opener, Server

from .test_everyone import eyes

pytestmark = pytest.mark.page
HANDBOOK: FilePayload = {"name": "handbook.pdf", "mimeType": "application/pdf", "buffer": pdf(["Returns take 30 days. شحن", ""])}
RULES: FilePayload = {"name": "rules.docx", "mimeType": "", "buffer": docx(paragraph("Rules", "Heading1") + paragraph("Be kind 🚚."))}
TOOL: FilePayload = {"name": "<i>tool.pdf", "mimeType": "application/pdf", "buffer": b"MZ\x90\0"}
TABLE = "() => { const held = new DataTransfer(); held.items.add(new File(['item,price\\nlamp,5'], 'prices.csv')); return held; }"
RULES_READ = "=== rules.docx ===\n\n# Rules\n\nBe kind 🚚."


def open_lab(server: Server, page: Page) -> Locator:
    """The part of the form that takes documents."""
    page.goto(server.url("/labs/retrieval"))
    page.get_by_text("Your own documents", exact=False).first.click()
    place = page.locator(".documents")
    expect(place.locator("textarea")).to_be_visible()
    return place


def test_files_become_text_in_the_box_with_a_line_for_each(told_server: Server, browser_page: Page) -> None:
    page = browser_page
    place = open_lab(told_server, page)
    box, lines = place.locator("textarea"), place.locator(".documents-said p")
    box.fill("Typed.")
    place.get_by_label("Add files").set_input_files([HANDBOOK, TOOL, RULES])
    expect(lines.nth(0)).to_contain_text("handbook.pdf: 2 pages, 5 words. 1 of 2 pages holds no text: it is a picture.")
    expect(lines.nth(1)).to_contain_text("Not read: “<i>tool.pdf” is a program, whatever its name says. Choose a PDF,")
    expect(lines.nth(2)).to_contain_text("rules.docx: 3 words.")
    expect(box).to_have_value(f"Typed.\n\n=== handbook.pdf ===\n\nReturns take 30 days. نحش\n\n{RULES_READ}")
    assert not eyes(page, 390)

    page.get_by_role("button", name="Take it out: handbook.pdf").click()
    place.dispatch_event("drop", {"dataTransfer": page.evaluate_handle(TABLE)})
    expect(lines.last).to_contain_text("prices.csv: 1 row, 2 columns, 4 words.")
    expect(box).to_have_value(f"Typed.\n\n{RULES_READ}\n\n=== prices.csv ===\n\nitem: lamp\nprice: 5")

    many: list[FilePayload] = [{"name": f"{n}.txt", "mimeType": "", "buffer": b"a"} for n in range(500)]
    place.get_by_label("Add files").set_input_files(many)
    expect(lines.last).to_have_text("Not read: 500 files at once are too many; 50 are read. Choose fewer. Nothing was read.")


@pytest.mark.long
def test_nothing_is_run_while_a_file_is_read_and_leaving_the_page_ends_it(told_server: Server, browser_page: Page) -> None:
    page = browser_page
    held: list[Route] = []
    page.route("**/labs/retrieval/read", lambda route: held.append(route))
    place = open_lab(told_server, page)
    place.get_by_label("Add files").set_input_files([RULES])
    expect(place.locator(".documents-said p")).to_have_text("rules.docx: being read")
    page.locator("#lab-run").click()
    expect(place.locator(".documents-said p").last).to_have_text("Files are still being read. Run when each of them has its line here.")
    held[0].continue_()
    expect(place.locator(".documents-said p")).to_have_count(1)
    expect(place.locator("textarea")).to_have_value(RULES_READ)
    place.get_by_label("Add files").set_input_files([HANDBOOK])
    expect(place.locator(".documents-said p")).to_have_count(2)
    page.goto(told_server.url("/labs"))


def test_files_chosen_before_the_script_has_come_are_read_when_it_has(told_server: Server, browser_page: Page) -> None:
    page = browser_page
    held: list[Route] = []
    page.route("**/js/documents.js", lambda route: held.append(route))
    page.goto(told_server.url("/labs/retrieval"), wait_until="commit")
    page.get_by_label("Add files").set_input_files([RULES])
    while not held:
        page.wait_for_timeout(50)
    held[0].continue_()
    place = page.locator(".documents")
    expect(place.locator(".documents-said p")).to_contain_text("rules.docx: 3 words.")
    expect(place.locator("textarea")).to_have_value(RULES_READ)


@pytest.mark.long
def test_without_a_script_files_are_read_with_the_form(told_server: Server, open_page: Opener) -> None:
    page = open_page(java_script_enabled=False)
    place = open_lab(told_server, page)
    place.get_by_label("Add files").set_input_files([TOOL, RULES])
    page.locator("#lab-run").click()
    expect(page.locator(".trouble")).to_contain_text("“<i>tool.pdf” is a program, whatever its name says.")
    expect(page.locator(".documents textarea")).to_have_value(RULES_READ)
