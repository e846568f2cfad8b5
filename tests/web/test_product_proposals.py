"""A proposal about one's own product: read, its questions settled, taken along and cited, in the backup, and gone with the product."""

import io

import pytest
from documents import making
from docx import Document
from lab_fixture import rows

from fluencylab.actions import data
from fluencylab.actions.workbench.kept_texts import PROPOSALS
from fluencylab.workbench.proposal_questions import QUESTIONS

from .conftest import HTML, Web

TEXT = """# A smaller model

We propose the smaller model. In our test 94 % of the answers were right.
Two clerks marked the answers, and agreed on 381 of 400.
A call costs €0.004 <script>alert(1)</script>.
"""
FILES = {
    "draft.md": TEXT.encode(),
    "draft.txt": TEXT.encode("utf-16"),
    "draft.html": b"<h1>A smaller model</h1><p>In our test 94 % of the answers were right.</p>",
    "draft.pdf": making.pdf(["In our test 94 % of the answers were right."]),
    "draft.docx": making.docx("<w:p><w:r><w:t>In our test 94 % of the answers were right.</w:t></w:r></w:p>"),
}


async def product(web: Web, name: str = "Desk") -> str:
    return str((await web.post("/product/new", name=name)).headers["location"]).partition("/bring-in")[0]


async def proposed(web: Web) -> tuple[str, str]:
    """The product's address, and the proposal's."""
    base = await product(web)
    return base, str((await web.post(f"{base}/proposals", text=TEXT, name="The smaller model")).headers["location"])


def questions(page: str, section: str) -> list[str]:
    """Those that stand in a section."""
    part = page.partition(f'<h2 id="{section}">')[2].partition("</section>")[0]
    return [one.slug for one in QUESTIONS if f'id="{one.slug}"' in part]


async def test_each_question_points_at_a_sentence_or_says_that_the_page_is_silent(web: Web) -> None:
    base, place = await proposed(web)
    page = (await web.get(place)).text
    assert questions(page, "raised") == ["cost", "change"], "clerks marked 400 of them beside it"
    assert questions(page, "silent") == ["mix", "chosen", "judge", "baseline", "clock", "rights", "fit", "undo"]
    assert questions(page, "said") == ["measured", "many", "marked"]
    assert "A call costs €0.004" in page.replace("\u202f", " ") and "sentence 5" in page and "<script>alert" not in page
    assert "It gives a price, and leaves out the volume or the calls that come on top." in page and "10 questions are open." in page
    assert "points" not in page.partition("<main")[2].partition("</main>")[0] and "score" not in page.partition("<main")[2]
    listed = (await web.get(f"{base}/proposals")).text
    assert "The smaller model" in listed and "10 questions open." in listed
    assert f'href="{base}/proposals"' in (await web.get(base)).text
    again = await web.post(f"{base}/proposals", text=TEXT, name="Again")
    assert again.headers["location"] == place, "the same text is one proposal"


async def test_a_question_is_answered_set_aside_asked_all_the_same_and_opened_again(web: Web) -> None:
    _, place = await proposed(web)
    told = await web.post(f"{place}/answers/cost", state="answered", note="€3,100 a month, retries counted", by="Ana [finance]")
    assert told.headers["location"] == f"{place}?done=settled#cost"
    await web.post(f"{place}/answers/undo", state="answered", note="We can switch it <b>off</b>.")
    await web.post(f"{place}/answers/judge", state="not for us")
    await web.post(f"{place}/answers/many", state="to ask")
    page = (await web.get(place)).text
    assert questions(page, "settled") == ["judge", "cost", "undo"] and questions(page, "raised") == ["many", "change"]
    assert "[[a:€3,100 a month, retries counted|said by Ana finance, not measured]]" in page.replace("\u202f", " ")
    assert "It has no number: how many" in page and "&lt;b&gt;off" in page and "8 questions are open." in page
    for slug in ("judge", "many"):
        await web.post(f"{place}/answers/{slug}", state="anew")
    page = (await web.get(place)).text
    assert "judge" in questions(page, "silent") and "many" in questions(page, "said")


async def test_an_answer_with_a_number_is_cited_in_the_memo_as_said_and_not_measured(web: Web) -> None:
    base, place = await proposed(web)
    await web.post(f"{place}/answers/cost", state="answered", note="€3,100 a month", by="Ana")
    await web.post(f"{place}/answers/undo", state="answered", note="It can be switched off.", by="Ana")
    page = (await web.get(f"{base}/memo")).text.replace("\u202f", " ")
    said = page.partition("What was said, and not measured</h2>")[2]
    assert "[[a:€3,100 a month|said by Ana, not measured]]" in said and "switched off" not in said
    await web.post(f"{base}/memo", title="Wait", decision="We wait: [[a:€3,100 a month|said by Ana, not measured]] is what we heard.")
    assert "[€3,100 a month (assumption: said by Ana, not measured)]" in (await web.get(f"{base}/memo/memo.md")).text


