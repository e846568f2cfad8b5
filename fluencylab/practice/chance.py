"""What guessing alone would reach: the share of right answers of someone who knows nothing of the matter.

of four options 1/4; of two claims 1/2; for a number, the part of its slider that would have been right
"""

import math
from collections.abc import Mapping

from fluencylab.curriculum.schema import Case, Decision, Mission, Prediction, Track
from fluencylab.stats import Measure

UNKNOWN = 0.5
"""Where nobody knows how an item was laid out, as if it had two options: evidence is then worth least."""
STAGES = {"claim": 1 / 2, "application": 1 / 3, "decide": 1 / 3, "twin": 1 / 2}
"""By a word of the stage, for exercises that are no longer, or not, on the track."""


def of_prediction(asked: Prediction, measured: float, low: float, high: float) -> float:
    """A flat guess over the slider, against this measurement and its 95 % interval, in the fact's unit."""
    truth, low, high = (number * asked.scale for number in (measured, low, high))
    begin, end = min(low, truth - asked.tolerance), max(high, truth + asked.tolerance)
    places = math.floor((asked.high - asked.low) / asked.step + 1e-9) + 1
    first = math.ceil((max(begin, asked.low) - asked.low) / asked.step - 1e-9)
    last = math.floor((min(end, asked.high) - asked.low) / asked.step + 1e-9)
    return max(0, last - first + 1) / places


def of_predictions(mission: Mission, measures: Mapping[str, Measure]) -> float:
    """Credit needs all of them, so the chances multiply."""
    found = [(asked, measures[asked.fact]) for asked in mission.predict if asked.fact in measures]
    return math.prod(of_prediction(asked, m.value, m.low, m.high) for asked, m in found)


def by_exercise(track: Track) -> dict[tuple[str, str], float]:
    """(exercise, stage) -> chance, for every mission and case; predictions as if the exemplar's numbers had been measured."""
    found: dict[tuple[str, str], float] = {}
    for concept in track.concepts:
        for mission in concept.missions:
            exact = [(asked, mission.exemplar.accept[asked.fact] / asked.scale) for asked in mission.predict]
            found[mission.slug, "compare"] = math.prod(of_prediction(asked, value, value, value) for asked, value in exact)
            found[mission.slug, "see"] = 1 / len(mission.seen.sights)
            found |= _decision(mission.slug, mission.decide)
        for case in concept.cases:
            found |= _decision(case.slug, case.decide) | {(case.slug, "decide"): _argued(case)}
    return found


def _decision(slug: str, asked: Decision) -> dict[tuple[str, str], float]:
    """The twin's best is always another option, so one fewer is left to guess among."""
    return {(slug, "decide"): 1 / len(asked.options), (slug, "twin"): 1 / (len(asked.options) - 1)}


def _argued(case: Case) -> float:
    """The mean of an option, two reasons and a flip, each guessed."""
    return (1 / len(case.decide.options) + 2 / len(case.reasons) + 1 / len(case.flips)) / 3


def chance(chances: Mapping[tuple[str, str], float], exercise: str, stage: str) -> float:
    """`chances`: of `by_exercise`."""
    known = chances.get((exercise, stage))
    return known if known is not None else next((share for word, share in STAGES.items() if word in stage), UNKNOWN)
