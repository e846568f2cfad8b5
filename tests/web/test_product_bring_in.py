"""What a new product manager brings in, over the wire: lists without a heading, prompts of other tools, the same file twice."""

import asyncio
import re

import pytest

from fluencylab.store import product_queries

from .conftest import Web
from .test_product import begun


async def looked_at(web: Web, place: str, text: str) -> tuple[str, str]:
    """The address of the look at what was pasted, and its page."""
    look = str((await web.post(f"{place}/bring-in", text=text)).headers["location"])
    return look, (await web.get(look)).text


async def inputs(web: Web, place: str) -> list[dict[str, str]]:
    async with web.lab.store.read() as session:
        return [told for _, told in await product_queries.inputs(session, place.rpartition("/")[2])]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Where is my parcel?", {"question": "Where is my parcel?"}),
        ("Where is my parcel?\nHow long does it take?", {"question": "Where is my parcel?"}),
        ("1. Where is it\n2. How long\n3. Why", {"question": "Where is it"}),
        ("Hello, where is it?\nSo, how long?\nAnd, who are you?", {"question": "Hello, where is it?"}),
        ("Where is it?\tAsk for the number\nHow long?\tThree days", {"question": "Where is it?"}),
        ("Where is it?,Ask for the number\nHow long?,Three days", {"question": "Where is it?"}),
    ],
)
async def test_questions_pasted_without_a_heading_are_cases(web: Web, text: str, first: dict[str, str]) -> None:
    place = await begun(web)
    look, _ = await looked_at(web, place, text)
    assert (await web.post(look)).status_code == 303
    kept = await inputs(web, place)
    assert kept[0] == first and len(kept) == len(text.split("\n"))


async def test_a_heading_that_asks_is_still_a_heading(web: Web) -> None:
    place = await begun(web)
    look, _ = await looked_at(web, place, "What is asked?,Right?\nWhere is it?,yes\nHow long?,no")
    await web.post(look)
    assert len(await inputs(web, place)) == 2


async def test_lines_that_ask_nothing_become_cases_when_the_learner_says_so(web: Web) -> None:
    place = await begun(web)
    look, page = await looked_at(web, place, "My kettle broke\nrefund not here yet\ncancel please")
    assert "Take each of its 3 lines as a case" in page
    lines = (await web.post(f"{look}/lines")).headers["location"]
    assert "A list of 3 lines" in (await web.get(lines)).text
    await web.post(lines)
    assert await inputs(web, place) == [{"question": text} for text in ("My kettle broke", "refund not here yet", "cancel please")]


async def test_a_column_named_by_a_sentence_is_what_a_right_answer_says(web: Web) -> None:
    place = await begun(web)
    look, _ = await looked_at(web, place, "Customer question,What a good answer says\nWhere is it?,It asks for the number\nWhy?,It is late")
    await web.post(look)
    assert await inputs(web, place) == [{"Customer_question": "Where is it?"}, {"Customer_question": "Why?"}]


async def test_what_was_kept_is_said_with_its_numbers_and_so_is_what_stood_there(web: Web) -> None:
    place = await begun(web)
    text = "question\n" + "\n".join(f"Where is parcel {n}?" for n in range(12))
    look, _ = await looked_at(web, place, text)
    done = (await web.post(look)).headers["location"]
    assert "12 cases are kept. The 6 held back are for the decision" in (await web.get(done)).text
    look, _ = await looked_at(web, place, f"{text}\nWhy?")
    done = (await web.post(look)).headers["location"]
    assert "1 case is kept; 12 cases stood here already." in (await web.get(done)).text
    look, _ = await looked_at(web, place, text)
    done = (await web.post(look)).headers["location"]
    assert "Nothing was added: 12 cases stand here already." in (await web.get(done)).text


