"""Judge an answer against what was measured. Pure functions, small, and they combine.

holds("distinct@1 > distinct@0", {"distinct@0": 1, "distinct@1": 12})  ->  True
"""

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

from fluencylab.curriculum.schema import CONDITION, Decision, Flip, Option, Prediction, Reason, Seen, Sight
from fluencylab.errors import BadInput
from fluencylab.practice.verdict import Verdict

COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq, "!=": operator.ne,
}  # fmt: skip

MARKS = {1: (1, 0), 2: (2, -2), 3: (3, -6)}
"""Certainty -> (marks when right, marks when wrong). To say what you really expect is the best strategy: Gardner-Medwin 2006."""


def holds(condition: str, facts: Mapping[str, float]) -> bool:
    """Is the condition true of these facts? A fact that was not measured makes it false."""
    match = CONDITION.match(condition)
    if match is None:
        raise ValueError(f"not a condition: {condition!r}")
    left, sign, right = match.groups()
    values = [facts.get(side) if side[0].isalpha() else float(side) for side in (left, right)]
    if values[0] is None or values[1] is None:
        return False
    return COMPARE[sign](values[0], values[1])


def all_of(conditions: Iterable[str], facts: Mapping[str, float]) -> bool:
    return all(holds(condition, facts) for condition in conditions)


def marks(right: bool, certainty: int) -> int:
    if certainty not in MARKS:
        raise BadInput("Say how sure you are.", "Choose not sure, fairly sure or very sure.")
    return MARKS[certainty][0 if right else 1]


def brier(probability: float, happened: bool) -> float:
    """Squared error of a probability, 0 (right and sure) to 1 (wrong and sure): Brier 1950."""
    return (probability - float(happened)) ** 2


def prediction(asked: Prediction, value: float, measured: float, low: float, high: float) -> Verdict:
    """Right within the tolerance of the measurement, or inside its 95 % interval. `measured`, `low`, `high`: in the fact's unit."""
    truth, low, high = (number * asked.scale for number in (measured, low, high))
    near = abs(value - truth) <= asked.tolerance or low <= value <= high
    return Verdict(score=float(near), read=f"{value:g}{asked.unit}", why=_compare(asked, value, truth, near))


def _compare(asked: Prediction, value: float, truth: float, near: bool) -> str:
    said, was = (f"{round(number, 1):g}{' ' if asked.unit else ''}{asked.unit}" for number in (value, truth))
    if said == was:
        return f"You said {said}, and so it was."
    return f"You said {said}. It was {was}" + (": within reach." if near else ".")


def true_sight(asked: Seen, facts: Mapping[str, float]) -> int:
    """Index of the first sight that is true of the run; a sight without conditions is always true."""
    return next(i for i, sight in enumerate((*asked.sights, Sight(text="-", answer="-"))) if all_of(sight.holds, facts))


def seen(asked: Seen, picked: int, facts: Mapping[str, float]) -> Verdict:
    right = true_sight(asked, facts)
    sight = asked.sights[picked]
    return Verdict(score=float(picked == right), read=sight.text, why=sight.answer)


def choice(options: Sequence[Option], best: str, picked: str, answers: Mapping[str, str] | None = None) -> Verdict:
    option = next((option for option in options if option.id == picked), None)
    if option is None:
        raise BadInput("Choose one of the options first.", "Then press the button again; nothing was lost.")
    return Verdict(score=float(picked == best), read=option.text, why=(answers or {}).get(picked, option.answer))


def decision(asked: Decision, picked: str) -> Verdict:
    return choice(asked.options, asked.best, picked)


def twin(asked: Decision, picked: str) -> Verdict:
    return choice(asked.options, asked.twin.best, picked, asked.twin.answers)


def reasons(asked: Sequence[Reason], picked: Sequence[str]) -> Verdict:
    """The two reasons that carry the decision: half a point for each, none for a decoy beside it."""
    if len(set(picked)) != 2 or not set(picked) <= {reason.id for reason in asked}:
        raise BadInput("Choose exactly two reasons.", "Those that are so here, and that the decision stands on.")
    carrying = {reason.id for reason in asked if reason.carries}
    hits = len(carrying & set(picked))
    return Verdict(
        score=hits / 2,
        read=" / ".join(reason.text for reason in asked if reason.id in picked),
        why=f"{hits} of your two reasons carry the decision.",
    )


def flip(asked: Sequence[Flip], picked: str) -> Verdict:
    fact = next((fact for fact in asked if fact.id == picked), None)
    if fact is None:
        raise BadInput("Choose the fact that would change your decision.", "Then press the button again; nothing was lost.")
    return Verdict(score=float(fact.flips), read=fact.text, why=fact.answer)


class Scored(Protocol):
    @property
    def score(self) -> float | None: ...


def both(graded: Iterable[Scored]) -> float | None:
    """Credit needs all of them: the lowest score; None as soon as one could not be graded."""
    scores = [one.score for one in graded]
    known = [score for score in scores if score is not None]
    return min(known) if known and len(known) == len(scores) else None
