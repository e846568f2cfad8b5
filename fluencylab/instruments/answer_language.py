"""Can rules written for English read this answer? Where they cannot, they abstain, and it is said how often.

    foreign("Das weiß ich nicht, es ist mir nicht bekannt.")     True
    foreign("Refunds take 30 days.")                             False

By the letters, and by the same lists of small words as in the self-test (`content/selftest/language.toml`).
"""

from functools import cache

from fluencylab.curriculum import loader
from fluencylab.text.folding import fold
from fluencylab.text.segmentation import pattern, words

LATIN = 0.7
"""Least share of Latin letters in an English text."""
FEWEST = 4
"""Words below which small words tell nothing."""


def foreign(text: str) -> bool:
    """Is it in another language than English, as far as letters and small words tell?"""
    letters = pattern(r"\p{L}").findall(text)
    if letters and len(pattern(r"\p{Latin}").findall(text)) < LATIN * len(letters):
        return True
    small, said = _small(), [fold(word) for word in words(text)]
    theirs, ours = (sum(word in some for word in said) for some in small)
    return len(said) >= FEWEST and theirs >= 2 and theirs > ours


@cache
def _small() -> tuple[frozenset[str], frozenset[str]]:
    language = loader.language()
    return frozenset(language.foreign), frozenset(language.english)


def says(unread: int, of: int) -> str:
    """What a lab says of answers that its rules could not read; "" where there are none."""
    if not unread:
        return ""
    are = "is" if unread == 1 else "are"
    why = "the rule that tells “I don’t know” from a claim knows English, and only set phrases elsewhere"
    return f"{unread} of {of} answers {are} not counted: {why}."
