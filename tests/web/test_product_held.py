"""What the pages of a product show of thousands of outputs is worked out once, and anew where something has changed."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from fluencylab.actions.workbench import comparing
from fluencylab.web import page_basis
from fluencylab.web.pages import sheet as sheets
from fluencylab.workbench import paired

from .conftest import Web
from .test_product import begun


class Counting:
    """A function that counts how often it is called."""

    def __init__(self, of: Callable[..., Any]) -> None:
        self.of, self.calls = of, 0

    def __call__(self, *given: Any, **named: Any) -> Any:
        self.calls += 1
        return self.of(*given, **named)


async def drawn_anew(lab: Any) -> None:
    """No page is kept from one time to the next."""


async def two_versions(web: Web, n: int = 12) -> tuple[str, list[str]]:
    """A product with recorded answers of two versions on the same cases, and a check. Gives its address and the runs, the later first."""
    place = await begun(web)
    for version in (1, 2):
        await web.post(f"{place}/versions", user="{{question}}", system=f"Try {version}", reason="x")
    for answer in ("It is late", "Tell me the number"):
        text = "question,output\n" + "\n".join(f"Where is parcel {i}?,{answer if i % 2 else 'No.'}" for i in range(n))
        look = (await web.post(f"{place}/bring-in", text=text)).headers["location"]
        await web.post(look)
    await web.post(f"{place}/checks", kind="contains", value="number")
    runs = list(dict.fromkeys(re.findall(rf"{place}/read/([0-9a-f]+)", (await web.get(place)).text)))
    return place, runs


async def test_a_comparison_is_worked_out_once_until_what_was_said_changes(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_basis, "basis", drawn_anew)
    counting = Counting(paired.compare)
    monkeypatch.setattr(comparing, "compare", counting)
    place, runs = await two_versions(web)
    address = f"{place}/compare?a={runs[1]}&b={runs[0]}"
    first = (await web.get(address)).text
    assert "6 fixed, 0 broken" in first and counting.calls == 1
    assert (await web.get(address)).text == first and counting.calls == 1
    for run in runs:
        for seq in (1, 2, 3):
            await web.post(f"{place}/read/{run}/{seq}", verdict="pass")
    by_hand = f"{address}&by=labels"
    assert "come to the same on each of 3 cases" in (await web.get(by_hand)).text
    await web.post(f"{place}/read/{runs[0]}/2", verdict="fail")
    assert "0 fixed, 1 broken" in (await web.get(by_hand)).text


async def test_an_ended_evaluation_is_drawn_once_and_what_was_read_since_is_said(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_basis, "basis", drawn_anew)
    place, (run, *_) = await two_versions(web)
    counting = Counting(sheets.load)
    monkeypatch.setattr(sheets, "load", counting)
    for _ in range(2):
        assert "0 of 12\n  read" in (await web.get(f"{place}/evaluations/{run}")).text
    await web.post(f"{place}/read/{run}/1", verdict="pass")
    page = (await web.get(f"{place}/evaluations/{run}")).text
    assert "1 of 12\n  read" in page and "12 outputs, one for each case" in page
    assert counting.calls == 1
