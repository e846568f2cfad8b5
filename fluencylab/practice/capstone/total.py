"""The five parts of the capstone, and what they come to together. Pure.

total({"configure": 1.0, "spec": 0.5})      ->  0.35, as the other three were not handed in
"""

import math
from collections.abc import Mapping

PARTS = ("configure", "spec", "faults", "proposal", "memo")
WEIGHTS: dict[str, float] = {"configure": 0.25, "spec": 0.2, "faults": 0.25, "proposal": 0.15, "memo": 0.15}


def total(scores: Mapping[str, float]) -> float:
    """`scores`: part -> 0..1. A part that is not there counts 0."""
    return math.fsum(WEIGHTS[part] * scores.get(part, 0.0) for part in PARTS)
