"""An EPUB as text: its chapters are web pages, in the order of its spine."""

import posixpath
from urllib.parse import unquote
from xml.etree import ElementTree as Tree

from fluencylab.documents import plain
from fluencylab.documents.packed import LOCKED, MOST_XML, no_definitions, opened, within
from fluencylab.documents.page_charset import decoded_page
from fluencylab.documents.refusal import Refused
from fluencylab.documents.web_page import shown

CONTAINER = "META-INF/container.xml"
ROOT = ".//{urn:oasis:names:tc:opendocument:xmlns:container}rootfile"
OPF = "{http://www.idpf.org/2007/opf}"
TITLE = ".//{http://purl.org/dc/elements/1.1/}title"
PAGES = ("application/xhtml+xml", "text/html", "text/x-oeb1-document")
FONTS = (b"http://www.idpf.org/2008/embedding", b"http://ns.adobe.com/pdf/enc#RC")
"""What hides the letters of fonts, and locks no words."""


def words(data: bytes, most: int) -> tuple[str, str, tuple[str, ...]]:
    """Text, size ("12 chapters") and notes. `most`: letters after which no further chapter is read. Raises Refused."""
    with opened(data, "EPUB") as archive:
        names = set(archive.namelist())
        if "META-INF/encryption.xml" in names and _locks(within(archive, "META-INF/encryption.xml", MOST_XML)):
            raise LOCKED
        root = _tree(within(archive, CONTAINER, MOST_XML)).find(ROOT)
        place = root.get("full-path", "") if root is not None else ""
        package = _tree(within(archive, place, MOST_XML))
        chapters = [name for name in _spine(package, posixpath.dirname(place)) if name in names]
        left, texts = MOST_XML, list[str]()
        for name in chapters:
            page = within(archive, name, left)
            left -= len(page)
            markup, _ = decoded_page(page) or plain.decoded(page)
            texts.append(shown(markup).strip())
            if sum(map(len, texts)) > most:
                break
        title = " ".join((package.findtext(TITLE) or "").split())
        pictures = sum(name.lower().endswith((".jpg", ".jpeg", ".png", ".gif", ".webp", ".svg")) for name in names)
    told = [text for text in texts if text]
    if not told:
        raise Refused("holds no words.", "Look at it in another program; choose the file the words are in.")
    heading = [f"# {title}"] if title and title not in told[0][: len(title) + 100] else []
    notes = (f"{pictures:,} {'picture was' if pictures == 1 else 'pictures were'} left out.",) if pictures else ()
    return "\n\n".join([*heading, *told]), "1 chapter" if len(told) == 1 else f"{len(told):,} chapters", notes


def _tree(xml: bytes) -> Tree.Element:
    no_definitions(xml)
    return Tree.fromstring(xml)


def _locks(xml: bytes) -> bool:
    """Is anything but a font encrypted?"""
    return xml.count(b"EncryptedData") // 2 > sum(map(xml.count, FONTS)) and b"EncryptionMethod" in xml


def _spine(package: Tree.Element, folder: str) -> list[str]:
    """The names of its pages, in the order in which they are read, each once."""
    pages = {
        one.get("id", ""): posixpath.normpath(posixpath.join(folder, unquote(one.get("href", ""))))
        for one in package.iter(f"{OPF}item")
        if one.get("media-type") in PAGES
    }
    order = [pages[said] for one in package.iter(f"{OPF}itemref") if (said := one.get("idref", "")) in pages]
    return list(dict.fromkeys(order))
