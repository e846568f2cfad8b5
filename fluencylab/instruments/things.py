"""Things that exist and things that do not, each with one question, a passage that answers it and one that does not.

    Who founded IKEA?              Ingvar Kamprad      real: the model may have read it
    Who founded Brennholt Lumen?   Ada Wirsung         invented: right only where the passage says so

Ours are `content/sets/things.toml`; a learner's own are CSV or JSON lines with text, answer, holds and lacks.
"""

import random
import tomllib
import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import Literal, NamedTuple

from fluencylab.curriculum.loader import CONTENT
from fluencylab.instruments import testset

Verdict = Literal["right", "wrong", "abstained", "beside"]
"""beside: it repeats the passage and does not answer, which tells nobody anything wrong"""
KINDS = ("place", "company", "person", "law", "function")
DECLINES = (
    "i don t know", "i do not know", "don t have", "do not have", "not sure", "i m sorry", "i am sorry", "no information",
    "not mentioned", "not specified", "not provided", "not stated", "not given", "does not say", "doesn t say", "does not mention",
    "does not exist", "doesn t exist", "do not exist", "no such", "cannot answer", "can t answer", "cannot be answered", "unable to",
    "not in the text", "not clear", "entirely clear", "is unclear", "is unknown", "no record", "fictional", "fictitious",
)  # fmt: skip
"""What counts as saying that it does not know, after `plain`. A way of saying so that is not here counts as an answer."""
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


class Thing(NamedTuple):
    """`answers`: any of them is right. `holds` and `lacks` may be empty: then nothing is asked with a passage."""

    ask: str
    answers: tuple[str, ...]
    holds: str
    lacks: str
    kind: str
    real: bool


@cache
def bundled() -> tuple[Thing, ...]:
    told = tomllib.loads((CONTENT / "sets" / "things.toml").read_text(encoding="utf-8"))["things"]
    return tuple(Thing(one["ask"], tuple(one["answers"]), one["holds"], one["lacks"], one["kind"], one["real"]) for one in told)


def own(given: str) -> tuple[Thing, ...]:
    """A question without an answer counts as unanswerable; several right answers are parted by |. Raises ValueError in words."""
    found = []
    for row in testset.rows(given, least=4):
        answers = tuple(one.strip() for one in str(row.get("answer") or "").split("|") if plain(one))
        known = str(row.get("known", "yes")).strip().casefold() not in ("no", "false", "0")
        passages = [str(row.get(name) or "").strip() for name in ("holds", "lacks")]
        found.append(Thing(row["text"], answers, passages[0], passages[1], "own", bool(answers) and known))
    if not any(one.real for one in found) or all(one.real for one in found):
        raise ValueError("it needs both: questions with an answer, and questions with none (an empty “answer”, or “no” in “known”)")
    return tuple(found)


def draw(things: Sequence[Thing], n: int, seed: int) -> list[Thing]:
    """`n` of them, half real where there are enough, each kind in turn; the same for the same seed."""
    rng = random.Random(seed)
    halves = []
    for real in (True, False):
        some = [one for one in things if one.real is real]
        rng.shuffle(some)
        halves.append(_in_turns(some))
    first = halves[0][: max((n + 1) // 2, n - len(halves[1]))]
    return _in_turns([*first, *halves[1][: n - len(first)]], by_real=True)


def _in_turns(things: Sequence[Thing], by_real: bool = False) -> list[Thing]:
    groups: dict[object, list[Thing]] = {}
    for one in things:
        groups.setdefault(one.real if by_real else one.kind, []).append(one)
    longest = max(map(len, groups.values()), default=0)
    return [group[i] for i in range(longest) for group in groups.values() if i < len(group)]


def plain(text: str) -> str:
    """Small letters and digits with single spaces: capitals, accents and signs do not decide whether an answer is right."""
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(letter))
    return " ".join("".join(letter if letter.isalnum() else " " for letter in bare).split())


def says(text: str, answer: str) -> bool:
    """Does the answer stand in the text, as whole words?"""
    return bool(plain(answer)) and f" {plain(answer)} " in f" {plain(text)} "


def judged(text: str, thing: Thing, passage: str = "", *, given: bool = False) -> Verdict:
    """`given`: the passage holds the answer. Of an invented thing nothing else can be right."""
    if (thing.real or given) and any(says(text, answer) for answer in thing.answers):
        return "right"
    if declines(text):
        return "abstained"
    added = content(text, thing.ask)
    return "beside" if added and added <= words(passage) else "wrong"


def declines(text: str) -> bool:
    read = f" {plain(text)} "
    return not read.strip() or any(f" {phrase} " in read for phrase in DECLINES)


def words(text: str) -> frozenset[str]:
    """Without the s of a plural or of a verb, and with small numbers as digits: that is not what two answers differ in."""
    told = [NUMBERS.get(word, word) for word in plain(text).split() if word not in EMPTY]
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
    claims = content(" ".join(word for word in text.split() if any(letter.isupper() or letter.isdigit() for letter in word)), question)
    return claims <= known if claims else 2 * len(added & known) > len(added)
