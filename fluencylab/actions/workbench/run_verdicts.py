"""What a check or a judge says of every output of a run: by output, and by case."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from fluencylab.stats import Measure
from fluencylab.workbench.paired import rate


class RunVerdicts(NamedTuple):
    """`by_output`: None is that it cannot be told; an output that a judge was not asked about is not in it.

    `quoted`: outputs by which a judge was written. `looked`: of how many outputs this was worked out.
    """

    by_output: dict[int, bool | None]
    by_case: dict[int, list[bool]]
    passed: int
    untold: int
    rate: Measure
    looked: int
    quoted: Collection[int] = ()


def summed(said: Iterable[tuple[int, int, bool | None]], looked: int, quoted: Collection[int] = ()) -> RunVerdicts:
    """`said`: output, case and verdict."""
    by_output: dict[int, bool | None] = {}
    by_case: dict[int, list[bool]] = {}
    for seq, case, passed in said:
        by_output[seq] = passed
        if passed is not None:
            by_case.setdefault(case, []).append(passed)
    verdicts = list(by_output.values())
    share = rate({str(case): draws for case, draws in by_case.items()})
    return RunVerdicts(by_output, by_case, verdicts.count(True), verdicts.count(None), share, looked, quoted)
