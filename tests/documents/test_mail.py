"""Mails and what is attached, saved pages, books, rich text, and a ZIP of documents: each document is read as its own."""

import io
import zipfile
from collections.abc import Mapping

import pytest

from fluencylab.documents.read import read, read_file
from fluencylab.documents.reading_child import answer

from .making import docx, docx_bomb, paragraph, pdf, zipped
from .making_office import epub, mail, xlsx

ORDER = """From: a@example.org
To: b@example.org
Subject: =?utf-8?Q?Caf=C3=A9_order?=
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="b1"

--b1
Content-Type: text/plain; charset="utf-8"
Content-Transfer-Encoding: quoted-printable

The caf=C3=A9 order is late. We pay back 30=E2=82=AC within ten work=
ing days.
--b1
Content-Type: text/html; charset="utf-8"
Content-Transfer-Encoding: base64

PHA+VGhlIGNhZsOpIG9yZGVyIGlzIGxhdGUuPC9wPg==
--b1--
"""
SAVED = """From: <Saved by a browser>
Subject: Returns
MIME-Version: 1.0
Content-Type: multipart/related; type="text/html"; boundary="----M1"

------M1
Content-Type: text/html
Content-Transfer-Encoding: quoted-printable

<!DOCTYPE html><html><head><title>Returns</title></head><body><p>Send it back wi=
thin 30=C2=A0days.</p></body></html>
------M1
Content-Type: image/png
Content-Transfer-Encoding: base64

iVBORw0KGgo=
------M1--
"""


async def test_a_mail_is_read_as_its_reader_sees_it() -> None:
    found = await read("order.eml", ORDER.replace("\n", "\r\n").encode())
    assert found.kind == "mail"
    head = "Subject: Café order\nFrom: a@example.org\nTo: b@example.org"
    assert found.text == f"{head}\n\nThe café order is late. We pay back 30€ within ten working days."
    assert (await read("order.txt", ORDER.encode())).text == found.text


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [("windows-1250", "cp1250"), ("us-ascii", "cp1250"), ("no-such-letters", "cp1250"), ("utf-8", "cp1250"), ("iso-8859-2", "iso8859-2")],
)
async def test_the_letters_of_a_mail_are_those_it_names_or_those_it_is_in(charset: str, encoding: str) -> None:
    head = f"From: a@example.org\nMIME-Version: 1.0\nContent-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: 8bit\n\n"
    found = await read("a.eml", head.encode() + "Zwrot towaru możliwy w ciągu trzydziestu dni. Dziękujemy, Łódź".encode(encoding))
    assert found.text.endswith("Zwrot towaru możliwy w ciągu trzydziestu dni. Dziękujemy, Łódź")


async def test_a_mail_without_plain_words_says_what_its_page_says() -> None:
    page = (
        "MIME-Version: 1.0\nFrom: a@example.org\nContent-Type: text/html; charset=utf-8\n\n<p>Within <s>14</s> 30 days.<script>x</script>"
    )
    assert (await read("a.eml", page.encode())).text == "From: a@example.org\n\nWithin ~~14~~ 30 days."


async def test_what_is_attached_is_read_as_documents_of_their_own() -> None:
    inner = mail("Deep inside.", {"a.txt": b"deeper", "b.eml": mail("Too deep.", {"c.txt": b"far too deep"})}, subject="Forwarded")
    attached = {"terms.docx": docx(paragraph("Be kind.")), "../../x.csv": b"a;b\n1;2", "tool.exe": b"MZ\x90" + bytes(99), "old.eml": inner}
    found = await read_file("order.eml", mail("See the terms.", attached))
    assert [(one.title, one.text.partition("\n\n")[2] or one.text) for one in found.documents] == [
        ("order.eml", "See the terms."),
        ("order.eml: terms.docx", "Be kind."),
        ("order.eml: x.csv", "a: 1\nb: 2"),
        ("order.eml: old.eml", "Deep inside."),
        ("order.eml: old.eml: a.txt", "deeper"),
        ("order.eml: old.eml: b.eml", "Too deep."),
    ]
    assert "Attached: terms.docx, x.csv, tool.exe, old.eml" in found.documents[0].text
    assert found.notes == ("Not read: “tool.exe” is a program; in “old.eml”: not read: in “b.eml”: not read: “c.txt” lies too deep in it.",)


async def test_a_page_saved_as_one_file_is_read_as_the_page() -> None:
    found = await read("page.mhtml", SAVED.replace("\n", "\r\n").encode())
    assert (found.kind, found.text) == ("html", "Returns\n\nSend it back within 30 days.")
    assert found.notes == ("1 picture was left out.",)


async def test_a_book_is_read_in_the_order_of_its_spine() -> None:
    chapters = {"two": "<h1>First</h1><p>Begin — ünï.</p>", "one": "<h1>Second</h1><p>Later<sup>2</sup>.</p>"}
    found = await read("shop.epub", epub(chapters, further={"OEBPS/cover.jpg": b"\xff\xd8"}))
    assert found.text == "# The shop\n\n# First\n\nBegin — ünï.\n\n# Second\n\nLater [2]."
    assert found.says == "shop.epub: 2 chapters, 8 words. 1 picture was left out."


async def test_rich_text_keeps_its_letters_and_its_raised_figures_apart() -> None:
    source = (
        rb"{\rtf1\ansi\ansicpg1250\deff0{\fonttbl{\f0\fswiss\fcharset238 Arial;}}{\*\generator X;}\uc1\pard\f0 10{\super 6} users, "
        rb"H{\sub 2}O\par "
        rb"\'a3\'f3d\'9f " + "Łódź".encode("cp1250") + rb" \u8364? \u-10179?\u-8550?{\pict\pngblip 8950}\par {\strike old}\par}"
    )
    found = await read("a.rtf", source)
    assert (found.kind, found.text) == ("rtf", "10^6 users, H_2O\nŁódź Łódź € \U0001f69a\nold")
    assert found.notes == ("It holds struck-out text, which was read as if it stood.", "1 picture was left out.")


