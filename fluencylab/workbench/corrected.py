"""A judge's rate, corrected for the errors it is known to make (Rogan and Gladen 1978).

    rate = (what it passes + TNR − 1) / (TPR + TNR − 1)

A judge that passes 80 of 100 outputs, and is known to pass 90 % of the good and 30 % of the bad, has seen about 83 good ones, not 80.

The interval draws labels and outputs again: TPR, TNR and the rate of passing, each from a beta distribution with half a hit and half a
miss added (Jeffreys). Drawing the labels themselves, as `judgy` does, takes a judge that was right on ten of ten for one that cannot err.
"""

import random
from typing import NamedTuple

from fluencylab.stats import Measure, percentile
from fluencylab.text.numerals import percent, rate, within
from fluencylab.workbench.agreement import Agreement
from fluencylab.workbench.paired import Verdicts
from fluencylab.workbench.paired import rate as passing

ROUNDS = 2000
_BLIND = 0.025
"""Share of the draws in which the judge is no better than chance, above which the correction says nothing."""


class Corrected(NamedTuple):
    raw: Measure
    """What the judge passes"""
    rate: Measure | None
    """What is good, as far as its errors are known; None where they undo it"""
    says: str


def corrected(judge: Agreement, verdicts: Verdicts, seed: int = 1) -> Corrected:
    """`judge`: its agreement with people. `verdicts`: what it says of the outputs to be counted, by case; a case counts once."""
    raw = passing(verdicts)
    if why := _refused(judge, raw):
        return Corrected(raw, None, why)
    low, high = _interval(judge, raw, random.Random(seed))
    value = _rogan_gladen(raw.value, judge.tpr.value, judge.tnr.value)
    found = Measure(value=value, low=min(low, value), high=max(high, value), n=raw.n, kind="")
    return Corrected(raw, found, _says(judge, raw, found))


def _rogan_gladen(passes: float, tpr: float, tnr: float) -> float:
    return min(1.0, max(0.0, (passes + tnr - 1) / (tpr + tnr - 1)))


def _interval(judge: Agreement, raw: Measure, rng: random.Random) -> tuple[float, float]:
    hits = raw.value * raw.n
    drawn = []
    for _ in range(ROUNDS):
        tpr = rng.betavariate(judge.true_passes + 0.5, judge.false_fails + 0.5)
        tnr = rng.betavariate(judge.true_fails + 0.5, judge.false_passes + 0.5)
        passes = rng.betavariate(hits + 0.5, raw.n - hits + 0.5)
        if tpr + tnr > 1:
            drawn.append(_rogan_gladen(passes, tpr, tnr))
    if len(drawn) < (1 - _BLIND) * ROUNDS:
        return 0.0, 1.0
    return percentile(drawn, 0.025), percentile(drawn, 0.975)


def _refused(judge: Agreement, raw: Measure) -> str:
    if not raw.n:
        return "There is no output to count."
    if not judge.tpr.n or not judge.tnr.n:
        kind = "fail" if judge.tpr.n else "pass"
        return f"It cannot be corrected: no output that people {kind} is labelled, so its errors there are not known."
    if judge.tpr.value + judge.tnr.value <= 1:
        return (
            f"It cannot be corrected: it passes {percent(judge.tpr.value)} of what people pass "
            f"and {percent(1 - judge.tnr.value)} of what they fail, so its verdict says nothing about theirs."
        )
    return ""


def _says(judge: Agreement, raw: Measure, found: Measure) -> str:
    labels = f"{judge.n} labels"
    if (found.low, found.high) == (0, 1):
        return f"It passes {rate(raw)}, and with {labels} its errors are known too little to correct that: the rate may be anything."
    return (
        f"It passes {rate(raw)}. Corrected for its errors on {labels}, the rate is {percent(found.value)}, "
        f"and lies between {within(found).replace(' to ', ' and ')}."
    )
