"""Search over documents, and what every kind of search here has in common.

    index = keyword([Document("return-period", "How long you can return items. …"), …])
    index.search("when do I get my money back", k=3)   ->   [Hit("refund-time", 6.1), …], the best first

An index is built once and asked often; the same index and question give the same hits. Building takes numpy and bm25s, which are slow
to import: on the event loop call both through `asyncio.to_thread`.
"""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

from fluencylab.models.transport import library

K1, B = 1.5, 0.75
"""Of BM25: how soon a repeated word stops counting, and how much a long document is held against it."""
WORD = re.compile(r"[\w€%]+(?:[.,'’\-][\w€%]+)*")
_COMMON = (
    "a an and are as at be but by can do does for from has have how i if in into is it its me my no not of on or our so such that the "
    "their then there these they this to was we what when where which will with would you your"
)
COMMON = frozenset(_COMMON.split())


class Document(NamedTuple):
    id: str
    text: str


class Hit(NamedTuple):
    """`score` orders the hits of one search; scores of different methods, or of different questions, are not comparable."""

    id: str
    score: float


class Index(Protocol):
    """Anything that finds documents."""

    def search(self, query: str, k: int = 10) -> list[Hit]:
        """At most `k` documents, the best first; of equals, the one that came first in the list of documents."""
        ...


def words(text: str) -> list[str]:
    """The words that keyword search compares: lower case, without the commonest, cut to their stem ("returned" and "returns" are one).

    Codes stay whole and also count by their parts: "QB-104233" is "qb-104233", "qb" and "104233".
    """
    stem = library("Stemmer").Stemmer("english").stemWord
    found: list[str] = []
    for word in WORD.findall(text.casefold().replace("’", "'")):
        parts = [part for part in re.split(r"[\-.,']", word) if part]
        found += [stem(part) for part in parts if part not in COMMON]
        if len(parts) > 1 and any(letter.isdigit() for letter in word):
            found.append(word)
    return found


def keyword(documents: Sequence[Document]) -> Index:
    """BM25 over the documents' words (Robertson and Zaragoza 2009, in Lucene's form, by bm25s)."""
    return _Keyword(documents)


class _Keyword:
    def __init__(self, documents: Sequence[Document]) -> None:
        self._ids = [document.id for document in documents]
        said = [words(document.text) for document in documents]
        vocabulary = {word: number for number, word in enumerate(dict.fromkeys(word for each in said for word in each))}
        self._vocabulary = vocabulary
        self._bm25 = library("bm25s").BM25(k1=K1, b=B, method="lucene")
        if vocabulary:
            self._bm25.index(([[vocabulary[word] for word in each] for each in said], vocabulary), show_progress=False)

    def search(self, query: str, k: int = 10) -> list[Hit]:
        """Documents that share at least one word with the question."""
        known = [self._vocabulary[word] for word in words(query) if word in self._vocabulary]
        if not known:
            return []
        scores = self._bm25.get_scores_from_ids(known)
        return [hit for hit in best(self._ids, scores, k) if hit.score > 0]


def best(ids: Sequence[str], scores: Any, k: int) -> list[Hit]:
    """The `k` highest of a numpy array of scores, one for each id; of equals, the earlier one. Faster than sorting all of them."""
    numpy = library("numpy")
    k = min(k, len(ids))
    if k < 1:
        return []
    least = numpy.partition(scores, -k)[-k]
    places = numpy.flatnonzero(scores >= least)
    order = places[numpy.argsort(-scores[places], kind="stable")][:k]
    return [Hit(ids[place], round(float(scores[place]), 6)) for place in order.tolist()]
