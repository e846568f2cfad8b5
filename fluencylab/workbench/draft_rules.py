"""Is a question that a model wrote about a passage held by it? What code can see of that: words, numbers and the language, never the sense.

    passage = "You can send things back within 30 days. Members have 60."
    fault(Written("How long do members have?", "60 days."), passage)       ""
    fault(Written("How long do members have?", "90 days."), passage)       "Its answer is not in the passage: “90” stands nowhere in it."
    fault(Written("You can send things back within 30 days?", "30"), passage)     "Its question is copied from the passage."

A draft that passes may still be wrong. A person reads each.
"""

import hashlib
from collections.abc import Iterable, Sequence

from fluencylab.text.folding import bare
from fluencylab.text.language import NAMES, language
from fluencylab.text.phrases import tokens
from fluencylab.text.segmentation import pattern, unspaced
from fluencylab.text.segmentation import words as segmented
from fluencylab.text.surface import NUMBER, numbers
from fluencylab.text.written import shortened
from fluencylab.workbench.drafting import COMMON
from fluencylab.workbench.written_drafts import MARKS, Written

LONGEST_QUESTION, LONGEST_ANSWER = 400, 1_200
"""Characters."""
ENOUGH = 0.9
"""Least share of an answer's words that stand in the passage: the rest is how it puts them together."""
COPIED = 5
"""Words of a question from which it can be copied: a shorter one is a phrase."""
STEM = 4
"""Letters by which two forms of one word begin alike, at least."""
ENDING = 3
"""And letters by which they may differ."""
ASKS_ELSEWHERE = r"(?:か|吗|嗎|呢|ไหม|หรือไม่|อะไร|เท่าไร|ที่ไหน|อย่างไร)[。.]?$"
"""Ends of a question in scripts that need no mark for it."""
LATIN = r"\p{Latin}"
SHOWN = 3
ALSO = (
    "a an yes no it its be was were by at on or as from this these those they them their he she we our your i me my will would if than but"
)
FEW = frozenset(word for words in (*COMMON.values(), ALSO) for word in words.split())
"""Words that carry nothing, of any of these languages."""


def fault(written: Written, passage: str) -> str:
    """Why a draft is not held by its passage, in a sentence; "" where it is, as far as code can see."""
    question, answer = written
    if not question or not answer:
        return "The model found nothing to ask about this passage." if not question else "It has no answer."
    if len(question) > LONGEST_QUESTION or len(answer) > LONGEST_ANSWER:
        return f"It is too long: a question has at most {LONGEST_QUESTION} characters, and an answer {LONGEST_ANSWER:,}."
    rules = (_asks_nothing(question), _other_language(written, passage), _copied(question, passage), _lacking(answer, passage))
    return next(filter(None, (*rules, _given_away(question, answer), _elsewhere(question, passage))), "")


def _asks_nothing(question: str) -> str:
    ends = question.rstrip("\"'”’»）) ")
    asks = ends.endswith(tuple(MARKS)) or (unspaced(question) and pattern(ASKS_ELSEWHERE).search(ends))
    return "" if asks else "It asks nothing: no question mark stands at its end."


def _other_language(written: Written, passage: str) -> str:
    """By the letters, and where both texts are long enough to tell, by the language."""
    theirs, ours = language(passage), language(f"{written.question} {written.answer}")
    if theirs and ours and theirs != ours:
        return f"It is in {NAMES[ours]}, and the passage in {NAMES[theirs]}."
    if _in_latin(passage) != _in_latin(written.question):
        return "It is not written in the letters of the passage."
    return ""


def _in_latin(text: str) -> bool:
    letters = pattern(r"\p{L}").findall(text)
    return 2 * len(pattern(LATIN).findall(text)) >= len(letters)


def _copied(question: str, passage: str) -> str:
    asked = _words(question)
    return "Its question is copied from the passage." if len(asked) >= COPIED and _stands_in(asked, _words(passage)) else ""


def _stands_in(part: Sequence[str], whole: Sequence[str]) -> bool:
    return f" {' '.join(part)} " in f" {' '.join(whole)} "


def _lacking(answer: str, passage: str) -> str:
    """Numbers must all stand in the passage, and of the words that carry something nearly all."""
    known = set(numbers(passage))
    strange = [said for said in NUMBER.findall(answer) if not set(numbers(said)) <= known]
    words = carrying(answer)
    there = _words(passage)
    missing = [word for word in dict.fromkeys(words) if not _has(there, word)]
    if not words and not numbers(answer):
        return "Its answer says nothing that could be looked for in the passage."
    if not strange and len(words) - sum(word in missing for word in words) >= ENOUGH * len(words):
        return ""
    quoted = ", ".join(f"“{shortened(one, 40)}”" for one in (strange or missing)[:SHOWN])
    return f"Its answer is not in the passage: {quoted} {'stands' if len((strange or missing)[:SHOWN]) == 1 else 'stand'} nowhere in it."


def _has(words: Iterable[str], word: str) -> bool:
    """The word itself, or a form of it with another ending."""
    begins = word[: max(STEM, len(word) - ENDING)]
    if len(word) <= STEM:
        return word in words
    return any(one.startswith(begins) and len(one) <= len(word) + ENDING for one in words)


def _given_away(question: str, answer: str) -> str:
    said, asked = carrying(answer), _words(question)
    given = said and all(word in asked for word in said) and set(numbers(answer)) <= set(numbers(question))
    return "Its answer stands in its question." if given else ""


def _elsewhere(question: str, passage: str) -> str:
    asked, there = carrying(question), _words(passage)
    return "" if any(_has(there, word) for word in asked) else "Its question has no word of the passage: it is about something else."


def _words(text: str) -> list[str]:
    """In small letters without accents; where a script puts no spaces, the words of a dictionary."""
    return tokens(text, segmented)


def carrying(text: str) -> list[str]:
    """The words that carry something."""
    return [word for word in _words(text) if word not in FEW and not word.isdigit()]


def question_key(question: str) -> str:
    """Equal for questions that ask the same in the same words, in whatever order, with or without the small ones."""
    words = [word for word in _words(question) if word not in FEW]
    told = " ".join(sorted(set(words))) or bare(question)
    return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:16]


def repeats(drafts: Iterable[tuple[int, str]]) -> list[str]:
    """Of drafts by their numbers, why each question is none of its own: an earlier one asks the same. "" where none does."""
    first: dict[str, int] = {}
    same = [(number, first.setdefault(question_key(question), number)) for number, question in drafts]
    return ["" if number == earlier else f"It asks the same as draft {earlier}." for number, earlier in same]
