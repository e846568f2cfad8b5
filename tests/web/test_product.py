"""Your product, over the wire: its pages, its forms, and what is refused there."""

import re

import pytest

from fluencylab.actions.workbench import products
from fluencylab.errors import NotFound
from fluencylab.store import product_queries

from .conftest import Web

TABLE = "question,reference,answer,label,note\n" + "".join(
    f"Where is parcel {n}?,Ask for the number,It is parcel {n}.,{'pass' if n % 2 else 'fail'},\n" for n in range(12)
)
PAGES = ("", "/bring-in", "/documents", "/versions", "/evaluate", "/modes", "/checks", "/compare")


async def begun(web: Web, text: str = "") -> str:
    answer = await web.post("/product/new", name="Parcel <b>desk</b>")
    place = answer.headers["location"].split("/bring-in")[0]
    if text:
        look = (await web.post(f"{place}/bring-in", text=text)).headers["location"]
        assert (await web.get(look)).status_code == 200
        assert (await web.post(look)).status_code == 303
    return str(place)


async def test_before_there_is_one_the_page_says_what_it_is_good_for(web: Web) -> None:
    page = (await web.get("/product")).text
    assert "Your own product" in page and 'action="/product/new"' in page and 'action="/product/practice"' in page


async def test_every_page_of_an_empty_product_says_what_to_do_next(web: Web) -> None:
    place = await begun(web)
    for part in PAGES:
        answer = await web.get(place + part)
        assert answer.status_code == 200, part
        assert len(re.findall(r"button-primary", answer.text)) == 1, f"one primary act: {part}"
        assert "Parcel &lt;b&gt;desk&lt;/b&gt;" in answer.text and "<b>desk" not in answer.text, part


async def test_what_was_brought_in_is_looked_at_before_anything_is_kept(web: Web) -> None:
    place = await begun(web)
    look = (await web.post(f"{place}/bring-in", text=TABLE)).headers["location"]
    page = (await web.get(look)).text
    assert "12 rows" in page and "Keep 12 cases" in page and "Where is parcel 0?" in page
    assert "No case yet" in (await web.get(place)).text
    await web.post(look, **{"role-1": "ignore"})
    assert "12 cases, 6 of them held back" in (await web.get(place)).text
    gone = await web.get(look)
    assert gone.status_code == 404 and "Bring the file in again" in gone.text


async def test_answers_with_labels_become_rates_with_their_intervals(web: Web) -> None:
    place = await begun(web, TABLE)
    page = (await web.get(place)).text
    run = re.search(rf"{place}/read/([0-9a-f]+)", page)
    assert run and "6 of 12 read pass" in page
    reading = (await web.get(f"{place}/read/{run[1]}")).text
    assert "You have read all 12" in reading
    modes = (await web.get(f"{place}/modes")).text
    assert modes.count('name="tick-') == 6
    await web.post(f"{place}/modes/new", name="knows the number")
    modes = (await web.get(f"{place}/modes")).text
    fields = dict.fromkeys(re.findall(r'name="(mode-[^"]+)"', modes), re.findall(r'value="([0-9a-f]{32})"', modes)[0])
    assert (await web.post(f"{place}/modes", **fields)).status_code == 303
    assert "6 of 12 outputs you read, which may stand for 25\u00a0% to 75\u00a0% of all" in (await web.get(f"{place}/modes")).text


@pytest.mark.parametrize(
    ("part", "fields", "says"),
    [
        ("/bring-in", {"text": "  "}, "nothing was pasted"),
        ("/documents", {"text": " "}, "no text in it"),
        ("/documents", {"text": "a\0b"}, "no text in it"),
        ("/versions", {"user": "{{question", "reason": "x"}, "not closed"),
        ("/versions", {"user": "x", "reason": "x", "max_tokens": "99999"}, "cannot be kept"),
        ("/versions", {"user": " ", "reason": "x"}, "what the customer sends"),
        ("/versions", {"user": "a\0b", "reason": "x"}, "no text"),
        ("/checks", {"kind": "equals", "value": "a\0b"}, "no text"),
        ("/evaluate", {"version": "1", "expected": ""}, "Say first what you expect"),
        ("/modes/new", {"name": " "}, "has a name"),
        ("/checks", {"kind": "pattern", "value": "("}, "cannot be used"),
        ("/checks", {"kind": "words", "value": "many"}, "cannot be used"),
        ("/checks", {"kind": "nothing", "value": "x"}, "cannot be used"),
        ("/describe", {"name": "", "volume": "1"}, "has a name"),
        ("/describe", {"name": "x", "volume": "lots"}, "is not a number"),
        ("/describe", {"name": "x", "volume": "inf"}, "is not a number"),
        ("/describe", {"name": "x", "volume": "nan"}, "is not a number"),
        ("/describe", {"name": "x", "volume": "3e9"}, "2,000,000,000 calls a month"),
        ("/evaluate", {"version": "1", "expected": "²", "certainty": "1"}, "Say first what you expect"),
        ("/evaluate", {"version": "1", "expected": "9" * 400, "certainty": "1"}, "Say first what you expect"),
        ("/evaluate", {"version": "1", "expected": "50", "certainty": "²"}, "Say first what you expect"),
        ("/delete", {"confirm": "yes"}, "was not typed"),
    ],
)  # fmt: skip
async def test_what_cannot_be_kept_is_refused_in_a_sentence(web: Web, part: str, fields: dict[str, str], says: str) -> None:
    place = await begun(web)
    answer = await web.post(place + part, **fields)
    assert answer.status_code in (400, 422) and says in answer.text, answer.text[:2000]


