"""The spec of a product over the wire: its forms, what is refused, what is shown, and a small spec tested to its end."""

import asyncio
import re
from typing import Any

import pytest
from lab_fixture import Endpoint

from fluencylab.store import product_queries

from .conftest import Web

TOWNS = ("Oslo", "Bern", "Rome", "Lima")
TABLE = "question,reference\n" + "".join(
    f"Where is parcel {n} that goes to {TOWNS[n % 4]}?,It goes to {TOWNS[n % 4]}.\n" for n in range(40)
)
SYSTEM = "You answer for a parcel desk. Ask for the order number."


def parcels(body: dict[str, Any]) -> list[str]:
    told, asked = body["messages"][0]["content"], body["messages"][-1]["content"]
    town = next(iter(re.findall(r"to ([A-Z]\w+)\?", asked)), "")
    return ["Send the <b>order number</b>. " if "order number" in told else "Tomorrow. ", f"It goes to {town}." if town else "Where to?"]


async def begun(web: Web) -> str:
    place = (await web.post("/product/new", name="Parcel <b>desk</b>")).headers["location"].partition("/bring-in")[0]
    look = (await web.post(f"{place}/bring-in", text=TABLE)).headers["location"]
    await web.post(look)
    await web.post(f"{place}/versions", system=SYSTEM, user="{{question}}", max_tokens="40")
    return str(place)


async def with_a_test(web: Web) -> str:
    place = await begun(web)
    await web.post(f"{place}/spec/requirements", text="It usually asks for the <i>order number</i>.")
    (sentence,) = re.findall(r'id="requirement-([0-9a-f]{32})"', (await web.get(f"{place}/spec")).text)
    new = {"check": "new", "kind": "contains", "value": "order number", "least": "90", "cases": "10"}
    assert (await web.post(f"{place}/spec/tests", requirement=sentence, **new)).status_code == 303
    return place


async def test_a_sentence_is_shown_with_what_is_vague_in_it_and_never_as_markup(web: Web) -> None:
    page = (await web.get(f"{await with_a_test(web)}/spec")).text
    assert '<span class="vague-word">usually</span>' in page and "In how many of 100 cases, at least?" in page
    assert "&lt;i&gt;order number&lt;/i&gt;" in page and "<i>order" not in page
    assert "in at least 90 % of 10 cases held back" in page


async def test_the_page_has_one_primary_act_at_every_stage(web: Web) -> None:
    place = await begun(web)
    stages = ["Keep the sentence"]
    pages = [(await web.get(f"{place}/spec")).text]
    await web.post(f"{place}/spec/requirements", text="It is right.")
    pages.append((await web.get(f"{place}/spec")).text)
    stages.append("Put it there")
    place = await with_a_test(web)
    pages.append((await web.get(f"{place}/spec")).text)
    stages.append("Test it: ")
    for page, act in zip(pages, stages, strict=True):
        primary = re.findall(r'class="button button-primary"[^>]*>(?:<svg.*?</svg>)?([^<]*)', page, re.DOTALL)
        assert len(primary) == 1 and primary[0].startswith(act), (primary, act)


async def test_what_testing_it_takes_is_said_before(web: Web) -> None:
    page = (await web.get(f"{await with_a_test(web)}/spec?draws=2")).text
    assert "108 answers: the product as it is and 7 products with one fault each, on 12 cases." in page
    assert re.search(r"\d+ of them are the same word for word as another, and made once", page)
    assert "No check may say yet whether a broken product is really worse" in page


async def test_what_so_many_cases_see_is_worked_out_without_a_script_and_as_a_part(web: Web) -> None:
    place = await begun(web)
    page = (await web.get(f"{place}/spec?n=20&healthy=80")).text
    part = (await web.get(f"{place}/spec/power?n=20&healthy=80")).text
    says = "With 20 cases the bar can be 13 of 20"
    assert says in page and says in part and "<html" not in part and "38 for 20 points, 127 for 10 points" in part
    assert (await web.get(f"{place}/spec/power?n=0&healthy=900")).status_code == 200


