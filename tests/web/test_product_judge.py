"""A judge and a second reader over the wire: what is said before a button is pressed, what is shown only afterwards, what is refused."""

import re
from typing import Any

import pytest
from lab_fixture import PATIENCE, Endpoint

from fluencylab.models import catalogue

from .conftest import Web

N = 48
SAID = ("Tomorrow at noon", "fail"), ("It is on its way to you", "pass")
ROWS = "question,output,label,note\n" + "".join(f"Where is parcel {n}?,{SAID[n % 2][0]} ({n}).,{SAID[n % 2][1]},\n" for n in range(N))
BLANK = ROWS.replace(",pass,", ",,").replace(",fail,", ",,")


def knows(body: dict[str, Any]) -> list[str]:
    return ["It names a day.\n", "FAIL" if "Tomorrow" in body["messages"][-1]["content"].rpartition("judged:")[2] else "PASS"]


async def begun(web: Web, text: str = ROWS) -> str:
    place = str((await web.post("/product/new", name="Parcel desk")).headers["location"].split("/bring-in")[0])
    await web.post((await web.post(f"{place}/bring-in", text=text)).headers["location"])
    return place


async def a_judge(web: Web, place: str, **fields: str) -> str:
    """Its id."""
    kept = await web.post(f"{place}/judge", rubric="No day may be named.", **fields)
    assert kept.status_code == 303, kept.text[:2000]
    return str(kept.headers["location"].rpartition("#check-")[2])


async def asked(web: Web, place: str, check: str, which: str = "all") -> str:
    """The page of its run, when it has ended."""
    watch = (await web.post(f"{place}/checks/{check}/ask", which=which)).headers["location"]
    run = watch.rpartition("/")[2]
    for _ in range(PATIENCE * 20):
        page = (await web.get(watch)).text
        if 'data-status="done"' in page:
            return page
        async with web.lab.store.read():
            pass
    raise AssertionError(f"run {run} did not end")


async def test_a_judge_is_asked_predicted_shown_and_counted(web: Web, endpoint: Endpoint) -> None:
    endpoint.says = knows
    place = await begun(web)
    assert "No day may be named" not in (await web.get(f"{place}/judge")).text
    check = await a_judge(web, place, name="No days")
    page = (await web.get(f"{place}/checks")).text
    assert "It has not been asked yet." in page and f"Ask it about {N} outputs: {N} calls, about" in page
    assert "are sent to Told at 127.0.0.1, over the network" in page
    assert "See how far to trust it" in await asked(web, place, check)
    page = (await web.get(f"{place}/checks")).text
    assert "What do you expect of it?" in page
    assert "It counts" not in page and "does not count" not in page and "kappa" not in page, "nothing is shown before"
    assert "disagree" not in page and "says the same" not in page
    refused = await web.post(f"{place}/checks/{check}/expect", **{f"passes-{check}": "12", f"fails-{check}": "8", "certainty": "2"})
    assert "how many of ten" in refused.text
    await web.post(f"{place}/checks/{check}/expect", **{f"passes-{check}": "9", f"fails-{check}": "6", "certainty": "2"})
    page = (await web.get(f"{place}/checks")).text
    assert "It counts: of 12 outputs" in page or "It does not count yet: of 1" in page
    assert "What you expected, and what came" in page and "You expected 60\u00a0%" in page
    again = await web.post(f"{place}/checks/{check}/expect", **{f"passes-{check}": "10", f"fails-{check}": "10", "certainty": "3"})
    assert "was said before" in again.text
    assert "by it" not in (await web.get(f"{place}/compare")).text


async def test_a_judge_that_says_the_same_of_everything_is_refused_and_the_guesser_stands_beside_it(web: Web, endpoint: Endpoint) -> None:
    endpoint.says = lambda body: ["PASS"]
    place = await begun(web)
    check = await a_judge(web, place)
    assert "It says the same of all" in await asked(web, place, check)
    await web.post(f"{place}/checks/{check}/expect", **{f"passes-{check}": "10", f"fails-{check}": "9", "certainty": "3"})
    page = (await web.get(f"{place}/checks")).text
    assert "It does not count yet" in page and "More labels will not change that" in page and "always saying" in page
    assert "You expected 90\u00a0%, more than that: it is 0\u00a0%" in page


