"""What a spec does to a product as it is and to the same product with one fault, out of what its checks said of every output. Pure.

    told["<test>"]["no instructions"][case] = [True]        of each test, product and case, what its check said of every draw
    outcomes(spec, told, "no instructions")                 each test by its id: stopped, or let through, and why
    alarms(spec, told, draws=3)                             of three draws of the healthy product, which the spec would have stopped

An acceptance test is handed in on the cases that it asks for, or it says nothing. An output of which its check cannot tell has not
passed; a check that can tell of none of all outputs says nothing of any product.
"""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from fluencylab.stats import Measure
from fluencylab.text.numerals import counted, percent, rate
from fluencylab.workbench.frozen_spec import FrozenSpec, FrozenTest
from fluencylab.workbench.paired import Comparison, compare
from fluencylab.workbench.spec import POWER, Outcome, outcome, stops
from fluencylab.workbench.spec import stopped_at as chance_of_stopping
from fluencylab.workbench.spec_power import SIZES, Seen, below, sees

HEALTHY = ""
FEWEST = 10
"""Cases of a test that is advised: what fewer see is a disaster."""
Draws = Mapping[int, Sequence[bool | None]]
"""Case -> what a check said of each of its draws; None where it could not tell"""
OfProducts = Mapping[str, Draws]
"""Product, by the name of its fault -> the same"""
Told = Mapping[str, OfProducts]
"""Test, by its id -> the same"""


class Worse(NamedTuple):
    """Is a mutant really worse than the product as it is, and what shows it? None: nothing has been held against it yet."""

    really: bool | None
    comparison: Comparison | None
    says: str


class Advice(NamedTuple):
    """Which check would have seen a survivor. `least` and `cases`: of a test that would have stopped it; nought where none sees it."""

    check: str
    least: int
    cases: int
    says: str


def called(name: str) -> str:
    """A name in quotation marks, whatever quotation marks it holds."""
    return f"“{name.replace('“', '‘').replace('”', '’')}”"


def blind(told: Told) -> set[str]:
    """The tests whose check can tell of no output at all."""
    return {
        test
        for test, products in told.items()
        if not any(one is not None for of in products.values() for draws in of.values() for one in draws)
    }


def outcomes(
    spec: FrozenSpec, told: Told, product: str, draw: int = 0, without: set[str] | frozenset[str] = frozenset()
) -> dict[str, Outcome]:
    """What each test does to one product, by the test's id. `without`: tests that say nothing of any product."""
    return {test.id: _outcome(spec, test, told.get(test.id, {}).get(product, {}), draw, test.id in without) for test in spec.tests}


def _outcome(spec: FrozenSpec, test: FrozenTest, said: Draws, draw: int, is_blind: bool) -> Outcome:
    if is_blind:
        nothing = Measure(value=0, low=0, high=1, n=0, kind="share")
        return Outcome(None, nothing, "Its check can tell of no output here, so it says nothing.")
    cases = spec.cases(test.part, test.cases)
    return outcome(test.test, {str(case): [said[case][draw] is True] for case in cases if len(said.get(case, ())) > draw})


def alarms(spec: FrozenSpec, told: Told, draws: int) -> list[bool | None]:
    """Of each draw of the product as it is, whether the spec stops it."""
    without = blind(told)
    return [stops(list(outcomes(spec, told, HEALTHY, draw, without).values())) for draw in range(draws)]


def chances(spec: FrozenSpec, told: Told) -> dict[str, float]:
    """Of each test, the chance that it stops a product that passes as often as this one did, on other cases like these."""
    found: dict[str, float] = {}
    for test in spec.tests:
        said = told.get(test.id, {}).get(HEALTHY, {})
        draws = [one is True for case in spec.cases(test.part, test.cases) for one in said.get(case, ())]
        if draws:
            found[test.id] = chance_of_stopping(test.test, sum(draws) / len(draws))
    return found


def together(said: Sequence[Draws]) -> dict[int, list[bool | None]]:
    """Several checks as one: an output is good where all of them pass it, and bad where one does not."""
    cases = set.intersection(*(set(of) for of in said)) if said else set()
    return {case: [_all([of[case][draw] for of in said]) for draw in range(min(len(of[case]) for of in said))] for case in sorted(cases)}


def _all(said: Sequence[bool | None]) -> bool | None:
    return False if False in said else None if None in said else True


