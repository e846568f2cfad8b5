"""Does an answer say what it should? Words compared, never meanings: capitals, accents, signs and the s of a plural do not count.

says("Refunds take 30 days.", "30 days")                        it stands in the text, as whole words
alike("It has nine gates.", "There are 9 gates", "How many?")   two answers say the same, as far as words tell
declines("I'm not sure about that.")                            it says that it does not know
"""

from collections.abc import Callable
from functools import cache

from fluencylab.text.folding import bare
from fluencylab.text.segmentation import pattern, pieces, runs, unspaced
from fluencylab.text.segmentation import words as segmented

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
EMPTY = frozenset(
    word
    for line in (
        "a an and are as at be been but by did do does for from had has have he her his i in is it its not of often on only or",
        "one s she so that the their there they this to used was were what when where which who whose why with you answer",
        "question text according also known",
    )
    for word in line.split()
)
COUNTED = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
NUMBERS = {word: str(i) for i, word in enumerate(COUNTED)}


def plain(text: str) -> str:
    """Small letters and digits with single spaces: capitals, accents and signs do not decide whether an answer is right.

    Where a script puts no spaces between words, each character stands alone: “三年” is found in “有效期三年”, and not in “十三年”.
    """
    return " ".join(_tokens(text, pieces))


def _tokens(text: str, part: Callable[[str], list[str]]) -> list[str]:
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
    return not read.strip() or any(f" {phrase} " in read for phrase in (*DECLINES, *_elsewhere()))


@cache
def _elsewhere() -> tuple[str, ...]:
    return tuple(map(plain, ELSEWHERE))


def words(text: str) -> frozenset[str]:
    """Without the s of a plural or of a verb, and with small numbers as digits: that is not what two answers differ in."""
    told = [NUMBERS.get(word, word) for word in _tokens(text, segmented) if word not in EMPTY]
    return frozenset(word[:-1] if len(word) > 3 and word.endswith("s") else word for word in told)


def content(text: str, question: str = "") -> frozenset[str]:
    """The words of an answer that carry something, less those of the question."""
    return words(text) - words(question)


def alike(one: str, other: str, question: str) -> bool:
    """Do two answers say the same, as far as words tell? They share a number, if both name one, and half of what either adds."""
    if declines(one) or declines(other):
        return declines(one) and declines(other)
    first, second = content(one, question), content(other, question)
    numbers = [{word for word in some if word.isdigit()} for some in (first, second)]
    if all(numbers) and not numbers[0] & numbers[1]:
        return False
    return 2 * len(first & second) >= min(len(first), len(second)) if first and second else first == second


def backed(text: str, passage: str, question: str) -> bool:
    """The check step: every name and number that the answer adds must stand in the passage; where it adds none, half of its words."""
    known, added = words(passage), content(text, question)
    claims = content(
        " ".join(
            word
            for word in (segmented(text) if unspaced(text) else text.split())
            if any(letter.isupper() or letter.isdigit() for letter in word)
        ),
        question,
    )
    return claims <= known if claims else 2 * len(added & known) > len(added)
