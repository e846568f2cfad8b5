"""The help centre as Quillby's assistant searches it: sentence by sentence, each with the title of its article.

    find("Within how many days can I send items back?")[0]
        ->  Found("return-period/1", "How long you can return items. You can send items back within 30 days …", 3.6)

A small model finds one fact in one sentence; of a whole article with six numbers it takes a wrong one. So do larger ones, more rarely.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from fluencylab.instruments.helpcentre import articles
from fluencylab.instruments.search import Document, Index, keyword

END = re.compile(r"(?<=[.!?]) +")


class FoundSentence(NamedTuple):
    id: str
    text: str
    score: float


@lru_cache(maxsize=1)
def sentences() -> dict[str, str]:
    """Every sentence of the help centre, as “article/number” -> its article's title, and itself."""
    found: dict[str, str] = {}
    for article in articles():
        parts = END.split(" ".join(article.body.split()))
        title = article.title if article.title.endswith("?") else f"{article.title}."
        found |= {f"{article.id}/{number}": f"{title} {part}" for number, part in enumerate(parts, start=1)}
    return found


def find(query: str, held: Sequence[str] = (), k: int = 4) -> list[FoundSentence]:
    """The best sentences for a question. `held`: “return-period/1 | its words in this index”, where they are not the help centre's own.

    Slow at its first call, for it builds the index: on the event loop, call it through `asyncio.to_thread`.
    """
    texts, index = _index(tuple(held))
    return [FoundSentence(hit.id, texts[hit.id], hit.score) for hit in index.search(query, k)]


@lru_cache(maxsize=16)
def _index(held: tuple[str, ...]) -> tuple[dict[str, str], Index]:
    own = dict(line.split(" | ", 1) for line in held)
    texts = {**sentences(), **own}
    return texts, keyword([Document(id, text) for id, text in texts.items() if text.strip()])
