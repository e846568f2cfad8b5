"""What two runs answered to the same case, side by side, with the words that differ."""

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from fluencylab.instruments.base import Step
from fluencylab.results.observations import case_of

LONGEST = 4_000
"""Characters of an answer that are compared word by word."""
ROLES = (
    "part",
    "strategy",
    "condition",
    "prompt",
    "guardrail",
    "attack",
    "form",
    "way",
    "variant",
    "group",
    "temperature",
    "strength",
    "check",
)
"""What a step calls the way in which its case was asked."""
_WORDS = re.compile(r"\s+|\w+|[^\w\s]")


class Piece(NamedTuple):
    """A stretch of an answer; `apart`: the other answer lacks it."""

    text: str
    apart: bool


class AnswerPair(NamedTuple):
    case: str
    first: list[Piece]
    second: list[Piece]
    same: bool


class AnswerPairs(NamedTuple):
    """`pairs`: the first of them, those that differ before the others. `n`: how many there are; `same`: word for word alike."""

    pairs: list[AnswerPair]
    n: int
    same: int


Key = tuple[str, ...]


def answer_pairs(first: Sequence[Step], second: Sequence[Step], most: int, alike: bool = True) -> AnswerPairs:
    """`alike`: both runs were given the same texts; else an answer whose step names no case has none to stand beside."""
    first, second = ([step for step in steps if alike or case_of(step)] for steps in (first, second))
    one, two = _by_key(first, roles=True), _by_key(second, roles=True)
    if not set(one) & set(two):  # every way of asking differs: then a case is the same whichever way it was asked
        one, two = _by_key(first, roles=False), _by_key(second, roles=False)
    both = [(key[0], one[key], two[key]) for key in one if key in two]
    equal = [a.strip() == b.strip() for _, a, b in both]
    order = sorted(range(len(both)), key=lambda at: equal[at])
    pairs = [AnswerPair(both[at][0], *words_apart(both[at][1], both[at][2]), equal[at]) for at in order[:most]]
    return AnswerPairs(pairs, len(both), sum(equal))


def _by_key(steps: Iterable[Step], roles: bool) -> dict[Key, str]:
    """By case, the way it was asked, and the how-manieth such answer it is."""
    found: dict[Key, str] = {}
    count: dict[Key, int] = {}
    for step in steps:
        if not isinstance(text := step.data.get("text"), str) or step.kind == "missing":
            continue
        key = (case_of(step), step.kind, *(_role(step) if roles else ()))
        count[key] = count.get(key, 0) + 1
        found[*key, str(count[key])] = text
    return found


def _role(step: Step) -> Iterator[str]:
    for name in ROLES:
        if isinstance(value := step.data.get(name), str | int | float):
            yield f"{name}={value}"


def words_apart(first: str, second: str) -> tuple[list[Piece], list[Piece]]:
    """Both texts in pieces, whole, in their order."""
    if max(len(first), len(second)) > LONGEST:
        same = first == second
        return [Piece(first, not same)], [Piece(second, not same)]
    one, two = _WORDS.findall(first), _WORDS.findall(second)
    left: list[Piece] = []
    right: list[Piece] = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
        for pieces, words in ((left, one[a:b]), (right, two[c:d])):
            if words:
                pieces.append(Piece("".join(words), kind != "equal"))
    return left, right
