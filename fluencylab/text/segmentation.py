"""Words, sentences and whole characters of a text in any script, by Unicode's rules and ICU's dictionaries.

    words("Q-4733 costs €29.50")       ["Q-4733", "costs", "€29.50"]
    words("礼品卡有效期为三年。")          ["礼品", "卡", "有效期", "为", "三年"]     no spaces
    words("सेवा तीस दिनों में")            ["सेवा", "तीस", "दिनों", "में"]          vowel signs belong to their letter
    characters("é👩‍👧क्षि")             ["é", "👩‍👧", "क्षि"]                     what a reader sees as one

`regex` knows the classes of letters, `icu4py` (ICU with its dictionaries) where a word ends that no space ends.
"""

import importlib
from collections.abc import Iterator
from functools import cache
from typing import Any

from icu4py.breakers import CharacterBreaker, WordBreaker

UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}ー々〆〇\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
"""Letters of the scripts that put no space between words."""
NUMERALS = "〇零一二三四五六七八九十百千万萬亿億两兩"
"""A run of these is one number: 十三 is not 三."""
_INSIDE = r"\w\p{M}\u200c\u200d€%"
_WORD = rf"[{_INSIDE}]+(?:[.,'’\-][{_INSIDE}]+)*"
SENTENCE = (
    r"\S.*?(?:\p{Sentence_Terminal}+[”\"’')]*(?=\s|$)"
    r"|[。！？｡।॥؟۔။។።]+[”\"’')」』）】]*"
    r"|(?=\n[ \t]*[^\p{Ll} \t])|$)"
)
"""A line's end ends a sentence, too, unless the next line goes on in small letters: rows of a table have no full stops."""
_ROOT = "und"
"""No language in particular: the dictionaries go by the script."""


@cache
def pattern(expression: str) -> Any:
    """A compiled expression of `regex`, which is slow to import: not before the first text."""
    return importlib.import_module("regex").compile(expression, importlib.import_module("regex").DOTALL)


def unspaced(text: str) -> bool:
    """Does it hold letters of a script that puts no spaces between words?"""
    return not text.isascii() and pattern(f"[{UNSPACED}]").search(text) is not None


def words(text: str) -> list[str]:
    """Its words as they stand, in order, without the signs between them. Codes and amounts stay whole."""
    return [word for match in pattern(_WORD).finditer(text) for word in _within(match.group())]


def word_spans(text: str) -> list[tuple[int, int]]:
    """Where each of `words` begins and ends."""
    spans = []
    for match in pattern(_WORD).finditer(text):
        at = match.start()
        for word in _within(match.group()):
            at = text.index(word, at)
            spans.append((at, at + len(word)))
            at += len(word)
    return spans


def _within(run: str) -> list[str]:
    return [part for part in WordBreaker(run, _ROOT) if any(map(str.isalnum, part))] if unspaced(run) else [run]


def runs(text: str) -> Iterator[tuple[str, bool]]:
    """The text in stretches, each with whether its script puts no spaces between words."""
    for match in pattern(rf"(?P<together>[{UNSPACED}\p{{M}}]*[{UNSPACED}][{UNSPACED}\p{{M}}]*)|[^{UNSPACED}]+").finditer(text):
        yield match.group(), match.group("together") is not None


def pieces(run: str) -> list[str]:
    """An unspaced run in whole characters; numerals that stand together are one piece."""
    return [part for found in pattern(f"[{NUMERALS}]+|[^{NUMERALS}]+").findall(run) for part in _pieces(found)]


def _pieces(part: str) -> list[str]:
    return [part] if part[0] in NUMERALS else characters(part)


def count_words(text: str) -> int:
    """Stretches between spaces, as anybody counts them; where a script puts no spaces, the words of the dictionary."""
    if not unspaced(text):
        return len(text.split())
    return sum(max(1, len(words(part))) if unspaced(part) else 1 for part in text.split())


def characters(text: str) -> list[str]:
    """What a reader calls characters (extended grapheme clusters of UAX #29): a letter with its marks, an emoji of several."""
    return list(text) if text.isascii() and "\r" not in text else list(CharacterBreaker(text, _ROOT))


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Where each sentence begins and ends."""
    return [match.span() for match in pattern(SENTENCE).finditer(text)]
