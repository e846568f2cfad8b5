"""200 hostile files: valid ones of every kind cut off, with bits turned over, renamed, packed within each other; and some made to do harm.

Each is answered by text or by a sentence, in the process that every file is read in, and nothing is left behind.
"""

import asyncio
import io
import os
import random
import re
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest

from fluencylab.documents.read import LARGEST, read_file
from fluencylab.errors import BadInput

from .making import docx, docx_bomb, paragraph, pdf, pdf_bomb, readers, word_table, zipped
from .making_office import content, epub, mail, open_document, pptx, shape, sheet, slide_table, xlsx

pytestmark = pytest.mark.long

KNOWN = ("(ZIP).", "(DOC).", "(MBOX).")
WORDS = "Returns take 30 days. Café €5. شحن مجاني 🚚"
RTF = rb"{\rtf1\ansi\ansicpg1250{\fonttbl{\f0\fcharset238 Arial;}}\f0 10{\super 6} \'a3\'f3d\'9f\par\trowd a\cell b\cell\row}"
PAGE = f"<!doctype html><html><head><title>Help</title></head><body><h2>Returns</h2><p>{WORDS}</p><table><tr><td>a<td>b</table>".encode()


@cache
def valid() -> dict[str, bytes]:
    return {
        "a.pdf": pdf([WORDS.replace("🚚", ""), "", "two"]),
        "a.docx": docx(paragraph("Returns", "Heading1") + paragraph(WORDS) + word_table([["a", "b"], ["c", "d"]])),
        "a.xlsx": xlsx({"Prices": [["Item", "Price"], ["lamp", 5], ["sum", "=SUM(B2:B2)"]]}),
        "a.pptx": pptx([shape(["one", "two"]) + shape(["Title"], "title"), slide_table([["a", "b"], ["c", "d"]])], notes={0: "slowly"}),
        "a.odt": open_document("text", f"<text:h>Returns</text:h><text:p>{WORDS}</text:p>"),
        "a.ods": open_document("spreadsheet", sheet("Prices", [["Item", "Price"], ["lamp", "5"]])),
        "a.fodt": b"<?xml version='1.0'?>" + content("text", f"<text:p>{WORDS}</text:p>").replace(b"document-content", b"document"),
        "a.epub": epub({"one": f"<h1>One</h1><p>{WORDS}</p>", "two": "<p>two</p>"}),
        "a.rtf": RTF,
        "a.eml": mail(WORDS, {"a.txt": b"attached", "b.docx": docx(paragraph("Be kind."))}, html="<p>x</p>"),
        "a.html": PAGE,
        "a.csv": "name;price\nlamp;5 €\n".encode("cp1252"),
        "a.zip": zipped({"a.txt": WORDS.encode(), "b/c.pdf": pdf(["Hello"])}),
    }


