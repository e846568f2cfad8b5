"""A DOCX as text. It is a ZIP of XML: both are looked at before they are believed, and only the words are unpacked."""

import contextlib
import io
import zipfile
from xml.parsers import expat

import mammoth

from fluencylab.documents.refusal import Refused, bomb, damaged
from fluencylab.documents.web_page import shown

MOST_ENTRIES = 4000
MOST_BYTES = 200_000_000
"""What all entries together may say they unpack to, pictures included."""
MOST_XML = 24_000_000
"""What is really unpacked of words; as a tree in memory it takes more than ten times as much."""
RATIO = 400
"""Unpacked to packed; the most that deflate can do is 1,032, and text of an office file comes to 5 to 60."""
SUSPECT = 1_000_000
"""Below this size the ratio means nothing."""
TITLE = "p[style-name='Title'] => h1:fresh"
EXTERNAL = Refused(
    "brings along definitions for its own markup (a DTD), which can make it read other files of this machine.",
    "Nothing was read. No office program writes such a file: ask where it comes from.",
)


def words(data: bytes) -> tuple[str, str, tuple[str, ...]]:
    """Text, size and notes. Raises Refused."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _look(archive)
            bare, pictures = _unpacked(archive)
        found = mammoth.convert_to_html(bare, style_map=TITLE, include_embedded_style_map=False, convert_image=lambda image: [])
    except (zipfile.BadZipFile, expat.ExpatError, EOFError, OSError, ValueError, KeyError, NotImplementedError, RuntimeError) as error:
        if isinstance(error, RecursionError):
            raise
        raise damaged("DOCX") from error
    except (AttributeError, TypeError, IndexError) as error:  # mammoth, of XML that is no document
        raise damaged("DOCX") from error
    text = shown(found.value)
    tables = found.value.count("<table>")
    if not text.strip():
        if pictures:
            raise Refused("holds pictures only.", "Have the words recognised (OCR) by a program for that, and choose the result.")
        raise Refused("holds no words.", "Look at it in another program; choose the file the words are in.")
    notes = (f"{pictures:,} {'picture was' if pictures == 1 else 'pictures were'} left out.",) if pictures else ()
    return text, "" if not tables else "1 table" if tables == 1 else f"{tables:,} tables", notes


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


def _unpacked(archive: zipfile.ZipFile) -> tuple[io.BytesIO, int]:
    """An archive of the XML alone, each part checked and of its real size; and how many pictures were left behind."""
    bare, left = io.BytesIO(), MOST_XML
    pictures = 0
    with zipfile.ZipFile(bare, "w") as kept:
        for entry in archive.infolist():
            if entry.filename.startswith("word/media/") and not entry.is_dir():
                pictures += 1
            if not entry.filename.endswith((".xml", ".rels")):
                continue
            with archive.open(entry) as part:
                xml = part.read(left + 1)
            left -= len(xml)
            if left < 0:
                raise bomb(f"its words alone take more than {_megabytes(MOST_XML)}")
            _no_definitions(xml)
            kept.writestr(entry.filename, xml)
    bare.seek(0)
    return bare, pictures


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
