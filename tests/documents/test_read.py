"""Files read in a process of their own: every kind, with Arabic and emoji; what is refused, with its sentence; and nothing left behind."""

import asyncio
import io
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fluencylab.documents import read as reading
from fluencylab.documents.read import read
from fluencylab.documents.reading_child import answer
from fluencylab.errors import BadInput

from .making import docx, docx_bomb, paragraph, pdf, pdf_bomb, readers, word_table, zipped

WORDS = "Returns take 30 days. Café €5. شحن مجاني 🚚"
XXE = '<!DOCTYPE d [<!ENTITY x SYSTEM "/etc/passwd">]>'
ROWS = "name,price\nlamp شحن,€5\n,\n🚚 van,“free”\n"


@pytest.fixture(autouse=True)
async def nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    for name in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(name, str(tmp_path))
    before = readers()
    yield
    assert set(readers()) <= set(before)
    assert os.listdir(tmp_path) == []


async def refusal(name: str, data: bytes) -> str:
    with pytest.raises(BadInput) as refused:
        await read(name, data)
    assert refused.value.fix.endswith(".")
    return refused.value.message


# What is read


async def test_a_pdf_is_read_page_by_page_and_pages_that_are_pictures_are_counted() -> None:
    found = await read("handbook.pdf", pdf(["Returns take\n30 days. Café €5 \ufb01ne", "", "🚚 \ufeb7\ufea4\ufee6"]))
    assert found.text == "Returns take\n30 days. Café €5 fine\n\nنحش 🚚"
    assert (found.kind, found.size) == ("pdf", "3 pages")
    assert found.says.startswith("handbook.pdf: 3 pages, 8 words. 1 of 3 pages holds no text: it is a picture. Lines from right to left")


async def test_headings_and_tables_of_a_docx_stay_readable() -> None:
    body = paragraph("Returns", "Heading1") + paragraph(WORDS) + word_table([["Item", "Price"], ["lamp", "€5"]])
    found = await read("handbook.docx", docx(body, further={"word/media/image1.png": b"\x89PNG"}))
    assert found.text == f"# Returns\n\n{WORDS}\n\n| Item | Price |\n| --- | --- |\n| lamp | €5 |"
    assert found.says == "handbook.docx: 1 table, 13 words. 1 picture was left out."


async def test_of_a_web_page_only_what_is_seen_is_read() -> None:
    page = f"""<!doctype html><title>Help</title><style>p {{ color: red }}</style><body onload="steal()"><h2>Returns</h2>
    <p onclick="steal()" title="a tip">{WORDS}</p><p hidden>secret</p><div style="display:none">secret</div><script>secret()</script>
    <ul><li>free<li>fast</ul><template>secret</template><table><tr><th>Item<td>lamp</table><!-- secret -->"""
    found = await read("help.html", page.encode())
    assert found.text == f"Help\n\n## Returns\n\n{WORDS}\n\n- free\n- fast\n\n| Item | lamp |\n| --- | --- |"
    assert found.kind == "html"


async def test_a_table_is_read_row_by_row() -> None:
    found = await read("prices.csv", ROWS.encode())
    assert found.text == "name: lamp شحن\nprice: €5\n\nname: 🚚 van\nprice: “free”"
    assert found.size == "2 rows, 2 columns"
    quoted = await read("prices.csv", b'Prices of May\nitem;price\n"lamp; tall";1,5\nrug;2,5\n')
    assert quoted.text == "Prices of May\n\nitem: lamp; tall\nprice: 1,5\n\nitem: rug\nprice: 2,5"
    numbers = await read("numbers.csv", b"1;2\n3;4;5\n")
    assert numbers.text == "column 1: 1\ncolumn 2: 2\n\ncolumn 1: 3\ncolumn 2: 4\ncolumn 3: 5"
    assert numbers.notes == ("Its first row names no columns, so they are numbered.",)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
async def test_text_and_markdown_are_read_in_every_unicode_encoding(encoding: str) -> None:
    found = await read("notes.md", f"# Notes\r\n\r\n{WORDS} \x07\r\n\r\n\r\nend\r\n".encode(encoding))
    assert found.text == f"# Notes\n\n{WORDS}\n\nend"
    assert found.kind == "markdown"
    assert bool(found.notes) == encoding.startswith("utf-16-")


async def test_letters_that_are_a_guess_are_said_to_be_one() -> None:
    western = await read("école.txt", "Les élèves ont été reçus à l’école.".encode("cp1252"))
    assert western.text == "Les élèves ont été reçus à l’école."
    assert western.notes == ("It is not in UTF-8; it was read as Windows-1252 (Western Europe). Look at characters such as é, è, ç.",)
    mixed = await read("mixed.txt", ("é ü ö " * 100).encode() + b"\xe9")
    assert mixed.notes == ("1 place could not be read as Unicode and is shown as \ufffd.",)
    assert "an encoding that cannot be told" in await refusal("odd.txt", bytes(range(32, 256)) * 3)


async def test_the_kind_is_decided_by_content_before_the_name() -> None:
    assert (await read("notes.txt", pdf(["inside"]))).kind == "pdf"
    page = await read("handbook.pdf", b"<?xml version='1.0'?><!-- x --><html><p>Log in")
    assert (page.kind, page.text) == ("html", "Log in")
    assert page.notes == ("Its name ends in .pdf, but it is a web page.",)