async def test_no_number_is_too_great_to_be_refused(web: Web) -> None:
    place = await begun(web, TABLE)
    run = re.search(rf"{place}/read/([0-9a-f]+)", (await web.get(place)).text)
    assert run
    await web.post(f"{place}/versions", user="{{question}}")
    great = "9" * 40
    for path in (f"/read/{run[1]}?output={great}", f"/versions?begin={great}"):
        assert (await web.get(place + path)).status_code == 404, path
    assert "no version" in (await web.get(f"{place}/evaluate?version={great}")).text
    asked = {"version": great, "expected": "5", "certainty": "1"}
    assert (await web.post(f"{place}/evaluate", **asked)).status_code == 404
    assert (await web.post(f"{place}/read/{run[1]}/{great}", verdict="pass")).status_code == 404
    for seq in ("²", great):
        assert (await web.post(f"{place}/modes", **{f"mode-{run[1]}-{seq}": ""})).status_code == 303, "it names no output"


async def test_what_is_not_there_is_not_found(web: Web) -> None:
    place = await begun(web)
    for path in (
        "/product/none",
        f"{place}/evaluations/none",
        f"{place}/read/none",
        "/product/none/modes",
        f"{place}/bring-in/none",
        "/product/%00",
    ):
        answer = await web.get(path)
        assert answer.status_code == 404, path


async def test_a_product_is_deleted_with_a_word_and_the_next_one_is_current(web: Web) -> None:
    first, second = await begun(web), await begun(web)
    assert (await web.get("/product")).headers["location"].startswith(second)
    assert (await web.post(f"{second}/delete", confirm="Delete")).status_code == 303
    assert (await web.get("/product")).headers["location"].startswith(first)
    async with web.lab.store.read() as session:
        with pytest.raises(NotFound):
            await products.owned(session, web.lab.learner, second.rpartition("/")[2])


async def test_an_output_is_never_markup(web: Web) -> None:
    place = await begun(web, TABLE + '"<i>Where</i>?",,"<script>alert(1)</script>",fail,\n')
    run = re.search(rf"{place}/read/([0-9a-f]+)", (await web.get(place)).text)
    assert run
    page = (await web.get(f"{place}/read/{run[1]}?output=13")).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page and "&lt;i&gt;Where" in page and "<i>Where" not in page


POLICY = b"""<!doctype html><html><body><h1>Returns</h1><p>You can send things back within 30 days of delivery, in the box they came in.</p>
<h2>How do I get my money back?</h2><p>Within 5 working days, to the card you paid with.</p></body></html>"""


async def test_a_document_gives_drafts_and_only_those_accepted_are_kept_as_they_were_changed(web: Web) -> None:
    place = await begun(web)
    sent = await web.client.post(f"{place}/bring-in", files={"file": ("returns.html", POLICY)}, headers={"Accept": "text/html"})
    look = sent.headers["location"]
    page = (await web.get(look)).text
    assert "How do I get my money back?" in page and "Keep those ticked" in page
    refused = await web.post(look)
    assert "No question was chosen" in refused.text
    names = dict(re.findall(r'name="(question-\d+)"[^>]*>([^<]*)<', page))
    number = next(name.rpartition("-")[2] for name, text in names.items() if "money back" in text)
    await web.post(
        look, **{f"keep-{number}": "yes", f"question-{number}": "When do I get my money?", f"reference-{number}": "5 working days"}
    )
    async with web.lab.store.read() as session:
        (case,) = await product_queries.cases(session, place.rpartition("/")[2])
    assert (case.inputs, case.reference) == ({"question": "When do I get my money?"}, "5 working days")