def mutated() -> Iterator[tuple[str, bytes]]:
    """Eleven of each kind."""
    rng = random.Random(13)
    for name, data in valid().items():
        kind = name.partition(".")[2]
        yield from ((f"cut{at}.{kind}", data[: len(data) * at // 100]) for at in (10, 50, 90, 99))
        for number in range(4):
            turned = bytearray(data)
            for _ in range(1 + len(turned) // (50 if number % 2 else 500)):
                turned[rng.randrange(len(turned))] ^= 1 << rng.randrange(8)
            yield f"turned{number}.{kind}", bytes(turned)
        yield f"renamed-{kind}.{rng.choice(list(valid())).partition('.')[2]}", data
        yield f"twice.{kind}", data + data
        yield f"mail-{kind}.eml", mail("See this.", {name: data[: len(data) // 2], f"whole.{kind}": data})


DEEP = 40_000
REPEAT = 'table:number-columns-repeated="1000000000" table:number-rows-repeated="1000000000"'
LAUGHS = "".join('<!ENTITY {} "{}">'.format(b, f"&{a};" * 10) for a, b in zip("abcdef", "bcdefg", strict=True))
ENTITIES = "<!DOCTYPE x [<!ENTITY a '" + "a" * 1000 + f"'>{LAUGHS}]>"
OUTSIDE = '<!DOCTYPE x [<!ENTITY g SYSTEM "file:///etc/passwd">]>'


def relations(target: str) -> bytes:
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/slide"
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{space}"><Relationship Id="s0" Type="{kind}" Target="{target}"/></Relationships>'.encode()


def in_itself(times: int) -> bytes:
    data = zipped({"a.txt": b"a" * 1000})
    for _ in range(times):
        data = zipped({"inner.zip": data, "inner.eml": mail("x", {"inner.zip": data})})
    return data


def entries_that_share_their_bytes() -> bytes:
    """A hundred names for one packed megabyte: each entry of the directory points to the same place."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("000.txt", random.Random(1).randbytes(400_000))
        first = archive.infolist()[0]
        for number in range(1, 49):
            copy = zipfile.ZipInfo(f"{number:03}.txt")
            copy.header_offset, copy.file_size, copy.compress_size, copy.CRC = 0, first.file_size, first.compress_size, first.CRC
            copy.compress_type = first.compress_type
            archive.filelist.append(copy)
    return out.getvalue()


def changed(data: bytes, old: bytes, new: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return zipped({name: archive.read(name).replace(old, new) for name in archive.namelist()})


def far_cell() -> bytes:
    return xlsx({"A": [["a"], *([n] for n in range(2000))]}, lambda book: book["A"].cell(1_048_576, 16_384, "far"))


def made() -> Iterator[tuple[str, bytes]]:
    """Each with an idea of its own."""
    yield "bomb.pdf", pdf_bomb()
    yield "bomb.docx", docx_bomb("word/comments.xml")
    yield "bomb.zip", docx_bomb("a.txt")
    yield "bomb.xlsx", docx_bomb("xl/workbook.xml")
    yield "liar.xlsx", docx_bomb("xl/worksheets/sheet1.xml", says=5000)
    yield "liar.zip", docx_bomb("a.txt", says=5000)
    yield "nested.zip", in_itself(6)
    yield "shared.zip", entries_that_share_their_bytes()
    yield "names.zip", zipped({f"{'../' * 200}{n}{'x' * 300}.txt": b"a" for n in range(40)})
    yield "many.zip", zipped({f"{n}": b"" for n in range(4500)})
    yield "mails.zip", zipped({f"{n}.eml": mail("x", {"a.zip": zipped({"b.txt": b"b"})}) for n in range(40)})
    yield "far.xlsx", far_cell()
    yield "formulas.xlsx", xlsx({"A": [[f"=A{n + 1}", "=" + "(" * 500 + "1" + ")" * 500] for n in range(2000)]})
    yield "sheets.xlsx", xlsx({f"S{n}": [["a", "b"], [1, 2]] for n in range(300)})
    yield "merged.xlsx", changed(xlsx({"A": [["a", "b"], [1, 2]]}, lambda book: book["A"].merge_cells("A1:B1")), b"A1:B1", b"A1:XFD1048576")
    form = "0." + "0" * 240 + ";" * 9 + '"'
    yield "formats.xlsx", xlsx({"A": [["a"], [1.5]]}, lambda book: setattr(book["A"].cell(2, 1), "number_format", form))
    yield "repeat.ods", open_document("spreadsheet", sheet("A", [[f"<table:table-cell {REPEAT}><text:p>a</text:p></table:table-cell>"]]))
    rows = sheet("A", [["a" * 999]]).replace("<table:table-row>", '<table:table-row table:number-rows-repeated="999999999">')
    yield "rows.ods", open_document("spreadsheet", rows * 50)
    span = '<table:table-cell table:number-columns-spanned="99999" table:number-rows-spanned="99999"><text:p>a</text:p></table:table-cell>'
    yield "spans.odt", open_document("text", sheet("A", [[span] * 300]))
    for kind, inner in (("text", "<text:list><text:list-item>"), ("presentation", "<draw:g>"), ("spreadsheet", "<table:table>")):
        closed = "".join(f"</{tag}>" for tag in reversed(inner.strip("<>").split("><")))
        yield f"deep-{kind}.odt", open_document(kind, inner * DEEP + closed * DEEP)
    yield "deep.pptx", pptx(["<p:grpSp>" * DEEP + "</p:grpSp>" * DEEP])
    yield "deep.docx", docx("<w:p>" * DEEP + "</w:p>" * DEEP)
    yield "deep.rtf", b"{\\rtf1" + b"{" * 200_000 + b"a" + b"}" * 200_000 + b"}"
    yield "deep.html", b"<html>" + b"<div>" * 100_000 + b"a"
    yield "pictures.rtf", b"{\\rtf1 a" + b"{\\pict " * 20_000
    yield "letters.rtf", b"{\\rtf1 " + b"\\u-10179?" * 100_000 + b"}"
    yield "numbers.rtf", b"{\\rtf1 \\u99999999999999999999 \\ansicpg99999999 \\uc999999999 a}"
    parts = {"pptx": "ppt/presentation.xml", "xlsx": "xl/workbook.xml", "epub": "META-INF/container.xml", "docx": "word/document.xml"}
    for kind, part in parts.items():
        yield f"laughs.{kind}", zipped({part: f"{ENTITIES}<x>&g;</x>".encode()})
        yield f"outside.{kind}", zipped({part: f"{OUTSIDE}<x>&g;</x>".encode()})
    yield "outside.fodt", f"<?xml version='1.0'?>{OUTSIDE}<office:document>&g;</office:document>".encode()
    yield "laughs.html", f"{ENTITIES}<html>&g;".encode()
    yield "outside.pptx", pptx([shape(["a"])], further={"ppt/_rels/presentation.xml.rels": relations("../../../../../../etc/passwd")})
    yield "itself.pptx", pptx([shape(["a"])], further={"ppt/_rels/presentation.xml.rels": relations("presentation.xml")})
    yield "itself.epub", epub({"one": "<p>a</p>"}, further={"OEBPS/book.opf": b"<package/>"})
    space = 'xmlns="urn:oasis:names:tc:opendocument:xmlns:container"'
    root = f'<container {space}><rootfiles><rootfile full-path="/etc/passwd"/></rootfiles></container>'
    yield "path.epub", zipped({"META-INF/container.xml": root.encode()})
    head = b"MIME-Version: 1.0\nFrom: a\n"
    yield "parts.eml", head + b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\nContent-Type: text/plain\n\na\n" * 20_000
    yield "deep.eml", head + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3000))
    yield "head.eml", b"From: " + b"<" * 500_000 + b"\nMIME-Version: 1.0\n\na"
    yield "encoded.eml", b"MIME-Version: 1.0\nSubject: " + b"=?utf-8?q?=C3?= " * 30_000 + b"\nFrom: a\n\na"
    yield "folded.eml", b"MIME-Version: 1.0\nFrom: a\nSubject: a\n" + b" b\n" * 100_000 + b"\na"
    yield "letters.eml", b"MIME-Version: 1.0\nFrom: a\nContent-Type: text/plain; charset=rot13\n\n" + WORDS.encode()
    yield "cells.csv", b"a,b\n" + b'"' + b"x" * 300_000
    yield "columns.csv", b"," * 200_000 + b"\n" + b"1," * 100_000
    yield "names.csv", b",".join([b"same"] * 20_000) + b"\n" + b",".join([b"1"] * 20_000)
    yield "separators.csv", b";|,\t" * 100_000
    yield "noise.txt", random.Random(2).randbytes(1_000_000)
    yield "noise.zip", b"PK\x03\x04" + random.Random(3).randbytes(100_000)
    yield "legacy.txt", bytes(random.Random(4).choices(range(128, 256), k=900_000))
    yield "wide.txt", "\ufffe\ud7ff".encode("utf-16-be") * 100_000
    yield "long.txt", b"word " * 3_900_000
    yield "one-line.txt", b"a" * (LARGEST - 1)


@cache
def hostile() -> dict[str, bytes]:
    return dict(mutated()) | dict(made())


def test_there_are_two_hundred_of_them() -> None:
    assert len(hostile()) >= 200


async def test_each_is_answered_and_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(name, str(tmp_path))
    before, memory = set(readers()), psutil.Process().memory_info().rss
    told = await asyncio.gather(*(answered(name, data) for name, data in hostile().items()))
    assert [one for one in told if one] == []
    assert set(readers()) <= before
    assert os.listdir(tmp_path) == []
    assert psutil.Process().memory_info().rss - memory < 200_000_000


async def answered(name: str, data: bytes) -> str:
    """ "" where it is as it must be."""
    try:
        found = await read_file(name, data)
    except BadInput as refused:
        odd = re.search(r"\(\w+\)\.$|broke the process", refused.message) and not refused.message.endswith(KNOWN)  # nobody had foreseen it
        return "" if refused.message.endswith(".") and refused.fix.endswith(".") and not odd else f"{name}: {refused.message}"
    whole = all(one.text.strip() and one.text.encode() for one in found.documents)
    return "" if whole and found.documents and "root:" not in str(found.documents) else f"{name}: {found}"
