"""Which of a few questions did somebody ask in words of their own? By the words that they share; no model is asked. Pure.

    nearest("who labelled the tickets?", {"who": "Who marked them?", …})   ->  "who"
    nearest("what is for lunch?", …)                                       ->  None

A word weighs more, the fewer of the questions have it. Where two are as near, or hardly a word is shared, it is none of them.
"""

import math
import re
from collections.abc import Mapping

LEAST = 1.0
"""Weight that must be shared: about one word that only one of the questions has."""
AHEAD = 1.25
"""How much nearer than the second the nearest must be."""
STOP = frozenset(
    re.findall(
        r"\w+",
        """a about after all an and any are as at be been by can could did do does doing for from get give had has have how i if in into
        is it its just let like many me more much my no not of on one or our out please say she show so some tell than that the their
        them then there these they this those to up us use used was we were what when where which who why will with would you your""",
    )
)
ENDINGS = ("ations", "ation", "ments", "ment", "ings", "ing", "ies", "ied", "ers", "er", "ed", "es", "s", "ly", "y", "e")


def stems(text: str) -> set[str]:
    """Words of a text that say something, without their endings."""
    words = re.findall(r"[^\W_]+", text.lower().replace("’", "'").replace("'s", ""))
    return {_stem(word) for word in words if word not in STOP}


def _stem(word: str) -> str:
    if len(word) < 5:
        return word.removesuffix("s") if len(word) > 3 else word
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return _stem_doubled(word[: -len(ending)])
    return word


def _stem_doubled(word: str) -> str:
    """labell(ed) is label(ed)."""
    return word[:-1] if word[-1] == word[-2] else word


def nearest(typed: str, questions: Mapping[str, str]) -> str | None:
    """`questions`: id -> its words, with those that it is also known by."""
    known = {id: stems(text) for id, text in questions.items()}
    said = stems(typed)
    scores = sorted(((sum(_weight(word, known) for word in said & words), id) for id, words in known.items()), reverse=True)
    best, id = scores[0]
    second = scores[1][0] if len(scores) > 1 else 0.0
    return id if best >= LEAST and best >= AHEAD * second else None


def _weight(word: str, known: Mapping[str, set[str]]) -> float:
    return math.log(1 + len(known) / sum(word in words for words in known.values()))
