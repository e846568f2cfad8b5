"""The practice course's spec against recorded mutants: what so chosen tests stop, and how often they stop the product as it is. Pure.

ran = run_spec(["tail", "names"])
ran.stopped["no examples"]          ->  ("tail",)
ran.facts["my_mutants_stopped"]     ->  3.0, of the mutants that are really worse
"""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from fluencylab.practice import recorded_mutants as recorded
from fluencylab.practice.spec_tests import spec_tests
from fluencylab.stats import Measure
from fluencylab.workbench.clinic import Worse
from fluencylab.workbench.mutants import MutationScore, false_alarms, mutation_score

TRIED = ("no instructions", "no examples", "temperature 1.3", "half the input")
"""Faults on which a spec may be tried as often as one likes; on the others it is run once, when it is handed in."""
MOST_TESTS = 6
"""In one spec: each has to be kept up by somebody."""


class SpecRun(NamedTuple):
    """`stopped`: of each mutant that was looked at, the tests that stop it. `alarms`: the same of each draw of the product as it is."""

    stopped: dict[str, tuple[str, ...]]
    worse: dict[str, Worse]
    alarms: list[tuple[str, ...]]
    score: MutationScore

    @property
    def alarm(self) -> Measure:
        return false_alarms([bool(tests) for tests in self.alarms])

    @property
    def facts(self) -> dict[str, float]:
        """A mutant that is not shown to be worse counts neither way."""
        caught = sum(bool(by) for name, by in self.stopped.items() if self.worse[name].really)
        return {"my_mutants_stopped": float(caught), "my_false_alarms": float(sum(map(bool, self.alarms)))}


def run_spec(tests: Collection[str], on: Sequence[str] = ()) -> SpecRun:
    """`tests`: slugs of `spec_tests`. `on`: faults; all of them where none is named."""
    chosen = [one for one in spec_tests() if one.slug in tests]
    worse = {name: one for name, one in recorded.worse().items() if not on or name in on}
    found = recorded.outcomes(chosen)
    stopped = {name: tuple(slug for slug, one in found[name].items() if one.stopped) for name in worse}
    score = mutation_score({name: bool(by) for name, by in stopped.items()}, [name for name, one in worse.items() if one.really])
    return SpecRun(stopped, worse, recorded.alarms(chosen), score)
