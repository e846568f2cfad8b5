"""A desk moved by a hand says word for word what the server says at the same address where no script runs."""

from typing import Any, NamedTuple
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect
from server_fixture import Server

from . import test_lab_cost as cost
from . import test_lab_grounding as grounding
from . import test_lab_metrics as metrics
from . import test_lab_sampling as sampling
from .conftest import Told

pytestmark = [pytest.mark.page, pytest.mark.long]
SAID = "[data-d], [data-v], [data-i], [data-there], [data-p], [data-open], [data-right], [data-bill], [data-share], .number, th, #next-kept"
SEEN = """(desk, said) => ({
    texts: [...desk.querySelectorAll(said)].map((one) => one.textContent.replace(/\\s+/g, " ").trim()),
    marks: [...desk.querySelectorAll("i, tr")].map((one) => one.className.trim()).sort(),
    drawn: [...desk.querySelectorAll("rect, circle, line")].flatMap((one) => ["x", "width", "cx", "x1"].map((at) => one.getAttribute(at)))
        .filter(Boolean).map(Number.parseFloat),
})"""
PLAIN = f"""async ([address, place, said]) => {{
    const answer = await fetch(address, {{ headers: {{ Accept: "text/html" }} }});
    return ({SEEN})(new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(place), said);
}}"""
"""The desk of an address as it comes from the server: no script has run in it, nor is it drawn."""


class Desk(NamedTuple):
    """Where it is, once its run is there; what is put before the name of a control in its id."""

    address: str
    place: str
    control: str


def look(page: Page, desk: Desk) -> dict[str, Any]:
    found: dict[str, Any] = page.locator(desk.place).evaluate(SEEN, SAID)
    return found


def agree(server: Server, page: Page, desk: Desk, table: list[dict[str, str]]) -> None:
    page.goto(server.url(desk.address))
    page.locator(desk.place).wait_for()
    for values in table:
        for name, value in values.items():
            control = page.locator(f"#{desk.control}{name}")
            control.select_option(value) if name == "sign" else control.fill(value)
        asked = server.url(f"{desk.address}&{urlencode(_asked(desk, values))}")
        by_script, by_server = look(page, desk), page.evaluate(PLAIN, [asked, desk.place, SAID])
        assert by_script["texts"] == by_server["texts"], values
        assert by_script["marks"] == by_server["marks"], values
        assert by_script["drawn"] == pytest.approx(by_server["drawn"], abs=0.011), values


def _asked(desk: Desk, values: dict[str, str]) -> dict[str, str]:
    return {f"b_{name}" if desk.place == "#bill" else name: value for name, value in values.items()}


def run_of(page: Page) -> str:
    expect(page.locator("#result [data-status=done]").first).to_be_attached()
    return page.locator("#lab-runs input").last.get_attribute("value") or ""


def test_a_line_drawn_among_scores(told_server: Server, browser_page: Page) -> None:
    metrics.measure(told_server, browser_page, metrics.OWN)
    desk = Desk(f"/labs/metrics?run={run_of(browser_page)}", "#desk", "guess-")
    table = [
        {"threshold": "0.35", "base": "2", "alarm": "1", "miss": "100"},
        {"threshold": "0.65", "base": "0.1", "alarm": "0.5", "miss": "12.5"},
        {"threshold": "1", "base": "50", "alarm": "3", "miss": "3"},
        {"threshold": "0", "base": "12.5", "alarm": "0", "miss": "0"},
        {"threshold": "0.5", "base": "25", "alarm": "1000", "miss": "0.5"},
        {"threshold": "0.05", "base": "99.9", "alarm": "2.5", "miss": "7"},
    ]
    agree(told_server, browser_page, desk, table)


def test_four_interfaces_at_ones_own_share_of_unanswerable_questions(told_server: Server, told: Told, browser_page: Page) -> None:
    page, told.say = browser_page, grounding.invents
    page.goto(told_server.url("/labs/grounding"))
    page.locator("summary", has_text="Your own questions").click()
    page.locator("#field-data").fill(grounding.OWN)
    page.locator("#field-questions").fill("4")
    page.locator("#lab-run").click()
    desk = Desk(f"/labs/grounding?run={run_of(page)}", "#desk", "guess-")
    agree(told_server, page, desk, [{"unanswerable": value} for value in ("0", "1", "13", "50", "87", "100")])


def test_a_line_of_sureness(told_server: Server, told: Told, browser_page: Page) -> None:
    page, told.say = browser_page, grounding.wavers
    page.goto(told_server.url("/labs/grounding?parts=know&questions=4&again=2"))
    page.locator("summary", has_text="Your own questions").click()
    page.locator("#field-data").fill(grounding.OWN)
    page.locator("#lab-run").click()
    desk = Desk(f"/labs/grounding?run={run_of(page)}", "#desk", "guess-")
    agree(told_server, page, desk, [{"line": line, "unanswerable": "20"} for line in ("0", "0.33", "0.34", "0.6", "1")])


def test_a_months_bill(told_server: Server, told: Told, browser_page: Page) -> None:
    told.say = cost.sorts
    cost.measure(told_server, browser_page)
    desk = Desk(f"/labs/cost?run={run_of(browser_page)}", "#bill", "b-")
    plain = {"users": "2000", "messages": "6", "read": "130", "written": "3", "price_in": "1", "price_out": "4", "again": "5"}
    table = [
        plain,
        plain | {"read": "1000", "written": "100", "price_in": "2", "price_out": "10", "again": "0"},
        plain | {"users": "1", "messages": "1", "read": "12", "price_in": "0.05", "price_out": "0.05"},
        plain | {"price_in": "0", "price_out": "0"},
        plain | {"users": "12500", "messages": "60", "written": "1000", "price_out": "80", "again": "50"},
    ]
    agree(told_server, browser_page, desk, table)


def test_the_next_token_under_the_sliders(lab_server: Server, browser_page: Page) -> None:
    sampling.lab(lab_server, browser_page)
    sampling.look(browser_page)
    desk = Desk(f"/labs/sampling?run={run_of(browser_page)}&parts=next", "#desk", "guess-")
    table = [
        {"temperature": "0.4", "top_p": "1", "top_k": "0", "min_p": "0"},
        {"temperature": "0", "top_p": "0.5", "top_k": "0", "min_p": "0"},
        {"temperature": "1.5", "top_p": "0.9", "top_k": "40", "min_p": "0"},
        {"temperature": "2", "top_p": "1", "top_k": "500", "min_p": "0.02"},
        {"temperature": "1", "top_p": "0.05", "top_k": "3", "min_p": "0.5"},
    ]
    agree(lab_server, browser_page, desk, table)
