"""A ZIP, looked at before it is believed and unpacked within bounds: office files, books, and archives of documents are one.

with opened(data, "XLSX") as archive:
    parts = xml_parts(archive)      {"xl/workbook.xml": b"<workbook ...", ...}
"""

import contextlib
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from xml.etree import ElementTree as Tree
from xml.parsers import expat

from fluencylab.documents.refusal import Refused, bomb, damaged

MOST_ENTRIES = 4000
MOST_BYTES = 200_000_000
"""What all entries together may say they unpack to, pictures included."""
MOST_XML = 24_000_000
"""What is really unpacked of words; as a tree in memory it takes more than ten times as much."""
RATIO = 400
"""Unpacked to packed; the most that deflate can do is 1,032, and text of an office file comes to 5 to 60."""
SUSPECT = 1_000_000
"""Below this size the ratio means nothing."""
LOCKED = Refused("is locked with a password.", "Save a copy without one, and choose the copy.")
EXTERNAL = Refused(
    "brings along definitions for its own markup (a DTD), which can make it read other files of this machine.",
    "Nothing was read. No office program writes such a file: ask where it comes from.",
)
BROKEN = (
    *(zipfile.BadZipFile, zlib.error, expat.ExpatError, Tree.ParseError, EOFError, OSError, ValueError, KeyError),
    *(NotImplementedError, RuntimeError, AttributeError, TypeError, IndexError),
)
"""What comes of an archive that is none, of markup that is none, and of a library that was given either."""


@contextlib.contextmanager
def opened(data: bytes, kind: str) -> Iterator[zipfile.ZipFile]:
    """The archive, after a look at what it says of itself. Raises Refused, also for whatever its parts break within the block."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            look(archive)
            yield archive
    except BROKEN as error:
        if isinstance(error, RecursionError):
            raise
        raise damaged(kind) from error


def look(archive: zipfile.ZipFile) -> None:
    """Raises Refused for a password, and for what says it unpacks to far more than its size."""
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES:
        raise bomb(f"it holds {len(entries):,} files")
    if any(entry.flag_bits & 1 for entry in entries):
        raise LOCKED
    whole = sum(entry.file_size for entry in entries)
    if whole > MOST_BYTES:
        raise bomb(f"{megabytes(whole)} of {megabytes(sum(entry.compress_size for entry in entries))}")
    for entry in entries:
        if entry.file_size > SUSPECT and entry.file_size > RATIO * max(1, entry.compress_size):
            raise bomb(f"{megabytes(entry.file_size)} of {megabytes(entry.compress_size)}")


def is_xml(name: str) -> bool:
    return name.endswith((".xml", ".rels"))


def xml_parts(archive: zipfile.ZipFile, wanted: Callable[[str], bool] = is_xml) -> dict[str, bytes]:
    """The markup alone, by the names of its parts: each of its real size, and none with definitions of its own."""
    parts: dict[str, bytes] = {}
    left = MOST_XML
    for entry in archive.infolist():
        if wanted(entry.filename) and not entry.is_dir():
            xml = within(archive, entry.filename, left)
            left -= len(xml)
            no_definitions(xml)
            parts[entry.filename] = xml
    return parts


def within(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    """One entry. Raises Refused when more than `most` bytes come out, whatever it says of itself."""
    with archive.open(name) as part:
        data = part.read(most + 1)
    if len(data) > most:
        raise bomb(f"its words alone take more than {megabytes(MOST_XML)}")
    return data


def repacked(parts: Mapping[str, bytes]) -> io.BytesIO:
    """An archive of these parts and nothing else, for a library that reads archives."""
    bare = io.BytesIO()
    with zipfile.ZipFile(bare, "w") as kept:
        for name, xml in parts.items():
            kept.writestr(name, xml)
    bare.seek(0)
    return bare


class _Begun(Exception):
    """The first element: what could define markup would have come before it."""


def no_definitions(xml: bytes) -> None:
    """Raises Refused for markup with a document type, before anything in it is followed."""

    def refuse(*_: object) -> None:
        raise EXTERNAL

    def begin(*_: object) -> None:
        raise _Begun

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = begin
    with contextlib.suppress(_Begun):
        parser.Parse(xml, True)


def megabytes(count: int) -> str:
    return f"{count / 1e6:,.1f} MB" if count < 1e9 else f"{count / 1e9:,.1f} GB"
