"""What guessing alone would reach: the share of right answers of someone who knows nothing of the matter.

of four options 1/4; of two claims 1/2; for a number, the part of its slider that would have been right
"""

import math
from collections.abc import Mapping

from fluencylab.curriculum.schema import Mission, Prediction
from fluencylab.stats import Measure

UNKNOWN = 0.5
"""Where nobody knows how an item was laid out, as if it had two options: evidence is then worth least."""


def of_prediction(prediction: Prediction, measured: float, low: float, high: float) -> float:
    """A flat guess over the slider, against this measurement and its 95 % interval, in the fact's unit."""
    truth, low, high = (number * prediction.scale for number in (measured, low, high))
    begin, end = min(low, truth - prediction.tolerance), max(high, truth + prediction.tolerance)
    places = math.floor((prediction.high - prediction.low) / prediction.step + 1e-9) + 1
    first = math.ceil((max(begin, prediction.low) - prediction.low) / prediction.step - 1e-9)
    last = math.floor((min(end, prediction.high) - prediction.low) / prediction.step + 1e-9)
    return max(0, last - first + 1) / places


def of_predictions(mission: Mission, measures: Mapping[str, Measure]) -> float:
    """Credit needs all of them, so the chances multiply."""
    found = [(asked, measures[asked.fact]) for asked in mission.predict if asked.fact in measures]
    return math.prod(of_prediction(asked, m.value, m.low, m.high) for asked, m in found)
