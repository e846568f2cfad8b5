"""Several documents in one box of text: each begins with a line that holds its title.

    === handbook.pdf ===

    You can send things back within 30 days.

    === prices.csv ===
    ...

A line of a document's own that looks like such a line is moved in by one space, and back when it is taken apart.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from fluencylab.text import segmentation

LONGEST_TITLE = 120
UNTITLED = "Untitled"


class ReadDocument(NamedTuple):
    """A document as text. `kind`: "pdf", "docx", "html", "csv", "text" and others. `size`: "14 pages", or "" where words say it all.
    `notes`: whole sentences, such as "2 of 14 pages hold no text: they are pictures."."""

    title: str
    text: str
    kind: str
    size: str = ""
    notes: tuple[str, ...] = ()

    @property
    def says(self) -> str:
        """One line: what was read."""
        words = len(segmentation.words(self.text) if segmentation.unspaced(self.text) else re.findall(r"\w\S*", self.text))
        told = [self.size] if self.size else []
        told.append("1 word" if words == 1 else f"{words:,} words")
        return " ".join([f"{self.title}: {', '.join(told)}.", *self.notes])


class ReadFile(NamedTuple):
    """A file and the documents in it: one, or as many as a ZIP or a mail with attachments holds. `notes`: such as what was not read."""

    title: str
    documents: tuple[ReadDocument, ...]
    notes: tuple[str, ...] = ()

    @property
    def says(self) -> str:
        """What was read, in one line of text."""
        return " ".join(self.lines)

    @property
    def lines(self) -> list[str]:
        """What was read, document by document."""
        count = len(self.documents)
        about = " ".join([*([f"{self.title}: {count:,} documents."] if count > 1 else []), *self.notes])
        return [*([about] if about else []), *(one.says for one in self.documents)]


def joined(documents: Iterable[ReadDocument]) -> str:
    """The text of a box: one document after another."""
    return "\n\n".join(block(one.title, one.text) for one in documents)


def block(title: str, text: str) -> str:
    """One document with its heading; `split` gives back both."""
    lines = [f" {line}" if _heading(line.lstrip(" ")) else line for line in _lines(text)]
    return f"=== {plain_title(title)} ===\n\n" + "\n".join(lines)


def split(text: str) -> list[tuple[str, str]]:
    """Titles and texts, in their order. What stands before the first heading is "Untitled"; a heading without text is left out."""
    found: list[tuple[str, list[str]]] = [(UNTITLED, [])]
    for line in _lines(text):
        if title := _heading(line):
            found.append((plain_title(title), []))
        else:
            found[-1][1].append(line[1:] if line.startswith(" ") and _heading(line.lstrip(" ")) else line)
    trimmed = [(title, _trimmed(lines)) for title, lines in found]
    return [(title, body) for title, body in trimmed if body]


def plain_title(title: str) -> str:
    """A title that fits on one line."""
    one_line = " ".join(title.split())
    return (one_line if len(one_line) <= LONGEST_TITLE else one_line[: LONGEST_TITLE - 1].rstrip() + "…") or UNTITLED


def _heading(line: str) -> str:
    """The title in a line that begins a document, else ""."""
    bare = line.rstrip(" \t")
    return bare[4:-4].strip() if bare.startswith("=== ") and bare.endswith(" ===") else ""


def _lines(text: str) -> list[str]:
    return _trimmed(text.replace("\r\n", "\n").replace("\r", "\n").split("\n")).split("\n")


def _trimmed(lines: list[str]) -> str:
    """Without empty lines at either end."""
    first = next((number for number, line in enumerate(lines) if line.strip()), len(lines))
    return "\n".join(lines[first:]).rstrip()
