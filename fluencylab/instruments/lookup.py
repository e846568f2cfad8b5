"""What a version of a product finds in its documents for one case: the chunks nearest to what it searches for.

found = await open_lookup(retrieval, (SearchedDocument(number=1, name="policy", text="…"),))
await found.passages({"question": "How long?"})        [Passage(name="policy", text="Within 30 days.")]
"""

import asyncio
from collections.abc import Mapping, Sequence

from pydantic import BaseModel, ConfigDict

from fluencylab.instruments.chunk_index import Shelf, shelf
from fluencylab.instruments.search import Document
from fluencylab.models.embedder import open_embedder
from fluencylab.workbench.output import Passage
from fluencylab.workbench.retrieval import Retrieval
from fluencylab.workbench.template import fill


class SearchedDocument(BaseModel):
    """A document as a run takes it along: what is in the product may have other neighbours by then."""

    model_config = ConfigDict(frozen=True)

    number: int
    name: str
    text: str


class Lookup:
    def __init__(self, retrieval: Retrieval, names: Mapping[str, str], indexed: Shelf) -> None:
        self._retrieval, self._names, self._indexed = retrieval, names, indexed
        self._one = asyncio.Lock()

    async def passages(self, inputs: Mapping[str, str]) -> tuple[Passage, ...]:
        """The best first; fewer than `k` where there are no more that fit."""
        asked = fill(self._retrieval.query, inputs)
        async with self._one:  # the index belongs to one thread at a time
            return await asyncio.to_thread(self._found, asked)

    def _found(self, asked: str) -> tuple[Passage, ...]:
        skip, k = self._retrieval.skip, self._retrieval.k
        hits = self._indexed.search(asked, k + skip)[skip:] if asked.strip() else []
        return tuple(Passage(name=self._names[chunk.document], text=chunk.text) for chunk, _ in hits)


async def open_lookup(retrieval: Retrieval, documents: Sequence[SearchedDocument]) -> Lookup:
    """Cuts and indexes the documents, which takes seconds where they are long: in a thread."""
    encode = await (await open_embedder()).ready([])
    searched = [Document(str(one.number), one.text, one.name) for one in documents if one.number in retrieval.documents]
    indexed = await asyncio.to_thread(shelf, searched, encode, retrieval.size, retrieval.overlap, True, retrieval.method)
    return Lookup(retrieval, {one.id: one.title for one in searched}, indexed)
