"""The sheet for one's next meeting, and what was said there: kept on the product, cited in its memo, and gone with it."""

import io

import pytest
from docx import Document

from fluencylab.actions import data
from fluencylab.actions.workbench import next_meetings
from fluencylab.curriculum.loader import track

from .conftest import Web

NOTES = "- 94 % of 700 are right\n- It is very <b>fast</b>"


async def product(web: Web) -> str:
    return str((await web.post("/product/new", name="Desk")).headers["location"]).partition("/bring-in")[0]


async def test_the_sheet_has_the_questions_of_the_concept_with_how_answers_sound(web: Web) -> None:
    base = await product(web)
    assert f'href="{base}/meeting"' in (await web.get(base)).text
    for concept in track().concepts[:3]:
        page = (await web.get(f"{base}/meeting?concept={concept.slug}")).text
        assert page.count('class="sheet-asks"') == len(concept.questions) and "A worrying answer" in page
        markdown = (await web.get(f"{base}/meeting/sheet.md?concept={concept.slug}")).text
        assert all(one.ask in markdown and one.worrying in markdown for one in concept.questions)
        word = Document(io.BytesIO((await web.get(f"{base}/meeting/sheet.docx?concept={concept.slug}")).content))
        headings = [one.text for one in word.paragraphs if one.style and one.style.name == "Heading 2"]
        assert headings == [one.ask for one in concept.questions]


async def test_what_was_said_is_kept_and_what_has_no_number_is_marked(web: Web) -> None:
    base, concept = await product(web), track().concepts[0].slug
    assert (await web.post(f"{base}/meeting", concept=concept, by="Tomasz", notes=NOTES)).status_code == 303
    page = (await web.get(f"{base}/meeting")).text
    assert "[[a:94 % of 700 are right|said by Tomasz, not measured]]" in page.replace("\u202f", " ")
    assert page.count('class="said-bare"') == 1 and "&lt;b&gt;fast" in page
    page = (await web.get(f"{base}/memo")).text
    assert "What was said, and not measured" in page and "said by Tomasz" in page and "very" not in page.partition("not measured</h2>")[2]
    memo = {"title": "Wait", "decision": "We wait. [[a:94 % of 700 are right|said by Tomasz, not measured]] is what we heard."}
    await web.post(f"{base}/memo", **memo)
    written = (await web.get(f"{base}/memo/memo.md")).text
    assert "[94 % of 700 are right (assumption: said by Tomasz, not measured)]" in written, written[:300]


async def test_a_sheet_is_brought_back_as_a_file(web: Web) -> None:
    base, concept = await product(web), track().concepts[0].slug
    sheet = (await web.get(f"{base}/meeting/sheet.md?concept={concept}")).text.replace("_" * 60, "She ran it 20 times.", 1)
    answer = await web.client.post(
        f"{base}/meeting",
        data={"concept": concept, "by": "Nomvula"},
        files={"file": ("meeting.md", sheet)},
        headers={"Accept": "text/html"},
    )
    assert answer.status_code == 303, answer.text[:300]
    page = (await web.get(f"{base}/meeting")).text
    assert "She ran it 20 times." in page and page.count("<code>[[a:") == 1


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"by": "Ana", "notes": "5 of 6"}, "what the meeting was about"),
        ({"concept": "latency", "by": " ", "notes": "5 of 6"}, "who said it"),
        ({"concept": "latency", "by": "Ana", "notes": "Why?"}, "nothing in these notes"),
        ({"concept": "latency", "by": "Ana", "notes": "x" * 20_001}, "at most 20,000"),
    ],
)
async def test_what_cannot_be_kept_is_refused_with_a_sentence(web: Web, fields: dict[str, str], says: str) -> None:
    answer = await web.post(f"{await product(web)}/meeting", **fields)
    assert answer.status_code == 422 and says in answer.text


async def test_it_is_in_the_backup_and_goes_when_it_is_taken_off_or_with_the_product(web: Web) -> None:
    base = await product(web)
    for notes in ("It is fast.", "5 of 6 came back."):
        await web.post(f"{base}/meeting", concept="latency", by="Ana", notes=notes)
    id = base.rpartition("/")[2]
    async with web.lab.store.read() as session:
        first, second = await next_meetings.held(session, web.lab.learner, id)
    assert (first.lines[0].text, second.lines[0].text) == ("5 of 6 came back.", "It is fast.")
    assert (await web.post(f"{base}/meeting/{first.id}/remove")).status_code == 303
    assert (await web.post(f"{base}/meeting/{first.id}/remove")).status_code == 404
    assert b"It is fast." in await data.export(web.lab.store, web.lab.learner)
    await web.post(f"{base}/delete", confirm="delete")
    async with web.lab.store.read() as session:
        assert await next_meetings.held(session, web.lab.learner, id) == []
