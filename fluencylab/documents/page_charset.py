"""The letters of a web page: which encoding it names, as browsers read such names, and whether its bytes agree.

<meta charset="iso-8859-1">   -> windows-1252, for that is what every browser takes it for
"""

import codecs
from typing import NamedTuple

import webencodings
from bs4.dammit import EncodingDetector

DECLARED_WITHIN = 65_536
"""Bytes. Browsers look at the first 1,024 before they begin, and begin anew where the name comes later."""
FEW = 0.01
"""Of all letters: more that cannot be read, and the page is not in the encoding it names."""
SURE = 4
"""So many letters of several bytes that are all right as UTF-8, and it is UTF-8."""


class Encoding(NamedTuple):
    name: str
    codec: str


def named_encoding(data: bytes) -> Encoding | None:
    """What a page names in a <meta> or an XML declaration; None where it names none that exists."""
    label = EncodingDetector.find_declared_encoding(data[:DECLARED_WITHIN], is_html=True, search_entire_document=True)
    found = webencodings.lookup(label) if label else None
    if found is None or found.name in ("x-user-defined", "replacement"):
        return None
    if found.name.startswith("utf-16"):  # a name that can be read byte by byte does not stand in UTF-16
        return Encoding("utf-8", "utf-8")
    return Encoding(found.name, "gb18030" if found.name == "gbk" else found.codec_info.name)


def decoded_page(data: bytes) -> tuple[str, tuple[str, ...]] | None:
    """The letters, and notes. None where no name helps: a mark of Unicode goes before it, and a wrong name is none."""
    if data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in data:
        return None
    encoding = named_encoding(data)
    if encoding is None or encoding.name == "utf-8":
        return None
    if _is_unicode(data):
        return data.decode("utf-8"), (f"It says that it is in {encoding.name}, but its bytes are UTF-8; it was read as UTF-8.",)
    text = data.decode(encoding.codec, errors="replace")
    lost = text.count("\ufffd")
    if lost > max(1, len(text) * FEW):
        return None
    places, are = ("place", "is") if lost == 1 else ("places", "are")
    return text, (f"{lost:,} {places} could not be read as {encoding.name} and {are} shown as \ufffd.",) if lost else ()


def _is_unicode(data: bytes) -> bool:
    """Plainly UTF-8, whatever the page says: enough letters of several bytes, and not one wrong."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return sum(letter > "\x7f" for letter in text) >= SURE
