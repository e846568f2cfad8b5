"""Functions of our scripts, called in a real browser with no server behind it.

def test_it_agrees(scripts: Scripts) -> None:
    assert scripts.call("/static/js/desk.js", "wilson", [(1, 2), (3, 4)]) == [...]
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route
from server_fixture import Opener

import fluencylab

PACKAGE = Path(fluencylab.__file__).parent
CALLED = """async ([module, name, rows]) => {
    const given = await import(module);
    return rows.map((row) => given[name](...row));
}"""


def place(address: str) -> Path:
    """The file behind /static/js/desk.js or /static/labs/cost/bill.js."""
    _, _, kind, *names = address.split("/")
    return PACKAGE / "labs" / names[0] / "static" / names[1] if kind == "labs" else PACKAGE / "web" / "static" / "js" / names[0]


class Scripts:
    def __init__(self, page: Page) -> None:
        self._page = page
        page.route("**/*", self._answer)
        page.goto("http://scripts.test/")

    def _answer(self, route: Route) -> None:
        address = route.request.url.removeprefix("http://scripts.test")
        if address.startswith("/static/"):
            route.fulfill(body=place(address).read_text(encoding="utf-8"), content_type="text/javascript")
        else:
            route.fulfill(body="<!doctype html><title>empty</title><link rel=icon href=data:,>", content_type="text/html")

    def call(self, module: str, function: str, table: Sequence[Sequence[Any]]) -> list[Any]:
        """What the function gives for each row of arguments."""
        found: list[Any] = self._page.evaluate(CALLED, [module, function, [list(row) for row in table]])
        return found


@pytest.fixture
def scripts(open_page: Opener) -> Iterator[Scripts]:
    yield Scripts(open_page())