async def test_what_is_open_goes_out_as_markdown_and_as_word(web: Web) -> None:
    _, place = await proposed(web)
    await web.post(f"{place}/answers/clock", state="not for us")
    still = [one for one in QUESTIONS if one.slug in ("mix", "chosen", "judge", "baseline", "cost", "rights", "fit", "undo", "change")]
    markdown = (await web.get(f"{place}/questions.md")).text
    assert [line[3:] for line in markdown.splitlines() if line.startswith("## ")] == [one.asks for one in still]
    assert markdown.startswith("# Desk: questions about The smaller model") and "Sentence 5: “A call costs €0.004" in markdown
    word = Document(io.BytesIO((await web.get(f"{place}/questions.docx")).content))
    assert [one.text for one in word.paragraphs if one.style and one.style.name == "Heading 2"] == [one.asks for one in still]
    assert any(one.text == f"A good answer: {still[0].good}" for one in word.paragraphs)


@pytest.mark.long
@pytest.mark.parametrize("name", FILES)
async def test_a_proposal_comes_as_any_file(web: Web, name: str) -> None:
    base = await product(web)
    answer = await web.client.post(f"{base}/proposals", files={"files": (name, FILES[name])}, headers=HTML)
    assert answer.status_code == 303, answer.text[:300]
    assert "94 % of the answers were right" in (await web.get(answer.headers["location"])).text.replace("\u202f", " ").replace("\xa0", " ")


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("draft.docx", making.docx_bomb("word/comments.xml"), ""),
        ("draft.pdf", making.pdf_bomb(), ""),
        ("draft.md", b"x" * 50_000_001, "much at once"),
        ("draft.md", b"", ""),
        ("draft.exe", b"MZ\x00\x01" * 100, ""),
        ("draft.md", b"word " * 10_001, "50,000"),
    ],
    ids=["docx bomb", "pdf bomb", "50 MB", "empty", "program", "long"],
)  # fmt: skip
async def test_a_file_that_cannot_be_read_is_refused_with_a_sentence_and_nothing_is_kept(
    web: Web, name: str, content: bytes, says: str
) -> None:
    base, place = await proposed(web)
    answer = await web.client.post(f"{base}/proposals", files={"files": (name, content)}, headers=HTML)
    assert answer.status_code in (413, 422) and says in answer.text and 'id="error"' in answer.text, answer.text[:500]
    assert rows("SELECT COUNT(*) FROM product_proposals") == [(1,)]
    assert (await web.get(place)).status_code == 200


async def test_a_page_in_arabic_is_kept_and_the_silence_is_not_called_its_own(web: Web) -> None:
    base = await product(web)
    text = "نقترح نموذجا أصغر لأنه أرخص. الإجابات صحيحة في معظم الحالات ونبدأ في مايو."
    page = (await web.get((await web.post(f"{base}/proposals", text=text)).headers["location"])).text
    assert "This page is not in English" in page and "نقترح نموذجا أصغر" in page and len(questions(page, "silent")) == 13


@pytest.mark.parametrize(
    ("slug", "fields", "status", "says"),
    [
        ("cost", {"state": "answered", "note": "  "}, 422, "Write down what was answered"),
        ("cost", {"state": "answered", "note": "x" * 2_001}, 422, "at most 2,000"),
        ("cost", {"state": "answered", "note": "ok", "by": "x" * 81}, 422, "a name 80"),
        ("cost", {"state": "graded", "note": "ok"}, 422, "not clear what became"),
        ("cost", {}, 422, "not clear what became"),
        ("nothing", {"state": "not for us"}, 404, "no such question"),
    ],
)
async def test_an_answer_that_says_nothing_is_refused(web: Web, slug: str, fields: dict[str, str], status: int, says: str) -> None:
    _, place = await proposed(web)
    answer = await web.post(f"{place}/answers/{slug}", **fields)
    assert answer.status_code == status and says in answer.text
    assert not questions((await web.get(place)).text, "settled")


async def test_a_product_keeps_so_many_and_no_more(web: Web) -> None:
    base = await product(web)
    for number in range(PROPOSALS.most):
        await web.post(f"{base}/proposals", text=f"Draft {number}: we propose it.")
    answer = await web.post(f"{base}/proposals", text="One draft more.")
    assert answer.status_code == 422 and "at most 20 proposals" in answer.text
    assert rows("SELECT COUNT(*) FROM product_proposals") == [(PROPOSALS.most,)]


async def test_it_is_in_the_backup_comes_back_with_its_answers_and_goes_with_the_product(web: Web) -> None:
    base, place = await proposed(web)
    await web.post(f"{place}/answers/cost", state="answered", note="€3,100 a month", by="Ana")
    saved = await data.export(web.lab.store, web.lab.learner)
    await web.post(f"{base}/delete", confirm="delete")
    assert (await web.get(place)).status_code == 404 and rows("SELECT COUNT(*) FROM product_proposals") == [(0,)]
    await web.client.post("/data/restore", files={"file": ("backup.json", saved)}, data={"replace": "yes"}, headers=HTML)
    page = (await web.get(place)).text
    assert questions(page, "settled") == ["cost"] and "said by Ana, not measured" in page


async def test_one_that_is_taken_away_is_gone_and_others_products_have_none_of_it(web: Web) -> None:
    _, place = await proposed(web)
    other = await product(web, "Other")
    assert (await web.get(f"{other}/proposals/1")).status_code == 404
    assert (await web.post(f"{other}/proposals/1/answers/cost", state="not for us")).status_code == 404
    assert (await web.post(f"{place}/remove")).headers["location"].endswith("/proposals?done=removed")
    for path in ("", "/questions.md", "/questions.docx"):
        assert (await web.get(f"{place}{path}")).status_code == 404
