"""A run is kept with a note, found after a reload, compared with another, taken along in every form, and opened again by its link."""

import re
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect
from server_fixture import Opener, Server

from .conftest import Told
from .test_everyone import eyes

pytestmark = [pytest.mark.page, pytest.mark.long]


def run_at(page: Page, server: Server, temperature: str) -> str:
    """A run of the sampling lab through its page; gives its id."""
    page.goto(server.url(f"/labs/sampling?parts=again&temperatures={temperature}&samples=8#again"))
    page.locator("[data-runs]:visible").first.click()
    sheet = page.locator("[data-view=again] [data-status=done]")
    expect(sheet).to_be_visible()
    return str(sheet.get_attribute("data-run"))


def test_run_keep_reload_compare_export_and_open_the_link_in_a_second_tab(
    open_page: Opener, told_server: Server, told: Told, tmp_path: Path
) -> None:
    page = open_page(accept_downloads=True)
    first = run_at(page, told_server, "0")
    page.locator("#keep-form > summary").click()
    page.fill("#keep-name", "Always the same")
    page.fill("#keep-note", "At 0 nothing varies. Ask Ana.")
    page.get_by_role("button", name="Keep this run").click()
    expect(page.locator(".kept-note")).to_contain_text("Ask Ana")
    page.reload()
    expect(page.locator(".kept-note")).to_contain_text("Always the same")

    second = run_at(page, told_server, "1.5")
    page.goto(told_server.url(f"/compare?a={first}"))
    page.locator(f'a[href$="b={second}"]').click()
    expect(page.locator(".compare-settings")).to_contain_text("0 against 1.5; all else equal but the seed")
    expect(page.locator(".compare-table")).to_contain_text("Probably lower in B")
    expect(page.locator(".answer-pairs del").first).to_be_visible()

    page.goto(told_server.url("/kept?q=ana"))
    page.get_by_role("link", name="Always the same", exact=True).click()
    page.locator("#take-along > summary").click()
    expect(page.locator(".chart-canvas svg").first).to_be_visible()
    files = {}
    for name in ("Workbook", "Measures", "Answers"):
        files[name] = save(page, f'a:text-is("{name}")', tmp_path)
    for kind in ("svg", "png"):
        files[kind] = save(page, f"[data-picture={kind}]", tmp_path)
    assert openpyxl.load_workbook(files["Workbook"]).sheetnames == ["result", "measures", "answers", "conditions"]
    assert files["Measures"].read_text("utf-8-sig").startswith("measure,value,low,high,n,interval")
    assert files["Answers"].read_text("utf-8-sig").count("The Harbour") == 8
    picture = files["svg"].read_text("utf-8")
    assert "Told 1B" in picture and "Fluency Lab · " in picture and "@font-face" in picture and "var(--" not in picture
    assert files["png"].read_bytes().startswith(b"\x89PNG") and len(files["png"].read_bytes()) > 20_000

    link = re.search(r"<(http[^>]+)>", page.locator("#take-along pre").inner_text())
    assert link
    other = page.context.new_page()
    other.goto(link[1])
    expect(other.get_by_role("heading", level=1)).to_have_text("Always the same")
    expect(other.locator(f"#sheet-{first} .answers")).to_contain_text("The Harbour")


def save(page: Page, selector: str, folder: Path) -> Path:
    with page.expect_download() as coming:
        page.locator(selector).click()
    file = folder / coming.value.suggested_filename
    coming.value.save_as(file)
    return file


def test_the_pages_have_no_fault_that_axe_finds_and_nothing_scrolls_sideways(browser_page: Page, told_server: Server, told: Told) -> None:
    page = browser_page
    first, second = run_at(page, told_server, "0"), run_at(page, told_server, "1")
    assert told_server.post(f"/runs/{first}/keep", name="A name", note="A note") == 200
    for address in (f"/runs/{first}", "/kept", "/kept?q=nothing-like-it", f"/compare?a={first}", f"/compare?a={first}&b={second}"):
        page.goto(told_server.url(address))
        assert eyes(page, 390) == [], address


def test_the_bill_survives_a_reload_and_is_kept_with_a_note(open_page: Opener, told_server: Server) -> None:
    page = open_page()
    page.goto(told_server.url("/labs/cost#bill"))
    page.fill("#b-users", "123456")
    says = page.locator("#bill-says").inner_text()
    page.reload()
    expect(page.locator("#b-users")).to_have_value("123456")
    assert page.locator("#bill-says").inner_text() == says
    page.locator("#keep-bill-form > summary").click()
    page.fill("#bill-name", "Bill for the board")
    page.get_by_role("button", name="Keep this bill").click()
    page.get_by_role("link", name="Bill for the board", exact=True).click()
    expect(page.locator("#b-users")).to_have_value("123456")