def worse(healthy: Draws, mutant: Draws, by: str) -> Worse:
    """By more than chance, case by case. `by`: who says so, such as “by your labels”."""
    found = compare(_verdicts(healthy), _verdicts(mutant), "the product as it is", "this one")
    if not found.n:
        return Worse(None, None, "")
    broke = f"{len(found.broken)} broken and {len(found.fixed)} fixed of {counted(found.n, 'case')}, {by}"
    if found.sure and found.change.value < 0:
        return Worse(True, found, f"Worse by more than chance: {broke}.")
    return Worse(False, found, f"Not shown to be worse: {broke}. That may be chance, or no fault at all.")


def _verdicts(said: Draws) -> dict[str, list[bool]]:
    told = {str(case): [one for one in draws if one is not None] for case, draws in said.items()}
    return {case: draws for case, draws in told.items() if draws}


def either(*found: Worse) -> Worse:
    """The first that shows it to be worse; else the first that says anything."""
    return next((one for one in found if one.really), next((one for one in found if one.really is not None), UNKNOWN))


UNKNOWN = Worse(None, None, "Nobody has said yet whether it is worse: no check that may be trusted, and no label.")


def example(healthy: Draws, mutant: Draws, texts: Mapping[int, tuple[str, str]]) -> int | None:
    """The case that shows best what a mutant does: good before and bad now, else bad now, else simply another text. None: all the same."""

    def rank(case: int) -> tuple[bool, bool, int]:
        before, now = next(iter(healthy.get(case, ())), None), next(iter(mutant.get(case, ())), None)
        return (before is True and now is False, now is False, -case)

    differ = [case for case, (before, now) in texts.items() if before != now]
    return max(differ, key=rank, default=None)


def advice(said: Mapping[str, tuple[Draws, Draws]], most: int, in_spec: Mapping[str, int]) -> Advice:
    """The check that sees a survivor best, and a test of it on at most so many cases.

    `said`: of each check of the product, what it said of the product as it is and of the survivor. `in_spec`: name -> its bar by now.
    """
    seen = {name: compare(_verdicts(before), _verdicts(now)) for name, (before, now) in said.items()}
    telling = {name: found for name, found in seen.items() if found.sure and found.change.value < 0}
    name = min(telling, key=lambda each: telling[each].change.value, default=None)
    if name is None:
        return Advice(
            "", 0, 0, "None of your checks tells the two apart. Read what it answers, say what is wrong with it, and make that a check."
        )
    found = telling[name]
    figures = f"the product as it is passes {rate(found.before)}, this one {rate(found.after)}"
    likely = (found.before.value * found.n + 1) / (found.n + 2)  # by the rule of succession: all of twelve is not all of a thousand
    power = smallest(most, round(likely, 3), found.after.value)
    if power is None:
        few = f"With {counted(most, 'case')} no bar tells the two apart reliably"
        return Advice(name, 0, 0, f"Your check {called(name)} sees it: {figures}. {few}.")
    bar = f"at least {power.least} % of {counted(power.n, 'case')}"
    now = f" Your spec asks for {in_spec[name]} %." if name in in_spec else ""
    caught = f"would stop one like this in {below(power.n, power.wanted, found.after.value) * 100:.0f} of 100 tries"
    return Advice(name, power.least, power.n, f"Your check {called(name)} sees it: {figures}.{now} A test of it, with {bar}, {caught}.")


def smallest(most: int, healthy: float, broken: float) -> Seen | None:
    """The test on the fewest cases that leaves a product of one rate alone and stops one of another; None where none so large does."""
    tests = (sees(n, healthy) for n in dict.fromkeys((*(size for size in SIZES if FEWEST <= size <= most), most)) if n >= 1)
    return next((one for one in tests if one.wanted and below(one.n, one.wanted, broken) >= POWER), None)


def between(chances: Sequence[float]) -> tuple[float, float]:
    """The chance that any of several tests stops a product lies between these two, however they hang together."""
    return max(chances, default=0.0), min(1.0, math.fsum(chances))


def says_alarms(stopped: Sequence[bool | None], found: Measure, chance: tuple[float, float]) -> str:
    """How often the spec stops a product that has no fault: as it was drawn, and as chance would have it on other cases."""
    if not found.n:
        return "Whether it stops a good product cannot be told yet."
    drawn = counted(found.n, "draw")
    told = f"Of {drawn} of the product as it is, the spec would have stopped {sum(one is True for one in stopped)}: {rate(found)}."
    low, high = chance
    if round(low * 100) == round(high * 100):
        return f"{told} On other cases like these a product as good as this would be stopped in {_tries(high)}."
    return f"{told} On other cases like these a product as good as this would be stopped in {percent(low)} to {percent(high)} of tries."


def _tries(chance: float) -> str:
    return "fewer than 1 of 100 tries" if chance < 0.01 else f"about {chance * 100:.0f} of 100 tries"
