"""Does a phrase stand in an answer, as whole words? And does the answer say that it does not know? Words alone, never meanings.

says("Refunds take 30 days.", "30 days")      True
declines("I'm not sure about that.")          True
"""

from collections.abc import Callable
from functools import cache

from fluencylab.text.folding import bare
from fluencylab.text.segmentation import pattern, pieces, runs

DECLINES = (
    "i don t know", "i do not know", "don t have", "do not have", "not sure", "i m sorry", "i am sorry", "no information",
    "not mentioned", "not specified", "not provided", "not stated", "not given", "does not say", "doesn t say", "does not mention",
    "does not exist", "doesn t exist", "do not exist", "no such", "cannot answer", "can t answer", "cannot be answered", "unable to",
    "not in the text", "not clear", "entirely clear", "is unclear", "is unknown", "no record", "fictional", "fictitious",
)  # fmt: skip
"""What counts as saying that it does not know, after `plain`. A way of saying so that is not here counts as an answer."""
ELSEWHERE = tuple(
    phrase
    for line in (
        "ich weiß es nicht|weiß ich nicht|ich weiß nicht|steht nicht im text|je ne sais pas|no lo sé|non lo so|não sei|ik weet het niet",
        "bilmiyorum|nie wiem|vet inte|ved ikke|не знаю|неизвестно|нет информации|не указано|لا أعرف|لا أعلم|नहीं पता|नहीं जानता",
        "모르겠|알 수 없",
        "不知道|无法确定|沒有提到|没有提到|未提及|没有提供|わかりません|分かりません|知りません|記載がありません",
        "ไม่ทราบ|ไม่รู้|không biết|tidak tahu",
    )
    for phrase in line.split("|")
)
"""The set phrases of other languages."""


def plain(text: str) -> str:
    """Small letters and digits with single spaces: capitals, accents and signs do not decide whether an answer is right.

    Where a script puts no spaces between words, each character stands alone: “三年” is found in “有效期三年”, and not in “十三年”.
    """
    return " ".join(tokens(text, pieces))


def tokens(text: str, part: Callable[[str], list[str]]) -> list[str]:
    """Its words; where a script puts no spaces between them, what `part` makes of the run."""
    letters = bare(text)
    if letters.isascii():
        return "".join(letter if letter.isalnum() else " " for letter in letters).split()
    spaced = pattern(r"[^\p{L}\p{M}\p{N}]+|(?<![\p{L}\p{M}])\p{M}+").sub(" ", letters)
    return [token for run, together in runs(spaced) for token in (part(run) if together else run.split())]


def says(text: str, answer: str) -> bool:
    """Does the answer stand in the text, as whole words?"""
    return bool(plain(answer)) and f" {plain(answer)} " in f" {plain(text)} "


def declines(text: str) -> bool:
    """Does it say that it does not know? Where `answer_language.foreign`, a no is no answer: only set phrases are known there."""
    read = f" {plain(text)} "
    return not read.strip() or any(f" {phrase} " in read for phrase in DECLINES) or declines_elsewhere(text)


def declines_elsewhere(text: str) -> bool:
    """By the set phrases of other languages alone."""
    read = f" {plain(text)} "
    return any(f" {phrase} " in read for phrase in _elsewhere())


@cache
def _elsewhere() -> tuple[str, ...]:
    return tuple(map(plain, ELSEWHERE))
