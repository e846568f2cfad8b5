"""Drafts of a model over the wire: what is said before the button, who reads it, what is shown, what is never markup, what is refused."""

import asyncio
import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from lab_fixture import PATIENCE, Endpoint

from fluencylab.models import catalogue
from fluencylab.store import draft_queries, product_queries
from fluencylab.web.pages.workbench.model_drafts import decision, words_key

from .conftest import Web
from .test_on_product import as_sent, elsewhere, fields

TEXT = "# Returns\n\nYou can send things back within 30 days of the day on which they came. Members have 60 days for the same.\n"
HELD = '{"question": "How long do members have?", "answer": "60 days"}'
JSON = {"Accept": "application/json"}


async def begun(web: Web, text: str = TEXT) -> str:
    place = str((await web.post("/product/new", name="Parcel desk")).headers["location"].split("/bring-in")[0])
    assert (await web.post(f"{place}/documents", name="returns.md", text=text)).status_code == 303
    return place


async def pressed(web: Web, place: str, **more: str) -> Any:
    """The form as it stands, sent."""
    page = (await web.get(f"{place}/drafts")).text
    return await web.client.post(
        f"{place}/drafts", data=as_sent(fields(page, 'class="draft-form"')) | more, headers={"Accept": "text/html"}
    )


async def ended(web: Web, watch: str) -> str:
    for _ in range(PATIENCE * 4):
        page = (await web.get(watch)).text
        if re.search('data-status="(done|failed|cancelled)"', page):
            return unescape(page)
        await asyncio.sleep(0.1)
    raise AssertionError(f"{watch} did not end")


async def drafted(web: Web, endpoint: Endpoint, says: str = HELD) -> tuple[str, str, str]:
    """The product, the address of the run, and its page."""
    endpoint.says = lambda body: [says]
    place = await begun(web)
    watch = (await pressed(web, place)).headers["location"]
    return place, watch, await ended(web, watch)


async def cases(web: Web, place: str) -> list[tuple[str, str, str]]:
    async with web.lab.store.read() as session:
        rows = await product_queries.cases(session, place.rsplit("/", 1)[1])
    return [(str(next(iter(one.inputs.values()))), one.reference, one.source) for one in rows]


async def test_what_it_takes_and_who_reads_it_stands_before_the_button(web: Web, endpoint: Endpoint) -> None:
    place = await begun(web)
    page = unescape((await web.get(f"{place}/drafts")).text)
    assert (
        re.search(r"Draft 1 question: 1 call, about \d+\ss", page)
        and "The passages are sent to Told at 127.0.0.1, over the network." in page
    )
    assert "1 passages of up to 80 words" not in page and endpoint.asked == []
    assert "let the model draft some" in unescape((await web.get(f"{place}/documents")).text)


async def test_a_held_draft_is_ticked_and_becomes_a_case_as_it_was_changed(web: Web, endpoint: Endpoint) -> None:
    place, watch, page = await drafted(web, endpoint)
    assert "1 of 1 draft is held" in page and "Held by their passages on Told: 100" in page and "You can send things back" in page
    form = as_sent(fields(page, "data-drafts"))
    (seq,) = [name.removeprefix("keep-") for name in form if name.startswith("keep-")]
    form[f"question-{seq}"], form["act"] = ["How many days for a member?"], ["take"]
    answer = await web.client.post(watch, data=form, headers={"Accept": "text/html"})
    assert answer.status_code == 303
    page = unescape((await web.get(answer.headers["location"])).text)
    assert "1 case is kept." in page and "Taken as cases: 1" in page
    assert await cases(web, place) == [("How many days for a member?", "60 days", "returns.md, passage 1")]
    again = await web.client.post(watch, data=form, headers={"Accept": "text/html"})
    assert "1 was decided before" in unescape((await web.get(again.headers["location"])).text) and len(await cases(web, place)) == 1


async def test_one_that_is_not_held_says_why_and_has_no_tick(web: Web, endpoint: Endpoint) -> None:
    _, watch, page = await drafted(web, endpoint, HELD.replace("60", "90"))
    assert "Its answer is not in the passage: “90” stands nowhere in it." in page and "0 of 1 draft" in page
    assert "Fewer than half held" in page and not re.search(r'name="keep-\d+" value="yes" checked', page)
    refused = await web.client.post(watch, data=as_sent(fields(page, "data-drafts")) | {"act": "take"}, headers=JSON)
    assert refused.status_code == 422 and refused.json()["message"] == "No draft was ticked."


async def test_words_are_kept_as_they_are_typed_and_a_tab_that_changed_none_puts_back_none(web: Web, endpoint: Endpoint) -> None:
    place, watch, page = await drafted(web, endpoint)
    old = as_sent(fields(page, "data-drafts"))
    (seq,) = [name.removeprefix("keep-") for name in old if name.startswith("keep-")]
    kept = await web.client.post(f"{watch}/words/{seq}", data={"question": "Mine?", "reference": "Mine."}, headers=JSON)
    assert kept.json() == {"was": words_key("Mine?", "Mine.")}
    assert "Mine?" in (await web.get(watch)).text
    await web.client.post(watch, data=old | {"act": "take"}, headers={"Accept": "text/html"})
    assert await cases(web, place) == [("Mine?", "Mine.", "returns.md, passage 1")], "the older tab had changed nothing"


