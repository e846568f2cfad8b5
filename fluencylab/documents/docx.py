"""A DOCX as text. It is a ZIP of XML: both are looked at before they are believed, and only the words are unpacked."""

import contextlib
import io
import zipfile
from collections.abc import Mapping
from xml.etree import ElementTree as Tree
from xml.parsers import expat

import mammoth

from fluencylab.documents import plain
from fluencylab.documents.docx_prepare import Prepared
from fluencylab.documents.page_charset import decoded_page
from fluencylab.documents.refusal import Refused, bomb, damaged
from fluencylab.documents.web_page import shown

MOST_ENTRIES = 4000
MOST_BYTES = 200_000_000
"""What all entries together may say they unpack to, pictures included."""
MOST_XML = 24_000_000
"""What is really unpacked of words; as a tree in memory it takes more than ten times as much."""
MOST_CHUNK = 4_000_000
"""Of a web page within the document."""
RATIO = 400
"""Unpacked to packed; the most that deflate can do is 1,032, and text of an office file comes to 5 to 60."""
SUSPECT = 1_000_000
"""Below this size the ratio means nothing."""
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
EXTERNAL = Refused(
    "brings along definitions for its own markup (a DTD), which can make it read other files of this machine.",
    "Nothing was read. No office program writes such a file: ask where it comes from.",
)


def words(data: bytes) -> tuple[str, str, tuple[str, ...]]:
    """Text, size and notes. Raises Refused."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _look(archive)
            parts, pictures = _unpacked(archive)
            prepared = Prepared(parts, _chunks(archive, parts))
        bare = _packed(prepared.parts)
        found = mammoth.convert_to_html(bare, style_map=TITLE, include_embedded_style_map=False, convert_image=lambda image: [])
    except (
        zipfile.BadZipFile,
        expat.ExpatError,
        Tree.ParseError,
        EOFError,
        OSError,
        ValueError,
        KeyError,
        NotImplementedError,
        RuntimeError,
    ) as error:
        if isinstance(error, RecursionError):
            raise
        raise damaged("DOCX") from error
    except (AttributeError, TypeError, IndexError) as error:  # mammoth, of XML that is no document
        raise damaged("DOCX") from error
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


def _look(archive: zipfile.ZipFile) -> None:
    """What the archive says of itself."""
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES:
        raise bomb(f"it holds {len(entries):,} files")
    if any(entry.flag_bits & 1 for entry in entries):
        raise Refused("is locked with a password.", "Save a copy without one, and choose the copy.")
    whole = sum(entry.file_size for entry in entries)
    if whole > MOST_BYTES:
        raise bomb(f"{_megabytes(whole)} of {_megabytes(sum(entry.compress_size for entry in entries))}")
    for entry in entries:
        if entry.file_size > SUSPECT and entry.file_size > RATIO * max(1, entry.compress_size):
            raise bomb(f"{_megabytes(entry.file_size)} of {_megabytes(entry.compress_size)}")


def _unpacked(archive: zipfile.ZipFile) -> tuple[dict[str, bytes], int]:
    """The XML alone, each part checked and of its real size; and how many pictures were left behind."""
    parts: dict[str, bytes] = {}
    left, pictures = MOST_XML, 0
    for entry in archive.infolist():
        if entry.filename.startswith("word/media/") and not entry.is_dir():
            pictures += 1
        if not entry.filename.endswith((".xml", ".rels")):
            continue
        xml = _within(archive, entry.filename, left)
        left -= len(xml)
        _no_definitions(xml)
        parts[entry.filename] = xml
    return parts, pictures


def _within(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    with archive.open(name) as part:
        data = part.read(most + 1)
    if len(data) > most:
        raise bomb(f"its words alone take more than {_megabytes(MOST_XML)}")
    return data


def _packed(parts: Mapping[str, bytes]) -> io.BytesIO:
    bare = io.BytesIO()
    with zipfile.ZipFile(bare, "w") as kept:
        for name, xml in parts.items():
            kept.writestr(name, xml)
    bare.seek(0)
    return bare


def _chunks(archive: zipfile.ZipFile, parts: Mapping[str, bytes]) -> dict[str, str]:
    """The words of web pages and plain text within the document, by the names that it calls them."""
    found = {}
    names = set(archive.namelist())
    for relation in Tree.fromstring(parts.get("word/_rels/document.xml.rels", b"<none/>")):
        target = relation.get("Target", "")
        name = target.lstrip("/") if target.startswith("/") else f"word/{target}"
        if relation.get("Type", "").endswith("/aFChunk") and name in names and name.endswith((".htm", ".html", ".xhtml", ".txt")):
            data = _within(archive, name, MOST_CHUNK)
            text, _ = decoded_page(data) or plain.decoded(data)
            found[relation.get("Id", "")] = text if name.endswith(".txt") else shown(text)
    return found


class _Begun(Exception):
    """The first element: what could define markup would have come before it."""


def _no_definitions(xml: bytes) -> None:
    def refuse(*_: object) -> None:
        raise EXTERNAL

    def begin(*_: object) -> None:
        raise _Begun

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = begin
    with contextlib.suppress(_Begun):
        parser.Parse(xml, True)


def _megabytes(count: int) -> str:
    return f"{count / 1e6:,.1f} MB" if count < 1e9 else f"{count / 1e9:,.1f} GB"
