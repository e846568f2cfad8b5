"""What was marked of a model card, graded: the lines that decide, or that the card is silent and what to ask then. Pure.

    judge(drill, ["window"], "")          the lines, by precision and recall
    judge(drill, [], "how-fast")          the card is silent: this question goes to whoever makes the model

Marking everything fails for want of precision, marking nothing is no answer, and who says of every card that it is silent is right only
where it is, and only with the question that would decide.
"""

from collections.abc import Collection
from math import comb
from typing import NamedTuple

from fluencylab.curriculum.model_cards import CardDrill
from fluencylab.errors import BadInput
from fluencylab.practice.verdict import Verdict

LEAST = 0.5
"""Under this precision or this recall nothing is earned."""


class Marks(NamedTuple):
    """Of the lines that were marked: how many decide (`hits`), out of how many that were marked, and out of how many that decide."""

    hits: int
    marked: int
    deciding: int

    @property
    def precision(self) -> float:
        return self.hits / self.marked if self.marked else 0.0

    @property
    def recall(self) -> float:
        return self.hits / self.deciding if self.deciding else 0.0

    @property
    def score(self) -> float:
        """F1, the harmonic mean of both; 0 where either is under one half."""
        if min(self.precision, self.recall) < LEAST:
            return 0.0
        return 2 * self.precision * self.recall / (self.precision + self.recall)


def marks(drill: CardDrill, lines: Collection[str]) -> Marks:
    return Marks(len(set(lines) & set(drill.decisive)), len(set(lines)), len(drill.decisive))


def judge(drill: CardDrill, lines: Collection[str], ask: str) -> Verdict:
    """`ask`: the question to send, where the card is said to be silent; else empty. Raises BadInput for what is no answer."""
    _can_be_judged(drill, lines, ask)
    if ask:
        right = ask == drill.ask
        return Verdict(score=float(right), read=_question(drill, ask), why=_silence(drill, ask))
    found = marks(drill, lines)
    named = ", ".join(one.name for one in drill.card.lines if one.id in lines)
    if drill.silent:
        return Verdict(score=0.0, read=named, why="None of these lines decides it: the card is silent here.")
    besides = found.marked - found.hits
    why = f"You marked {found.hits} of {_lines(found.deciding)} that decide it" + (f", and {besides} that do not." if besides else ".")
    return Verdict(score=found.score, read=named, why=why)


def _can_be_judged(drill: CardDrill, lines: Collection[str], ask: str) -> None:
    if not set(lines) <= {one.id for one in drill.card.lines} or (ask and ask not in {one.id for one in drill.questions}):
        raise BadInput("This card has no such line or question.", "Mark lines of the card as it stands on the page.")
    if ask and lines:
        raise BadInput("You marked lines, and said that the card is silent.", "Take the marks away, or say that the lines decide it.")
    if not ask and not lines:
        raise BadInput("Nothing is marked yet.", "Mark the lines that decide it, or say that the card is silent and what you would ask.")


def _silence(drill: CardDrill, ask: str) -> str:
    told = next(one.answer for one in drill.questions if one.id == ask)
    if drill.silent:
        return told
    named = ", ".join(f"“{one.name}”" for one in drill.card.lines if one.id in drill.decisive)
    return f"The card does say it: {named}. {told}"


def _question(drill: CardDrill, ask: str) -> str:
    return next(one.text for one in drill.questions if one.id == ask)


def _lines(n: int) -> str:
    return f"{n} line{'' if n == 1 else 's'}"


def chance(drill: CardDrill) -> float:
    """What the best blind guess earns here: of a silent card one of its questions, else as many lines drawn as pay best."""
    if drill.silent:
        return 1 / len(drill.questions)
    return max(drawn(len(drill.card.lines), len(drill.decisive), n) for n in range(1, len(drill.card.lines) + 1))


def drawn(lines: int, deciding: int, n: int) -> float:
    """The mean score of `n` lines drawn blindly."""
    hits = range(max(0, n - (lines - deciding)), min(n, deciding) + 1)
    return sum(comb(deciding, k) * comb(lines - deciding, n - k) / comb(lines, n) * Marks(k, n, deciding).score for k in hits)