async def test_what_a_judge_passes_of_unread_outputs_is_corrected_or_there_is_no_number(web: Web, endpoint: Endpoint) -> None:
    endpoint.says = knows
    place = await begun(web)
    later = "".join(f"And parcel {n}?,{'Tomorrow' if n % 4 else 'On its way'} {n}.,,\n" for n in range(20))
    await web.post((await web.post(f"{place}/bring-in", text="question,output,label,note\n" + later)).headers["location"])
    check = await a_judge(web, place)
    await asked(web, place, check)
    await web.post(f"{place}/checks/{check}/expect", **{f"passes-{check}": "10", f"fails-{check}": "9", "certainty": "3"})
    page = (await web.get(f"{place}/checks")).text
    assert "It passes 25\u00a0% (11 to 47\u00a0%, 5 of 20). Corrected for its errors on" in page


async def test_what_the_judge_wrote_is_never_markup_and_stands_where_it_could_not_tell(web: Web, endpoint: Endpoint) -> None:
    endpoint.says = lambda body: ["<script>alert(1)</script> en tiedä"]
    place = await begun(web, BLANK)
    check = await a_judge(web, place)
    page = await asked(web, place, check)
    assert "can tell nothing" in page
    page = (await web.get(f"{place}/checks")).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; en tiedä" in page and "<script>alert" not in page
    assert f"of {N} it cannot be told" in page


async def test_a_judge_of_ones_own_family_is_warned_of(web: Web, endpoint: Endpoint) -> None:
    endpoint.says = lambda body: ["PASS"]
    place = await begun(web, "question\nWhere?\nWhen?\n")
    await web.post(f"{place}/versions", user="{{question}}")
    run = (await web.post(f"{place}/evaluate", version="1", expected="50", certainty="1")).headers["location"]
    for _ in range(PATIENCE * 20):
        if 'data-status="done"' in (await web.get(run)).text:
            break
    assert "of the family that it judges" in (await web.get(f"{place}/judge")).text
    await a_judge(web, place)
    assert "Told judges its own answers here" in (await web.get(f"{place}/checks")).text


async def test_a_judge_whose_model_is_gone_keeps_what_it_said(web: Web, endpoint: Endpoint) -> None:
    endpoint.says = knows
    place = await begun(web)
    check = await a_judge(web, place)
    await asked(web, place, check)
    catalogue.remove("told")
    page = (await web.get(f"{place}/checks")).text
    assert "The model that it asks, Told, is not here any more" in page and "24 of 48 outputs pass" in page
    assert (await web.post(f"{place}/checks/{check}/ask")).status_code in (404, 422)


async def test_a_second_reader_is_blind_and_two_are_compared(web: Web) -> None:
    place = await begun(web)
    page = (await web.get(f"{place}/readers")).text
    assert "48 outputs read" in page
    refused = await web.post(f"{place}/readers", reader="  ")
    assert "A reader has a name" in refused.text
    first = (await web.post(f"{place}/readers", reader="Tom & Co")).headers["location"]
    for number in range(6):
        page = (await web.get(first)).text
        assert "Reading as" in page and "You said" not in page and "Tom &amp; Co" in page, "whatever the capitals"
        form = re.search(r'action="([^"]+/read/\d+)" class="verdict"', page)
        assert form
        said = "pass" if number % 2 else "fail"
        first = (await web.post(form[1], reader="tom & co" if number else "Tom & Co", verdict=said, note="<b>his</b> note")).headers[
            "location"
        ]
    page = (await web.get(f"{place}/readers")).text
    assert re.search(r"You and Tom &amp; Co give \d of 6 outputs the same mark|You and Tom &amp; Co give", page)
    assert "6 outputs read" in page and "<b>his" not in page