async def test_one_is_thrown_away_and_taken_up_again(web: Web, endpoint: Endpoint) -> None:
    place, watch, page = await drafted(web, endpoint)
    form = as_sent(fields(page, "data-drafts"))
    (seq,) = [name.removeprefix("keep-") for name in form if name.startswith("keep-")]
    answer = await web.client.post(watch, data=form | {"act": f"drop-{seq}"}, headers={"Accept": "text/html"})
    page = unescape((await web.get(answer.headers["location"])).text)
    assert "1 draft is thrown away." in page and "Take it up again" in page and await cases(web, place) == []
    assert "all 1 are decided" in unescape((await web.get(f"{place}/drafts")).text)
    await web.client.post(f"{watch}/take-up/{seq}", headers={"Accept": "text/html"})
    assert "1 draft to decide" in unescape((await web.get(f"{place}/drafts")).text)


async def test_nothing_that_a_model_wrote_is_markup(web: Web, endpoint: Endpoint) -> None:
    says = json.dumps({"question": "</textarea><script>alert(1)</script> How long do members have?", "answer": "<img src=x> 60 days"})
    endpoint.says = lambda body: [says]
    place = await begun(web)
    watch = (await pressed(web, place)).headers["location"]
    await ended(web, watch)
    page = (await web.get(watch)).text
    assert "<script>alert" not in page and "<img src=x" not in page and "&lt;script&gt;alert(1)" in page


async def test_passages_go_to_another_machine_only_after_a_yes(web: Web, endpoint: Endpoint, home: Path) -> None:
    endpoint.says = lambda body: [HELD]
    place = await begun(web)
    host = await elsewhere(web, endpoint, home)
    page = unescape((await web.get(f"{place}/drafts")).text)
    assert f"They may go to {host}" in page and "The prompt, the cases and the documents of Parcel desk" in page
    refused = await web.client.post(f"{place}/drafts", data={"document": "1"}, headers=JSON)
    assert refused.status_code == 422 and "Nothing was sent" in refused.json()["message"] and endpoint.asked == []
    async with web.lab.store.read() as session:
        assert await draft_queries.runs(session, place.rsplit("/", 1)[1]) == []
    await ended(web, (await pressed(web, place, consent=host)).headers["location"])
    assert len(endpoint.asked) == 1
    assert "1 passage of its documents" in unescape((await web.get(f"{place}/sent")).text)


async def test_a_button_that_spoke_of_something_else_asks_nothing(web: Web, endpoint: Endpoint) -> None:
    place = await begun(web)
    answer = await pressed(web, place, shown="other|1|1")
    assert answer.status_code == 303 and "changed=1" in answer.headers["location"] and endpoint.asked == []
    assert "nothing was asked yet" in (await web.get(answer.headers["location"])).text
    none = await web.client.post(f"{place}/drafts", data={"most": "5"}, headers=JSON)
    assert none.status_code == 422 and none.json()["message"] == "No document was chosen."


async def test_a_document_that_was_just_brought_in_is_kept_for_it(web: Web, endpoint: Endpoint) -> None:
    place = str((await web.post("/product/new", name="Parcel desk")).headers["location"].split("/bring-in")[0])
    empty = unescape((await web.get(f"{place}/drafts")).text)
    assert "This product has no document yet." in empty
    long = TEXT + "\n\n" + "The shop is open from nine to six on every day of the week but Sunday. " * 12
    look = (await web.post(f"{place}/bring-in", text=long)).headers["location"]
    assert "Or let the model draft some" in (await web.get(look)).text
    for _ in range(2):
        there = (await web.post(f"{look}/drafts")).headers["location"]
        assert there == f"{place}/drafts?document=1"
    assert re.search(r"Draft [2-9] questions", unescape((await web.get(there)).text))


async def test_arabic_is_asked_about_in_arabic_and_a_draft_in_english_is_not_held(web: Web, endpoint: Endpoint) -> None:
    text = "يمكنك إرجاع المنتجات خلال ثلاثين يوما من تاريخ الاستلام. الأعضاء لديهم ستون يوما. رسوم البريد على العميل في كل مرة."
    endpoint.says = lambda body: [HELD]
    place = await begun(web, text)
    page = await ended(web, (await pressed(web, place)).headers["location"])
    assert "Both in Arabic." in endpoint.asked[0]["messages"][-1]["content"]
    assert "the passage in Arabic" in page or "not written in the letters of the passage" in page


async def test_a_model_that_is_gone_or_writes_nothing_is_said(web: Web, endpoint: Endpoint, home: Path) -> None:
    place = await begun(web)
    listed = json.loads(endpoint.listed())
    listed["models"][0]["abilities"]["writes"] = False
    (home / "data" / "models.json").write_text(json.dumps(listed))
    if not catalogue.current().abilities.writes:
        page = unescape((await web.get(f"{place}/drafts")).text)
        assert "writes no questions" in page


@pytest.mark.parametrize("act", ["drop-x", "drop-"])
def test_a_form_that_no_page_sends_is_refused(act: str) -> None:
    with pytest.raises(Exception, match="which draft is meant"):
        decision({"act": act})
    assert decision({"act": "rest", "question-3": "a", "question-x": "b", "keep-3": "yes"}).drop == []