async def test_two_tabs_that_keep_the_same_look_keep_it_once(web: Web) -> None:
    place = await begun(web)
    look, _ = await looked_at(web, place, "question,output\n" + "\n".join(f"Where is {n}?,It is {n}." for n in range(12)))
    both = await asyncio.gather(web.post(look), web.post(look))
    assert {answer.status_code for answer in both} <= {303, 404}
    assert len(await inputs(web, place)) == 12
    page = (await web.get(place)).text
    assert len(set(re.findall(rf"{place}/evaluations/([0-9a-f]+)", page))) == 1


async def test_a_prompt_of_another_tool_can_be_mended_before_it_is_kept(web: Web) -> None:
    place = await begun(web)
    look, page = await looked_at(web, place, "You are a bot. {{#each items}} {{question}} {{/each}}")
    assert "is not the name of a variable" in page and 'name="prompt-0"' in page
    refused = await web.post(look, prompt="yes")
    assert refused.status_code == 422
    assert (await web.post(look, **{"prompt": "yes", "prompt-0": "You are a bot.\r\n{{question}}"})).status_code == 303
    async with web.lab.store.read() as session:
        (version,) = await product_queries.versions(session, place.rpartition("/")[2])
    assert version.content["messages"][0]["content"] == "You are a bot.\n{{question}}"


async def test_one_of_a_kind_is_not_called_several(web: Web) -> None:
    place = await begun(web)
    _, page = await looked_at(web, place, "question\nMail me at anna@example.com\nCall +46 70 123 45 67")
    assert "1 e-mail address, 1 telephone number." in page


async def test_the_longest_table_fits_into_a_product_and_what_does_not_any_more_says_how_much_would(web: Web) -> None:
    place = await begun(web)
    text = "question\n" + "\n".join(f"Where is parcel {n}?" for n in range(25_000))
    sent = await web.client.post(f"{place}/bring-in", files={"file": ("long.csv", text.encode())}, headers={"Accept": "text/html"})
    assert (await web.post(sent.headers["location"])).status_code == 303
    kept = len(await inputs(web, place))
    assert 5_000 <= kept <= 10_000
    text = "question\n" + "\n".join(f"Why {n}?" for n in range(8_000))
    sent = await web.client.post(f"{place}/bring-in", files={"file": ("more.csv", text.encode())}, headers={"Accept": "text/html"})
    refused = await web.post(sent.headers["location"])
    assert f"with {10_000 - kept:,} at most, or begin another product" in refused.text
    assert len(await inputs(web, place)) == kept


@pytest.mark.parametrize("letter", ["漢", "🙂"])
async def test_a_memo_and_a_prompt_may_be_as_long_as_their_forms_say_in_any_script(web: Web, letter: str) -> None:
    place = await begun(web)
    sections = dict.fromkeys(("decision", "rests", "cost", "wrong", "unmeasured", "mind", "expected"), letter * 20_000)
    assert (await web.post(f"{place}/memo", title="t", **sections)).status_code == 303
    assert (await web.post(f"{place}/versions", user="{{question}}", system="漢" * 99_000, reason="x")).status_code == 303
    written = (await web.get(f"{place}/memo/memo.md")).content
    again = await web.client.post(f"{place}/memo/read", files={"file": ("memo.md", written)}, headers={"Accept": "text/html"})
    assert again.status_code == 303


async def test_of_forty_columns_those_left_out_are_folded_away_and_can_still_be_chosen(web: Web) -> None:
    place = await begun(web)
    names = ["question", *(f"field_{n}" for n in range(39))]
    text = "\n".join([",".join(names), *(",".join(["Where is it?", *(f"{n}{row}" for n in range(39))]) for row in range(3))])
    look, page = await looked_at(web, place, text)
    used, _, folded = page.partition("39 columns that are left out")
    assert used.count('name="role-') == 1 and folded.count('name="role-') == 39
    await web.post(look, **{"role-0": "input", "role-7": "input"})
    assert set((await inputs(web, place))[0]) == {"question", "field_6"}