async def test_a_spec_is_tested_to_its_end_and_says_what_got_through(web: Web, endpoint: Endpoint) -> None:
    endpoint.says = parcels
    place = await with_a_test(web)
    await web.post(f"{place}/checks", kind="mentions", value="1", name="names the town")
    started = await web.post(f"{place}/spec/runs", version="1", draws="2", expected="80", certainty="2")
    run = started.headers["location"]
    await ended(web, run)
    page = (await web.get(run)).text
    assert re.search(r"You expected it to stop 80\s%", page)
    assert "half the input" in page and "What a customer would have got" in page and "&lt;b&gt;order number&lt;/b&gt;" in page
    assert "<b>order" not in page and "Put this test into the spec" in page
    form = dict(re.findall(r'name="(check|least|cases|part)" value="([^"]*)"', page))
    assert (await web.post(f"{place}/spec/tests", **form)).status_code == 303
    again = (await web.get(run)).text
    assert "As you have written it since: The spec stops 100" in again and "0 of 1" in again
    assert "tested 1 time" in (await web.get(place)).text and "Read on: outputs" not in (await web.get(place)).text
    reading = (await web.get(run.replace("/runs/", "/read/"))).text
    assert f'action="{run.replace("/runs/", "/read/")}/' in reading and "half the input" not in reading, "it is read blind"


async def ended(web: Web, run: str) -> None:
    for _ in range(600):
        if 'data-status="done"' in (await web.get(run)).text:
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it did not come to its end")


@pytest.mark.parametrize(
    ("part", "fields", "says"),
    [
        ("/requirements", {"text": " "}, "A requirement is a sentence"),
        ("/requirements", {"text": "x" * 700}, "A requirement is a sentence"),
        ("/requirements/none", {"text": "x"}, "no such sentence"),
        ("/tests", {"check": "none", "least": "90", "cases": "5"}, "no such check"),
        ("/tests", {"check": "new", "kind": "pattern", "value": "(", "least": "90", "cases": "5"}, "cannot be used"),
        ("/tests", {"check": "new", "kind": "contains", "value": "x", "least": "", "cases": "5"}, "Say which share"),
        ("/tests", {"check": "new", "kind": "contains", "value": "x", "least": "90", "cases": "500"}, "from 1 to 20"),
        ("/tests", {"check": "new", "kind": "words", "value": "9", "least": "9", "cases": "5", "part": "a"}, "held back, or on the open"),
        ("/tests/none/remove", {}, "no such test"),
        ("/runs", {"version": "1", "expected": "50", "certainty": "1"}, "no test in the spec"),
        ("/runs", {"version": "1", "expected": ""}, "Say first what you expect"),
        ("/practice", {}, "Only the practice product"),
    ],
)  # fmt: skip
async def test_what_cannot_be_kept_is_refused_in_a_sentence(web: Web, part: str, fields: dict[str, str], says: str) -> None:
    place = await begun(web)
    answer = await web.post(f"{place}/spec{part}", **fields)
    assert answer.status_code in (400, 404, 422) and says in answer.text, answer.text[:2000]
    async with web.lab.store.read() as session:
        kept = await product_queries.checks(session, place.rpartition("/")[2])
    assert kept == [], "a check that came with a test which was refused is not kept"


async def test_what_is_not_there_is_not_found(web: Web) -> None:
    place = await begun(web)
    for path in ("/spec/runs/none", "/spec/read/none", "/spec/runs/%00"):
        assert (await web.get(place + path)).status_code == 404, path
    assert (await web.get("/product/none/spec")).status_code == 404 and (await web.get("/product/none/spec/power")).status_code == 404


async def test_the_practice_product_has_a_spec_to_begin_with(web: Web) -> None:
    place = (await web.post("/product/practice")).headers["location"]
    assert "Begin with it" in (await web.get(f"{place}/spec")).text
    await web.post(f"{place}/spec/practice")
    page = (await web.get(f"{place}/spec")).text
    assert page.count('id="requirement-') == 3 and "Begin with it" not in page
    assert "“Names what the right answer names”" in page and "No test stands beside it" in page
    assert "9 products with one fault each, on 20 cases" in page


