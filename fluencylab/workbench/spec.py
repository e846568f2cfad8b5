"""A spec is a list of acceptance tests: a check, the share of cases that must pass it, and how many cases.

    test = AcceptanceTest(name="refunds", check=Contains(values=("30 days",)), least=0.9, n=50)
    outcome(test, verdicts)        does it stop this product?
    stopped_at(test, 0.8)          0.95: a product that really passes 80 of 100 is stopped in 95 of 100 tries

Whether it is a good test is a question of chance: one with few cases stops good products, and lets bad ones through.
"""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from fluencylab.stats import Measure, binomial
from fluencylab.text.numerals import counted, percent, rate
from fluencylab.workbench.checks import Check, said
from fluencylab.workbench.paired import Verdicts
from fluencylab.workbench.paired import rate as passing

POWER = 0.8
_STEP = 0.001
_ROUNDING = 1e-9


class AcceptanceTest(BaseModel):
    model_config = ConfigDict(frozen=True)

    name: str = Field(min_length=1)
    check: Check
    least: float = Field(gt=0, le=1, description="Share of the cases that must pass")
    n: int = Field(ge=1, description="Cases it is made on")

    @property
    def wanted(self) -> int:
        """How many of the n cases must pass."""
        return math.ceil(self.least * self.n - _ROUNDING)

    @property
    def said(self) -> str:
        asked = "all" if self.wanted == self.n else f"at least {self.wanted:,}"
        return f"{said(self.check).rstrip('.')}: in {asked} of {counted(self.n, 'case')} ({percent(self.least)})."


class Outcome(NamedTuple):
    stopped: bool | None
    """None: it was not run on as many cases as it asks for"""
    passes: Measure
    why: str


def outcome(test: AcceptanceTest, verdicts: Verdicts) -> Outcome:
    """`verdicts`: what its check said, case by case; a case with several draws counts as the share of them that pass."""
    found = passing(verdicts)
    if found.n < test.n:
        why = f"It asks for {counted(test.n, 'case')}, and the check has a verdict on {found.n:,}: it says nothing yet."
        return Outcome(None, found, why)
    stopped = found.value < test.least - _ROUNDING
    side = "under" if stopped else "at or over"
    return Outcome(
        stopped, found, f"{rate(found)} pass, {side} the {percent(test.least)} asked for: {'stopped' if stopped else 'let through'}."
    )


def stops(outcomes: Sequence[Outcome]) -> bool | None:
    """Does a spec stop a product? One test that does is enough; None where none does and one says nothing."""
    if any(one.stopped for one in outcomes):
        return True
    return None if any(one.stopped is None for one in outcomes) or not outcomes else False


def stopped_at(test: AcceptanceTest, true_rate: float) -> float:
    """Chance that a product is stopped which really passes so often: fewer than `wanted` of n, by the binomial distribution."""
    return min(1.0, math.fsum(binomial(test.n, hits, true_rate) for hits in range(test.wanted)))


def smallest_drop(test: AcceptanceTest, healthy: float, power: float = POWER) -> float | None:
    """How far a product must fall below its healthy rate to be stopped with that power; None where even one that passes nothing is not."""
    steps = math.floor(healthy / _STEP)
    return next((round(step * _STEP, 3) for step in range(steps + 1) if stopped_at(test, healthy - step * _STEP) >= power), None)


def risks(test: AcceptanceTest, healthy: float) -> str:
    """What the test will do to a product that passes so often, and how much worse one must be for it to notice."""
    alarms = stopped_at(test, healthy)
    drop = smallest_drop(test, healthy)
    told = f"A product that passes {percent(healthy)} would be stopped in {_tries(alarms)}."
    if drop is None:
        return f"{told} However much worse it gets, {counted(test.n, 'case')} will not stop it reliably."
    if not drop:
        return f"{told} It asks for more than the product does today."
    worse = math.ceil(drop * 100 - _ROUNDING)
    return f"{told} One that is {worse} points worse would be stopped in {_tries(POWER)}; a smaller drop may slip through."


def report(tests: Sequence[AcceptanceTest], verdicts: Mapping[str, Verdicts]) -> dict[str, Outcome]:
    """Each test by its name. `verdicts`: of each test, by its name, what its check said."""
    return {test.name: outcome(test, verdicts.get(test.name, {})) for test in tests}


def _tries(chance: float) -> str:
    if 0 < chance < 0.01:
        return "fewer than 1 of 100 tries"
    return f"{chance * 100:.0f} of 100 tries"
