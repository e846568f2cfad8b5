"""What the button of a lab says it would run is right when the page comes, and no script has to mend it."""

import re
from html.parser import HTMLParser

import pytest

from fluencylab import labs
from fluencylab.web.lab_pages import lab_pages
from fluencylab.web.units import SPACE
from web.conftest import Web


class Fields(HTMLParser):
    """What the form of a lab would send as its page came."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.sent: dict[str, list[str]] = {}
        self._inside, self._text, self._select = False, "", ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        had = dict(attrs)
        name, value = had.get("name") or "", had.get("value") or ""
        if tag == "form":
            self._inside = had.get("id") == "lab-form"
        elif not self._inside:
            return
        elif tag == "select":
            self._select = name
        elif tag == "option" and "selected" in had:
            self.sent.setdefault(self._select, []).append(value)
        elif tag == "textarea":
            self._text = name
            self.sent[name] = [""]
        elif tag == "input" and had.get("type") != "file" and (had.get("type") not in ("radio", "checkbox") or "checked" in had):
            self.sent.setdefault(name, []).append(value)

    def handle_data(self, data: str) -> None:
        if self._text:
            self.sent[self._text] = [self.sent[self._text][0] + data.removeprefix("\n")]

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._text = ""
        elif tag == "form":
            self._inside = False


def button(html: str) -> str:
    """What the button says; "" where a lab has several of its own, without a count."""
    found = re.search(r'<button[^>]*id="lab-run"[^>]*>(.*?)</button>', html, re.S)
    return re.sub("<.*?>", "", found[1], flags=re.S).strip().replace(SPACE, " ") if found else ""


OURS = [name for name, one in labs.found().labs.items() if not one.wheel]
VIEWS = [(name, view) for name in OURS for view in getattr(lab_pages()[name], "views", {})]


@pytest.mark.long
@pytest.mark.parametrize(("lab", "view"), [*((name, "") for name in OURS), *VIEWS])
async def test_the_button_says_what_would_run_before_any_script(web: Web, lab: str, view: str) -> None:
    """“Run 181 calls” stood on it before “1 call”: the count of all views, until the script had asked for that of the one shown."""
    html = (await web.get(f"/labs/{lab}{f'?parts={view}' if view else ''}")).text
    if not (said := button(html)) or "again" in said:
        pytest.skip("its button does not say how many")
    planned = await web.client.post(f"/labs/{lab}/plan", data=Fields(html).sent)
    assert planned.status_code == 200, planned.text
    assert said == planned.json()["says"]


async def test_a_form_that_cannot_be_run_promises_no_count(web: Web) -> None:
    """It promised 41 calls, those of the untouched form, beside the sentence that said why it cannot be run."""
    scores = "text,label,score\nIt broke.,complaint,0.9\nThanks!,praise,0.2"
    refused = await web.post("/labs/metrics", parts="confusion", data=scores, positive="neither")
    assert refused.status_code == 422 and "cannot be used" in refused.text
    assert button(refused.text) == "Run"
