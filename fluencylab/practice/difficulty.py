"""How hard an exercise of the bench is, from what was declared and measured of it. Pure.

    of_case(case, proof)      minutes an expert needs, and whether chance muddles what is seen
    of_repair(…)              a worked example stands open, or how many right answers the reference has to spare above the bar

Three levels, because what is known of an exercise tells no finer. Within one symptom no level of diagnoses stands for one cause alone
(`tests/practice/test_difficulty.py`), or the list would give causes away.
"""

from typing import NamedTuple

from fluencylab.curriculum.proofs import ProvedFault, ProvedRepair
from fluencylab.curriculum.repairs import Repair
from fluencylab.practice import faults
from fluencylab.practice.faults import ResolvedCase
from fluencylab.practice.repairs import needed

MUDDLE = 5
"""Minutes that it costs an expert, too, where the product is at times right with the fault, or wrong without it."""
SHORT, LONG = 5, 20
"""Minutes: up to the first a case is easier, above the second it is harder."""
SPARE = 5
"""Right answers that the reference repair has above the bar, of some 28: with fewer of them nearly everything has to be right."""


class Difficulty(NamedTuple):
    """`level`: 1 easier, 2 medium, 3 harder."""

    level: int

    @property
    def says(self) -> str:
        return ("easier", "medium", "harder")[self.level - 1]


def of_case(case: ResolvedCase, proof: ProvedFault) -> Difficulty:
    (well, n), (ill, _) = proof.healthy, proof.broken
    muddled = well < n or ill > 0
    minutes = sum(one.minutes for one in faults.path(case)) + MUDDLE * muddled
    return Difficulty(1 if minutes <= SHORT else 3 if minutes > LONG else 2)


def of_repair(repair: Repair, shown_worked: bool, proof: ProvedRepair | None) -> Difficulty:
    """`shown_worked`: the worked example of its kind stands open. Without a proof on this model none is said to be harder."""
    if shown_worked:
        return Difficulty(1)
    right, n = proof.reference if proof else (0, 0)
    return Difficulty(3 if n and right - needed(repair, n) < SPARE else 2)
