"""A ZIP of documents: what is in it, within bounds. A name in it is a title and never a place on the disk."""

import contextlib
import re
import zipfile
from typing import NamedTuple

from fluencylab.documents.packed import megabytes, opened
from fluencylab.documents.refusal import Refused, bomb

MOST_FILES = 50
MOST_BYTES = 60_000_000
"""What all its files together unpack to."""
OF_THE_SYSTEM = re.compile(r"(^|/)(__MACOSX/|\._|\.DS_Store$|Thumbs\.db$|desktop\.ini$|\.git/)", re.IGNORECASE)
UTF_8 = 0x800
"""The flag that says in which letters a name is written."""


class Packed(NamedTuple):
    name: str
    data: bytes


def files(data: bytes) -> list[Packed]:
    """In the order in which they lie there. Raises Refused for a bomb, a password, and more than are read at once."""
    with opened(data, "ZIP") as archive:
        entries = [one for one in archive.infolist() if not one.is_dir() and not OF_THE_SYSTEM.search(one.filename)]
        if not entries:
            raise Refused("is a packed archive (ZIP) with nothing in it.", "Look whether it was made to its end, and choose it again.")
        if len(entries) > MOST_FILES:
            said = f"is a packed archive (ZIP) of {len(entries):,} files; at most {MOST_FILES} are read."
            raise Refused(said, "Unpack it, and choose the documents you need.")
        return _unpacked(archive, entries)


def _unpacked(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> list[Packed]:
    found: list[Packed] = []
    left = MOST_BYTES
    for entry in entries:
        with archive.open(entry) as part:
            data = part.read(left + 1)
        left -= len(data)
        if left < 0:
            raise bomb(f"its files together take more than {megabytes(MOST_BYTES)}")
        found.append(Packed(_name(entry), data))
    return found


def _name(entry: zipfile.ZipInfo) -> str:
    """Without folders that lead out of it. Programs that name no letters mostly mean UTF-8, and are read as an old PC's."""
    name = entry.filename
    if not entry.flag_bits & UTF_8:
        with contextlib.suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    parts = [part for part in re.split(r"[/\\]", name) if part not in ("", ".", "..") and not re.fullmatch(r"[A-Za-z]:", part)]
    return "/".join(parts) or "unnamed"
