"""The letters of a text file, also of one in more than one encoding: lines in UTF-8 stay, and the others are told by what they say."""

from fluencylab.documents import plain
from fluencylab.documents.legacy_encoding import decoded_legacy
from fluencylab.workbench.found import Tally

FEW = 0.001
"""Null bytes of all: so few were left in a text by accident; more make it another encoding, or no text."""


def decoded(data: bytes, tally: Tally) -> tuple[str, tuple[str, ...]]:
    """The text, and a note where it is not plainly UTF-8. Raises Refused for bytes that are no text."""
    marked = any(data.startswith(mark) for mark, _ in plain.MARKS)
    if not marked and 0 < data.count(b"\0") <= max(3, len(data) * FEW):
        tally["control"] += data.count(b"\0")
        data = data.replace(b"\0", b"")
    if marked or b"\0" in data or _is_utf_8(data):
        return plain.decoded(data)
    return _mixed(data) or plain.decoded(data)


def _mixed(data: bytes) -> tuple[str, tuple[str, ...]] | None:
    """Line by line, where some hold letters of UTF-8 and some cannot be; None where it is written in one encoding."""
    lines = data.splitlines(keepends=True)
    foreign = [at for at, line in enumerate(lines) if not line.isascii() and not _is_utf_8(line)]
    if not any(not line.isascii() and _is_utf_8(line) for line in lines):
        return None
    found = decoded_legacy(b"".join(lines[at] for at in foreign))
    if found is None:
        return None
    words, (note, *_) = found
    read = iter(words.splitlines(keepends=True))
    if words.count("\n") != sum(lines[at].count(b"\n") for at in foreign):
        return None
    whole = dict(zip(foreign, read, strict=False))
    text = "".join(whole[at] if at in whole else line.decode("utf-8") for at, line in enumerate(lines))
    are = "1 of its lines is" if len(foreign) == 1 else f"{len(foreign):,} of its lines are"
    return text, (f"{are} not in UTF-8, unlike the rest; {note.partition('; ')[2]}",)


def _is_utf_8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
