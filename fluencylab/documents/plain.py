"""Plain text and Markdown: bytes become letters, honestly or not at all."""

import codecs
import re
import unicodedata

from fluencylab.documents.legacy_encoding import decoded_legacy
from fluencylab.documents.refusal import Refused

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""UTF-32 before UTF-16, whose mark it begins with."""
SAVE = "Open it in the program it comes from, save it as plain text in UTF-8, and choose that."
FEW = 0.01
"""Of all letters: more that cannot be read, or that control a machine, and it is no text."""
SPACED = " \n\u3000，。、"
"""What stands between words or sentences in any script."""
JAPANESE_MAIL = re.compile(rb"\x1b\$[@B]")
"""How ISO-2022-JP, which is all ASCII, turns to Japanese."""
OF_MACHINES = re.compile(r"[\x00-\x08\x0b\x0e-\x1f]")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff\u202d\u202e\u00ad\u200b\u2060]")
"""What no reader sees: also soft hyphens, and the two marks that turn a line round. Joiners stay; emoji and Arabic need them."""


def decoded(data: bytes) -> tuple[str, tuple[str, ...]]:
    """The letters, and a note where they are not plainly UTF-8. Raises Refused for bytes that are no text, or whose letters are a guess."""
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return _marked(data[len(mark) :], encoding)
    if b"\0" in data:
        return _wide(data)
    if JAPANESE_MAIL.search(data):
        return _marked(data, "iso2022_jp_2")
    try:
        return _readable(data.decode("utf-8")), ()
    except UnicodeDecodeError:
        return _older(data)


def _marked(data: bytes, encoding: str) -> tuple[str, tuple[str, ...]]:
    text = data.decode(encoding, errors="replace")
    lost = text.count("\ufffd")
    if lost > len(text) * FEW:
        raise _no_text()
    return _readable(text), _lost(lost) if lost else ()


def _wide(data: bytes) -> tuple[str, tuple[str, ...]]:
    """UTF-16 without a mark: one of the two orders gives only letters that exist, spaces among them."""
    even = data[: len(data) // 2 * 2]
    for encoding in ("utf-16-le", "utf-16-be"):
        try:
            text = even.decode(encoding)
        except UnicodeDecodeError:
            continue
        nowhere = any(unicodedata.category(letter) in ("Cn", "Co") for letter in text[:20_000])
        if not nowhere and sum(map(text.count, SPACED)) > len(text) / 200:
            return _readable(text), ("It has no mark of its encoding; it was read as UTF-16.",)
    raise _no_text()


def _older(data: bytes) -> tuple[str, tuple[str, ...]]:
    """Not UTF-8: mixed with it, or of another encoding."""
    mixed = data.decode("utf-8", errors="replace")
    lost = mixed.count("\ufffd")
    beyond = sum(letter > "\x7f" for letter in mixed)
    if lost <= len(mixed) * FEW and beyond > 3 * lost:
        return _readable(mixed), _lost(lost)
    _readable(data.decode("latin-1"))
    found = decoded_legacy(data)
    if found is None:
        raise Refused("is written in an encoding that cannot be told from its bytes.", SAVE)
    return found


def _lost(count: int) -> tuple[str, ...]:
    places, are = ("place", "is") if count == 1 else ("places", "are")
    return (f"{count:,} {places} could not be read as Unicode and {are} shown as \ufffd.",)


def _readable(text: str) -> str:
    control = sum(1 for _ in OF_MACHINES.finditer(text))
    if control > max(3, len(text) * FEW) or "\0" in text:
        raise _no_text()
    return text


def _no_text() -> Refused:
    return Refused("holds no text: its bytes are of some other kind.", SAVE)


def clean(text: str) -> str:
    """Only what can be seen, with one kind of line end, no space at the ends of lines and at most one empty line in a row."""
    text = re.sub(r"\r\n?|[\f\v\x85\u2028\u2029]", "\n", text)
    lines = [line.rstrip() for line in CONTROL.sub("", text).replace("\u00a0", " ").split("\n")]
    kept = [line for number, line in enumerate(lines) if line or (number and lines[number - 1])]
    return "\n".join(kept).strip("\n")
