"""The second part: acceptance tests, scored by the broken products they stop, less what they stop of the healthy one. Pure.

    judge_spec(of, ["names-the-train", "short"]).score      ->  0.83

Which of the broken products are really worse is told by the product's own checks, not by the tests.
"""

from collections.abc import Sequence
from typing import NamedTuple

from fluencylab.curriculum.capstone import MOST_TESTS, CapstoneProduct
from fluencylab.errors import BadInput
from fluencylab.memo import once
from fluencylab.practice import spec_outcomes
from fluencylab.practice.capstone.answers import answers
from fluencylab.text.numerals import counted
from fluencylab.workbench.clinic import HEALTHY, Worse


class SpecJudged(NamedTuple):
    """`stopped`: of each broken product, by its name, the tests that stop it. `alarms`: the same of each draw of the healthy one."""

    stopped: dict[str, tuple[str, ...]]
    worse: dict[str, Worse]
    alarms: list[tuple[str, ...]]
    score: float
    why: str

    @property
    def caught(self) -> int:
        """Of those that are really worse, how many are stopped."""
        return sum(bool(by) for name, by in self.stopped.items() if self.worse[name].really)

    @property
    def really(self) -> int:
        return sum(one.really is True for one in self.worse.values())

    @property
    def alarmed(self) -> int:
        """Draws of the healthy product that are stopped."""
        return sum(map(bool, self.alarms))


def judge_spec(of: CapstoneProduct, tests: Sequence[str]) -> SpecJudged:
    """`tests`: their slugs. Raises BadInput for none, for too many, and for one that is not there."""
    chosen = [one for one in of.spec.tests if one.slug in tests]
    if set(tests) - {one.slug for one in chosen}:
        raise BadInput("There is no such acceptance test.", "Pick tests as they stand on the page.")
    if not 1 <= len(chosen) <= MOST_TESTS:
        raise BadInput(f"You picked {counted(len(chosen), 'test')}.", f"Pick one to {MOST_TESTS}: each has to be kept up by somebody.")
    picked, every = {one.slug for one in chosen}, _every(of)
    stopped = {name: tuple(slug for slug in by if slug in picked) for name, by in every.stopped.items()}
    alarms = [tuple(slug for slug in by if slug in picked) for by in every.alarms]
    judged = SpecJudged(stopped, worse(of), alarms, 0.0, "")
    return judged._replace(score=_score(judged), why=_why(judged))


class _Every(NamedTuple):
    """As in `SpecJudged`, of all the tests there are: what one does hangs on no other."""

    stopped: dict[str, tuple[str, ...]]
    alarms: list[tuple[str, ...]]


@once
def _every(of: CapstoneProduct) -> _Every:
    known, tests = answers(of), of.spec.tests
    setups = {HEALTHY: of.healthy} | {one.name: of.healthy.changed(one.set) for one in of.spec.mutants}
    told = {test.slug: {name: known.said(setup, test.check) for name, setup in setups.items()} for test in tests}
    found = spec_outcomes.outcomes(tests, told, len(of.hidden), tuple(setups))
    stopped = {one.name: tuple(slug for slug, each in found[one.name].items() if each.stopped) for one in of.spec.mutants}
    draws = min(len(row) for row in known.answered(of.healthy).texts)
    return _Every(stopped, spec_outcomes.alarms(tests, told, len(of.hidden), draws))


@once
def worse(of: CapstoneProduct) -> dict[str, Worse]:
    """Of each broken product, by its name, whether it is really worse than the healthy one."""
    return {one.name: answers(of).worse(of.healthy.changed(one.set)) for one in of.spec.mutants}


def _score(of: SpecJudged) -> float:
    return max(0.0, of.caught / of.really - of.alarmed / len(of.alarms)) if of.really else 0.0


def _why(of: SpecJudged) -> str:
    alarms = "none" if not of.alarmed else "all" if of.alarmed == len(of.alarms) else f"{of.alarmed}"
    return (
        f"Your tests stop {of.caught} of the {of.really} broken products that are really worse, "
        f"and {alarms} of the {len(of.alarms)} tries with the healthy one."
    )
