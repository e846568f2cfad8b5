"""Search over documents: by their words, by their embeddings, and by both.

    documents = [Document("return-period", "You can send items back within 30 days …", "How long you can return items"), …]
    index = keyword(documents)    or    semantic(documents, embedder.encode)    or    hybrid(one, another)
    index.search("when do I get my money back", k=3)   ->   [Hit("refund-time", 6.1), …], the best first

An index is built once and asked often; the same index and question give the same hits. Building takes numpy and bm25s, which are slow
to import: on the event loop call both through `asyncio.to_thread`.
"""

import re
from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise
from typing import Any, Literal, NamedTuple, Protocol

from fluencylab.models.embedder import Encode
from fluencylab.models.transport import library
from fluencylab.text import segmentation
from fluencylab.text.folding import fold

K1, B = 1.5, 0.75
"""Of BM25: how soon a repeated word stops counting, and how much a long document is held against it."""
_COMMON = (
    "a an and are as at be but by can do does for from has have how i if in into is it its me my no not of on or our so such that the "
    "their then there these they this to was we what when where which will with would you your"
)
COMMON = frozenset(_COMMON.split())


Pieces = Literal["sentences", "whole"]
Method = Literal["keyword", "semantic", "hybrid"]
"""What one vector stands for: a sentence with the document's title in front, or the whole document."""
SENTENCE = re.compile(r"(?<=[.:?!;؟۔।॥။።])\s+|(?<=[。！？：；｡។])\s*")
STEMMERS = {"Cyrillic": "russian", "Arabic": "arabic", "Devanagari": "hindi", "Greek": "greek", "Tamil": "tamil", "Armenian": "armenian"}
"""Of Snowball, by the script of a word; English for Latin letters."""
RANK = 10
"""Of reciprocal rank fusion: the larger, the less a first place counts against a tenth."""
DEPTH = 20


class Document(NamedTuple):
    id: str
    text: str
    title: str = ""

    @property
    def whole(self) -> str:
        return f"{self.title}. {self.text}" if self.title else self.text

    def pieces(self, into: Pieces) -> list[str]:
        """What of it is embedded; never empty."""
        if into == "whole":
            return [self.whole]
        sentences = [sentence for sentence in SENTENCE.split(self.text) if sentence.strip()]
        return [self.title, *(f"{self.title}. {sentence}" for sentence in sentences)] if self.title else sentences or [self.text]


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
    """The words that keyword search compares: in one form (`folding.fold`), without the commonest, cut to their stem ("returned" and
    "returns" are one).

    Codes stay whole and also count by their parts: "Q-4733" is "q-4733", "q" and "4733". Where a script puts no spaces between words,
    pairs of neighbouring Chinese and Japanese letters count beside the dictionary's words, which are not cut alike in every sentence.
    """
    stem, folded = _stemmer(), fold(text).replace("’", "'")
    found: list[str] = []
    for word in segmentation.words(folded):
        if segmentation.unspaced(word):
            found.append(word)
            continue
        parts = [part for part in re.split(r"[\-.,']", word) if part]
        found += [stem(part) for part in parts if part not in COMMON]
        if len(parts) > 1 and any(letter.isdigit() for letter in word):
            found.append(word)
    return found + _pairs(folded) if segmentation.unspaced(folded) else found


def _pairs(text: str) -> list[str]:
    """Neighbouring letters of Chinese and Japanese, but for those that are a word already."""
    known = set(segmentation.words(text))
    found: list[str] = []
    for run, _ in segmentation.runs(text):
        if segmentation.pattern(r"^[\p{Han}\p{Hiragana}\p{Katakana}]").match(run):
            found += [pair for pair in map("".join, pairwise(run)) if pair not in known]
    return found


def _stemmer() -> Callable[[str], str]:
    """Cuts a word to its stem, by the language that its script tells. One for each use: two threads cannot share one."""
    made = cache(lambda language: library("Stemmer").Stemmer(language).stemWord)

    def stem(word: str) -> str:
        scripts = () if word.isascii() else STEMMERS.items()
        language = next((name for script, name in scripts if segmentation.pattern(rf"\p{{{script}}}").search(word)), "english")
        return str(made(language)(word))

    return stem


def keyword(documents: Sequence[Document]) -> Index:
    """BM25 over the documents' words (Robertson and Zaragoza 2009, in Lucene's form, by bm25s)."""
    return _Keyword(documents)


class _Keyword:
    def __init__(self, documents: Sequence[Document]) -> None:
        self._ids = [document.id for document in documents]
        said = [words(document.whole) for document in documents]
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


def semantic(documents: Sequence[Document], encode: Encode, into: Pieces = "sentences") -> Index:
    """By embeddings: a document is as near to the question as its nearest piece. `score` is their cosine, -1 to 1.

    `encode` must know every piece, and every question asked later. Every document is a hit, however far it is.
    """
    return _Semantic(documents, encode, into)


class _Semantic:
    def __init__(self, documents: Sequence[Document], encode: Encode, into: Pieces) -> None:
        self._ids = [document.id for document in documents]
        self._encode = encode
        pieces = [document.pieces(into) for document in documents]
        self._starts = [0]
        for each in pieces[:-1]:
            self._starts.append(self._starts[-1] + len(each))
        self._vectors = encode([piece for each in pieces for piece in each]) if documents else None
        self._whole = len(self._ids) == sum(map(len, pieces))

    def search(self, query: str, k: int = 10) -> list[Hit]:
        if self._vectors is None:
            return []
        near = self._vectors @ self._encode([query])[0]
        return best(self._ids, near if self._whole else library("numpy").maximum.reduceat(near, self._starts), k)


def hybrid(*indexes: Index) -> Index:
    """Reciprocal rank fusion (Cormack and others 2009): a hit counts 1 / (10 + its rank) in each list of 20, and the sums are ranked.

    Only ranks are joined, because the scores of two methods have no common measure.
    """
    return _Hybrid(indexes)


class _Hybrid:
    def __init__(self, indexes: Sequence[Index]) -> None:
        self._indexes = indexes

    def search(self, query: str, k: int = 10) -> list[Hit]:
        sums: dict[str, float] = {}
        for index in self._indexes:
            for rank, hit in enumerate(index.search(query, max(k, DEPTH)), start=1):
                sums[hit.id] = sums.get(hit.id, 0) + 1 / (RANK + rank)
        order = sorted(sums, key=lambda found: -sums[found])[:k]
        return [Hit(found, round(sums[found], 6)) for found in order]


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
