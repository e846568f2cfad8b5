"""Chunks: a document cut into pieces that search can find and a prompt can hold.

    cut(Document("return-period", "You can send items back within 30 days … Members have 60 days. …"), size=20, overlap=4)
        ->  [Chunk("return-period", 1, 0, 88, "You can send items back …"), Chunk("return-period", 2, 89, 185, "Members have 60 …"), …]

Size and overlap are counted in words: anybody can count them on the text, and they are the same for every model, which tokens are not.
Where a script puts no spaces between words (Chinese, Japanese, Thai, …), they are the words of a dictionary.
Borders are those of semantic-text-splitter: at the end of a paragraph or of a sentence where one fits, inside a sentence where none does.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from fluencylab.instruments.search import Document
from fluencylab.models.transport import library
from fluencylab.text.segmentation import count_words, sentence_spans


class Chunk(NamedTuple):
    """`text` is `document.text[start:end]`. `number` counts from 1 within the document."""

    document: str
    number: int
    start: int
    end: int
    text: str

    @property
    def id(self) -> str:
        return f"{self.document}#{self.number}"


class Span(NamedTuple):
    """A stretch of a document's text, and the numbers of the chunks it belongs to: two or more where they overlap, none between them."""

    text: str
    chunks: tuple[int, ...]


words = count_words
"""The size of a text."""


def cut(document: Document, size: int, overlap: int = 0) -> list[Chunk]:
    """Chunks of at most `size` words, in order; each begins with up to `overlap` words of the one before it, as borders allow."""
    splitter = library("semantic_text_splitter").TextSplitter.from_callback(words, size, overlap=min(overlap, size - 1))
    found = splitter.chunk_indices(document.text)
    return [Chunk(document.id, i, start, start + len(text), text) for i, (start, text) in enumerate(found, start=1)]


def spans(text: str, chunks: Sequence[Chunk]) -> list[Span]:
    """The whole text, parted wherever a chunk begins or ends: what a page draws borders and overlaps from."""
    borders = sorted({0, len(text), *(place for chunk in chunks for place in (chunk.start, chunk.end))})
    return [
        Span(text[start:end], tuple(chunk.number for chunk in chunks if chunk.start <= start and end <= chunk.end))
        for start, end in pairwise(borders)
    ]


sentences = sentence_spans
"""Where each sentence of a text begins and ends."""
