"""A DOCX as text, by way of HTML."""

import zipfile
from collections.abc import Mapping
from xml.etree import ElementTree as Tree

import mammoth

from fluencylab.documents import plain
from fluencylab.documents.docx_prepare import Prepared
from fluencylab.documents.packed import opened, repacked, within, xml_parts
from fluencylab.documents.page_charset import decoded_page
from fluencylab.documents.refusal import Refused
from fluencylab.documents.web_page import shown

MOST_CHUNK = 4_000_000
"""Of a web page within the document."""
TITLE = "p[style-name='Title'] => h1:fresh"
BACK = "↑"
"""The link from a note back to its mark, as the converter writes it."""
LEFT_OUT = {
    "picture": ("picture was", "pictures were", ""),
    "comment": ("comment was", "comments were", ""),
    "deletion": ("tracked deletion was", "tracked deletions were", ", and what was inserted was read"),
    "hidden": ("piece of hidden text was", "pieces of hidden text were", ""),
    "diagram": ("diagram or chart was", "diagrams or charts were", ", each with a mark at its place"),
    "chunk": ("part in another form was", "parts in other forms were", ", with a mark at its place"),
}


def words(data: bytes) -> tuple[str, str, tuple[str, ...]]:
    """Text, size and notes. Raises Refused."""
    with opened(data, "DOCX") as archive:
        parts = xml_parts(archive)
        pictures = sum(entry.filename.startswith("word/media/") and not entry.is_dir() for entry in archive.infolist())
        prepared = Prepared(parts, _chunks(archive, parts))
        bare = repacked(prepared.parts)
        found = mammoth.convert_to_html(bare, style_map=TITLE, include_embedded_style_map=False, convert_image=lambda image: [])
    text = shown(found.value.replace(BACK, ""))
    tables = found.value.count("<table>")
    if not text.strip():
        if pictures:
            raise Refused("holds pictures only.", "Have the words recognised (OCR) by a program for that, and choose the result.")
        raise Refused("holds no words.", "Look at it in another program; choose the file the words are in.")
    counts = {"picture": pictures, "comment": prepared.comments, **prepared.left_out}
    notes = tuple(_left_out(count, *LEFT_OUT[what]) for what, count in counts.items() if count)
    return text, "" if not tables else "1 table" if tables == 1 else f"{tables:,} tables", notes


def _left_out(count: int, one: str, more: str, rest: str) -> str:
    return f"{count:,} {one if count == 1 else more} left out{rest}."


def _chunks(archive: zipfile.ZipFile, parts: Mapping[str, bytes]) -> dict[str, str]:
    """The words of web pages and plain text within the document, by the names that it calls them."""
    found = {}
    names = set(archive.namelist())
    for relation in Tree.fromstring(parts.get("word/_rels/document.xml.rels", b"<none/>")):
        target = relation.get("Target", "")
        name = target.lstrip("/") if target.startswith("/") else f"word/{target}"
        if relation.get("Type", "").endswith("/aFChunk") and name in names and name.endswith((".htm", ".html", ".xhtml", ".txt")):
            data = within(archive, name, MOST_CHUNK)
            text, _ = decoded_page(data) or plain.decoded(data)
            found[relation.get("Id", "")] = text if name.endswith(".txt") else shown(text)
    return found
