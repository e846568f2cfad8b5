"""What the words of an answer weigh, learned from marked answers: a second opinion beside the rules. It doubts, settles and reopens.

    weigh(6, read, hits)
        ideas   first-token 2.1, waiting -3.4      how far it reads as saying each core idea
        false   1.7                                how far its sentences read as false ones, the mean of them

Word weights alone never pass an answer: a rule found a core idea in it, or half found each, in words that are shown. They know which words,
pairs of words and groups of the rules stood in right and in wrong answers, and nothing else. `tools/selftest_weights.py` learns them.
"""

import math
from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from statistics import fmean
from typing import NamedTuple

from fluencylab.curriculum import loader
from fluencylab.curriculum.schema import Weights, WordWeights
from fluencylab.practice.selftest_rules import Hit
from fluencylab.practice.selftest_text import ParsedText, Token

AGAINST = {"": 0.0, "half": 0.0, "soft turn": 2.3, "turn": 2.8, "both": 2.3}
"""What the rules hold against an answer: nothing, an idea only half found, a turn, or something that reads the other way."""

Sentence = frozenset[str]
"""What is known of one sentence: its words as they stand and `!denied`, `two words`, `+group` or `-group` (denied), and `^how it opens`."""


class Weighed(NamedTuple):
    ideas: dict[str, float]
    false: float

    def score(self, against: str) -> float:
        """How far it reads as a right answer, given what the rules hold against it."""
        return min(self.ideas.values()) - self.false - AGAINST[against]

    @property
    def weakest(self) -> str:
        return min(self.ideas, key=lambda idea: self.ideas[idea])


def weigh(number: int, read: ParsedText, hits: list[Hit]) -> Weighed | None:
    """None of an answer without a word that counts."""
    known = sentences(read, hits)
    return weighed(learned(), number, known) if known else None


def weighed(by: WordWeights, number: int, known: list[Sentence]) -> Weighed:
    everything = frozenset().union(*known)
    ideas = {key.split("/")[1]: sum_of(weights, everything) for key, weights in by.ideas.items() if key.startswith(f"{number}/")}
    return Weighed(ideas, fmean(sum_of(by.false, stated(number, sentence)) for sentence in known))


@cache
def learned() -> WordWeights:
    return loader.word_weights()


def sum_of(weights: Weights, features: Iterable[str]) -> float:
    """Log-odds; long and short texts are made comparable by the root of how much of them is known."""
    known = [weights.of[feature] for feature in features if feature in weights.of]
    return weights.bias + sum(known) / max(1.0, math.sqrt(len(known)))


def stated(number: int, sentence: Sentence) -> frozenset[str]:
    """One sentence, for what is false: words are shared by all questions, groups are a question's own."""
    return frozenset(f"{number}{feature}" if feature[0] in "+-" else feature for feature in sentence)


def clearest(number: int, idea: str, read: ParsedText, hits: list[Hit]) -> int:
    """The sentence whose words speak most for this core idea."""
    weights = learned().ideas[f"{number}/{idea}"]
    known = by_sentence(read, hits)
    return max(known, key=lambda sentence: sum_of(weights, known[sentence]))


def sentences(read: ParsedText, hits: list[Hit]) -> list[Sentence]:
    return list(by_sentence(read, hits).values())


def by_sentence(read: ParsedText, hits: list[Hit]) -> dict[int, Sentence]:
    """What is known of each sentence that has words which count, by its place."""
    denied = {i for clause in read.clauses for i in range(clause.first, clause.last + 1) if sum(n < i for n in clause.negators) % 2}
    words: dict[int, list[tuple[int, Token]]] = {}
    for i, token in enumerate(read.tokens):
        if not token.dead and token.word[0].isalnum():
            words.setdefault(token.sentence, []).append((i, token))
    groups: dict[int, set[str]] = {}
    for hit in hits:
        if hit.group[0] != "(":
            mark = "-" if hit.first in denied else "+"
            groups.setdefault(read.tokens[hit.first].sentence, set()).add(mark + hit.group)
    return {
        number: frozenset(_of_words(counted, denied, first=n == 0) | groups.get(number, set()))
        for n, (number, counted) in enumerate(sorted(words.items()))
    }


def _of_words(counted: list[tuple[int, Token]], denied: set[int], first: bool) -> set[str]:
    stems = [token.stem for _, token in counted]
    features = set(stems) | {f"!{token.stem}" for i, token in counted if i in denied}
    features |= {f"{one} {two}" for one, two in pairwise(stems)}
    return features if first else features | {f"^{' '.join(stems[:n])}" for n in range(4)}
