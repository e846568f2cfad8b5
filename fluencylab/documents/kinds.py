"""What a file is: by its first bytes, and only where these say nothing by its name."""

import io
import re
import zipfile
import zlib
from typing import NamedTuple

from fluencylab.documents.refusal import Refused, damaged

OFFICE = "Save it as DOCX or PDF without a password, and choose that."
UNPACK = "Unpack it and choose the documents in it."
WORDS = "Choose a PDF, an office file, a web page, a mail, an e-book, a table or plain text."
PICTURE = "Have its words recognised (OCR) by a program for that, and choose the result; or type them."


class Sign(NamedTuple):
    at: int
    bytes: bytes
    is_a: str
    fix: str


SIGNS = (
    Sign(0, b"MZ", "a program", WORDS),
    Sign(0, b"\x7fELF", "a program", WORDS),
    *(Sign(0, magic, "a program", WORDS) for magic in (b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe")),
    Sign(0, b"\xca\xfe\xba\xbe", "a program", WORDS),
    Sign(0, b"\0asm", "a program", WORDS),
    Sign(0, b"\x89PNG", "a picture", PICTURE),
    Sign(0, b"\xff\xd8\xff", "a picture", PICTURE),
    Sign(0, b"GIF8", "a picture", PICTURE),
    Sign(0, b"II*\0", "a picture", PICTURE),
    Sign(0, b"MM\0*", "a picture", PICTURE),
    Sign(8, b"WEBP", "a picture", PICTURE),
    Sign(4, b"ftyp", "a picture or a film", PICTURE),
    Sign(0, b"\x1f\x8b", "a packed archive", UNPACK),
    Sign(0, b"7z\xbc\xaf", "a packed archive", UNPACK),
    Sign(0, b"Rar!", "a packed archive", UNPACK),
    Sign(0, b"BZh", "a packed archive", UNPACK),
    Sign(0, b"\xfd7zXZ", "a packed archive", UNPACK),
    Sign(0, b"\x28\xb5\x2f\xfd", "a packed archive", UNPACK),
    Sign(257, b"ustar", "a packed archive", UNPACK),
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
IN_OLE = (
    ("EncryptedPackage", "is locked with a password.", "Save a copy without one, and choose the copy."),
    (
        "__substg1.0_",
        "is a mail in Outlook's own form (MSG).",
        "Save it in Outlook as EML or as text, or drag it to another mail program; choose that.",
    ),
    ("WordDocument", "is a Word document of the old kind (DOC).", "Save it as DOCX or PDF, and choose that."),
    ("Workbook", "is an Excel file of the old kind (XLS).", "Save it as XLSX or CSV, and choose that."),
    ("PowerPoint Document", "is a PowerPoint file of the old kind (PPT).", "Save it as PPTX or PDF, and choose that."),
)
"""The names of what lies in such a file, as its directory holds them."""
PACKED = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx", "ppt/presentation.xml": "pptx", "META-INF/container.xml": "epub"}
OPEN_DOCUMENT = {
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/vnd.oasis.opendocument.presentation": "odp",
}
OTHERS = (
    ("xl/workbook.bin", "is a spreadsheet in Excel's binary form (XLSB).", "Save it as XLSX or CSV, and choose that."),
    ("Index/Document.iwa", "is a file of Pages, Numbers or Keynote.", "Export it as PDF, DOCX, XLSX or PPTX, and choose that."),
    ("Index.zip", "is a file of Pages, Numbers or Keynote.", "Export it as PDF, DOCX, XLSX or PPTX, and choose that."),
    ("META-INF/MANIFEST.MF", "is a program.", WORDS),
    ("AndroidManifest.xml", "is a program.", WORDS),
    ("content.xml", "is an OpenDocument file of a kind that is not read.", "Save it as PDF, and choose that."),
    ("[Content_Types].xml", "is a packed file of an office program that is not read.", "Save it as PDF, and choose that."),
)
NAMES = {
    **{"md": "markdown", "markdown": "markdown", "csv": "csv", "tsv": "csv", "tab": "csv", "xls": "csv", "xlsx": "csv"},
    **{"html": "html", "htm": "html", "xhtml": "html"},
}
"""A text called .xls is a table that some program wrote as text."""
ENDINGS = (
    *("pdf", "docx", "xlsx", "pptx", "odt", "ods", "odp", "rtf", "epub", "html", "htm", "mhtml", "mht", "eml", "zip"),
    *("csv", "tsv", "md", "markdown", "txt"),
)
"""What the names of files end in that are usually read; a page offers these first, and what is in a file decides."""
HEADER = re.compile(rb"([!-9;-~]+):[ \t]*[^\r\n]*\r?\n(?:[ \t]+[^\r\n]*\r?\n)*")
OF_MAILS = {b"mime-version", b"received", b"return-path", b"message-id", b"delivered-to"}
"""Written by programs. A letter with From and Subject typed at its head is text."""


def kind_of_bytes(data: bytes, name: str = "") -> str:
    """A kind that is told by its bytes, or "" for what should be text. Raises Refused for what is clearly something else.

    The kinds: "pdf", "docx", "xlsx", "pptx", "odt", "ods", "odp", "epub", "rtf", "mail", "zip".
    """
    if not data.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise Refused("is empty.", "Look whether it was saved, and choose it again.")
    if data[:4] in (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"):
        return _packed(data)
    if data.startswith(b"{\\rtf"):
        return "rtf"
    if is_mail(data, name):
        return "mail"
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(OLE):
        raise _of_old_office(data)
    for sign in SIGNS:
        if data.startswith(sign.bytes, sign.at):
            raise Refused(f"is {sign.is_a}, whatever its name says.", sign.fix)
    return ""


def is_mail(data: bytes, name: str) -> bool:
    """Does it begin with the headers of a mail?"""
    start = data[:8000].removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"From ") and HEADER.match(start.partition(b"\n")[2]):
        raise Refused("is a mailbox of several mails (MBOX).", "Save the mails you need one by one as EML, and choose those.")
    found: set[bytes] = set()
    at = 0
    while header := HEADER.match(start, at):
        found.add(header[1].lower())
        at = header.end()
    if ending(name) in ("eml", "mht", "mhtml"):
        return bool(found)
    return bool(found & OF_MAILS) and len(found) > 1


def _of_old_office(data: bytes) -> Refused:
    for word, said, fix in IN_OLE:
        if word.encode("utf-16-le") in data:
            return Refused(said, fix)
    return Refused("is an Office file of the old kind, or one with a password.", OFFICE)


def _packed(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            form = archive.read("mimetype")[:100].decode("ascii", "replace").strip() if _is_small(archive, "mimetype") else ""
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, EOFError, NotImplementedError, RuntimeError) as error:
        raise damaged("DOCX or another packed file") from error
    if form in OPEN_DOCUMENT and "content.xml" in names:
        return OPEN_DOCUMENT[form]
    for name, kind in PACKED.items():
        if name in names:
            return kind
    for name, said, fix in OTHERS:
        if name in names:
            raise Refused(said, fix)
    return "docx" if any(name.startswith("word/") for name in names) else "zip"


def _is_small(archive: zipfile.ZipFile, name: str) -> bool:
    return any(entry.filename == name and entry.file_size < 200 and not entry.flag_bits & 1 for entry in archive.infolist())


def kind_of_text(text: str, name: str) -> str:
    """One of "html", "markdown", "csv", "text", or "flat" for an OpenDocument file in one piece. Raises Refused."""
    start = text[:4000].lstrip().lower()
    while start.startswith(("<?", "<!--")):
        if start.startswith("<?mso-application"):
            raise Refused("is an Office file in the XML form of 2003.", "Save it as DOCX or XLSX, and choose that.")
        start = start.partition("?>" if start.startswith("<?") else "-->")[2].lstrip()
    if start.startswith(("<!doctype html", "<html")):
        return "html"
    if start.startswith("<") and "<office:document" in start:
        return "flat"
    if start.startswith("<svg"):
        raise Refused("is a picture, whatever its name says.", PICTURE)
    return NAMES.get(ending(name), "text")


def ending(name: str) -> str:
    return name.rpartition(".")[2].lower() if "." in name else ""
