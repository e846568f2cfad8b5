"""What a file is: by its first bytes, and only where these say nothing by its name."""

import io
import zipfile
from typing import NamedTuple

from fluencylab.documents.refusal import Refused, damaged

OFFICE = "Save it as DOCX or PDF without a password, and choose that."
UNPACK = "Unpack it and choose the documents in it."
WORDS = "Choose a PDF, a DOCX, a web page, Markdown, a table as CSV, or plain text."
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
    Sign(0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Office file of the old kind, or one with a password", OFFICE),
    Sign(0, b"{\\rtf", "a file in Rich Text Format", OFFICE),
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
PACKED = (
    ("word/document.xml", "", ""),
    ("xl/workbook.xml", "a spreadsheet", "Save the sheet as CSV, and choose that."),
    ("ppt/presentation.xml", "a presentation", "Save it as PDF, and choose that."),
    ("META-INF/container.xml", "an electronic book", "Save it as PDF or plain text, and choose that."),
    ("content.xml", "an OpenDocument file", OFFICE),
)
NAMES = {"md": "markdown", "markdown": "markdown", "csv": "csv", "tsv": "csv", "tab": "csv", "html": "html", "htm": "html", "xhtml": "html"}


def kind_of_bytes(data: bytes) -> str:
    """One of "pdf", "docx", or "" for what should be text. Raises Refused for what is clearly something else."""
    if not data.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise Refused("is empty.", "Look whether it was saved, and choose it again.")
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data[:4] in (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"):
        return _packed(data)
    for sign in SIGNS:
        if data.startswith(sign.bytes, sign.at):
            raise Refused(f"is {sign.is_a}, whatever its name says.", sign.fix)
    return ""


def _packed(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError, UnicodeDecodeError) as error:
        raise damaged("DOCX or another packed file") from error
    for name, is_a, fix in PACKED:
        if name in names:
            if not is_a:
                return "docx"
            raise Refused(f"is {is_a}, which this lab does not read.", fix)
    if any(name.startswith("word/") for name in names):
        return "docx"
    raise Refused("is a packed archive (ZIP).", UNPACK)


def kind_of_text(text: str, name: str) -> str:
    """One of "html", "markdown", "csv" or "text"."""
    start = text[:2000].lstrip().lower()
    while start.startswith(("<?xml", "<!--")):
        start = start.partition("?>" if start.startswith("<?") else "-->")[2].lstrip()
    if start.startswith(("<!doctype html", "<html")):
        return "html"
    return NAMES.get(ending(name), "text")


def ending(name: str) -> str:
    return name.rpartition(".")[2].lower() if "." in name else ""
