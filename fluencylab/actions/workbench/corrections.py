"""What a judge says of outputs that nobody has read, corrected for the errors it is known to make."""

from typing import NamedTuple

from fluencylab.actions.workbench.judging import Judgement
from fluencylab.stats import Measure
from fluencylab.workbench.agreement import Agreement
from fluencylab.workbench.corrected import Corrected, corrected


class Unread(NamedTuple):
    """Of one run: its outputs that nobody has read. `says` tells why there is no corrected rate, where there is none."""

    run: str
    raw: Measure
    rate: Measure | None
    says: str


def unread(judged: Judgement, cases: dict[str, dict[int, int]]) -> list[Unread]:
    """`cases`: run -> output -> case. One for each run that has outputs nobody has read; [] before the judge was held against anything."""
    held = judged.agreement
    return [found for run in judged.runs if (found := _of(judged, held, run, cases.get(run, {})))] if held else []


def _of(judged: Judgement, held: Agreement, run: str, case_of: dict[int, int]) -> Unread | None:
    read = {one.seq for one in judged.labelled if one.run == run}
    by_case: dict[str, list[bool]] = {}
    for seq, passed in judged.runs[run].by_output.items():
        if passed is not None and seq not in read:
            by_case.setdefault(str(case_of.get(seq, seq)), []).append(passed)
    if not by_case:
        return None
    found = corrected(held, by_case)
    return Unread(run, found.raw, _known(found), found.says)


def _known(found: Corrected) -> Measure | None:
    """None where its errors are known so little that the rate may be anything: a number would be taken for one."""
    return None if found.rate is None or (found.rate.low, found.rate.high) == (0, 1) else found.rate
