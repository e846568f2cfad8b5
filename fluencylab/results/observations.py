"""What lies behind a measure, one value for each step, found by folding every step alone.

A lab's fold is a black box. But where a measure of one step alone is one value, and the mean (or the median) of all those values is the
measure itself, the values are what it was made of: then two runs can be compared by them, case by case where both have the same cases.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fluencylab.instruments.base import Instrument, Result, Step
from fluencylab.instruments.missing import parted
from fluencylab.stats import mean, median

MOST = 800
"""Steps of a run that are folded one by one: above it, intervals stand on each measure's own."""
CASE = ("ask", "message", "case", "asked", "question")
"""What a step calls the thing that was asked, the first that it has."""


@dataclass(frozen=True)
class Observations:
    """`cases`: what each value was measured on, or "" where the step does not say."""

    values: list[float]
    cases: list[str]
    statistic: Callable[[Sequence[float]], float]

    @property
    def paired(self) -> dict[str, float] | None:
        """By case; None where one comes twice or has no name."""
        found = dict(zip(self.cases, self.values, strict=True))
        return found if len(found) == len(self.values) and "" not in found else None


def case_of(step: Step) -> str:
    return next((step.data[name] for name in CASE if isinstance(step.data.get(name), str)), "")


def observations(instrument: Instrument, steps: Sequence[Step], whole: Result) -> dict[str, Observations]:
    """By measure; those that are made in another way are not in it."""
    kept, _ = parted(steps)
    if len(kept) > MOST:
        return {}
    alone = [(case_of(step), folded) for step in kept if (folded := _alone(instrument, step))]
    found = {}
    for name, measure in whole.measures.items():
        seen = [(case, one.measures[name].value) for case, one in alone if name in one.measures and one.measures[name].n == 1]
        values = [value for _, value in seen]
        if len(values) != measure.n or len(values) < 2:
            continue
        statistic = next((one for one in (mean, median) if math.isclose(one(values), measure.value, rel_tol=1e-9, abs_tol=1e-12)), None)
        if statistic:
            found[name] = Observations(values, [case for case, _ in seen], statistic)
    return found


def _alone(instrument: Instrument, step: Step) -> Result | None:
    try:
        return instrument.conclude([step])
    except Exception:  # a lab need not make anything of one step, and may fail in any way of its own
        return None
