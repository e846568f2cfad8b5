"""What a page asks the database for does not grow with what was ever done: statements and rows of every page, early and late."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from bench import progress as lived
from bench import workbench
from fluencylab.settings import settings
from fluencylab.web import page_basis
from web.conftest import Web

EARLY, LATE = 700, 2_000
"""Pieces of evidence, one every half hour: at both the week and the fortnight that pages look back on are full."""
PAGES = (
    "/",
    "/map",
    "/map/tokens-and-temperature/decisions",
    "/concepts/tokens-and-temperature",
    "/missions/twelve-names-for-one-cafe",
    "/cases/the-tavern-keeper",
    "/cases/the-tavern-keeper/result",
    "/labs/sampling",
    "/review",
    "/report",
    "/self-test",
)
MOST, MOST_OF_THE_REPORT = 16, 28
"""Statements of any page. The report asks what was done of each kind and its minutes day by day, and every sitting: its rows grow."""
SITTINGS = 8
"""Rows that may come of it that there are more sittings of the self-test."""


@contextmanager
def asked(engine: Engine) -> Iterator[list[tuple[str, Any]]]:
    found: list[tuple[str, Any]] = []

    def note(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        found.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


async def cost(web: Web) -> dict[str, tuple[int, int]]:
    """By page: SELECTs, and the rows they give."""
    found = {}
    for page in PAGES:
        assert (await web.get(page)).status_code == 200
        with asked(web.lab.store._engine.sync_engine) as statements:
            await web.get(page)
        database = sqlite3.connect(settings().data / "lab.sqlite")
        selects = [one for one in statements if one[0].lstrip().startswith("SELECT")]
        found[page] = len(selects), sum(len(database.execute(*one).fetchall()) for one in selects)
        database.close()
    return found


OF_A_PRODUCT = ("", "/bring-in", "/versions", "/evaluate", "/evaluations/{run}", "/read/{run}", "/modes", "/checks", "/compare", "/memo")
MOST_OF_A_PRODUCT = 30
FEW, MANY = 60, 1_200
"""Outputs of two versions."""


async def statements(web: Web, outputs: int) -> dict[str, int]:
    """SELECTs of each page of a product, looked at for the second time."""
    product, run = await workbench.fill(web.lab.store, web.lab.learner, outputs)
    found = {}
    for part in OF_A_PRODUCT:
        path = f"/product/{product}{part.format(run=run)}"
        assert (await web.get(path)).status_code == 200
        with asked(web.lab.store._engine.sync_engine) as told:
            await web.get(path)
        found[part] = sum(one[0].lstrip().startswith("SELECT") for one in told)
    return found


async def test_a_page_of_a_product_asks_as_little_with_many_outputs_as_with_few(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    async def anew(lab: Any) -> None:
        return None

    monkeypatch.setattr(page_basis, "basis", anew)
    monkeypatch.setattr(workbench, "READ", FEW // 2)
    few, many = await statements(web, FEW), await statements(web, MANY)
    assert few == many
    assert max(many.values()) <= MOST_OF_A_PRODUCT, many


@pytest.mark.skipif(bool(settings().database), reason="the rows are counted in SQLite")
async def test_a_page_asks_as_little_of_a_learner_of_six_weeks_as_of_one_of_two(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    async def anew(lab: Any) -> None:
        return None

    monkeypatch.setattr(page_basis, "basis", anew)
    await lived.write(web.lab.store, web.lab.learner, EARLY)
    early = await cost(web)
    await web.post("/data/delete", confirm="delete")
    await lived.write(web.lab.store, web.lab.learner, LATE)
    late = await cost(web)
    for page in PAGES:
        (statements, rows), (statements_late, rows_late) = early[page], late[page]
        assert statements_late <= min(statements + 3, MOST_OF_THE_REPORT if page == "/report" else MOST), page
        if page not in ("/report", "/self-test"):
            assert rows_late <= rows + SITTINGS, page
