"""Two runs of one lab side by side: what was set differently, each shared measure with its difference, the answers to the same cases."""

from dataclasses import dataclass

from fluencylab.errors import BadInput
from fluencylab.instruments import instrument
from fluencylab.results import settings_apart
from fluencylab.results.answers_apart import AnswerPairs, answer_pairs
from fluencylab.results.differences import Difference, difference, shared
from fluencylab.results.observations import observations
from fluencylab.results.outcome import Outcome
from fluencylab.results.settings_apart import Setting

ANSWERS = 24
"""Pairs of answers that are shown."""
MANY = 10
"""Measures from which on one that differs by chance is to be expected."""


@dataclass(frozen=True)
class Comparison:
    first: Outcome
    second: Outcome
    says: str
    settings: list[Setting]
    warnings: list[str]
    differences: list[Difference]
    only: int
    """Measures that one of the runs has alone"""
    chance: str
    answers: AnswerPairs


def compare(first: Outcome, second: Outcome) -> Comparison:
    """Works for seconds on long runs: call it from a thread. Raises BadInput for two runs that have nothing in common."""
    if first.run.instrument != second.run.instrument:
        raise BadInput("These are runs of two labs, which measure different things.", "Choose two runs of one lab.")
    if first.run.id == second.run.id:
        raise BadInput("This is one run twice.", "Choose another one to compare it with.")
    lab = instrument(first.run.instrument)
    one, two = first.result.measures, second.result.measures
    seen = [observations(lab, of.steps, of.result) for of in (first, second)]
    pairs = shared(one, two, first.run.instrument)
    found = [difference(label, one[a], two[b], seen[0].get(a), seen[1].get(b)) for label, a, b in pairs]
    settings = settings_apart.settings_apart(first, second)
    return Comparison(
        first=first,
        second=second,
        says=settings_apart.sentence(settings),
        settings=settings,
        warnings=settings_apart.warnings(first, second),
        differences=sorted(found, key=lambda each: not each.clear),
        only=len(one) + len(two) - 2 * len(pairs),
        chance=_chance(found),
        answers=answer_pairs(first.steps, second.steps, ANSWERS, _same_texts(first, second)),
    )


def _same_texts(first: Outcome, second: Outcome) -> bool:
    return all(value == second.run.params.get(name) for name, value in first.run.params.items() if isinstance(value, str))


def _chance(found: list[Difference]) -> str:
    judged = [one for one in found if one.low is not None]
    if len(judged) < MANY:
        return ""
    expected = max(1, round(len(judged) * 0.05))
    return f"{len(judged)} measures are compared at once: about {expected} of them would differ this clearly by chance alone."
