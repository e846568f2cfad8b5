"""What the model reads and writes is seen sign by sign: the mono face joins none of them, on any page."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page
from server_fixture import Server

from fluencylab.instruments import instruments

SHEETS = [file for file in (Path(__file__).parents[2] / "fluencylab").rglob("*.css") if "vendor" not in file.parts]
PAGES = ["/", "/today", "/style", "/debug", "/model", "/data", *(f"/labs/{lab}" for lab in sorted(instruments()) if lab != "assistant")]
JOINED = """() => [...document.querySelectorAll("body *")].filter((one) => {
    const style = getComputedStyle(one);
    const off = style.fontFeatureSettings.includes('"calt" 0') && style.fontVariantLigatures === "none";
    return style.fontFamily.startsWith('"JetBrains Mono"') && !off;
}).map((one) => `${one.tagName.toLowerCase()}.${one.className}`)"""


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: f"{sheet.parent.parent.name}-{sheet.name}")
def test_wherever_a_style_takes_the_mono_face_it_takes_no_ligatures(sheet: Path) -> None:
    rules = re.findall(r"[^{}]*\{[^{}]*var\(--model\)[^{}]*\}", sheet.read_text(encoding="utf-8"))
    taking = [rule for rule in rules if re.search(r"font(-family)?:[^;{}]*var\(--model\)", rule)]
    assert [rule for rule in taking if "font-variant-ligatures: none" not in rule or '"calt" 0' not in rule] == []


@pytest.mark.long
@pytest.mark.page
def test_no_element_of_a_page_joins_signs_in_the_mono_face(told_server: Server, browser_page: Page) -> None:
    for path in PAGES:
        browser_page.goto(told_server.url(path))
        assert browser_page.evaluate(JOINED) == [], path