def parcels_and_judge(body: dict[str, Any]) -> list[str]:
    """The product; and where a rule is asked about, a judge that fails what names no town."""
    asked = body["messages"][-1]["content"]
    if "The answer to be judged:" not in asked:
        return parcels(body)
    return ["PASS"] if "It goes to" in asked.rpartition("The answer to be judged:")[2] else ["FAIL"]


async def test_a_judge_in_the_spec_is_asked_from_its_page_and_said_what_a_kind_one_would_let_through(web: Web, endpoint: Endpoint) -> None:
    endpoint.says = parcels_and_judge
    place = await begun(web)
    await web.post(f"{place}/checks", kind="mentions", value="1", name="names the town")
    kept = await web.post(f"{place}/judge", rubric="It must say where the parcel goes.", name="Says <where>")
    judge = kept.headers["location"].rpartition("#check-")[2]
    await web.post(f"{place}/spec/tests", check=judge, least="90", cases="12", part="held back")
    run = (await web.post(f"{place}/spec/runs", version="1", draws="1", expected="80", certainty="2")).headers["location"]
    await ended(web, run)
    page = (await web.get(run)).text
    assert "The judge “Says &lt;where&gt;” was not asked about 96 of these answers." in page and "Ask it: " in page
    asked = await web.post(f"{run}/ask/{judge}")
    assert asked.status_code == 303 and "/judging/" in asked.headers["location"]
    await ended(web, asked.headers["location"])
    page = (await web.get(run)).text
    assert "was not asked about" not in page and "1 of 1" in page
    assert re.search(r"A judge that likes everything is a fault, too: with one, the spec would stop 0\s% \(0 to 79\s%, 0 of 1\)", page)
    assert (await web.post(f"{run}/ask/none")).status_code == 404


async def test_no_number_and_no_sign_is_too_strange_to_be_refused(web: Web) -> None:
    place = await with_a_test(web)
    great = "9" * 40
    for asked in (f"version={great}", f"version=-{great}", f"draws={great}", f"n={great}", f"healthy=-{great}", "n=-1&healthy=0"):
        assert (await web.get(f"{place}/spec?{asked}")).status_code == 200, asked
    assert (await web.get(f"{place}/spec/power?n={great}&healthy={great}")).status_code == 200
    for version, draws in ((great, "1"), ("1", great), ("1", "0"), ("-1", "1")):
        answer = await web.post(f"{place}/spec/runs", version=version, draws=draws, expected="50", certainty="1")
        assert answer.status_code in (400, 404, 422), (version, draws, answer.status_code)
    for part, fields in {
        "/requirements": {"text": "a\0b"},
        "/tests": {"check": "a\0b", "least": "90", "cases": "5"},
        "/tests/a%00b/remove": {},
        "/requirements/a%00b": {"text": "x"},
        "/runs/a%00b/ask/a%00b": {},
        "/read/a%00b/1": {"verdict": "pass"},
    }.items():
        assert (await web.post(f"{place}/spec{part}", **fields)).status_code in (400, 404, 422), part
    for least, cases in (("²", "5"), ("9" * 30, "5"), ("90", "²"), ("90", great), ("-5", "5"), ("0", "0")):
        answer = await web.post(f"{place}/spec/tests", check="new", kind="contains", value="x", least=least, cases=cases)
        assert answer.status_code in (400, 422), (least, cases)


async def test_what_a_test_will_do_is_told_by_the_version_that_is_tested_and_by_no_other(web: Web, endpoint: Endpoint) -> None:
    endpoint.says = parcels
    place = await with_a_test(web)
    started = await web.post(f"{place}/evaluate", version="1", part="open", expected="50", certainty="1")
    await ended(web, started.headers["location"])
    told = re.compile(
        r"Version 1: 100\s% \(84 to 100\s%, 20 of 20\) pass\. A product that passes 100\s% would be stopped in 0 of 100 tries\."
    )
    assert told.search((await web.get(f"{place}/spec")).text)
    await web.post(f"{place}/versions", system="Be brief.", user="{{question}}", reason="shorter")
    assert "of 20) pass" not in (await web.get(f"{place}/spec?version=2")).text
    assert told.search((await web.get(f"{place}/spec?version=1")).text)
