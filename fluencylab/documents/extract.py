"""The text of a file of any kind, and of each document in a file that holds several: a ZIP, or a mail with what is attached to it.

extracted("order.eml", data, 1_000_000).documents    order.eml, order.eml: terms.pdf
"""

import importlib
from collections.abc import Sequence
from typing import Any, NamedTuple

from fluencylab.documents import hyphens, kinds, plain, plausible
from fluencylab.documents.refusal import Refused, too_long
from fluencylab.documents.table import table

SAYS = {"html": "a web page", "text": "plain text", "csv": "a table as text", "mail": "a mail", "markdown": "plain text"}
BINARY = ("pdf", "docx", "doc", "xlsx", "xls", "pptx", "ppt", "odt", "ods", "odp", "epub", "rtf", "zip")
"""Endings of names that plain text does not have."""
MODULES = {
    **{"xlsx": "spreadsheet", "pptx": "slides", "odt": "open_document", "ods": "open_document", "odp": "open_document"},
    **{"docx": "docx", "rtf": "rich_text"},
}
DEEPEST = 2
"""A mail in a mail is read, a ZIP in a mail too, and nothing within these."""
SHORTEST_FULL = 40
"""Letters: a line of plain text from this length on was broken because it was full."""
NAMED = 5
"""Files that were not read, by name."""


class Extracted(NamedTuple):
    name: str
    kind: str
    text: str
    size: str
    notes: tuple[str, ...]


class Extraction(NamedTuple):
    """`notes`: about the file as a whole, such as which of its documents were not read."""

    documents: tuple[Extracted, ...]
    notes: tuple[str, ...] = ()


def extracted(name: str, data: bytes, letters: int, depth: int = 0) -> Extraction:
    """`letters`: the most that all its documents may have. Raises Refused when none of them can be read."""
    kind = kinds.kind_of_bytes(data, name)
    if kind == "zip":
        if depth:
            raise Refused("is a packed archive (ZIP) within another file.", "Unpack it and choose the documents in it.")
        return _each(name, _reader("collection").files(data), letters, depth)
    if kind == "mail":
        mail = _reader("mail").message(data)
        own = _checked(Extracted(name, mail.kind, mail.text, "", _misnamed(name, mail.kind) + mail.notes), letters)
        if not mail.attached:
            return Extraction((own,))
        rest = _each(name, mail.attached, letters - len(own.text), depth, needs_one=False)
        return Extraction((own, *rest.documents), rest.notes)
    return Extraction((_checked(_one(name, kind, data, letters), letters),))


def _each(name: str, files: Sequence[tuple[str, bytes]], letters: int, depth: int, needs_one: bool = True) -> Extraction:
    """Each as a document of its own. What cannot be read is told, unless there is nothing else."""
    found: list[Extracted] = []
    unread: list[str] = []
    for inner, data in files:
        try:
            if depth + 1 > DEEPEST:
                raise Refused("lies too deep in it.", "Take it out and choose it.")
            parts = extracted(inner.rpartition("/")[2], data, letters, depth + 1)
        except (Refused, RecursionError) as error:
            why = error.message if isinstance(error, Refused) else "is nested too deeply to be read."
            unread.append(f"“{inner}” {why.replace(', whatever its name says', '').rstrip('.')}")
            continue
        except MemoryError:
            raise
        except Exception as error:  # from a library, of a file made to break it
            unread.append(f"“{inner}” could not be read ({type(error).__name__})")
            continue
        own, *rest = parts.documents
        found += [own._replace(name=f"{name}: {inner}"), *(one._replace(name=f"{name}: {one.name}") for one in rest)]
        unread += [f"in “{inner}”: {note[0].lower()}{note[1:].rstrip('.')}" for note in parts.notes]
        letters -= sum(len(one.text) for one in parts.documents)
    if needs_one and not found:
        raise Refused(
            f"holds no document that is read: {'; '.join(unread[:NAMED])}.", "Unpack it, look at its files, and choose the documents."
        )
    return Extraction(tuple(found), _unread(unread))


def _unread(unread: Sequence[str]) -> tuple[str, ...]:
    if not unread:
        return ()
    more = f"; and {len(unread) - NAMED:,} more" if len(unread) > NAMED else ""
    return (f"Not read: {'; '.join(unread[:NAMED])}{more}.",)


def _one(name: str, kind: str, data: bytes, letters: int) -> Extracted:
    if kind == "pdf":
        return Extracted(name, kind, *_reader("pdf").pages(data, letters))
    if kind == "epub":
        return Extracted(name, kind, *_reader("book").words(data, letters))
    if kind in MODULES:
        return Extracted(name, kind, *_reader(MODULES[kind]).words(data))
    text, notes = _named_letters(name, data) or plain.decoded(data)
    kind, size = kinds.kind_of_text(text, name), ""
    if kind not in ("html", "flat") and len(text) > 2 * letters:  # no cleaning makes it short enough
        raise too_long(letters)
    if kind == "html":
        text = _reader("web_page").shown(text)
    elif kind == "flat":
        text, size, notes = _reader("open_document").flat(data)
    elif kind == "csv" and text.strip():
        text, size, more = table(text, name)
        notes += more
    return Extracted(name, kind, text, size, _misnamed(name, kind) + notes)


def _named_letters(name: str, data: bytes) -> tuple[str, tuple[str, ...]] | None:
    """A web page by the encoding it names, if it names one that its bytes agree with."""
    if kinds.kind_of_text(data[:2000].decode("latin-1"), name) != "html":
        return None
    page: tuple[str, tuple[str, ...]] | None = _reader("page_charset").decoded_page(data)
    return page


def _misnamed(name: str, kind: str) -> tuple[str, ...]:
    ending = kinds.ending(name)
    return (f"Its name ends in .{ending}, but it is {SAYS[kind]}.",) if ending in BINARY and kind in SAYS else ()


def _checked(found: Extracted, letters: int) -> Extracted:
    """Cleaned, mended where that is sure, and judged. Raises Refused for what is empty or too long."""
    text = plain.clean(found.text)
    notes = found.notes
    if found.kind != "pdf":  # whose pages are judged one by one
        if found.kind == "text":
            text = "\n".join(hyphens.mended(text.split("\n"), shortest=SHORTEST_FULL))
        text, turned = plausible.mended(text)
        notes = (*notes, *filter(None, [plausible.says_mended(turned)]), *plausible.remarks([text], are_pages=False))
    if not text.strip():
        raise Refused("holds no words.", "Look at it in another program; choose the file the words are in.")
    if len(text) > letters:
        raise too_long(letters)
    return found._replace(text=text, notes=notes)


def _reader(name: str) -> Any:
    """Each takes a third of a second to load, and one file needs one."""
    return importlib.import_module(f"fluencylab.documents.{name}")