async def test_a_sheet_goes_out_and_comes_back(web: Web) -> None:
    place = await begun(web)
    sheet = await web.get(f"{place}/readers/labels.csv")
    assert sheet.headers["content-disposition"] == 'attachment; filename="labels.csv"'
    text = sheet.text.lstrip("\ufeff")
    assert "pass or fail" in text and ",pass," not in text and text.count("\r\n") == N + 1
    filled = text.replace(").,,", ").,pass,", 10).replace(").,,", ").,hm,", 1)
    sent = await web.client.post(f"{place}/readers/sheet", data={"reader": "Inês"}, files={"file": ("back.csv", filled.encode())})
    page = (await web.get(sent.headers["location"])).text
    assert "10 labels came in." in page and "“hm”" in page and "37 rows say nothing yet." in page
    assert "You and Inês give" in page
    for name, content, says in (("x.csv", b"", "No file was chosen"), ("x.csv", b"a,b\n1,2\n3,4\n", "no sheet of labels")):
        refused = await web.client.post(
            f"{place}/readers/sheet", data={"reader": "Inês"}, files={"file": (name, content)}, headers={"Accept": "text/html"}
        )
        assert says in refused.text


async def test_the_recorded_readers_and_judge_are_shown_as_recorded(web: Web) -> None:
    place = (await web.post("/product/practice")).headers["location"].partition("?")[0]
    assert "Look at two readers who are recorded" in (await web.get(f"{place}/readers")).text
    page = (await web.get((await web.post(f"{place}/readers/recorded")).headers["location"])).text
    assert "Inês Carvalho and Tom Adeleke give 24 of 30 outputs the same mark" in page
    assert "the policy is not written down" in page and "Leads the reception, recorded" in page
    assert "Where they differ: 6" in page
    form = re.search(r'name="run" value="(\w+)"><input type="hidden" name="output" value="(\d+)"', page)
    assert form
    await web.post(f"{place}/readers/rules", says="A weekday must fit its date.", run=form[1], output=form[2], verdict="fail")
    page = (await web.get(f"{place}/readers")).text
    assert "By it, this output fails." in page and "24 of 30" in page
    assert "A weekday must fit its date." in (await web.get(f"{place}/judge")).text, "the next judge is given it"
    await web.post(f"{place}/checks/recorded")
    page = (await web.get(f"{place}/checks?against=*")).text
    assert "A judge whose verdicts are <b>recorded</b>" in page and "What do you expect of it?" in page


@pytest.mark.parametrize(
    ("part", "fields", "says"),
    [
        ("/judge", {"rubric": " "}, "needs a rubric"),
        ("/judge", {"rubric": "x", "model": "gone"}, "no model named gone"),
        ("/judge", {"rubric": "x", "bar": "7"}, "50 to 99"),
        ("/judge", {"rubric": "x", "bar": "high"}, "50 to 99"),
        ("/judge", {"rubric": "x", "example": "r/²"}, "that you have read"),
        ("/judge", {"rubric": "a\0b"}, "no text"),
        ("/judge", {"rubric": "x" * 9000}, "cannot be used"),
        ("/checks/none/ask", {}, "no such check"),
        ("/checks/none/expect", {"certainty": "1"}, "how many of ten"),
        ("/checks/recorded", {}, "Nothing is recorded"),
        ("/readers/rules", {"says": ""}, "A rule is a sentence"),
        ("/readers/rules", {"says": "x", "run": "none", "output": "1"}, "no such evaluation"),
        ("/readers/rules/none/remove", {}, "no such rule"),
        ("/readers/recorded", {}, "Nothing is recorded"),
        ("/readers/none/read/1", {"reader": "Tom", "verdict": "pass"}, "no such evaluation"),
        ("/readers/none/read/1", {"reader": "Tom"}, "passes or fails"),
    ],
)  # fmt: skip
async def test_what_cannot_be_kept_is_refused_in_a_sentence(web: Web, part: str, fields: dict[str, str], says: str) -> None:
    place = await begun(web, BLANK)
    answer = await web.post(place + part, **fields)
    assert answer.status_code in (400, 404, 422) and says in answer.text, answer.text[:3000]