# A ZIP of documents


async def test_each_document_of_a_zip_is_read_and_what_was_not_is_said() -> None:
    entries: Mapping[str, bytes] = {
        "shop/terms.pdf": pdf(["Be kind."]),
        "shop/prices.xlsx": xlsx({"A": [["x", "y"], [1, 2]]}),
        "../../etc/passwd.txt": b"root",
        "C:\\temp\\a.md": b"# A",
        "__MACOSX/._a.md": b"\0\1",
        "photo.png": b"\x89PNG\r\n\x1a\n",
        "inner.zip": zipped({"a.txt": b"a"}),
        "half.docx": docx(paragraph("a"))[:200],
        "übung.txt": "Grüße".encode(),
    }
    found = await read_file("all.zip", zipped(entries))
    assert [(one.title, one.kind) for one in found.documents] == [
        ("all.zip: shop/terms.pdf", "pdf"),
        ("all.zip: shop/prices.xlsx", "xlsx"),
        ("all.zip: etc/passwd.txt", "text"),
        ("all.zip: temp/a.md", "markdown"),
        ("all.zip: übung.txt", "text"),
    ]
    assert found.lines[0].startswith(
        "all.zip: 5 documents. Not read: “photo.png” is a picture; “inner.zip” is a packed archive (ZIP) within another"
    )
    assert "“half.docx” is damaged" in found.notes[0]


async def test_a_name_of_an_old_program_is_read_as_what_it_means() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("Gr__e.txt", "x")
    data = out.getvalue().replace(b"Gr__e.txt", "Grüe.txt".encode())
    assert (await read("a.zip", data)).title == "a.zip: Grüe.txt"


def locked_zip() -> bytes:
    told = bytearray(zipped({"a.txt": b"secret"}))
    told[6] |= 1
    told[told.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(told)


def ole(*streams: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + b"".join(one.encode("utf-16-le").ljust(128, b"\0") for one in streams)


ENTITY = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
REFUSED = {
    "many.zip": (zipped({f"{n}.txt": b"a" for n in range(60)}), "is a packed archive (ZIP) of 60 files; at most 50 are read."),
    "none.zip": (zipped({}), "is a packed archive (ZIP) with nothing in it."),
    "bomb.zip": (
        docx_bomb("a.txt").replace(b"word/document.xml", b"some/document.xml"),
        "unpacks to far more than its size: 1.0 GB of 1.0 MB.",
    ),
    "large.zip": (zipped({f"{n}.txt": bytes(19_000_000) for n in range(4)}), "unpacks to far more than its size: 19.0 MB of 0.0 MB."),
    "pictures.zip": (zipped({"a.png": b"\x89PNG\r\n"}), "holds no document that is read: “a.png” is a picture."),
    "locked.zip": (locked_zip(), "is locked with a password."),
    "locked.docx": (ole("EncryptedPackage"), "is locked with a password."),
    "old.doc": (ole("Root Entry", "WordDocument"), "is a Word document of the old kind (DOC)."),
    "old.xls": (ole("Root Entry", "Workbook"), "is an Excel file of the old kind (XLS)."),
    "old.ppt": (ole("Root Entry", "PowerPoint Document"), "is a PowerPoint file of the old kind (PPT)."),
    "mail.msg": (ole("Root Entry", "__substg1.0_0037001F"), "is a mail in Outlook's own form (MSG)."),
    "box.mbox": (b"From a@example.org Sat Nov 28 20:00:00 2026\nSubject: x\n\nHello\n", "is a mailbox of several mails (MBOX)."),
    "secret.eml": (b"MIME-Version: 1.0\nFrom: a@b\nContent-Type: multipart/encrypted; boundary=x\n\n--x--\n", "is encrypted."),
    "binary.xlsb": (zipped({"xl/workbook.bin": b"\1"}), "is a spreadsheet in Excel's binary form (XLSB)."),
    "word.xml": (b'<?xml version="1.0"?><?mso-application progid="Word.Document"?><w/>', "is an Office file in the XML form of 2003."),
    "paper.pages": (zipped({"Index/Document.iwa": b"\1"}), "is a file of Pages, Numbers or Keynote."),
    "app.jar": (zipped({"META-INF/MANIFEST.MF": b"x"}), "is a program."),
    "laughs.fodt": (f"<?xml version='1.0'?>{ENTITY}<office:document>&b;</office:document>".encode(), "brings along definitions"),
    "laughs.odt": (
        zipped({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": f"{ENTITY}<a>&b;</a>".encode()}),
        "brings along definitions",
    ),
    "laughs.pptx": (zipped({"ppt/presentation.xml": f"{ENTITY}<a>&b;</a>".encode()}), "brings along definitions"),
    "laughs.xlsx": (zipped({"xl/workbook.xml": f"{ENTITY}<a>&b;</a>".encode()}), "brings along definitions"),
    "laughs.epub": (zipped({"META-INF/container.xml": f"{ENTITY}<a>&b;</a>".encode()}), "brings along definitions"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_with_a_sentence(name: str) -> None:
    data, says = REFUSED[name]
    told = answer(name, data, 1_000_000)
    assert told["message"].startswith(says)
    assert told["message"].endswith(".") and told["fix"].endswith(".")