async def test_files_at_once_wait_for_each_other() -> None:
    found = await asyncio.gather(*(read(f"{n}.txt", f"text {n}".encode()) for n in range(5)))
    assert [one.text for one in found] == [f"text {n}" for n in range(5)]


# What is refused


def locked() -> bytes:
    writer, out = pypdf.PdfWriter(clone_from=io.BytesIO(pdf(["secret"]))), io.BytesIO()
    writer.encrypt("sesame")
    writer.write(out)
    return out.getvalue()


BLOATED = {f"word/part{n}.xml": b"<a/>" + b" " * 990_000 for n in range(30)}
NOTE = {"word/footnotes.xml": f"{XXE}<a/>".encode("utf-16")}
HARMFUL = {
    "bomb.pdf": (pdf_bomb(), "unpacks to far more than its size: page 1 has no end."),
    "bomb.docx": (docx_bomb("word/media/image1.png"), "unpacks to far more than its size: 1.0 GB of 1.0 MB."),
    "liar.docx": (docx_bomb("word/comments.xml", says=5000), "is damaged: it begins like a DOCX and cannot be read as one."),
    "words.docx": (docx("", further=BLOATED), "unpacks to far more than its size: its words alone take more than 24.0 MB."),
    "xxe.docx": (docx(paragraph("&x;"), head=XXE), "brings along definitions for its own markup (a DTD)"),
    "note.docx": (docx(paragraph("a"), further=NOTE), "brings along definitions for its own markup (a DTD)"),
    "deep.docx": (docx("<w:p>" * 3000 + "</w:p>" * 3000), "is nested too deeply to be read."),
    "locked.pdf": (locked(), "is locked with a password."),
    "scan.pdf": (pdf(["", ""]), "holds pictures only: none of its 2 pages has text."),
    "half.pdf": (pdf(["Hello"])[:300], "is damaged: it begins like a PDF and cannot be read as one."),
    "sheet.xlsx": (zipped({"xl/workbook.xml": b"<a/>"}), "is damaged: it begins like an XLSX and cannot be read as one."),
    "tool.pdf": (b"MZ\x90\0" + bytes(500), "is a program, whatever its name says."),
    "empty.txt": (b"", "is empty."),
    "blank.md": (b"\xef\xbb\xbf \r\n\n", "is empty."),
    "commas.csv": (b",,,\n,,,\n", "holds no words."),
    "noise.txt": (bytes(range(256)) * 9, "holds no text: its bytes are of some other kind."),
    "long.txt": (b"word " * 200_001, "holds more than 1,000,000 characters of text."),
}


@pytest.mark.parametrize("name", HARMFUL)
async def test_it_is_refused_with_a_sentence(name: str) -> None:
    data, says = HARMFUL[name]
    assert (await refusal(name, data)).startswith(f"“{name}” {says}")


async def test_a_name_that_is_none_and_a_file_too_large_are_refused_before_they_are_looked_at() -> None:
    assert await refusal("../../etc/passwd", b"a") == "“../../etc/passwd” is a path and not the name of a file."
    assert await refusal("x" * 10_000, b"a") == f"The name “{'x' * 40}…” has 10,000 letters."
    assert await refusal("big.txt", bytes(50_000_000)) == "“big.txt” has 50 MB; a file may have 20 MB."


async def test_what_takes_too_long_or_too_much_memory_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    endless = b"<html>" + b"<li>x" * 100_000
    monkeypatch.setattr(reading, "SECONDS", 1)
    assert await refusal("slow.html", endless) == "“slow.html” could not be read within 1 seconds of work."
    monkeypatch.setattr(reading, "SECONDS", 20)
    monkeypatch.setattr(reading, "MEMORY", 60_000_000)
    assert await refusal("wide.html", endless) == "“wide.html” needs more memory than one document is given here."


async def test_a_task_that_is_cancelled_ends_its_process() -> None:
    task = asyncio.create_task(read("slow.html", b"<html>" + b"<li>x" * 100_000))
    for _ in range(5):
        await asyncio.sleep(0.02)
    assert readers()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_process_that_breaks_is_told_as_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "CHILD", ("-c", "import os; os.abort()"))
    assert await refusal("odd.pdf", b"%PDF-") == "“odd.pdf” broke the process that was reading it."


KINDS = st.sampled_from(["a.pdf", "a.docx", "a.html", "a.csv", "a.md", "a.txt", "a"])
WHOLE = (pdf(["Hello"])[:-40], docx(paragraph("a"))[:-60])
STARTS = st.sampled_from([b"", b"%PDF-1.7\n", b"PK\x03\x04", b"<html>", b"a,b\n", b"\xff\xfe", *WHOLE])


@given(KINDS, STARTS, st.binary(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_bytes_give_text_or_a_sentence(name: str, start: bytes, rest: bytes) -> None:
    told = answer(name, start + rest, 1000)
    if "message" in told:
        assert told["message"].endswith(".") and told["fix"].endswith(".")
    else:
        assert told["documents"] and all(one["text"].strip() and one["text"].encode() for one in told["documents"])
