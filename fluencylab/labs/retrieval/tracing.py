"""Tracing: from which passages an answer can have come, by the words and numbers they share.

    "It costs €29 a year."      ->  [1] "… Quillby Plus **costs** **€29** a **year**."       shared: cost, 29, year

Sharing words is no proof that the model read there; not sharing them is a good sign that it did not.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from fluencylab.instruments import answer_match
from fluencylab.text.segmentation import word_spans


class Traced(NamedTuple):
    """`sources`: places in the list of passages, the one that shares most first. `shared`: words, as `answer_match.words` gives them."""

    sources: tuple[int, ...]
    shared: frozenset[str]
    supported: bool


def trace(answer: str, passages: Sequence[str], question: str) -> Traced:
    """The fewest passages that hold what of the answer stands in any. `supported`: `answer_match.backed` by all of them together."""
    left = answer_match.content(answer, question)
    known = [answer_match.words(passage) for passage in passages]
    sources: list[int] = []
    shared: set[str] = set()
    while left:
        best = max(range(len(known)), key=lambda i: (len(known[i] & left), -i), default=None)
        if best is None or not known[best] & left:
            break
        sources.append(best)
        shared |= known[best] & left
        left -= known[best]
    return Traced(tuple(sources), frozenset(shared), answer_match.backed(answer, " ".join(passages), question))


def marked(text: str, shared: Iterable[str]) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it is one of the shared words."""
    wanted = frozenset(shared)
    pieces: list[tuple[str, bool]] = []
    done = 0
    for begin, end in word_spans(text):
        start = end - len(text[begin:end].lstrip("€%"))
        found = answer_match.words(text[start:end])
        if found and found <= wanted:
            pieces += [(text[done:start], False), (text[start:end], True)]
            done = end
    return [piece for piece in (*pieces, (text[done:], False)) if piece[0]]
