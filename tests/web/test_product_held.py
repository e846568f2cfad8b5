"""What the pages of a product show of thousands of outputs is worked out once, and anew where something has changed."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest

from fluencylab.actions.workbench import comparing
from fluencylab.web import page_basis
from fluencylab.web.pages import sheet as sheets
from fluencylab.workbench import paired

from .conftest import Web
from .test_product import TABLE, begun


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


async def test_what_is_run_is_what_stands_selected_and_its_price_is_seen_first(web: Web) -> None:
    place = await begun(web, TABLE)
    await web.post(f"{place}/versions", user="{{question}}", reason="x")
    page = (await web.get(f"{place}/evaluate")).text
    assert 'name="shown" value="1|open|1"' in page and "Run 6 calls" in page
    said = {"version": "1", "expected": "70", "certainty": "2", "shown": "1|open|1"}
    other = await web.post(f"{place}/evaluate", part="all", draws="2", **said)
    page = (await web.get(other.headers["location"])).text
    assert "nothing was run yet" in page and "Run 24 calls" in page and 'value="70"' in page
    assert re.search(r'name="certainty" value="2" required\s+checked', page)
    assert "Nothing has run yet" not in (await web.get(place)).text, "the recorded answers"
    assert (await web.get(place)).text.count(f'href="{place}/evaluations/') == 1
    same = await web.post(f"{place}/evaluate", part="all", draws="2", **said | {"shown": "1|all|2"})
    assert "/evaluations/" in same.headers["location"]


async def test_a_name_with_quotation_marks_stands_in_single_ones(web: Web) -> None:
    place, _ = await two_versions(web)
    page = (await web.get(f"{place}/memo")).text
    assert "Cases that pass “It holds ‘number’”" in page and "””" not in page
    compared = (await web.get(f"{place}/compare")).text
    assert re.search(r"Recorded answers passes 6 more of 12 cases than recorded answers", compared)


async def test_a_memo_that_two_windows_write_loses_no_sentence(web: Web) -> None:
    """What one of them did not touch stays as the other kept it; a section that both changed holds both."""
    place = await begun(web)
    await web.post(f"{place}/memo", title="Ship", decision="We wait.", mind="More cases.")
    page = (await web.get(f"{place}/memo")).text
    (seen,) = re.findall(r'name="seen" value="([^"]*)"', page)
    await web.post(f"{place}/memo", title="Ship", decision="We wait until May.", mind="More cases.", wrong="It promises a day.", seen=seen)
    again = await web.post(f"{place}/memo", title="Ship", decision="We ship.", mind="Another model.", seen=seen)
    assert again.headers["location"].endswith("/memo?done=both#missing")
    kept = (await web.get(f"{place}/memo?done=both")).text
    for text in ("We wait until May.\n\nWe ship.", "Another model.", "It promises a day."):
        assert text in unescape(kept).replace("\r", ""), text
    assert "More cases." not in kept and "changed in another window meanwhile" in kept
    (seen,) = re.findall(r'name="seen" value="([^"]*)"', kept)
    done = await web.post(f"{place}/memo", title="Ship", decision="We ship.\r\n", mind="Another model.", wrong="", seen=seen)
    assert done.headers["location"].endswith("/memo?done=kept#missing")
    whole = (await web.get(f"{place}/memo")).text
    assert "We wait" not in whole and "promises a day" not in whole, "alone, what was typed is what is kept"
    await web.post(f"{place}/memo", title="Ship", decision="Nobody says what was seen.", seen="x,decision:,:::,mind")
    assert "Nobody says what was seen." in (await web.get(f"{place}/memo")).text
