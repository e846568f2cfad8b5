"""Whose labels a check is held against: the learner's, another reader's, or all of them where they agree or a rule settles it."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from fluencylab.store import judge_queries, product_queries
from fluencylab.store.engine import Session

SETTLED = "*"
"""In place of a reader's name: what all say, and where they differ, what a rule says."""


class HeldLabel(NamedTuple):
    """What was said of one output. `made`: when it was said, or settled."""

    run: str
    seq: int
    case: int
    passed: bool
    mode: str
    made: datetime


async def labels(session: Session, product_id: str, runs: Sequence[str], whose: str) -> list[HeldLabel]:
    """In the order in which they were said."""
    if whose != SETTLED:
        return [
            HeldLabel(of.run_id, of.seq, case, of.passed, of.mode, of.made)
            for of, case in await product_queries.labelled(session, runs, whose)
        ]
    said: dict[tuple[str, int], list[HeldLabel]] = {}
    for reader in await judge_queries.reader_counts(session, product_id):
        for of, case in await product_queries.labelled(session, runs, reader):
            said.setdefault((of.run_id, of.seq), []).append(HeldLabel(of.run_id, of.seq, case, of.passed, of.mode, of.made))
    ruled = {(one.run_id, one.seq): one for one in await judge_queries.rules(session, product_id) if one.passed is not None}
    found = list[HeldLabel]()
    for place, each in said.items():
        last = max(each, key=lambda one: one.made)
        if (rule := ruled.get(place)) is not None and rule.passed is not None:
            found.append(last._replace(passed=rule.passed, made=max(last.made, rule.made)))
        elif len({one.passed for one in each}) == 1:
            found.append(next((one for one in each if one.mode), last)._replace(made=last.made))
    return sorted(found, key=lambda one: (one.made, one.run, one.seq))
