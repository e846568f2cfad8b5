"""A shelf: documents cut into chunks, and the chunks indexed, as a RAG system keeps them.

at = shelf(documents, encode, size=40)
at.search("How long may I send it back?", 3)     [(Chunk, score), …], the best first
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from fluencylab.instruments.chunks import Chunk, cut
from fluencylab.instruments.search import Document, Index, Method, hybrid, keyword, semantic
from fluencylab.models.embedder import Encode


class Shelf(NamedTuple):
    """`pieces`: each chunk as it was indexed, under its title."""

    chunks: dict[str, Chunk]
    pieces: dict[str, Document]
    search_index: Index

    def search(self, ask: str, k: int) -> list[tuple[Chunk, float]]:
        """The `k` nearest chunks with their scores."""
        return [(self.chunks[hit.id], hit.score) for hit in self.search_index.search(ask, k)]

    def passages(self, ask: str, k: int) -> list[str]:
        """The `k` nearest as text, each on one line with its title."""
        return [" ".join(self.pieces[chunk.id].whole.split()) for chunk, _ in self.search(ask, k)]


def shelf(
    documents: Sequence[Document], encode: Encode, size: int, overlap: int = 0, titled: bool = True, method: Method = "hybrid"
) -> Shelf:
    """`size` and `overlap`: words. `titled`: a chunk is found by its document's title, too."""
    titles = {one.id: one.title if titled else "" for one in documents}
    found = [chunk for one in documents for chunk in cut(one, size, min(overlap, size - 1))]
    pieces = [Document(one.id, one.text, titles[one.document]) for one in found]
    made: dict[str, Callable[[], Index]] = {"keyword": lambda: keyword(pieces), "semantic": lambda: semantic(pieces, encode, "whole")}
    index = hybrid(made["keyword"](), made["semantic"]()) if method == "hybrid" else made[method]()
    return Shelf({one.id: one for one in found}, {one.id: one for one in pieces}, index)
