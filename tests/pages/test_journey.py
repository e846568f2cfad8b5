"""A new learner's whole way: first call, self-test, priorities, a mission, the map, a review a week later, the report; and the same map
on another machine.
"""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect
from server_fixture import Server

from fluencylab.store.tables import Base, UTCDateTime

from .acts import CAFE, CONCEPT, decide, decide_again, option, predict, run, see, stage
from .conftest import Told, use_told
from .test_selftest import answer, judge

pytestmark = [pytest.mark.page, pytest.mark.long, pytest.mark.slow]
WEEK = timedelta(days=8)


@pytest.fixture
def machines(_told: tuple[Told, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Server]]:
    """Two labs of the same person, on two machines."""
    servers = [Server(tmp_path_factory.mktemp(name) / "data") for name in ("old", "new")]
    for server in servers:
        use_told(server, _told[1])
    yield servers
    for server in servers:
        server.stop()


def a_week_passes(server: Server) -> None:
    """While the lab is closed, everything that was done moves a week into the past."""
    server.stop()
    with closing(sqlite3.connect(server.data / "lab.sqlite")) as database, database:
        for table in Base.metadata.tables.values():
            for column in table.columns:
                if isinstance(column.type, UTCDateTime):
                    rows = database.execute(f"SELECT rowid, {column.name} FROM {table.name} WHERE {column.name} IS NOT NULL").fetchall()
                    moved = [((datetime.fromisoformat(at) - WEEK).isoformat(" ", "microseconds"), row) for row, at in rows]
                    database.executemany(f"UPDATE {table.name} SET {column.name} = ? WHERE rowid = ?", moved)
    server.start()


def shown(server: Server) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(server.get("/data/export"))["tables"]["evidence"]
    return sorted(found, key=lambda row: row["made"])


def the_map(server: Server, page: Page) -> list[str]:
    page.goto(server.url("/map"))
    return page.locator("table.map tbody tr").all_inner_texts()


def test_a_new_learners_way(machines: list[Server], browser_page: Page) -> None:
    here, there = machines
    page = browser_page
    here.start()
    page.goto(here.url("/"))
    page.locator("form[data-ask] button[type=submit]").click()
    expect(page.locator(".after-call")).to_be_visible()

    page.locator("#rail").get_by_role("link", name="Self-test").click()
    page.get_by_text("Support bot", exact=True).click()
    page.get_by_role("button", name="Begin with question 1").click()
    page.locator("textarea").fill("It draws one token after another from a list of probabilities, so the next answer differs.")
    page.get_by_role("button", name="Hand in").click()
    page.get_by_role("link", name="Go on to true or false").click()
    judge(page)
    sitting = page.url.removeprefix(here.url("")).split("#")[0].rpartition("/")[0]
    for number in range(2, 8):
        answer(here, sitting, number)
    page.goto(here.url(sitting))
    expect(page.locator("h1")).to_contain_text("Learn this first")
    expect(page.get_by_text("for your product (support bot)").first).to_be_visible()

    before = the_map(here, page)
    page.goto(here.url(f"/missions/{CAFE.slug}"))
    predict(page, CAFE, CAFE.exemplar.accept)
    run(page)
    stage(page, "see")
    see(page, CAFE.seen.sights[1].text)
    decide(page, option(CAFE, best=True))
    decide_again(page, option(CAFE, best=True, twin=True))
    assert the_map(here, page)[CONCEPT.number - 1] != before[CONCEPT.number - 1]

    a_week_passes(here)
    first = shown(here)
    page.goto(here.url("/"))
    expect(page.locator("article[data-rule=review]")).to_be_visible()
    page.goto(here.url("/review"))
    page.get_by_role("button", name=re.compile("Begin")).click()
    page.locator("input[name=option]").first.check()
    page.get_by_text("fairly sure", exact=True).click()
    page.get_by_role("button", name="Answer").click()
    expect(page.locator("article[data-stage=answered]")).to_be_visible()
    new = shown(here)[len(first) :]
    seen = {(row["concept"], row["variant"], row["content"]) for row in first}
    assert new and all((row["concept"], row["variant"], row["content"]) not in seen for row in new), "never the same card"

    page.locator("#rail").get_by_role("link", name="Report").click()
    expect(page.locator(".says")).to_contain_text("of the map’s 30 cells")
    expect(page.get_by_text("One sitting so far")).to_be_visible()
    expect(page.locator(".report-map").get_by_role("rowheader", name=CONCEPT.title)).to_be_visible()

    whole = here.get("/data/export")
    there.start()
    page.goto(there.url("/data"))
    file = page.get_by_label("The file", exact=True)
    file.set_input_files({"name": "me.json", "mimeType": "application/json", "buffer": whole.encode()})
    page.get_by_role("button", name="Restore").click()
    expect(page.get_by_text("Your work is back")).to_be_visible()
    assert the_map(there, page) == the_map(here, page)
